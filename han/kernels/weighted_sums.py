"""Weighted sums of rows: products of a sparse matrix, given entry by entry."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from han.kernels.array_pool import empty
from han.kernels.compiled import compiled
from han.kernels.threads import column_parts, run_all

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


def weighted_sums(
    rows: Floats, places: Ints, owners: Ints, values: Floats, count: int
) -> Floats:
    """`out[o] = sum of values[k] * rows[places[k]]` over the entries `k` of `o`.

    Args:
        rows: `(r, units)`.
        places: Row that each entry takes, `(k,)`.
        owners: Whose sum it is part of, `(k,)`.
        values: Its weight, `(k,)`.
        count: Number of sums.

    Returns:
        `(count, units)`.

    Example:
        >>> rows, one = np.eye(2, dtype=np.float32), np.zeros(2, np.int32)
        >>> places, values = np.array([0, 1], np.int32), np.array([2, 3], np.float32)
        >>> weighted_sums(rows, places, one, values, 1).tolist()
        [[2.0, 3.0]]
    """
    out = empty(int(count), rows.shape[1])
    run_all(
        partial(_add_rows, rows, places, owners, values, part.start, part.stop, out)
        for part in column_parts(rows.shape[1], len(values))
    )
    return out


@compiled
def _add_rows(  # type: ignore[no-untyped-def]
    rows, places, owners, values, low, high, out
):
    for i in range(len(out)):
        for j in range(low, high):
            out[i, j] = 0.0
    for k in range(len(values)):
        value, place, owner = values[k], places[k], owners[k]
        for j in range(low, high):
            out[owner, j] += value * rows[place, j]
