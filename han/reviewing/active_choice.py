"""Which answers teach a model most, if a person codes them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def active_scores(
    doubts: Floats,
    codes: npt.NDArray[np.integer],
    repeats: npt.NDArray[np.integer] | None = None,
    *,
    power: float = 0.5,
) -> Floats:
    """How much is learnt from each answer: doubtful ones, and of each code some.

    Answers of one predicted code teach the same again: the second in the order of their
    doubt counts less, the third still less. An answer that stands often teaches for all
    its rows, by the root of their number. The answers of highest score are to be asked.

    Args:
        doubts: Probability that the predicted code is wrong, `(n,)`.
        codes: The predicted code of each, `(n,)`.
        repeats: Rows of each answer, `(n,)`; one each by default.
        power: How fast further answers of one code lose; 0: not at all.

    Returns:
        The scores, `(n,)`, from 0.

    Example:
        >>> doubts = np.array([0.5, 0.4, 0.3, 0.01])
        >>> active_scores(doubts, np.array([1, 1, 2, 2])).round(2).tolist()
        [0.5, 0.28, 0.3, 0.01]
    """
    worth = doubts if repeats is None else doubts * np.sqrt(repeats)
    return np.asarray(worth / (1.0 + _ranks(worth, codes)) ** power, float)


def _ranks(worth: Floats, codes: npt.NDArray[np.integer]) -> Floats:
    """Place of each answer among those of its code, from 0, the best first."""
    order = np.lexsort((-worth, codes))
    sorted_codes = codes[order]
    is_first = np.r_[True, sorted_codes[1:] != sorted_codes[:-1]]
    starts = np.flatnonzero(is_first)
    places = np.arange(len(codes)) - np.repeat(starts, np.diff([*starts, len(codes)]))
    ranks = np.empty(len(codes))
    ranks[order] = places
    return ranks
