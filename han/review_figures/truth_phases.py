"""A share of right codes from three samples, each a part of the one before.

All records drawn have the decision of one coder; some that of a second, and where they
differ an adjudicator's; of those where two agree the adjudicator has seen some (gold).
Each sample corrects the one before, as in double sampling (Tenenbein 1970):

    right = p (1 - u - t g) + (1 - p) (v + s h)

- p: the machine says the same as the first coder (all records);
- u: the second coder differs and the machine is wrong, where p holds (coded by two);
- v: the second coder differs and the machine is right, where it does not;
- t, s: two agree, where p holds and where not;
- g: the adjudicator says that both are wrong, where the machine says the same (gold);
- h: the adjudicator says that the machine is right, where two say something else.

That one coder is right is never assumed: with fewer than `least` records coded by two
there is no figure. With fewer gold ones it is assumed that two who agree are right;
`against` says so, and whoever shows the figure must.

Where the adjudicator has not decided, or all skipped an answer, nobody knows. Such
records count half, and the interval holds however they turn out.

References:
    Tenenbein (1970), A double sampling scheme for estimating from binomial data with
    misclassifications. Journal of the American Statistical Association 65.
    Cochran (1977), Sampling Techniques, chapter 12. Wiley.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from han.review_figures.reviewed_answers import BoolArray, FloatArray
from han.review_figures.share_intervals import Move, Share, combined, share

Against = Literal["one", "two", "gold"]


@dataclass(frozen=True)
class Phases:
    """Records of a random sample; all arrays are `(n,)`.

    Attributes:
        weights: 1 / chance of being drawn, up to a factor.
        first: 1 if the machine says what the first coder says, 0 if not, nan if no
            coder could decide.
        double: Whether it is one of those coded by two.
        differs: Whether these two differ, nan where the second could not decide.
        gold: Whether two agree and the adjudicator has seen it.
        right: 1 if the machine is right, by the adjudicator: of those that differ, and
            of gold ones; nan if that is not decided.
    """

    weights: FloatArray
    first: FloatArray
    double: BoolArray
    differs: FloatArray
    gold: BoolArray
    right: FloatArray

    def assumed(self, value: float) -> Phases:
        """The same, with this value where nobody knows."""
        differs = np.where(np.isnan(self.differs), 1.0, self.differs)
        first = np.where(np.isnan(self.first), value, self.first)
        right = np.where(np.isnan(self.right), value, self.right)
        return Phases(self.weights, first, self.double, differs, self.gold, right)

    @property
    def unknown(self) -> int:
        """Records of which nobody knows."""
        apart = self.double & ~self.gold & (self.differs != 0) & np.isnan(self.right)
        return int((np.isnan(self.first) | apart).sum())


@dataclass(frozen=True)
class Estimate:
    """A share of right codes.

    Attributes:
        value: The share; nan if there are too few records for one.
        low: Lower limit of its 95 % interval.
        high: Upper limit.
        against: What it was measured against: `two` who agree or the adjudicator, or
            `gold` too; `one` if there are too few of these, and so no figure.
        same: Share that is the same as the first coder's, which needs no second.
        records: Records with a decision.
        doubles: Those coded by two.
        golds: Those of them where two agree and the adjudicator has looked.
        unknown: Records of which nobody knows; the interval holds whatever they are.
    """

    value: float
    low: float
    high: float
    against: Against
    same: Share
    records: int
    doubles: int
    golds: int
    unknown: int

    @property
    def is_known(self) -> bool:
        """Whether there is a figure."""
        return not math.isnan(self.value)


def right_share(phases: Phases, least: int) -> Estimate:
    """The share of right codes, with its 95 % interval.

    Args:
        phases: The records.
        least: Records that each of the three samples must have to be used.

    Example:
        >>> ones, yes, no = np.ones(40), np.ones(40, bool), np.zeros(40, bool)
        >>> found = right_share(Phases(ones, ones, yes, 0 * ones, no, ones), 20)
        >>> found.value, round(found.low, 3), found.against
        (1.0, 0.902, 'two')
    """
    doubles, golds = int(phases.double.sum()), int(phases.gold.sum())
    against = truth_of(doubles, golds, least)
    worst, half, best = (_measured(phases.assumed(v), against) for v in (0, 0.5, 1))
    is_known = against != "one"
    return Estimate(
        value=half[0] if is_known else math.nan,
        low=min(worst[1], half[1]) if is_known else 0.0,
        high=max(best[2], half[2]) if is_known else 1.0,
        against=against,
        same=_same(phases, least),
        records=len(phases.weights),
        doubles=doubles,
        golds=golds,
        unknown=phases.unknown,
    )


def truth_of(doubles: int, golds: int, least: int) -> Against:
    """What so many records of the second and third sample can be measured against.

    Example:
        >>> truth_of(40, 5, 20), truth_of(5, 1, 20)
        ('two', 'one')
    """
    if doubles < least:
        return "one"
    return "gold" if golds >= least else "two"


def _same(phases: Phases, least: int) -> Share:
    """The share that is the same as the first coder's; nan if there are too few."""
    if len(phases.weights) < least:
        return Share(math.nan, 0.0, 1.0, len(phases.weights), 0.0)
    worst, half, best = (
        share(phases.assumed(v).first, phases.weights) for v in (0.0, 0.5, 1.0)
    )
    return Share(half.value, worst.low, best.high, half.records, half.effective)


def _measured(phases: Phases, against: Against) -> tuple[float, float, float]:
    """The share and its limits, with nothing unknown."""
    first = share(phases.first, phases.weights)
    if against == "one" or not first.records:
        return first.value, first.low, first.high
    p = first.value
    yes = _Cell.of(phases, phases.first, against)
    no = _Cell.of(phases, 1 - phases.first, against)
    keeps = 1 - yes.differs_wrong.value - yes.agree * yes.overruled.value
    gains = no.differs_right.value + no.agree * no.overruled.value
    value = p * keeps + (1 - p) * gains
    moves = [
        Move(keeps - gains, first),
        Move(-p, yes.differs_wrong),
        Move(-p * yes.agree, yes.overruled),
        Move(1 - p, no.differs_right),
        Move((1 - p) * no.agree, no.overruled),
    ]
    low, high = combined(value, moves)
    return value, low, high


@dataclass(frozen=True)
class _Cell:
    """Records for which the machine says what the first coder says, or does not."""

    differs_wrong: Share
    differs_right: Share
    agree: float
    overruled: Share

    @classmethod
    def of(cls, phases: Phases, inside: FloatArray, against: Against) -> _Cell:
        double = np.flatnonzero(phases.double & (inside > 0))
        weights = (phases.weights * inside)[double]
        differs, right = phases.differs[double], phases.right[double]
        wrong = share(differs * (1 - right), weights).or_value(0.5)
        saved = share(differs * right, weights).or_value(0.5)
        agree = share(1 - differs, weights).or_value(0.5).value
        if against == "two":
            return cls(wrong, saved, agree, Share(0.0, 0.0, 0.0, 1, 1.0))
        gold = np.flatnonzero(phases.gold & (inside > 0))
        # Two said the same as the first: whether the adjudicator says otherwise.
        other = np.abs(phases.right[gold] - phases.first[gold])
        overruled = share(other, (phases.weights * inside)[gold]).or_value(0.0)
        return cls(wrong, saved, agree, overruled)
