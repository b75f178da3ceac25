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

BoolArray = npt.NDArray[np.bool_]
LIMITS = (1, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 320, 500, 800)


@dataclass(frozen=True)
class Pile:
    """What is known of the records that a budget is for.

    Attributes:
        sure: Confidence of each in its full code, `(n,)`; -1 for those that nobody but
            a person can code.
        repeats: Records of its unit, on the scale of the calibration records, `(n,)`;
            None: all stand once.
        units: Number of its unit, `(n,)`, if one decision answers a unit that stands
            often; None: each record takes one.
        excused: Records whose unit may stand as often as it will, `(n,)`; None: none.
            A person who answers one of them answers its unit, too.
    """

    sure: FloatArray
    repeats: IntArray | None = None
    units: IntArray | None = None
    excused: BoolArray | None = None

    def repeated(self, limit: int) -> BoolArray:
        """Records whose unit stands more often, `(n,)`."""
        if self.repeats is None:
            return np.zeros(len(self.sure), bool)
        return np.asarray(self.repeats > limit)

    def manual(self, limit: int) -> BoolArray:
        """Records that no threshold decides, `(n,)`."""
        frequent = self.repeated(limit)
        if self.excused is not None:
            frequent &= ~self.excused
        return frequent | (self.sure < 0)

    def decisions(self, limit: int) -> IntArray:
        """1 for each record that takes a decision, 0 for its unit's others, `(n,)`."""
        found = np.ones(len(self.sure), np.int64)
        if self.units is not None:
            once = np.flatnonzero(self.repeated(limit))
            found[once] = 0
            found[once[np.unique(self.units[once], return_index=True)[1]]] = 1
        return found

    def least(self, limit: int) -> int:
        """Decisions that no threshold saves."""
        return int(self.decisions(limit)[self.manual(limit)].sum())


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

    Raises:
        ValueError: If the records take more decisions, whatever the threshold.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> paths = CodedPaths(np.zeros((9, 1), np.int32), np.full((9, 1), 0.8))
        >>> some = LabelledPaths(paths, np.zeros((9, 1), np.int32))
        >>> pile = Pile(np.array([0.9, 0.5, 0.7, 0.7]))
        >>> budget_thresholds(some, some, pile, 2, 0.95).groups[POOL][0].threshold
        0.7
    """
    last, delta = tested.truth.shape[1], 1 - confidence
    limits = [n for n in _limits(tested, reference, pile) if pile.least(n) <= manual]
    if not limits:
        raise ValueError("Expected as many decisions as `least_decisions` says.")
    cuts = {limit: _threshold(pile, limit, manual) for limit in limits}
    bounds = [
        _bound(reference, limit, cuts[limit], delta, largest_weight)[1]
        for limit in limits
    ]
    paid = [np.isinf(cuts[limit]) for limit in limits]
    limit = limits[int(np.argmax(paid if any(paid) else bounds))]
    known, bound = _bound(tested, limit, cuts[limit], delta, largest_weight)
    rows, wrong = (int(count[0]) for count in known.counts(np.array([cuts[limit]])))
    units = len(np.unique(known.units[:rows]))
    promise = Promise(bound, cuts[limit], rows, rows - wrong, 0, units)
    most = None if tested.units is None else limit
    return Thresholds((last,), confidence, {POOL: (promise,)}, None, most)


def least_decisions(tested: LabelledPaths, reference: LabelledPaths, pile: Pile) -> int:
    """Decisions that the planned records take, whatever the threshold.

    Args:
        tested: Calibration records.
        reference: Others.
        pile: The planned records.
    """
    return min(pile.least(limit) for limit in _limits(tested, reference, pile))


def _limits(
    tested: LabelledPaths, reference: LabelledPaths, pile: Pile
) -> Sequence[int]:
    """From how many records on a unit may be a decision of its own."""
    if tested.units is None or tested.largest is not None:
        return [1]  # the latter were weighed for texts that stand once
    most = int(max(reference.repeats.max(initial=1), tested.repeats.max(initial=1)))
    if pile.repeats is not None:
        most = max(most, int(pile.repeats.max(initial=1)))
    return [*(limit for limit in LIMITS if limit < most), most]


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
    possible = np.flatnonzero(~pile.manual(limit))
    order = possible[np.argsort(pile.sure[possible], kind="stable")]
    taken = pile.least(limit) + np.cumsum(pile.decisions(limit)[order])
    place = int(np.searchsorted(taken, manual, side="right"))
    return float(pile.sure[order[place]]) if place < len(order) else float(np.inf)
