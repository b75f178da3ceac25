"""The state of an unfinished training, as a file of a run folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.runs.run_files import BACKUP
from han.runs.run_folder import RunFolder
from han.tables.array_files import read_arrays

logger = logging.getLogger(__name__)

Arrays = Mapping[str, npt.NDArray[Any]]
STATE_FILE = f"{BACKUP}/state.npz"


def write_state(run: RunFolder, state: Mapping[str, Any], arrays: Arrays) -> None:
    """Writes numbers and arrays of a training.

    Args:
        run: The run folder.
        state: What JSON can hold.
        arrays: Anything else, by name.
    """
    (run / STATE_FILE).parent.mkdir(exist_ok=True)
    content: dict[str, Any] = {**arrays, "state": np.array(json.dumps(state))}
    run.write(STATE_FILE, lambda file: np.savez(file, **content))


def read_state(
    run: RunFolder, shapes: Sequence[tuple[int, ...]]
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]] | None:
    """Reads what `write_state` wrote, all of it before anything is taken over.

    Args:
        run: The run folder.
        shapes: Shape of each variable, in order: the arrays `v0`, `v1` and so on.

    Returns:
        State and arrays; None if there is no file, or a damaged one in a run that has
        no epoch to lose.

    Raises:
        InputError: If it is damaged, and epochs would be lost.
    """
    file = run / STATE_FILE
    if not file.is_file():
        return None
    try:
        return _read(file, shapes)
    except Exception as error:  # what is wrong with the file may be anything
        kind = type(error).__name__
        if not run.epochs:
            logger.warning("%s is damaged (%s): training begins anew", file, kind)
            return None
        raise InputError(
            f"{file} is damaged, or of another version ({kind}): the {run.epochs} "
            "epochs so far cannot be taken up. Copy it again, or remove it to begin "
            "with the first epoch."
        ) from None


def _read(
    file: Path, shapes: Sequence[tuple[int, ...]]
) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    arrays = read_arrays(file)
    state: dict[str, Any] = json.loads(str(arrays.pop("state")))
    found = [arrays[f"v{number}"].shape for number in range(len(shapes))]
    if found != list(shapes):
        raise ValueError("variables of another network")
    return state, arrays
