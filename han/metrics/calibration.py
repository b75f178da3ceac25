"""Whether probabilities mean what they say: calibration errors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.metrics.pairs import document_weights, pair
from han.taxonomy import ROOT, Taxonomy

BINS = 15


def expected_calibration_error(
    correct: npt.ArrayLike,
    confidence: npt.ArrayLike,
    *,
    bins: int = BINS,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """`sum over bins of (share of documents) * |accuracy - mean confidence|`.

    Bins have equal width; a confidence on an edge belongs to the bin below it.

    Args:
        correct: Whether the code given is right, `(n,)`.
        confidence: Its probability, `(n,)`.
        bins: Number of bins from 0 to 1.
        sample_weight: Weight of each document, `(n,)`.

    Returns:
        From 0 (what is said to be right in 8 of 10 cases is right in 8 of 10) to 1;
        nan without documents.

    Raises:
        ValueError: If shapes differ or a confidence is not from 0 to 1.

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks.

    Example:
        >>> expected_calibration_error([True, False], [0.75, 0.75])
        0.25
    """
    hits = np.asarray(correct, dtype=np.float64)
    sure = np.asarray(confidence, dtype=np.float64)
    if hits.ndim != 1 or hits.shape != sure.shape:
        raise ValueError(
            "Expected `correct` and `confidence` of one shape (n,). Received "
            f"{hits.shape} and {sure.shape}."
        )
    if not ((sure >= 0) & (sure <= 1.001)).all():  # sums of float32 pass 1 a little
        raise ValueError("`confidence`: Expected numbers from 0 to 1. Received others.")
    weights = document_weights(sample_weight, len(hits))
    if not weights.sum() > 0:
        return float("nan")
    place = np.clip(np.ceil(sure * bins) - 1, 0, bins - 1).astype(int)
    gaps = np.bincount(place, weights * (hits - sure), minlength=bins)
    return float(np.abs(gaps).sum() / weights.sum())


def level_calibration_errors(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    level_probabilities: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> dict[int, float]:
    """Expected calibration error of the code given, at each level.

    Documents count at the levels that both their true code and the code given reach;
    those without either count nowhere.

    Args:
        y_true: True node ids, `(n,)`; -1 is skipped.
        y_pred: Predicted node ids, `(n,)`; -1 abstains.
        level_probabilities: Probability of the predicted code's ancestor at each
            level, itself included, `(n, L)`; not read below it.
        taxonomy: The tree.
        sample_weight: Weight of each document, `(n,)`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> level_calibration_errors([2, 3], [2, 2], [[1.0, 0.5], [1.0, 0.5]], tree)
        {1: 0.0, 2: 0.0}
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    given = np.asarray(level_probabilities, dtype=np.float64)[pairs.kept]
    errors = {}
    for level in range(1, taxonomy.num_levels + 1):
        true = pairs.true_paths[:, level - 1]
        predicted = pairs.predicted_paths[:, level - 1]
        rows = (true != ROOT) & (predicted != ROOT)
        errors[level] = expected_calibration_error(
            (true == predicted)[rows],
            given[rows, level - 1],
            sample_weight=pairs.weights[rows],
        )
    return errors
