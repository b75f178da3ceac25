"""What is right among the records that are coded without a person.

Records are coded from the surest down; records of equal confidence go together, since
no threshold tells them apart. For each threshold there is

    coverage(t) = sum of w over c >= t  /  sum of w
    risk(t)     = sum of w * loss over c >= t  /  sum of w over c >= t

with confidence c, weight w and a loss from 0 to 1: whether the code is wrong, or how
wrong it is in the tree.

References:
    El-Yaniv, Wiener (2010), On the foundations of noise-free selective classification.
    Geifman, Uziel, El-Yaniv (2019), Bias-reduced uncertainty estimation for deep
    neural classifiers (the excess AURC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.late_packages import sparse
from han.metrics.bootstrap import resample_counts
from han.metrics.pairs import FloatArray, document_weights, number_array

GROUPS = 1000  # steps of a resampled curve: coverage to a thousandth
SLACK = 1e-12  # rounding of a mean that is exactly the target


@dataclass(frozen=True)
class RiskCoverage:
    """A risk-coverage curve: one point for each distinct confidence.

    Attributes:
        thresholds: Confidence from which records are coded, falling, `(b,)`.
        coverage: Share of the weight that is coded, rising to 1, `(b,)`.
        risk: Mean loss of what is coded, `(b,)`.
    """

    thresholds: FloatArray
    coverage: FloatArray
    risk: FloatArray

    @property
    def area(self) -> float:
        """Area under the curve (AURC): `sum of (coverage step) * risk`; nan if empty.

        Without ties and weights this is the mean risk over the n coverages 1/n .. 1.
        """
        if not len(self.risk):
            return float("nan")
        return float(np.diff(self.coverage, prepend=0.0) @ self.risk)


def risk_coverage_curve(
    loss: npt.ArrayLike,
    confidence: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> RiskCoverage:
    """The risk-coverage curve of records.

    Args:
        loss: Loss of each record, 0 to 1, `(n,)`.
        confidence: How sure each code is, `(n,)`.
        sample_weight: Weight of each record, `(n,)`; those of weight 0 are left out.

    Raises:
        InputError: If shapes differ, or a number is not finite or a loss not 0 to 1.

    Example:
        >>> curve = risk_coverage_curve([0, 1, 1, 0], [0.9, 0.8, 0.5, 0.5])
        >>> curve.coverage.tolist(), curve.risk.tolist()
        ([0.25, 0.5, 1.0], [0.0, 0.5, 0.5])
        >>> curve.area
        0.375
    """
    losses, sure, weights = _checked(loss, confidence, sample_weight)
    thresholds, place = np.unique(-sure, return_inverse=True)
    total = np.cumsum(np.bincount(place, weights, len(thresholds)).astype(np.float64))
    lost = np.cumsum(np.bincount(place, weights * losses, len(thresholds)))
    share = total / total[-1] if len(total) else total
    return RiskCoverage(-thresholds, share, lost / total)


def optimal_aurc_error(
    loss: npt.ArrayLike, *, sample_weight: npt.ArrayLike | None = None
) -> float:
    """The area under the curve if the records were coded in the best order.

    The records stand by rising loss, on a continuous axis: `integral of R(c) dc`, with
    R(c) the mean loss of the share c that is lost least. For right or wrong codes with
    error rate r it is `r + (1 - r) log(1 - r)`. AURC less this is the excess: what the
    confidence, and not the number of errors, is to blame for; never negative.

    Args:
        loss: As in `risk_coverage_curve`.
        sample_weight: As there.

    Example:
        >>> round(optimal_aurc_error([0, 0, 0, 1]), 4)
        0.0342
    """
    losses, _, weights = _checked(
        loss, np.zeros(len(number_array(loss, "loss"))), sample_weight
    )
    if not len(losses):
        return float("nan")
    values, place = np.unique(losses, return_inverse=True)
    ends = np.cumsum(np.bincount(place, weights)) / weights.sum()
    starts = np.concatenate([[0.0], ends[:-1]])
    lost = np.concatenate([[0.0], np.cumsum(values * (ends - starts))[:-1]])
    # R(c) = (lost + value * (c - start)) / c: a constant, and a multiple of 1 / c.
    logs = np.log(ends[1:] / starts[1:])
    below = (lost - values * starts)[1:] @ logs
    return float(values @ (ends - starts) + below)


def excess_aurc_error(
    loss: npt.ArrayLike,
    confidence: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """AURC above `optimal_aurc_error`; 0 if what is right is surer than all else.

    A list of n records is a little above 0 even in the best order, as its curve has
    steps. Arguments and errors as in `risk_coverage_curve`.

    Example:
        >>> round(excess_aurc_error([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9]), 3)
        0.487
    """
    curve = risk_coverage_curve(loss, confidence, sample_weight=sample_weight)
    return curve.area - optimal_aurc_error(loss, sample_weight=sample_weight)


def coverage_at_accuracy(
    correct: npt.ArrayLike,
    confidence: npt.ArrayLike,
    target: float,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> tuple[float, float]:
    """The greatest share that can be coded with at least this accuracy.

    The threshold is the best one for these very records, so the share is a little too
    good for others: it describes and does not promise.

    Args:
        correct: Whether each code is right, `(n,)`.
        confidence: How sure it is, `(n,)`.
        target: Accuracy wanted among the coded, above 0, at most 1.
        sample_weight: Weight of each record, `(n,)`.

    Returns:
        The share, and the confidence from which records are coded: (0, nan) if no
        threshold will do, nan and nan without records.

    Raises:
        InputError: As in `risk_coverage_curve`, or for another target.

    Example:
        >>> coverage_at_accuracy([True, True, False, True], [0.9, 0.8, 0.7, 0.6], 0.75)
        (1.0, 0.6)
        >>> coverage_at_accuracy([True, True, False, True], [0.9, 0.8, 0.7, 0.6], 0.9)
        (0.5, 0.8)
    """
    if not 0 < target <= 1:
        raise InputError(f"`target`: Expected above 0, at most 1. Received {target}.")
    loss = 1.0 - number_array(correct, "correct").astype(np.float64)
    curve = risk_coverage_curve(loss, confidence, sample_weight=sample_weight)
    if not len(curve.risk):
        return float("nan"), float("nan")
    good = np.flatnonzero(curve.risk <= 1 - target + SLACK)
    if not len(good):
        return 0.0, float("nan")
    return float(curve.coverage[good[-1]]), float(curve.thresholds[good[-1]])


@dataclass(frozen=True)
class ResampledCurves:
    """Accuracy against coverage in bootstrap resamples, by the thresholds of the data.

    Attributes:
        shares: Coverage in the data themselves, `(g,)`, rising; g thresholds, `GROUPS`
            at most.
        coverage: Coverage in each resample, `(resamples, g)`.
        accuracy: Of what is coded, `(resamples, g)`; nan where that is nothing.
    """

    shares: FloatArray
    coverage: FloatArray
    accuracy: FloatArray

    def coverage_at(self, target: float) -> FloatArray:
        """The greatest coverage with the target accuracy in each, `(resamples,)`."""
        good = self.accuracy >= target - SLACK  # nan is not
        found: FloatArray = np.where(good, self.coverage, 0.0).max(axis=1, initial=0.0)
        return found


def resampled_curves(
    correct: npt.ArrayLike,
    confidence: npt.ArrayLike,
    *,
    sample_weight: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> ResampledCurves:
    """The curve in resamples of records, or of whole clusters of them.

    Curves of one seed and the same clusters come from the same resamples, so that they
    can be compared pair by pair.

    Args:
        correct: Whether each code is right, `(n,)`.
        confidence: How sure it is, `(n,)`.
        sample_weight: Weight of each record, `(n,)`.
        clusters: Number of what each record was drawn with, from 0, `(n,)`; by
            default each record is by itself.
        resamples: Number of resamples.
        seed: Seed of the resamples.

    Example:
        >>> curves = resampled_curves([True, False], [0.9, 0.1], resamples=3)
        >>> curves.coverage.shape
        (3, 2)
    """
    weights = document_weights(sample_weight, len(np.asarray(correct)))
    hits = np.asarray(correct, np.float64)
    sure = np.asarray(confidence, np.float64)
    group = _groups(sure, weights)
    size = int(group.max(initial=-1)) + 1
    whose = np.arange(len(hits)) if clusters is None else np.asarray(clusters)
    columns = np.concatenate([group, group + size])
    values = np.concatenate([weights, weights * hits])
    num_clusters = int(whose.max(initial=-1)) + 1
    sums = sparse.csr_array(
        (values, (np.tile(whose, 2), columns)), shape=(num_clusters, 2 * size)
    )
    found = list(_products(sums, num_clusters, resamples, seed))
    both = np.concatenate(found) if found else np.empty((0, 2 * size))
    total = np.cumsum(both[:, :size], axis=1)
    right = np.cumsum(both[:, size:], axis=1)
    accuracy = np.full_like(total, np.nan)
    np.divide(right, total, out=accuracy, where=total > 0)
    shares = np.cumsum(np.bincount(group, weights, size))
    return ResampledCurves(
        shares / np.maximum(shares[-1:], 1e-300),
        total / np.maximum(total[:, -1:], 1e-300),
        accuracy,
    )


def _products(
    sums: sparse.csr_array, rows: int, resamples: int, seed: int
) -> Iterator[FloatArray]:
    for counts in resample_counts(rows, resamples, seed):
        yield np.asarray(counts @ sums)


def _groups(sure: FloatArray, weights: FloatArray) -> npt.NDArray[np.int64]:
    """Number of each record's step, from the surest: equal confidence, equal step."""
    values, place = np.unique(-sure, return_inverse=True)
    if len(values) <= GROUPS:
        return place.astype(np.int64)
    reached = np.cumsum(np.bincount(place, weights))
    steps = np.ceil(GROUPS * reached / max(reached[-1], 1e-300)).astype(np.int64)
    _, merged = np.unique(steps, return_inverse=True)
    return np.asarray(merged[place], np.int64)


def _checked(
    loss: npt.ArrayLike, confidence: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    losses = number_array(loss, "loss").astype(np.float64)
    sure = number_array(confidence, "confidence").astype(np.float64)
    if losses.ndim != 1 or losses.shape != sure.shape:
        raise InputError(
            "Expected loss and confidence of one shape (n,). Received "
            f"{losses.shape} and {sure.shape}."
        )
    if not ((losses >= 0) & (losses <= 1)).all() or not np.isfinite(sure).all():
        raise InputError("Expected losses from 0 to 1 and finite confidences.")
    weights = document_weights(sample_weight, len(losses))
    kept = weights > 0
    return losses[kept], sure[kept], weights[kept]
