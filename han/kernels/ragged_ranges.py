"""Where runs of elements begin and end when they are laid end to end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def starts(lengths: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Position of the first element of each of several runs laid end to end.

    Example:
        >>> starts(np.array([2, 0, 3])).tolist()
        [0, 2, 2]
    """
    return np.cumsum(lengths, dtype=np.int64) - lengths


def ranges(first: npt.ArrayLike, lengths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The ranges `first[i] .. first[i] + lengths[i]`, laid end to end.

    Example:
        >>> ranges([5, 0], [2, 3]).tolist()
        [5, 6, 0, 1, 2]
    """
    begin, length = np.asarray(first, np.int64), np.asarray(lengths, np.int64)
    ends = np.cumsum(length)
    offsets = np.arange(length.sum()) - np.repeat(ends - length, length)
    return np.asarray(np.repeat(begin, length) + offsets, np.int64)
