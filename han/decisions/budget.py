"""The threshold that a number of manual codings pays for."""

from __future__ import annotations

import numpy as np

from han.decisions.binomial_bounds import lower_bound
from han.decisions.guarantee import Promise
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_bands import POOL, Thresholds
from han.decisions.unit_evidence import (
    UNKNOWN_OUTCOME,
    BoolArray,
    FloatArray,
    Outcomes,
)


def budget_thresholds(
    tested: LabelledPaths, sure: FloatArray, manual: int, confidence: float
) -> Thresholds:
    """The threshold on full codes that leaves so many of the planned records to people.

    It is chosen by the confidences of the planned records, not by labels, so that one
    bound of Clopper and Pearson says what accuracy it gives: the promise's target is
    that lower bound.

    Args:
        tested: Calibration records, none of them among the planned ones.
        sure: Confidence of each planned record in its full code, `(n,)`; -1 for those
            that nobody but a person can code.
        manual: Records that people will code, at most.
        confidence: Of the bound.

    Example:
        >>> sure = np.array([0.9, 0.5, 0.7, 0.7])
        >>> paths = CodedPaths(np.zeros((9, 1), np.int32), np.full((9, 1), 0.8))
        >>> some = LabelledPaths(paths, np.zeros((9, 1), np.int32))
        >>> budget_thresholds(some, sure, 2, 0.95).groups[POOL][0].threshold
        0.7
    """
    last = tested.truth.shape[1]
    threshold = _budget_threshold(sure, manual)
    outcomes = accepted_outcomes(tested, threshold)[:, last - 1]
    known = outcomes != UNKNOWN_OUTCOME
    rows, right = int(known.sum()), int((outcomes == 1).sum())
    bound = lower_bound(right, rows, 1 - confidence)
    promise = Promise(bound, threshold, rows, right, 0)
    return Thresholds((last,), confidence, {POOL: (promise,)})


def accepted_outcomes(tested: LabelledPaths, threshold: float) -> Outcomes:
    """Outcomes at each level of the records sure enough of their full code."""
    accepted: BoolArray = tested.paths.probabilities[:, -1] >= threshold
    return tested.outcomes[accepted]


def _budget_threshold(sure: FloatArray, manual: int) -> float:
    """The least confidence under which at most `manual` records lie."""
    possible = np.sort(sure[sure >= 0])
    left = manual - (len(sure) - len(possible))
    if left >= len(possible):
        return float(np.inf)
    return float(possible[max(left, 0)])
