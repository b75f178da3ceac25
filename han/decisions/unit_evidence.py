"""Evidence for an accuracy, counted by sampling units.

A unit (a text with all its records, a household) is drawn whole, and its records are
right or wrong together more often than others. `ratio_test` needs no more than that
units are drawn independently and that none is larger than a known size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.binomial_bounds import p_values
from han.late_packages import special

FloatArray = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.integer]
Outcomes = npt.NDArray[np.int8]

UNKNOWN_OUTCOME = -1
BETS = np.geomspace(0.02, 0.98, 12)  # shares of what a unit may lose at most
EVEN_SHARE = 0.1  # of the bets that the reference does not choose


@dataclass(frozen=True)
class Units:
    """What records were drawn as, and what each weighs.

    Attributes:
        numbers: Number of the unit of each record, `(n,)`.
        weights: Weight of each record in the promised accuracy, `(n,)`.
        largest: No unit weighs more, here or anywhere: what is larger must be left to
            others by a rule that needs no labels.
    """

    numbers: IntArray
    weights: FloatArray
    largest: float

    @classmethod
    def single(cls, records: int) -> Units:
        """Records that were drawn one by one."""
        return cls(np.arange(records), np.ones(records), 1.0)

    @property
    def is_exact(self) -> bool:
        """Whether all units are records of weight 1, so that errors are binomial.

        The numbers are not looked at: `largest` says that no unit has two.
        """
        return self.largest == 1.0 and bool((self.weights == 1).all())

    @property
    def relative_largest(self) -> float:
        """Weight of the largest unit, that of a mean record being 1."""
        return _relative(self.largest, self.weights)

    def check(self) -> None:
        """Raises ValueError if a unit weighs more than the largest may."""
        if len(self.numbers) and self.totals().max() > self.largest * (1 + 1e-9):
            raise ValueError("A unit weighs more than `largest` says.")

    def take(self, rows: BoolArray | IntArray) -> Units:
        """Those of the chosen records."""
        return Units(self.numbers[rows], self.weights[rows], self.largest)

    def totals(self) -> FloatArray:
        """Weight of each unit, `(u,)`."""
        _, place = np.unique(self.numbers, return_inverse=True)
        return np.bincount(place, self.weights).astype(np.float64)


@dataclass(frozen=True)
class Evidence:
    """Records with known truth, the surest first.

    Attributes:
        confidence: `(n,)`, falling.
        wrong: Weight of each, or 0 where it is right, `(n,)`.
        weights: Weight of each, `(n,)`.
        units: Number of the unit of each, `(n,)`.
        largest: As in `Units`.
        is_exact: As there.
    """

    confidence: FloatArray
    wrong: FloatArray
    weights: FloatArray
    units: IntArray
    largest: float
    is_exact: bool

    @classmethod
    def of(cls, confidence: FloatArray, outcomes: Outcomes, units: Units) -> Evidence:
        """Orders records of the given outcomes: 1 right, 0 wrong, -1 unknown.

        Those of unknown truth are left out, but for their confidence, which
        `candidates` may go by.
        """
        known = np.flatnonzero(outcomes != UNKNOWN_OUTCOME)
        order = known[np.argsort(-confidence[known], kind="stable")]
        weights = units.weights[order].astype(np.float64)
        return cls(
            confidence[order],
            weights * (outcomes[order] == 0),
            weights,
            units.numbers[order],
            units.largest,
            units.is_exact,
        )

    def __len__(self) -> int:
        """Number of records."""
        return len(self.confidence)

    @property
    def relative_largest(self) -> float:
        """Weight of the largest unit, that of a mean record being 1."""
        return _relative(self.largest, self.weights)

    def accepted(self, grid: FloatArray) -> npt.NDArray[np.int64]:
        """How many records reach each threshold, `(k,)`."""
        return np.searchsorted(-self.confidence, -grid, side="right")

    def counts(self, grid: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Records that reach each threshold, and errors among them, `(k,)` each."""
        errors = np.append(0.0, np.cumsum(self.wrong > 0))
        rows = self.accepted(grid)
        return rows.astype(np.float64), errors[rows]

    def log_gains(self, grid: FloatArray, target: float) -> FloatArray:
        """Logarithm of what each bet has become at each threshold, `(k, bets)`.

        A bet of share b multiplies its stake at each unit by

            1 + b (alpha A - W) / ((1 - alpha) largest)

        with `alpha = 1 - target`, A the weight of the unit's accepted records and W
        that of the wrong ones among them.
        """
        order = np.argsort(self.units, kind="stable")  # the surest of a unit first
        starts = np.flatnonzero(np.diff(self.units[order], prepend=-1))
        alpha = 1 - target
        gain = (alpha * self.weights - self.wrong) / ((1 - alpha) * self.largest)
        inside = _running(gain[order], starts)
        rows = self.accepted(grid)
        found = np.empty((len(grid), len(BETS)))
        for place, bet in enumerate(BETS):
            logs = np.log1p(bet * inside)
            steps = np.diff(logs, prepend=0.0)
            steps[starts] = logs[starts]  # a unit begins anew
            total = np.zeros(len(self) + 1)
            total[order + 1] = steps
            found[:, place] = np.cumsum(total)[rows]
        return found


