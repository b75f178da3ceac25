"""A share of what was drawn, and what is put together of several, with 95 % intervals.

One share has Clopper and Pearson's interval, which also holds near 1. Where records
weigh unequally it is that of an effective number (Korn and Graubard), which is never
above Kish's: a record of great weight that is right says little of the others, and the
variance would not know it.

What is made of several shares has the interval of Zou and Donner: each share moves
from its value to its own limit, and the moves are added as independent ones. So an
error that did not occur in the sample still counts, as it should.

References:
    Clopper, Pearson (1934), The use of confidence or fiducial limits. Biometrika 26.
    Kish (1965), Survey Sampling. Wiley.
    Korn, Graubard (1998), Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24.
    Zou, Donner (2008), Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.binomial_bounds import lower_bound, upper_bound

FloatArray = npt.NDArray[np.float64]
CONFIDENCE = 0.95
SIDE = (1 - CONFIDENCE) / 2


@dataclass(frozen=True)
class Share:
    """A share of records.

    Attributes:
        value: The share; nan without records.
        low: Lower limit of its interval.
        high: Upper limit.
        records: Records that were looked at.
        effective: So many records of equal weight would tell as much.
    """

    value: float
    low: float
    high: float
    records: int
    effective: float

    def or_value(self, value: float) -> Share:
        """The same; with this value, and all that is possible, if there is none."""
        if self.records:
            return self
        return Share(value, 0.0, 1.0, 0, 0.0)


@dataclass(frozen=True)
class Move:
    """How a figure follows a share.

    Attributes:
        slope: By how much the figure grows where the share grows by 1.
        share: The share.
    """

    slope: float
    share: Share

    def below(self) -> float:
        """By how much the figure falls if the share is at its worse limit."""
        one = self.share
        end = one.low if self.slope > 0 else one.high
        return self.slope * (one.value - end)

    def above(self) -> float:
        """By how much it grows if the share is at its better limit."""
        one = self.share
        end = one.high if self.slope > 0 else one.low
        return self.slope * (end - one.value)


def share(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Share:
    """The weighted mean of values from 0 to 1, drawn at random.

    Args:
        values: One for each record, `(n,)`.
        weights: 1 / chance of being drawn, up to a factor, `(n,)`; equal ones if None.

    Example:
        >>> found = share([1, 1, 1, 0])
        >>> found.value, round(found.low, 3), round(found.high, 3)
        (0.75, 0.194, 0.994)
        >>> share([1, 1], [9, 1]).low < share([1, 1]).low
        True
    """
    given = np.asarray(values, np.float64)
    weight = np.ones(len(given)) if weights is None else np.asarray(weights, float)
    total = float(weight.sum())
    if not total:
        return Share(math.nan, 0.0, 1.0, 0, 0.0)
    value = min(float(weight @ given) / total, 1.0)
    effective = _effective(given, weight / total, value)
    right = effective * value
    low = lower_bound(right, effective, SIDE)
    return Share(value, low, upper_bound(right, effective, SIDE), len(given), effective)


def _effective(values: FloatArray, parts: FloatArray, value: float) -> float:
    """Korn and Graubard's number, and Kish's where that is less."""
    kish, records = 1 / float(parts @ parts), len(values)
    spread = value * (1 - value)
    if records < 2 or spread <= 0:
        return kish
    variance = float((parts**2) @ (values - value) ** 2) * records / (records - 1)
    return min(kish, spread * records / (records - 1) / variance) if variance else kish


def combined(value: float, moves: Iterable[Move]) -> tuple[float, float]:
    """The interval of a figure that is made of independent shares.

    Args:
        value: The figure, a share itself.
        moves: How it follows each of them.

    Example:
        >>> one, other = share([1] * 50), share([1] * 50)
        >>> low, high = combined(1.0, [Move(0.5, one), Move(0.5, other)])
        >>> round(one.low, 3), round(low, 3), high
        (0.929, 0.95, 1.0)
    """
    found = list(moves)
    below = math.sqrt(sum(move.below() ** 2 for move in found))
    above = math.sqrt(sum(move.above() ** 2 for move in found))
    return max(value - below, 0.0), min(value + above, 1.0)
