"""Whether probabilities mean what they say: ECE, Brier score, log loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.languages.number_format import Language
from han.languages.words import SUMMARY, Words
from han.metrics.bootstrap import (
    Interval,
    cluster_sums,
    cluster_totals,
    percentile_interval,
)
from han.metrics.pairs import FloatArray, document_weights, number_array

BINS = 15
SCORES = ("ece", "brier", "log_loss")


@dataclass(frozen=True)
class LevelErrors:
    """What each document adds to the scores of probabilities, at each level.

    Attributes:
        counted: Whether the document's truth is known there, `(n, L)`.
        correct: Whether the code given is right, `(n, L)`.
        confidence: Probability of the code given, `(n, L)`.
        brier: Brier score over all codes of the level, `(n, L)`.
        log_loss: `-log p(true code)`, `(n, L)`.
    """

    counted: npt.NDArray[np.bool_]
    correct: npt.NDArray[np.bool_]
    confidence: FloatArray
    brier: FloatArray
    log_loss: FloatArray


def expected_calibration_error(
    correct: npt.ArrayLike,
    confidence: npt.ArrayLike,
    *,
    bins: int = BINS,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """`sum over bins of (share of documents) * |accuracy - mean confidence|`.

    Bins have equal mass: documents are put in order by confidence and cut into `bins`
    parts of the same weight. Bins of equal width, which were used here before, leave
    nearly all documents of a good model in the last one, where what is said too much
    of one and too little of another cancels out. Documents of equal confidence stay in
    one bin, that of the middle of their weight.

    Args:
        correct: Whether the code given is right, `(n,)`.
        confidence: Its probability, `(n,)`.
        bins: Number of bins; fewer are used where there are fewer confidences.
        sample_weight: Weight of each document, `(n,)`.

    Returns:
        From 0 (what is said to be right in 8 of 10 cases is right in 8 of 10) to 1;
        nan without documents. Chance makes it greater than 0 even for probabilities
        that are right: of few documents read the interval of `calibration_errors`.

    Raises:
        InputError: If shapes differ or a confidence is not from 0 to 1.

    References:
        Guo et al. 2017, On Calibration of Modern Neural Networks; bins of equal mass
        as in Nixon et al. 2019, Measuring Calibration in Deep Learning.

    Example:
        >>> expected_calibration_error([True, False], [0.75, 0.75])
        0.25
    """
    hits, sure = _checked(correct, confidence)
    weights = document_weights(sample_weight, len(hits))
    if not weights.sum() > 0:
        return float("nan")
    place = equal_mass_bins(sure, weights, bins)
    gaps = np.bincount(place, weights * (hits - sure), minlength=bins)
    return float(np.abs(gaps).sum() / weights.sum())


def _checked(
    correct: npt.ArrayLike, confidence: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    hits = number_array(correct, "correct").astype(np.float64)
    sure = number_array(confidence, "confidence").astype(np.float64)
    if hits.ndim != 1 or hits.shape != sure.shape:
        raise InputError(
            "Expected `correct` and `confidence` of one shape (n,). Received "
            f"{hits.shape} and {sure.shape}."
        )
    if not ((sure >= 0) & (sure <= 1.001)).all():  # sums of float32 pass 1 a little
        raise InputError("`confidence`: Expected numbers from 0 to 1. Received others.")
    return hits, sure


def equal_mass_bins(
    confidence: FloatArray, weights: FloatArray, bins: int = BINS
) -> npt.NDArray[np.intp]:
    """Bin of each document, `(n,)`, by the rank of its confidence.

    Example:
        >>> equal_mass_bins(np.array([0.9, 0.2, 0.8, 0.2]), np.ones(4), bins=2).tolist()
        [1, 0, 1, 0]
    """
    if bins < 1:
        raise InputError(f"`bins`: Expected 1 or more. Received {bins}.")
    _, place = np.unique(confidence, return_inverse=True)
    mass = np.bincount(place, weights)
    middle = (np.cumsum(mass) - mass / 2) / max(float(mass.sum()), 1e-300)
    found: npt.NDArray[np.intp] = np.minimum(middle * bins, bins - 1).astype(np.intp)
    return found[place]


def calibration_errors(
    scores: LevelErrors,
    *,
    sample_weight: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, dict[str, Any]]:
    """Calibration error, Brier score and log loss of each level, with intervals.

    Args:
        scores: What each document adds.
        sample_weight: Weight of each document, `(n,)`.
        clusters: What was drawn together, `(n,)`, such as a household; documents by
            themselves if None.
        resamples: Number of bootstrap resamples; 0 gives no intervals.
        seed: Seed of the resamples.

    Returns:
        For each level, as text, plain JSON values, None where undefined: `rows`
        counted, `ece`, `brier` (0 to 2), `log_loss`, and `intervals` of the three.
        Those of Brier score and log loss are 95 % percentile intervals. A resample has
        a greater calibration error than the documents it was drawn from, by about as
        much as these have more than all there could be: so that of `ece` is reflected
        at the score (the basic bootstrap), cut at 0, and reaches the score at least.
        None where only one cluster counts, which says nothing of the others.

    References:
        Davison, Hinkley 1997, Bootstrap Methods and their Application, section 5.2.

    Example:
        >>> one = np.ones((4, 1))
        >>> right = np.array([[True], [True], [True], [False]])
        >>> found = calibration_errors(
        ...     LevelErrors(one > 0, right, one * 0.75, one * 0.4, one * 0.5))
        >>> found["1"]["rows"], found["1"]["ece"], found["1"]["intervals"]["log_loss"]
        (4, 0.0, [0.5, 0.5])
    """
    weights = document_weights(sample_weight, len(scores.counted))
    levels = range(scores.counted.shape[1])
    summands = [_summands(scores, weights, level) for level in levels]
    sums = np.array([part.sum(axis=0) for part in summands])
    drawn = None
    if resamples and len(weights):
        every = np.hstack(summands)
        drawn = cluster_sums(every, resamples, seed, clusters)
        drawn = drawn.reshape(resamples, len(levels), -1)
        masses = np.column_stack([part[:, 0] for part in summands])
        lone = (cluster_totals(masses, clusters) > 0).sum(axis=0) < 2
        drawn[:, lone] = np.nan
    found = {}
    for level in levels:
        whole = {k: float(v[0]) for k, v in _ratios(sums[None, level]).items()}
        again = {} if drawn is None else _ratios(drawn[:, level])
        found[str(level + 1)] = {
            "rows": int((scores.counted[:, level] & (weights > 0)).sum()),
            **{name: None if np.isnan(whole[name]) else whole[name] for name in SCORES},
            "intervals": {k: _interval(k, whole[k], v) for k, v in again.items()},
        }
    return found


def _summands(scores: LevelErrors, weights: FloatArray, level: int) -> FloatArray:
    """Columns that add up to the scores of a level, `(n, 3 + BINS)`."""
    mass = weights * scores.counted[:, level]
    kept = mass > 0  # elsewhere there may be nan
    hits, sure = _checked(scores.correct[kept, level], scores.confidence[kept, level])
    found = np.zeros((len(mass), 3 + BINS))
    found[:, 0] = mass
    found[kept, 1] = mass[kept] * scores.brier[kept, level]
    found[kept, 2] = mass[kept] * scores.log_loss[kept, level]
    place = equal_mass_bins(sure, mass[kept])
    found[np.flatnonzero(kept), 3 + place] = mass[kept] * (hits - sure)
    return found


def _ratios(sums: FloatArray) -> dict[str, FloatArray]:
    """Scores from sums of summands, `(resamples, 3 + BINS)`."""
    parts = [np.abs(sums[:, 3:]).sum(axis=1), sums[:, 1], sums[:, 2]]
    total = sums[:, 0]
    nan = np.full(len(sums), np.nan)
    return {
        name: np.divide(part, total, out=nan.copy(), where=total > 0)
        for name, part in zip(SCORES, parts, strict=True)
    }


def _interval(name: str, score: float, drawn: FloatArray) -> Interval:
    found = percentile_interval(drawn)
    if name != "ece" or found is None:
        return found
    low, high = found
    return [min(max(2 * score - high, 0.0), score), max(2 * score - low, score)]


def calibration_table(
    results: Mapping[str, Mapping[str, Any]], language: Language = "en"
) -> str:
    """Scores of probabilities as a table: a row for each split, level and time.

    Args:
        results: For each split what `metrics.json` holds.
        language: Of its head and its rows.

    Example:
        >>> level = {"rows": 9, "ece": 0.1, "brier": 0.2, "log_loss": 0.3}
        >>> after = {"1": level | {"ece": 0.05, "intervals": {"ece": [0.04, 0.06]}}}
        >>> print(calibration_table(
        ...     {"test": {"calibration": {"before": {"1": level}, "after": after}}}))
        calibration  level  records  ece                   brier  log_loss
        test before  1      9        0.100                 0.200  0.300
        test after   1      9        0.050 [0.040, 0.060]  0.200  0.300
    """
    say = Words(SUMMARY, language).say
    lines = [[say("calibration"), say("level"), say("rows_head"), *SCORES]]
    for split, result in results.items():
        for time, levels in (result.get("calibration") or {}).items():
            for level, scores in (levels or {}).items():
                cells = [_cell(scores, name) for name in SCORES]
                lines.append(
                    [say(time, split=split), level, str(scores["rows"]), *cells]
                )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _cell(scores: Mapping[str, Any], name: str) -> str:
    if scores[name] is None:
        return "-"
    interval = scores.get("intervals", {}).get(name)
    bounds = f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return f"{scores[name]:.3f}{bounds}"