def _relative(largest: float, weights: FloatArray) -> float:
    total = float(weights.sum())
    return largest * len(weights) / total if total > 0 else largest


def _running(values: FloatArray, starts: IntArray) -> FloatArray:
    """Sums from the start of each stretch on, `(n,)`."""
    total = np.cumsum(values)
    before = np.append(0.0, total)[starts]
    lengths = np.diff(np.append(starts, len(values)))
    found: FloatArray = total - np.repeat(before, lengths)
    return found


def bet_shares(reference: Evidence, grid: FloatArray, target: float) -> FloatArray:
    """How a stake is divided among bets at each threshold, `(k, bets)`, rows of sum 1.

    By what each would have become on the reference records, a tenth evenly.
    """
    gains = reference.log_gains(grid, target)
    chosen = np.exp(gains - special.logsumexp(gains, axis=1, keepdims=True))
    return np.asarray((1 - EVEN_SHARE) * chosen + EVEN_SHARE / len(BETS))


def ratio_test(
    evidence: Evidence, grid: FloatArray, target: float, shares: FloatArray
) -> FloatArray:
    """P-value of "of what each threshold accepts less than the target is right".

    The accuracy is that of records, each with its weight: with A the weight that a
    random unit has among the accepted, and W that of the wrong codes in it,
    `1 - E[W] / E[A]`. The test holds for any number of units, of any unequal sizes up
    to `largest`, and however the records of a unit hang together:

    (1) Under the hypothesis `E[Z] >= 0` with `Z = W - alpha A`, `alpha = 1 - target`,
    and `Z <= (1 - alpha) largest`. So a bet of a share b < 1 multiplies its stake by
    `1 - b Z / ((1 - alpha) largest) > 0`, whose mean is at most 1.
    (2) Units are independent: the mean of the product over units is the product of the
    means. If units are not drawn alike (strata), the mean Z of all is at least 0, and
    by the inequality of arithmetic and geometric means the product is still at most 1;
    drawn without replacement from a finite population, by that of Maclaurin.
    (3) So is a mean of bets whose shares were fixed by other records. By Markov's
    inequality it exceeds 1 / p with probability p at most.

    Units of one record have the exact binomial test, which is stronger.

    Args:
        evidence: The records that test.
        grid: Thresholds, `(k,)`.
        target: The accuracy asked for.
        shares: Division of the stake, `(k, bets)`, from `bet_shares` of other records.

    References:
        Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by
        betting. Hoeffding (1963) and Maclaurin's inequality for symmetric means.

    Example:
        >>> sure, right = np.ones(400), np.ones(400, np.int8)
        >>> texts = Units(np.arange(400) // 2, np.ones(400), 2.0)
        >>> known = Evidence.of(sure, right, texts)
        >>> shares = bet_shares(known, np.array([0.5]), 0.95)
        >>> ratio_test(known, np.array([0.5]), 0.95, shares).round(6).tolist()
        [5e-05]
    """
    if evidence.is_exact:
        return p_values(*evidence.counts(grid), target)
    gains = evidence.log_gains(grid, target)
    logs = special.logsumexp(gains, axis=1, b=shares)
    found: FloatArray = np.exp(-np.maximum(logs, 0.0))
    return found


def likely_test(
    reference: Evidence, rows: float, grid: FloatArray, target: float
) -> FloatArray:
    """P-values if the records to be tested were like the reference; 1 if unknown.

    Args:
        reference: Other records.
        rows: About how many records will be tested.
        grid: Thresholds, `(k,)`.
        target: The accuracy asked for.
    """
    known, wrong = reference.counts(grid)
    times = rows / max(len(reference), 1)
    if reference.is_exact:
        accepted = times * known
        errors = np.ceil(accepted * wrong / np.maximum(known, 1))
        return np.where(known > 0, p_values(accepted, errors, target), 1.0)
    gains = times * reference.log_gains(grid, target)
    logs = special.logsumexp(gains, axis=1) - np.log(len(BETS))
    return np.where(known > 0, np.exp(-np.maximum(logs, 0.0)), 1.0)
