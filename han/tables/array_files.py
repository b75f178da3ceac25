"""Reads `.npz` files: arrays alone, never an object, which could run anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.finite_numbers import require_finite


def read_arrays(file: Path) -> dict[str, npt.NDArray[Any]]:
    """All arrays of a file by name, whole and checked before one of them is used.

    Raises:
        ValueError: If it is damaged, or holds objects; or OSError, or what else the
            parts of a damaged archive lead to.
    """
    # NumPy leaves a damaged file open that it has opened itself.
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def read_finite_arrays(file: Path) -> dict[str, npt.NDArray[Any]]:
    """The same for what is computed with.

    Raises:
        NotFinite: If an array holds NaN or infinity.
    """
    arrays = read_arrays(file)
    for name, array in arrays.items():
        require_finite(f"The array {name}", array)
    return arrays
