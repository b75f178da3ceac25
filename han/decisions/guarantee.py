"""Thresholds with a promise, learnt and then tested on calibration records.

A record is accepted at a level if its confidence reaches the threshold of that level
and those of all levels above that have a target. The promise of a level: of the records
accepted there the share with the right code at that level is at least the target; all
promises together hold with probability 1 - delta over the draw of the calibration
records. See `promised_thresholds`, which proves it.

**What is not promised.** Calibration records and later records must be exchangeable:
another year, form, region or interviewer is another population. The promise is about
all accepted records (of a group) together, not about each code or region. It counts
records, not survey weights. Records without a word that the run knows are accepted
nowhere, neither here nor later, so that it is about all others. It takes the labels of
the calibration records as the truth, and errors of theirs count as errors of the code.
Equal texts count as often as they stand there; if they come in clusters (one
establishment, many rows), the real confidence is less than the stated one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from han.decisions.binomial_bounds import p_values, records_needed
from han.decisions.threshold_candidates import (
    UNKNOWN_OUTCOME,
    FloatArray,
    Outcomes,
    SortedByConfidence,
    candidates,
    choice_shares,
    likely_p_values,
    starts,
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
    """

    target: float
    threshold: float
    rows: int
    right: int
    needed: int

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
                "are needed"
            )
        return (
            f"{100 * self.target:.6g}% cannot be promised: {self.right} of {self.rows} "
            "calibration records are right, and the surest of them are not right often "
            "enough to show it"
        )


def promised_thresholds(
    confidence: FloatArray,
    outcomes: Outcomes,
    reference: FloatArray,
    reference_outcomes: Outcomes,
    targets: Sequence[float],
    delta: float,
) -> list[Promise]:
    """The most lenient threshold of each level that its promise allows.

    Learn then test (Angelopoulos, Bates, Candes, Jordan and Lei 2021): a threshold is
    taken only if the hypothesis "the accuracy among the accepted is under the target"
    is rejected, by the exact binomial test of the number of errors.

    Why the error is controlled: (1) Candidates and the share of delta that each gets
    come from the `reference`, other records than those that test, so each hypothesis is
    fixed before the test; given their number, the accepted records are a sample of all
    that would be accepted, and the p-value is exact. (2) Along the candidates of one
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

    Example:
        >>> sure = np.linspace(0, 1, 2000)[:, None]
        >>> right = (sure > 0.4).astype(np.int8)
        >>> other = sure[::2], right[::2]
        >>> [promise] = promised_thresholds(sure, right, *other, [0.9], 0.05)
        >>> 0.33 < promise.threshold < 0.4
        True
    """
    passed, beside = np.ones(len(confidence), bool), np.ones(len(reference), bool)
    found: list[Promise] = []
    columns = 1.0  # share of the choices made above
    for level, target in enumerate(targets):
        known = passed & (outcomes[:, level] != UNKNOWN_OUTCOME)
        tested = SortedByConfidence.of(confidence[known, level], outcomes[known, level])
        share = columns * delta / len(targets)
        if found and not found[-1].is_kept:
            found.append(_nothing(target, tested, share))
            continue
        others = SortedByConfidence.of(
            reference[beside, level], reference_outcomes[beside, level]
        )
        rows = int(len(confidence) * len(others.confidence) / max(len(reference), 1))
        is_last = level == len(targets) - 1
        grid = candidates(others.confidence, rows, target, share, is_last=is_last)
        likely = likely_p_values(others, rows, grid, target)
        place = _fallback(tested, grid, target, share * starts(likely, share))
        found.append(_promise(tested, grid, place, target, share))
        columns *= choice_shares(likely, share)[place]
        passed &= confidence[:, level] >= found[-1].threshold
        beside &= reference[:, level] >= found[-1].threshold
    return found


def _fallback(
    tested: SortedByConfidence, grid: FloatArray, target: float, shares: FloatArray
) -> int:
    """Place of the most lenient candidate that is rejected; -1 if none is."""
    chosen, level = -1, 0.0
    found = p_values(*tested.counts(grid), target).tolist()
    for place, (p_value, share) in enumerate(zip(found, shares, strict=True)):
        level += share
        if level > 0 and p_value <= level:
            chosen = place
        else:
            level = 0.0
    return chosen


def _promise(
    tested: SortedByConfidence,
    grid: FloatArray,
    place: int,
    target: float,
    delta: float,
) -> Promise:
    if place < 0:
        return _nothing(target, tested, delta)
    rows, wrong = (int(count[place]) for count in tested.counts(grid))
    needed = records_needed(target, delta)
    return Promise(target, float(grid[place]), rows, rows - wrong, needed)


def _nothing(target: float, tested: SortedByConfidence, delta: float) -> Promise:
    rows, wrong = int(tested.known_from[0]), int(tested.wrong_from[0])
    needed = records_needed(target, delta)
    return Promise(target, math.inf, rows, rows - wrong, needed)
