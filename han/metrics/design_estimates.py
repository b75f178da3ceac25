"""Accuracy of a whole wave, estimated by design from a random sample of it.

The sample was drawn with known chances, so it speaks for the wave whatever the model
does. Each record has a weight (1 / its chance, or a calibrated one), a stratum (each is
sampled by itself) and a cluster (the primary sampling unit: what was drawn first). The
estimate is a ratio of two weighted sums, and its variance is linearised (Taylor), with
clusters drawn with replacement within strata: where a large share of a stratum was
drawn, that is on the safe side.

This describes a wave and is no promise: v is itself an estimate. Intervals are somewhat
short where clusters of very unequal size are right or wrong together and few are wrong,
and where weights are very unequal; the tests simulate how often they hold.

References:
    Korn, Graubard (1998), Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24.
    Lumley (2004), Analysis of complex survey samples. Journal of Statistical Software.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.errors import InputError, listing
from han.late_packages import pd, special
from han.metrics.pairs import BoolArray, FloatArray, number_array

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class DesignRatio:
    """A ratio estimated by design.

    Attributes:
        estimate: The ratio; nan if no record counts.
        interval: Its interval; (0, 1) where nothing can be said.
        standard_error: Root of its linearised variance; nan without degrees of freedom.
            It is 0 where all records are right: look at the interval there.
        records: Records that count: those with a weight and a `whole` above 0.
        clusters: Clusters with such records.
        strata: Strata with such records.
        single_strata: Strata of one cluster in the whole sample; see `design_ratio`.
        effective_records: So many independent records of equal weight would tell as
            much.
        degrees_of_freedom: `clusters - strata`.
    """

    estimate: float
    interval: tuple[float, float]
    standard_error: float
    records: int
    clusters: int
    strata: int
    single_strata: int
    effective_records: float
    degrees_of_freedom: int


def design_ratio(
    part: npt.ArrayLike,
    whole: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> DesignRatio:
    """The ratio `sum(w * part) / sum(w * whole)` of a population, from a sample of it.

    For the accuracy of what is coded without a person, `whole` is 1 where a record is
    coded and `part` 1 where its code is right, too. Give all records of the sample:
    those that are not coded (both 0) tell how much is coded by chance.

    With `z = w * (part - R * whole) / sum(w * whole)`, its sums `Z` by cluster and
    `n_h` clusters in stratum h, the variance is

        v = sum over h of  n_h / (n_h - 1) * sum of (Z - mean of Z in h)^2

    A stratum of one cluster has no spread of its own: its Z is taken from the mean of
    all, which is 0, and is too large rather than too small ("adjust" in R's survey).

    The interval is that of Korn and Graubard: Clopper and Pearson's, which also holds
    near 1, for `n R (1 - R) / ((n - 1) v)` records, at most the n that count, times
    `(t(n - 1) / t(df))^2` for a variance known from few clusters. Where all are right,
    or none is, v says nothing: there a cluster counts as one record, and clusters of
    unequal weight as Kish's number, `(sum W)^2 / sum W^2`. With equal weights, without
    strata and clusters, it is Clopper and Pearson's for the n records.

    Args:
        part: What each of n records adds to the numerator, from 0 to its `whole`.
        whole: What it adds to the denominator, `(n,)`.
        weights: Design weight of each, `(n,)`; records of weight 0 are left out. Equal
            if None.
        strata: Name or number of the stratum of each, `(n,)`; one if None.
        clusters: Name or number of the cluster of each, `(n,)`; each record is one if
            None. A name stands for one cluster in the whole sample.
        confidence: Of the interval, which has two sides.

    Raises:
        InputError: If shapes differ, a number is not finite, negative or out of range,
            a stratum or a cluster is missing, or a cluster stands in two strata.

    Example:
        >>> found = design_ratio(np.ones(59), np.ones(59))
        >>> found.estimate, round(found.interval[0], 3)
        (1.0, 0.939)
        >>> right, coded = [1, 1, 0, 1, 1, 0, 1, 1], [1, 1, 1, 1, 1, 0, 1, 1]
        >>> found = design_ratio(right, coded, clusters=[1, 1, 2, 2, 3, 3, 4, 4])
        >>> round(found.estimate, 3), found.degrees_of_freedom
        (0.857, 3)
    """
    if not 0 < confidence < 1:
        raise InputError(
            "`confidence`: Expected a number above 0 and under 1, such as 0.95. "
            f"Received {confidence}."
        )
    sample = _read(part, whole, weights, strata, clusters)
    variance, single_strata = _variance(sample)
    size = _effective_records(sample, variance, 1 - confidence)
    has_spread = sample.degrees_of_freedom > 0
    return DesignRatio(
        sample.ratio,
        _interval(sample.ratio, size, 1 - confidence),
        math.sqrt(variance) if has_spread else math.nan,
        sample.records,
        sample.used(sample.cluster),
        sample.used(sample.stratum),
        single_strata,
        size,
        sample.degrees_of_freedom,
    )


@dataclass(frozen=True)
class _Sample:
    """The records with a weight: weighted summands, and numbers from 0 of where."""

    part: FloatArray
    whole: FloatArray
    stratum: Places
    cluster: Places

    @property
    def counts(self) -> BoolArray:
        found: BoolArray = self.whole > 0
        return found

    @property
    def records(self) -> int:
        return int(self.counts.sum())

    @property
    def ratio(self) -> float:
        total = float(self.whole.sum())
        return min(float(self.part.sum()) / total, 1.0) if total else math.nan

    @property
    def is_uniform(self) -> bool:
        """Whether all are right, or none is."""
        return bool((self.part == self.whole).all() or not self.part.any())

    def used(self, names: Places) -> int:
        return len(np.unique(names[self.counts]))

    @property
    def degrees_of_freedom(self) -> int:
        return self.used(self.cluster) - self.used(self.stratum)


def _variance(sample: _Sample) -> tuple[float, int]:
    """Linearised variance of the ratio, and the number of strata of one cluster."""
    if not sample.records:
        return math.nan, 0
    total = sample.whole.sum()
    parts = (sample.part - sample.ratio * sample.whole) / total
    spread = np.bincount(sample.cluster, parts)
    home = np.zeros(len(spread), np.intp)
    home[sample.cluster] = sample.stratum
    clusters = np.bincount(home)
    # An empty number is a stratum whose records have no weight.
    mean = np.bincount(home, spread) / np.maximum(clusters, 1)
    mean[clusters == 1] = 0.0
    scale = clusters / np.maximum(clusters - 1, 1)
    variance = float((scale[home] * (spread - mean[home]) ** 2).sum())
    return variance, int((clusters == 1).sum())


def _effective_records(sample: _Sample, variance: float, outside: float) -> float:
    records, df = sample.records, sample.degrees_of_freedom
    if not records:
        return 0.0
    if sample.is_uniform:
        sizes = np.bincount(sample.cluster, sample.whole)
        return float(sizes.sum() ** 2 / (sizes**2).sum())
    if df < 1:
        return 0.0
    simple = sample.ratio * (1 - sample.ratio) * records / (records - 1)
    size = min(simple / variance, records) if variance > 0 else records
    quantiles = special.stdtrit(np.array([records - 1, df]), 1 - outside / 2)
    return float(size * (quantiles[0] / quantiles[1]) ** 2)


def _interval(ratio: float, size: float, outside: float) -> tuple[float, float]:
    """Clopper and Pearson's interval (1934) for a number of records with a fraction."""
    if not size:
        return 0.0, 1.0
    right, wrong = size * ratio, size * (1 - ratio)
    low = special.betaincinv(right, wrong + 1, outside / 2) if right else 0.0
    high = special.betaincinv(right + 1, wrong, 1 - outside / 2) if wrong else 1.0
    return float(low), float(high)


def _read(
    part: npt.ArrayLike,
    whole: npt.ArrayLike,
    weights: npt.ArrayLike | None,
    strata: npt.ArrayLike | None,
    clusters: npt.ArrayLike | None,
) -> _Sample:
    """What was given, checked, without records of weight 0."""
    below, above = _summands(part, "part"), _summands(whole, "whole")
    weight = np.ones(len(above)) if weights is None else _summands(weights, "weights")
    if not len(below) == len(above) == len(weight):
        raise InputError(
            "Expected `part`, `whole` and `weights` of equal length, a number for each "
            f"record. Received {len(below)}, {len(above)} and {len(weight)}."
        )
    _refuse(below > above, "`part`: Expected at most the `whole` of its record")
    stratum = _numbers(strata, "strata", len(above), np.zeros(len(above), np.intp))
    cluster = _numbers(clusters, "clusters", len(above), np.arange(len(above)))
    _refuse(
        _is_divided(stratum, cluster),
        "`clusters`: Expected each cluster in one stratum; where numbers begin anew in "
        "each stratum, give stratum and number together as the name. Received the "
        "same cluster in two strata",
    )
    kept = weight > 0
    return _Sample(
        (weight * below)[kept],
        (weight * above)[kept],
        np.unique(stratum[kept], return_inverse=True)[1],
        np.unique(cluster[kept], return_inverse=True)[1],
    )


def _summands(values: npt.ArrayLike, name: str) -> FloatArray:
    found = number_array(values, name).astype(np.float64)
    if found.ndim != 1:
        raise InputError(
            f"`{name}`: Expected shape (n,), a number for each record. "
            f"Received {found.shape}."
        )
    wrong = ~(np.isfinite(found) & (found >= 0))
    _refuse(wrong, f"`{name}`: Expected finite numbers from 0")
    return found


def _numbers(
    names: npt.ArrayLike | None, argument: str, records: int, default: Places
) -> Places:
    """Numbers from 0 of named strata or clusters, `(n,)`."""
    if names is None:
        return default
    cells = np.asarray(names, object)
    if cells.shape != (records,):
        raise InputError(
            f"`{argument}`: Expected shape ({records},), a name or number for each "
            f"record. Received {cells.shape}."
        )
    blank = [isinstance(cell, str) and not cell.strip() for cell in cells]
    numbers = np.asarray(pd.factorize(cells)[0], np.intp)
    missing = np.array(blank, bool) | (numbers < 0)
    _refuse(missing, f"`{argument}`: Expected a name or number for each record")
    return numbers


def _is_divided(stratum: Places, cluster: Places) -> BoolArray:
    """Records whose cluster began in another stratum, `(n,)`."""
    _, first, place = np.unique(cluster, return_index=True, return_inverse=True)
    found: BoolArray = stratum != stratum[first][place]
    return found


def _refuse(wrong: BoolArray, expected: str) -> None:
    """One error with positions, and never a name: it may be a person's text."""
    places = np.flatnonzero(wrong)
    if len(places):
        raise InputError(f"{expected}. Look at positions {listing(places, shown=5)}.")
