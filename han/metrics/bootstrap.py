"""Percentile bootstrap intervals over documents, or over what was drawn with them.

Nearly every score is a ratio of two sums over documents. A resample changes only how
often each document is in the sums, so the resamples of all scores are one product of
a matrix of counts with a matrix of summands. Macro F1 is no such ratio and gets no
interval: resamples miss rare classes, so that its percentiles lie beside the score.

Documents that were drawn together (equal texts, a household) are right or wrong
together more often than others: they are one cluster, which is drawn whole.

Where all documents are right, or none is, so are all in each resample: `[1, 1]` would
say that nothing is ever wrong. There the interval is that of Clopper and Pearson.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.late_packages import sparse
from han.metrics.pairs import FloatArray

CHUNK = 2**22  # counts held at once: 32 MB
CONFIDENCE = 0.95
MOST_CLUSTERS = 10_000

Interval = list[float] | None


def ratio_intervals(
    parts: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    resamples: int,
    seed: int,
    clusters: npt.ArrayLike | None = None,
) -> dict[str, Interval]:
    """95% intervals of ratios of sums over documents.

    Args:
        parts: For each score the summands of its numerator and denominator, `(n,)`
            each.
        resamples: Number of resamples.
        seed: Seed of the resamples; all scores share them.
        clusters: What is drawn together, `(n,)`; documents by themselves if None.

    Returns:
        For each score `[low, high]`; None if it is defined in no resample, or if only
        one cluster counts, which says nothing of the others.

    Example:
        >>> right = np.repeat([0.0, 1.0], 50)
        >>> ratio_intervals({"accuracy": (right, np.ones(100))}, 500, seed=0)
        {'accuracy': [0.4, 0.6]}
    """
    summands = np.column_stack([np.column_stack(pair) for pair in parts.values()])
    totals = cluster_totals(summands, clusters)
    counts = resample_counts(len(totals), resamples, seed)
    sums = np.vstack([chunk @ totals for chunk in counts])  # (resamples, 2 * scores)
    ratios = np.full((len(sums), len(parts)), np.nan)
    np.divide(sums[:, ::2], sums[:, 1::2], out=ratios, where=sums[:, 1::2] > 0)
    ratios[:, (totals[:, 1::2] > 0).sum(axis=0) < 2] = np.nan
    return {name: percentile_interval(ratios[:, i]) for i, name in enumerate(parts)}


def uniform_interval(
    part: npt.ArrayLike, whole: npt.ArrayLike, clusters: npt.ArrayLike | None = None
) -> Interval:
    """The interval of a share where all documents are right, or none; else None.

    The exact one of Clopper and Pearson (1934): from `0.025 ** (1 / n)` to 1, or its
    mirror image. The number `n` is that of `effective_rows`: clusters count, not
    documents, and those of great weight no more than others.

    Args:
        part: What each document adds to the numerator, `(n,)`.
        whole: And to the denominator, `(n,)`.
        clusters: What was drawn together, `(n,)`; documents by themselves if None.

    Example:
        >>> uniform_interval(np.ones(59), np.ones(59))[0].__round__(3)
        0.939
        >>> uniform_interval([0.0, 1.0], [1.0, 1.0]) is None
        True
    """
    right, of = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    if not of.sum() > 0:
        return None
    bound = float(((1 - CONFIDENCE) / 2) ** (1 / effective_rows(of, clusters)))
    if (right == of).all():
        return [bound, 1.0]
    return [0.0, 1.0 - bound] if not right.any() else None


def effective_rows(
    weights: npt.ArrayLike, clusters: npt.ArrayLike | None = None
) -> float:
    """Kish's effective number of documents: `(sum w)^2 / sum over clusters (sum w)^2`.

    So many documents of equal weight, each drawn by itself, would say as much, if all
    of a cluster were right or wrong together. It is the number of documents where each
    is a cluster of weight 1; 0 without weight.

    Args:
        weights: Weight of each document, `(n,)`.
        clusters: What was drawn together, `(n,)`; documents by themselves if None.

    References:
        Kish (1965), Survey Sampling.

    Example:
        >>> effective_rows(np.ones(4), ["a", "a", "b", "b"])
        2.0
        >>> round(effective_rows(np.ones(100), ["tea"] * 50 + list(range(50))), 2)
        3.92
    """
    totals = cluster_totals(np.asarray(weights, np.float64)[:, None], clusters)
    if not totals.sum() > 0:
        return 0.0
    totals = totals / totals.max()  # squares of small weights would vanish
    return float(totals.sum() ** 2 / (totals**2).sum())


def cluster_totals(
    summands: FloatArray, clusters: npt.ArrayLike | None = None
) -> FloatArray:
    """Sums over the documents of each cluster, `(m, k)`.

    Args:
        summands: What each document adds to `k` sums, `(n, k)`.
        clusters: Names or numbers of clusters, `(n,)`; None gives the summands.

    Raises:
        InputError: If there is not one cluster for each document.

    Example:
        >>> cluster_totals(np.array([[1.0], [2.0], [4.0]]), ["a", "b", "a"]).tolist()
        [[5.0], [2.0]]
    """
    if clusters is None:
        return summands
    names, size = np.asarray(clusters), len(summands)
    if names.shape != (size,):
        raise InputError(
            f"`clusters`: Expected one for each document, shape ({size},). Received "
            f"{names.shape}."
        )
    known, place = np.unique(names, return_inverse=True)
    if len(known) == size:  # in the order of documents, so that resamples are the same
        return summands
    whose = sparse.csr_array(
        (np.ones(size), (place, np.arange(size))), (len(known), size)
    )
    return np.asarray(whose @ summands, np.float64)


def cluster_sums(
    summands: FloatArray,
    resamples: int,
    seed: int,
    clusters: npt.ArrayLike | None = None,
) -> FloatArray:
    """Sums over resampled documents, `(resamples, k)`.

    More than 10,000 clusters are put into so many groups by chance: resamples of sums
    over random groups spread as those over clusters do, and cost no more.

    Args:
        summands: What each document adds to `k` sums, `(n, k)`.
        resamples: Number of resamples.
        seed: Seed of the resamples.
        clusters: What is drawn together, `(n,)`; documents by themselves if None.

    Example:
        >>> cluster_sums(np.ones((4, 1)), 2, seed=0).tolist()
        [[4.0], [4.0]]
    """
    totals = cluster_totals(summands, clusters)
    if len(totals) > MOST_CLUSTERS:
        order = np.random.default_rng(seed).permutation(len(totals))
        totals = cluster_totals(totals, order % MOST_CLUSTERS)
    counts = resample_counts(len(totals), resamples, seed)
    return np.vstack([chunk @ totals for chunk in counts])


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
