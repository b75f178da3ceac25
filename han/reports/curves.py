"""Points of the curves that the page plots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.coded_records import FloatArray, JudgedRecords
from han.metrics.group_shares import Shares, shares_by_group
from han.metrics.selective_scores import resampled_curves, risk_coverage_curve

POINTS = 120  # of a curve: more cannot be seen
FEWEST = 10  # records from which an accuracy is drawn
BINS = 10


@dataclass(frozen=True)
class AccuracyBand:
    """A curve over coverage, with the 95 % interval at each point.

    Attributes:
        coverage: `(p,)`, rising.
        value: `(p,)`.
        low: `(p,)`; nan where there is no interval.
        high: `(p,)`.
    """

    coverage: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray


def accuracy_band(judged: JudgedRecords) -> AccuracyBand:
    """Accuracy of what is coded against its share, from the surest record down."""
    loss = 1.0 - judged.correct
    curve = risk_coverage_curve(loss, judged.confidence, sample_weight=judged.weights)
    resampled = resampled_curves(
        judged.correct,
        judged.confidence,
        sample_weight=judged.weights,
        clusters=judged.units,
    )
    steps = resampled.shares
    place = np.searchsorted(curve.coverage, steps - 1e-9)
    place = np.minimum(place, len(curve.coverage) - 1)
    kept = _spread(steps, len(judged.records))
    accuracy = resampled.accuracy[:, kept]
    ends = np.full((2, len(kept)), np.nan)
    there = ~np.isnan(accuracy).all(axis=0) if len(accuracy) else np.zeros(0, bool)
    if there.any() and judged.num_units > 1:
        ends[:, there] = np.nanquantile(accuracy[:, there], [0.025, 0.975], axis=0)
    return AccuracyBand(steps[kept], 1.0 - curve.risk[place[kept]], ends[0], ends[1])


def risk_points(
    loss: FloatArray, confidence: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Coverage and mean loss of a risk-coverage curve, thinned out."""
    curve = risk_coverage_curve(loss, confidence, sample_weight=weights)
    kept = _spread(curve.coverage, len(loss))
    return curve.coverage[kept], curve.risk[kept]


def _spread(coverage: FloatArray, rows: int) -> npt.NDArray[np.int64]:
    """Places of points that spread evenly over the coverage; the last is one."""
    if not len(coverage):
        return np.zeros(0, np.int64)
    first = min(FEWEST / max(rows, 1), 1.0)
    wanted = np.linspace(first, 1.0, POINTS)
    places = np.searchsorted(coverage, wanted - 1e-9)
    return np.unique(np.minimum(places, len(coverage) - 1))


@dataclass(frozen=True)
class Bins:
    """Records in bins of equal weight by confidence.

    Attributes:
        confidence: Mean confidence of each, `(b,)`.
        shares: How many of each are right.
    """

    confidence: FloatArray
    shares: Shares


def reliability_bins(judged: JudgedRecords, bins: int = BINS) -> Bins:
    """Confidence against accuracy in bins of about equal weight.

    Records of equal confidence go into one bin, so there may be fewer. Those without a
    code, of probability 0, have nothing to be believed.

    Args:
        judged: The records.
        bins: Number of bins.

    Example:
        >>> judged = JudgedRecords(np.arange(4), np.array([True, False, True, True]),
        ...     np.array([0.2, 0.4, 0.8, 1.0]), np.ones(4))
        >>> found = reliability_bins(judged, bins=2)
        >>> found.confidence.round(2).tolist(), found.shares.share.tolist()
        ([0.3, 0.9], [0.5, 1.0])
    """
    judged = judged.where(judged.confidence > 0)
    sure, weights = judged.confidence, judged.weights
    values, place = np.unique(sure, return_inverse=True)
    weight = np.bincount(place, weights, len(values))
    total = weight.sum()
    if not total > 0:
        none = shares_by_group([], [], [], 0)
        return Bins(np.zeros(0), none)
    middle = (np.cumsum(weight) - weight / 2) / total
    number = np.minimum((middle * bins).astype(int), bins - 1)
    used, number = np.unique(number, return_inverse=True)
    group = number[place]
    size = len(used)
    mass = np.bincount(group, weights, size)
    sums = np.bincount(group, weights * sure, size)
    mean = np.divide(sums, mass, out=np.zeros(size), where=mass > 0)
    shares = shares_by_group(group, judged.correct, weights, size, judged.units)
    return Bins(mean, shares)
