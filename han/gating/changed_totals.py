"""What two runs do with the same records: changed codes, changed totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class ChangedTotals:
    """Weighted totals of codes under two runs, `codes` of them.

    Attributes:
        old: Totals under the old run, `(codes,)`.
        new: Totals under the new one.
        low: Lower ends of the intervals of `new - old`.
        high: Upper ends.
        weight: All weight, that of records without a code as well.
    """

    old: FloatArray
    new: FloatArray
    low: FloatArray
    high: FloatArray
    weight: float

    @property
    def points(self) -> FloatArray:
        """Change of each code's share of all weight, in points from -100 to 100."""
        return 100 * (self.new - self.old) / self.weight

    @property
    def relative(self) -> FloatArray:
        """Change of each total, as a share of the old one; infinite from nothing."""
        change = self.new - self.old
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(change == 0, 0.0, change / self.old)


def changed_totals(
    old: IntArray, new: IntArray, weights: FloatArray, units: IntArray, codes: int
) -> ChangedTotals:
    """Totals of codes under two runs, and how sure their difference is.

    Both runs code the same records, so only the records that change count for the
    variance of a difference: it is that of the sum of the weights that go to a code
    less those that leave it, over units drawn with replacement (Särndal, Swensson and
    Wretman 1992, 2.9), with Student's t on units less one. Weights are taken as given.

    Args:
        old: Place of the code of each record under the old run, `(n,)`; -1: none.
        new: The same under the new one.
        weights: `(n,)`.
        units: Unit of sampling of each record, from 0, `(n,)`.
        codes: Number of codes.

    Example:
        >>> old, new = np.array([0, 0, 1]), np.array([0, 1, 1])
        >>> changed_totals(old, new, np.ones(3), np.arange(3), 2).new.tolist()
        [1.0, 2.0]
    """
    totals = [
        np.bincount(place[place >= 0], weights[place >= 0], codes).astype(float)
        for place in (old, new)
    ]
    count = int(units.max()) + 1
    moved = np.flatnonzero(old != new)
    squares = _squares(old[moved], new[moved], weights[moved], units[moved], codes)
    change = totals[1] - totals[0]
    if count > 1:
        spread = np.sqrt(
            np.maximum(squares - change**2 / count, 0) * count / (count - 1)
        )
        reach = spread * student.ppf((1 + CONFIDENCE) / 2, count - 1)
    else:
        reach = np.where(change == 0, 0.0, np.inf)
    return ChangedTotals(
        totals[0], totals[1], change - reach, change + reach, float(weights.sum())
    )


def _squares(
    old: IntArray, new: IntArray, weights: FloatArray, units: IntArray, codes: int
) -> FloatArray:
    """Sum over units of the square of what each adds to a difference, `(codes,)`."""
    pairs = [(units[old >= 0] * codes + old[old >= 0], -weights[old >= 0])]
    pairs += [(units[new >= 0] * codes + new[new >= 0], weights[new >= 0])]
    keys = np.concatenate([key for key, _ in pairs])
    distinct, place = np.unique(keys, return_inverse=True)
    sums = np.bincount(place, np.concatenate([worth for _, worth in pairs]))
    return np.bincount(distinct % codes, sums**2, codes).astype(float)


def share_interval(
    is_changed: npt.NDArray[np.bool_], weights: FloatArray, units: IntArray
) -> tuple[float, float, float]:
    """Weighted share of the records that change, with an interval.

    A ratio of two sums over units, linearised (the same source, 5.5), kept between 0
    and 1.

    Example:
        >>> share_interval(np.array([True, False]), np.ones(2), np.arange(2))[0]
        0.5
    """
    share = float(weights @ is_changed / weights.sum())
    residuals = weights * (is_changed - share) / weights.sum()
    sums = np.bincount(units, residuals)
    count = len(sums)
    if count < 2:
        return share, 0.0, 1.0
    spread = float(np.sqrt(count / (count - 1) * (sums**2).sum()))
    reach = spread * float(student.ppf((1 + CONFIDENCE) / 2, count - 1))
    return share, max(share - reach, 0.0), min(share + reach, 1.0)
