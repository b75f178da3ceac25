"""Rows of all sequences without padding, time step after time step.

Sequences (the sentences of a batch, or its documents) are sorted by length. Step `t`
holds one row for each sequence longer than `t`, so the sequences alive at a step are
the first ones of the step before: a recurrent state shrinks from the end and no row is
ever padding. The reversed sequences have the same lengths, hence the same steps.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_ranges import starts

IntArray = npt.NDArray[np.int32]


def packed_rows(lengths: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Where each element of each sequence stands when rows go step by step.

    Args:
        lengths: Number of elements of each sequence, `(n,)`; 0 is allowed.

    Returns:
        * rows `(2, M)`: row of each element, in reading order; first read forward, then
          read from the end of its sequence.
        * order `(2, M)`: the element that stands in each row; the inverse of `rows`.
        * steps `(T,)`: number of rows of each step, never growing.

    Example:
        >>> rows, _, steps = packed_rows(np.array([1, 2], np.int32))
        >>> rows.tolist(), steps.tolist()
        ([[1, 0, 2], [1, 2, 0]], [2, 1])
    """
    longest = int(lengths.max(initial=0))
    ranks = _inverse(sorted_order(longest - lengths, longest))
    # Number of sequences longer than t: those that have not ended by then.
    steps = len(lengths) - np.cumsum(np.bincount(lengths, minlength=longest + 1))
    steps = steps[:longest].astype(np.int32)
    offsets = np.cumsum(steps) - steps
    size = np.repeat(lengths, lengths)
    place = np.arange(len(size), dtype=np.int32)
    place -= np.repeat(starts(lengths).astype(np.int32), lengths)
    offsets = offsets.astype(np.int32)
    rows: IntArray = np.stack([offsets[place], offsets[size - 1 - place]])
    rows += np.repeat(ranks, lengths)
    order: IntArray = np.stack([_inverse(rows[0]), _inverse(rows[1])])
    return rows, order, steps.astype(np.int32)


def sorted_order(values: IntArray, largest: int) -> npt.NDArray[np.int64]:
    """Stable order of integers from 0 to `largest`."""
    # NumPy sorts integers of 16 bits by counting: several times faster.
    small = values.astype(np.uint16) if largest < 2**16 else values
    return np.argsort(small, kind="stable")


def _inverse(permutation: npt.NDArray[np.integer]) -> IntArray:
    inverse = np.empty(len(permutation), np.int32)
    inverse[permutation] = np.arange(len(permutation), dtype=np.int32)
    return inverse
