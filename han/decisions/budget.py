"""The threshold that a number of manual codings pays for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.guarantee import Promise
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_bands import POOL, Thresholds
from han.decisions.unit_bounds import lower_accuracy
from han.decisions.unit_evidence import Evidence, FloatArray, IntArray

LIMITS = (1, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 320, 500, 800)


@dataclass(frozen=True)
class Pile:
    """What is known of the records that a budget is for.

    Attributes:
        sure: Confidence of each in its full code, `(n,)`; -1 for those that nobody but
            a person can code.
        repeats: Records of its unit, on the scale of the calibration records, `(n,)`;
            None: all stand once.
        units: Number of its unit, `(n,)`; None: one each.
    """

    sure: FloatArray
    repeats: IntArray | None = None
    units: IntArray | None = None

    def frequent(self, limit: int) -> npt.NDArray[np.bool_]:
        """Records whose unit stands more often, `(n,)`."""
        if self.repeats is None:
            return np.zeros(len(self.sure), bool)
        return np.asarray(self.repeats > limit)

    def decisions(self, frequent: npt.NDArray[np.bool_]) -> int:
        """How many decisions these records take if each unit takes one."""
        units = np.arange(len(self.sure)) if self.units is None else self.units
        return len(np.unique(units[frequent]))


def budget_thresholds(
    tested: LabelledPaths,
    reference: LabelledPaths,
    pile: Pile,
    manual: int,
    confidence: float,
    largest_weight: float = 0.0,
) -> Thresholds:
    """The threshold on full codes that leaves so many decisions to people.

    It is chosen by the confidences of the planned records, not by labels, so that one
    bound says what accuracy it gives: the promise's target is that lower bound. Texts
    that stand too often for it take one decision each; how often that is, the reference
    chooses.

    Args:
        tested: Calibration records, none of them among the planned ones.
        reference: Other calibration records.
        pile: The planned records.
        manual: Decisions that people will make, at most.
        confidence: Of the bound.
        largest_weight: As for `choose_thresholds`.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> paths = CodedPaths(np.zeros((9, 1), np.int32), np.full((9, 1), 0.8))
        >>> some = LabelledPaths(paths, np.zeros((9, 1), np.int32))
        >>> pile = Pile(np.array([0.9, 0.5, 0.7, 0.7]))
        >>> budget_thresholds(some, some, pile, 2, 0.95).groups[POOL][0].threshold
        0.7
    """
    last, delta = tested.truth.shape[1], 1 - confidence
    limits = _limits(tested, reference, pile, manual)
    cuts = {limit: _threshold(pile, limit, manual) for limit in limits}
    bounds = [
        _bound(reference, limit, cuts[limit], delta, largest_weight)[1]
        for limit in limits
    ]
    limit = limits[int(np.argmax(bounds))]
    known, bound = _bound(tested, limit, cuts[limit], delta, largest_weight)
    rows, wrong = (int(count[0]) for count in known.counts(np.array([cuts[limit]])))
    units = len(np.unique(known.units[:rows]))
    promise = Promise(bound, cuts[limit], rows, rows - wrong, 0, units)
    most = None if tested.units is None else limit
    return Thresholds((last,), confidence, {POOL: (promise,)}, None, most)


def _limits(
    tested: LabelledPaths, reference: LabelledPaths, pile: Pile, manual: int
) -> Sequence[int]:
    """Limits whose frequent texts the budget can pay for; one at least."""
    if tested.units is None:
        return [1]
    most = int(max(reference.repeats.max(initial=1), tested.repeats.max(initial=1)))
    if pile.repeats is not None:
        most = max(most, int(pile.repeats.max(initial=1)))
    limits = [*(limit for limit in LIMITS if limit < most), most]
    return [
        limit
        for limit in limits
        if limit == most or pile.decisions(pile.frequent(limit)) <= manual
    ]


def _bound(
    records: LabelledPaths,
    limit: int,
    threshold: float,
    delta: float,
    largest_weight: float,
) -> tuple[Evidence, float]:
    """Those of small units, and the lower bound of what a threshold accepts of them."""
    kept = records.take(records.repeats <= limit)
    most = None if records.units is None else limit
    units = kept.drawn_as(kept.largest_unit(most, largest_weight))
    sure = kept.paths.probabilities[:, -1]
    known = Evidence.of(sure, kept.outcomes[:, -1], units)
    return known, lower_accuracy(known, threshold, delta)


def _threshold(pile: Pile, limit: int, manual: int) -> float:
    """The least confidence under which at most `manual` decisions lie."""
    frequent = pile.frequent(limit)
    only = (pile.sure < 0) & ~frequent
    possible = np.sort(pile.sure[~frequent & ~only])
    left = manual - pile.decisions(frequent) - int(only.sum())
    if left >= len(possible):
        return float(np.inf)
    return float(possible[max(left, 0)])
