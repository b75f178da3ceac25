"""Differences between models that coded the same records, with paired intervals.

All models are scored on the same resamples, so what makes a resample hard is hard for
each of them and drops out of the difference. Records that belong together (the same
text, the same household) are drawn together: they are no independent evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from han.metrics.bootstrap import Interval, percentile_interval, resample_counts
from han.metrics.pairs import FloatArray
from han.metrics.score_report import Parts


@dataclass(frozen=True)
class PairedScore:
    """A score of one model, and its difference to the first one.

    Attributes:
        value: The score; nan if undefined.
        interval: Its 95 % interval.
        difference: Score less that of the first model.
        difference_interval: The 95 % interval of that.
    """

    value: float
    interval: Interval
    difference: float
    difference_interval: Interval

    @property
    def is_lower(self) -> bool:
        """Whether it is below the first one, and its interval wholly below 0."""
        interval = self.difference_interval
        return self.difference < 0 and interval is not None and interval[1] < 0


def paired_scores(
    values: Sequence[float], resampled: Sequence[FloatArray]
) -> list[PairedScore]:
    """A score of several models from its values in common resamples.

    Args:
        values: The score of each model.
        resampled: Its values in the resamples, `(resamples,)` for each model.
    """
    first = resampled[0]
    return [
        PairedScore(
            value,
            percentile_interval(own),
            value - values[0],
            percentile_interval(own - first),
        )
        for value, own in zip(values, resampled, strict=True)
    ]


def paired_ratios(
    parts: Sequence[Parts],
    clusters: npt.NDArray[np.int64],
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict[str, list[PairedScore]]:
    """Scores that are ratios of sums, of several models on the same records.

    Args:
        parts: For each model and score the summands of numerator and denominator,
            `(n,)` each; mostly 0 where there are many scores.
        clusters: Number of the cluster of each record, from 0, `(n,)`.
        resamples: Number of resamples of clusters.
        seed: Their seed.

    Returns:
        For each score one `PairedScore` for each model; the first differs by 0. Where
        only one cluster counts there are no intervals: it says nothing of the others.

    Example:
        >>> one = {"accuracy": ([1, 0, 1, 0], [1, 1, 1, 1])}
        >>> two = {"accuracy": ([1, 1, 1, 0], [1, 1, 1, 1])}
        >>> found = paired_ratios([one, two], np.arange(4))["accuracy"]
        >>> found[1].value, found[1].difference, found[1].difference_interval
        (0.75, 0.25, [0.0, 0.75])
    """
    names = list(parts[0])
    columns = [
        np.asarray(values, np.float64)
        for model in parts
        for name in names
        for values in model[name]
    ]
    summands = csr_array(np.column_stack(columns)) if columns else csr_array((0, 0))
    size = int(clusters.max(initial=-1)) + 1
    whose = csr_array(
        (np.ones(len(clusters)), (clusters, np.arange(len(clusters)))),
        shape=(size, len(clusters)),
    )
    sums = whose @ summands
    drawn = [np.asarray(c @ sums) for c in resample_counts(size, resamples, seed)]
    ratios = _ratios(np.concatenate(drawn)) if drawn else np.empty((0, len(columns)))
    ratios[:, np.asarray((sums > 0).sum(axis=0)).ravel()[1::2] < 2] = np.nan
    values = _ratios(np.asarray(sums.sum(axis=0)).reshape(1, -1))[0]
    found = {}
    for place, name in enumerate(names):
        own = range(place, len(parts) * len(names), len(names))
        found[name] = paired_scores(
            [float(values[k]) for k in own], [ratios[:, k] for k in own]
        )
    return found


def _ratios(sums: FloatArray) -> FloatArray:
    """Numerators over denominators, which stand in turn; nan over 0."""
    ratios = np.full((len(sums), sums.shape[1] // 2), np.nan)
    np.divide(sums[:, ::2], sums[:, 1::2], out=ratios, where=sums[:, 1::2] > 0)
    return ratios


def code_parts(
    true_paths: npt.NDArray[np.int32],
    given_paths: npt.NDArray[np.int32],
    weights: FloatArray,
    nodes: Mapping[int, int],
) -> Parts:
    """Summands of recall and F1 of some nodes: `recall.NODE` and `f1.NODE`.

    A record counts for a node if the node is on its path, so a code of any level is
    judged with all below it. F1 is `2 tp / (true + given)`.

    Args:
        true_paths: True path of each record, `(n, L)`.
        given_paths: The given one, `(n, L)`.
        weights: Weight of each record, `(n,)`.
        nodes: Level of each node.
    """
    parts: Parts = {}
    for node, level in nodes.items():
        true = weights * (true_paths[:, level - 1] == node)
        given = weights * (given_paths[:, level - 1] == node)
        both = true * (given_paths[:, level - 1] == node)
        parts[f"recall.{node}"] = (both, true)
        parts[f"f1.{node}"] = (2 * both, true + given)
    return parts
