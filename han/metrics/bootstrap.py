"""Percentile bootstrap intervals over documents.

Nearly every score is a ratio of two sums over documents. A resample changes only how
often each document is in the sums, so the resamples of all scores are one product of
a matrix of counts with a matrix of summands. Macro F1 is no such ratio and gets no
interval: resamples miss rare classes, so that its percentiles lie beside the score.

Where all documents are right, or none is, so are all in each resample: `[1, 1]` would
say that nothing is ever wrong. There the interval is that of Clopper and Pearson.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from han.metrics.pairs import FloatArray

CHUNK = 2**22  # counts held at once: 32 MB
CONFIDENCE = 0.95
MOST_CLUSTERS = 10_000

Interval = list[float] | None


def ratio_intervals(
    parts: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    resamples: int,
    seed: int,
) -> dict[str, Interval]:
    """95% intervals of ratios of sums over documents.

    Args:
        parts: For each score the summands of its numerator and denominator, `(n,)`
            each.
        resamples: Number of resamples.
        seed: Seed of the resamples; all scores share them.

    Returns:
        For each score `[low, high]`, or None if it is defined in no resample.

    Example:
        >>> right = np.repeat([0.0, 1.0], 50)
        >>> ratio_intervals({"accuracy": (right, np.ones(100))}, 500, seed=0)
        {'accuracy': [0.4, 0.6]}
    """
    summands = np.column_stack([np.column_stack(pair) for pair in parts.values()])
    counts = resample_counts(len(summands), resamples, seed)
    sums = np.vstack([chunk @ summands for chunk in counts])  # (resamples, 2 * scores)
    ratios = np.full((len(sums), len(parts)), np.nan)
    np.divide(sums[:, ::2], sums[:, 1::2], out=ratios, where=sums[:, 1::2] > 0)
    return {name: percentile_interval(ratios[:, i]) for i, name in enumerate(parts)}


def uniform_interval(part: npt.ArrayLike, whole: npt.ArrayLike) -> Interval:
    """The interval of a share where all documents are right, or none; else None.

    The exact one of Clopper and Pearson (1934): from `0.025 ** (1 / n)` to 1, or its
    mirror image. Weighted documents count as Kish's effective number,
    `(sum w)^2 / sum w^2`.

    Args:
        part: What each document adds to the numerator, `(n,)`.
        whole: And to the denominator, `(n,)`.

    Example:
        >>> uniform_interval(np.ones(59), np.ones(59))[0].__round__(3)
        0.939
        >>> uniform_interval([0.0, 1.0], [1.0, 1.0]) is None
        True
    """
    right, of = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    if not of.sum() > 0:
        return None
    size = of.sum() ** 2 / (of**2).sum()
    bound = float(((1 - CONFIDENCE) / 2) ** (1 / size))
    if (right == of).all():
        return [bound, 1.0]
    return [0.0, 1.0 - bound] if not right.any() else None


def cluster_sums(
    summands: FloatArray,
    resamples: int,
    seed: int,
    clusters: npt.ArrayLike | None = None,
) -> FloatArray:
    """Sums over resampled documents, `(resamples, k)`.

    More than 10,000 documents are put into so many clusters by chance: resamples of
    sums over random clusters spread as those over documents do, and cost no more.

    Args:
        summands: What each document adds to `k` sums, `(n, k)`.
        resamples: Number of resamples.
        seed: Seed of the resamples.
        clusters: What is drawn together, `(n,)`; documents by themselves if None.

    Example:
        >>> cluster_sums(np.ones((4, 1)), 2, seed=0).tolist()
        [[4.0], [4.0]]
    """
    if clusters is None and len(summands) > MOST_CLUSTERS:
        order = np.random.default_rng(seed).permutation(len(summands))
        clusters = order % MOST_CLUSTERS
    if clusters is not None:
        _, place = np.unique(np.asarray(clusters), return_inverse=True)
        sums = np.zeros((int(place.max(initial=-1)) + 1, summands.shape[1]))
        np.add.at(sums, place, summands)
        summands = sums
    counts = resample_counts(len(summands), resamples, seed)
    return np.vstack([chunk @ summands for chunk in counts])


def resample_counts(
    num_documents: int, resamples: int, seed: int
) -> Iterator[FloatArray]:
    """How often each document is drawn, `(chunk, n)`, until all resamples are done.

    Example:
        >>> [chunk.sum(axis=1).tolist() for chunk in resample_counts(3, 2, seed=0)]
        [[3.0, 3.0]]
    """
    generator = np.random.default_rng(seed)
    if num_documents == 0:
        return
    step = max(1, CHUNK // num_documents)
    for start in range(0, resamples, step):
        chunk = np.empty((min(step, resamples - start), num_documents))
        for row in chunk:  # row by row, so that the chunk size does not change draws
            draws = generator.integers(num_documents, size=num_documents)
            row[:] = np.bincount(draws, minlength=num_documents)
        yield chunk


def percentile_interval(values: FloatArray) -> Interval:
    """The central 95% of `values` `(resamples,)` as `[low, high]`; nan is left out.

    Example:
        >>> percentile_interval(np.array([0.5, np.nan, 0.5]))
        [0.5, 0.5]
    """
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    outside = (1 - CONFIDENCE) / 2
    return [float(bound) for bound in np.quantile(defined, [outside, 1 - outside])]
