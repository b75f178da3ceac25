"""Compiles loops with numba at first use and keeps them on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

# What may be assumed so that a loop becomes vector instructions: sums in any order, but
# a NaN stays one, so that a training that diverges is seen to.
_LOOSE = {"reassoc", "contract", "arcp", "nsz"}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as machine code, which runs without Python's lock.

    It is compiled for the types of its first call, within seconds, and taken from the
    disk by later processes, where there is a folder that can be written.
    """
    options: Any = {"nogil": True, "error_model": "numpy", "fastmath": _LOOSE}
    try:
        made: Callable[..., Any] = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no such folder
        made = numba.njit(**options)(function)
    return made


@compiled
def add(total, values):  # type: ignore[no-untyped-def]
    """Adds values to a total, `(n,)` each."""
    for k in range(len(values)):
        total[k] += values[k]
