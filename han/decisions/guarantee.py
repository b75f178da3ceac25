"""Thresholds with a promise, learnt and then tested on calibration records.

A record is accepted at a level if its confidence reaches the threshold of that level
and those of all levels above that have a target. The promise of a level: of the records
accepted there the share with the right code at that level is at least the target; all
promises together hold with probability 1 - delta over the draw of the calibration
records. See `promised_thresholds`, which proves it.

**What is counted.** The units that were drawn: single records, or texts, households and
firms with all their records, which may hang together as they like (`Units`). The share
is that of records, or of their weight where they have weights. No unit may weigh more
than `Units.largest`, here or later: larger ones must be left to others by a rule that
needs no labels, such as a limit to the repeats of a text.

**What is not promised.** Calibration units and later ones must be exchangeable: another
year, form, region or interviewer is another population, and so are texts seen in
training where the units are texts that were not. The promise is about all accepted
records (of a group) together, not about each code or region. Records without a word
that the run knows are accepted nowhere, neither here nor later, so that it is about all
others. It takes the labels of the calibration records as the truth, and errors of
theirs count as errors of the code; records of unknown truth count nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.binomial_bounds import records_needed
from han.decisions.threshold_candidates import candidates, choice_shares, starts
from han.decisions.unit_evidence import (
    Evidence,
    FloatArray,
    Outcomes,
    Units,
    bet_shares,
    likely_test,
    ratio_test,
)


@dataclass(frozen=True)
class Promise:
    """What was found for one level.

    Attributes:
        target: The accuracy asked for.
        threshold: Confidence from which on a record is accepted; infinite if nothing
            can be promised.
        rows: Calibration records with known truth that are accepted; of all that the
            levels above let pass if there is no threshold.
        right: How many of them have the right code at this level.
        needed: Records without one error that the weakest test would have asked for.
        units: How many sampling units the `rows` come from.
        largest: Weight of the largest unit there may be, that of a mean record being 1.
    """

    target: float
    threshold: float
    rows: int
    right: int
    needed: int
    units: int = 0
    largest: float = 1.0

    @property
    def is_kept(self) -> bool:
        """Whether anything can be promised."""
        return math.isfinite(self.threshold)

    def why_not(self) -> str:
        """Why there is no threshold; empty if there is one."""
        if self.is_kept:
            return ""
        if self.rows < self.needed:
            return (
                f"{100 * self.target:.6g}% cannot be promised: there are {self.rows} "
                f"calibration records, and at least {self.needed} right ones in a row "
                f"are needed{self._of_largest()}"
            )
        if self.right == self.rows:
            return (
                f"{100 * self.target:.6g}% cannot be promised: all {self.rows} "
                "calibration records are right, but so few of them do not show it"
            )
        return (
            f"{100 * self.target:.6g}% cannot be promised: {self.right} of {self.rows} "
            "calibration records are right, and the surest of them are not right often "
            "enough to show it"
        )

    def _of_largest(self) -> str:
        if self.largest <= 1.0:
            return ""
        return f", since what is drawn at once may weigh {self.largest:.3g} records"


def promised_thresholds(
    confidence: FloatArray,
    outcomes: Outcomes,
    reference: FloatArray,
    reference_outcomes: Outcomes,
    targets: Sequence[float],
    delta: float,
    *,
    units: Units | None = None,
    reference_units: Units | None = None,
) -> list[Promise]:
    """The most lenient threshold of each level that its promise allows.

    Learn then test (Angelopoulos, Bates, Candes, Jordan and Lei 2021): a threshold is
    taken only if the hypothesis "the accuracy among the accepted is under the target"
    is rejected: by the exact binomial test of the number of errors where records were
    drawn one by one, by `ratio_test` where units of them were, or where they weigh
    differently.

    Why the error is controlled: (1) Candidates and the share of delta that each gets
    come from the `reference`, other records than those that test, so each hypothesis is
    fixed before the test; given their number, the accepted records are a sample of all
    that would be accepted, and the p-value is exact; for that of units see the proof of
    `ratio_test`, whose bets the reference fixes, too. (2) Along the candidates of one
    level, from strict to lenient, the fallback procedure (Wiens 2003; Wiens and
    Dmitrienko 2005) tests each with its share, and a rejected one passes what it had on
    to the next: before any true hypothesis is rejected, each true one is tested with at
    most the shares since the last true one, and these sum to the level's delta,
    whatever the dependence. (3) The set of a deeper level depends on the thresholds
    above, which were chosen by the same labels: its delta is split over all choices
    that these could have made, so that each choice has a family of its own, tested as
    in (2), and only that of the choice made is looked at. (4) The deltas of the levels
    sum to `delta` (Bonferroni).

    Thresholds at counts of the tested records would be functions of their scores; (1)
    would then need the accuracy to fall steadily with the threshold.

    Args:
        confidence: Confidence of `n` records at each level with a target, the top one
            first, `(n, T)`.
        outcomes: 1 where the code of that level is right, 0 where wrong, -1 where the
            truth is not known, which does not count, `(n, T)`.
        reference: Confidence of `m` other records, `(m, T)`.
        reference_outcomes: Theirs, `(m, T)`; -1 in all will do, at a loss of power.
        targets: Accuracy asked for at each of these levels, above 0 and under 1.
        delta: 1 - confidence of all promises together.
        units: What the records were drawn as, and their weights; None: one by one.
        reference_units: The same of the other records.

    Raises:
        ValueError: If a unit weighs more than the largest may.

    Example:
        >>> sure = np.linspace(0, 1, 2000)[:, None]
        >>> right = (sure > 0.4).astype(np.int8)
        >>> other = sure[::2], right[::2]
        >>> [promise] = promised_thresholds(sure, right, *other, [0.9], 0.05)
        >>> 0.33 < promise.threshold < 0.4
        True
    """
    units = units or Units.single(len(confidence))
    others = reference_units or Units.single(len(reference))
    units.check()
    passed, beside = np.ones(len(confidence), bool), np.ones(len(reference), bool)
    found: list[Promise] = []
    columns = 1.0  # share of the choices made above
    for level, target in enumerate(targets):
        tested = _evidence(confidence, outcomes, units, passed, level)
        share = columns * delta / len(targets)
        if found and not found[-1].is_kept:
            found.append(_promise(tested, math.inf, target, share))
            continue
        known = _evidence(reference, reference_outcomes, others, beside, level)
        rows = len(confidence) * int(beside.sum()) / max(len(reference), 1)
        grid = candidates(
            reference[beside, level],
            int(rows),
            target,
            share,
            is_last=level == len(targets) - 1,
            largest=units.relative_largest,
        )
        likely = likely_test(known, rows, grid, target)
        own = share * starts(likely, share)
        place = _fallback(
            ratio_test(tested, grid, target, bet_shares(known, grid, target)), own
        )
        threshold = float(grid[place]) if place >= 0 else math.inf
        found.append(_promise(tested, threshold, target, share))
        columns *= choice_shares(likely, share)[place]
        passed &= confidence[:, level] >= threshold
        beside &= reference[:, level] >= threshold
    return found


def _evidence(
    confidence: FloatArray,
    outcomes: Outcomes,
    units: Units,
    rows: npt.NDArray[np.bool_],
    level: int,
) -> Evidence:
    return Evidence.of(confidence[rows, level], outcomes[rows, level], units.take(rows))


def _fallback(p_values: FloatArray, shares: FloatArray) -> int:
    """Place of the most lenient candidate that is rejected; -1 if none is."""
    chosen, level = -1, 0.0
    tests = zip(p_values.tolist(), shares.tolist(), strict=True)
    for place, (p_value, share) in enumerate(tests):
        level += share
        if level > 0 and p_value <= level:
            chosen = place
        else:
            level = 0.0
    return chosen


def _promise(
    tested: Evidence, threshold: float, target: float, delta: float
) -> Promise:
    """What a threshold accepts; all, if nothing is promised."""
    is_kept = math.isfinite(threshold)
    grid = np.array([threshold if is_kept else -math.inf])
    rows, wrong = (int(count[0]) for count in tested.counts(grid))
    largest = tested.relative_largest
    return Promise(
        target,
        threshold,
        rows,
        rows - wrong,
        records_needed(target, delta, largest),
        len(np.unique(tested.units[:rows])),
        largest,
    )
