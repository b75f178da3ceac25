"""How well probabilities rank the true codes of a set among the nodes of a level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.closure import closure, level_slices, unknown_nodes
from han.code_list.taxonomy import Taxonomy
from han.code_sets.record_blocks import blocks, checked_logs
from han.metrics.pairs import BoolArray, FloatArray, document_weights, weighted_mean


@dataclass(frozen=True)
class SetRanking:
    """Ranking of `n` records at each level; nan where a record has no true code.

    Attributes:
        coverage: How far down the list of the level's nodes one has to go to have all
            true ones, `(n, L)`; the number of true nodes at best.
        average_precision: Mean over true nodes of the share of true ones among all that
            rank as high or higher, `(n, L)`; 1 at best.
    """

    coverage: FloatArray
    average_precision: FloatArray

    def means(
        self, sample_weight: npt.ArrayLike | None = None
    ) -> dict[int, tuple[float, float]]:
        """Coverage error and label-ranking average precision of each level.

        Args:
            sample_weight: Weight of each record, `(n,)`.
        """
        weights = document_weights(sample_weight, len(self.coverage))
        known = ~np.isnan(self.coverage)
        return {
            level + 1: (
                weighted_mean(self.coverage[rows, level], weights[rows]),
                weighted_mean(self.average_precision[rows, level], weights[rows]),
            )
            for level, rows in enumerate(known.T)
        }


def set_ranking(
    log_probabilities: npt.ArrayLike, y_true: npt.ArrayLike, taxonomy: Taxonomy
) -> SetRanking:
    """Coverage and label-ranking average precision of each record at each level.

    Nodes of equal probability rank below all of them, as in scikit-learn. Nodes below a
    partial true code are left out of the list. Records may be given some at a time, and
    what is found put together.

    Args:
        log_probabilities: Log-probabilities of all nodes, `(n, N)`; -inf in the column
            of a code that the model does not have.
        y_true: True codes, node ids `(n, A)`, -1 after the last.
        taxonomy: The code list.

    Raises:
        InputError: If shapes do not fit or an id is not in the tree.

    References:
        Tsoumakas, Katakis, Vlahavas (2010), Mining multi-label data; coverage counts
        from 1, as in scikit-learn's `coverage_error`.

    Example:
        >>> tree = Taxonomy(["A", "B", "C"], [-1, -1, -1])
        >>> found = set_ranking(np.log([[0.5, 0.9, 0.2]]), [[0, 2]], tree)
        >>> found.coverage.tolist(), found.average_precision.round(3).tolist()
        ([[3.0]], [[0.583]])
    """
    logs, true = checked_logs(log_probabilities, y_true, taxonomy)
    shape = len(logs), taxonomy.num_levels
    coverage, precision = np.full(shape, np.nan), np.full(shape, np.nan)
    for rows in blocks(len(logs), taxonomy.num_nodes):
        members = closure(true[rows], taxonomy).toarray()
        hidden = unknown_nodes(true[rows], taxonomy)
        values = np.where(hidden, -np.inf, logs[rows])
        for level, here in enumerate(level_slices(taxonomy)):
            found = _of_level(values[:, here], members[:, here], ~hidden[:, here])
            coverage[rows, level], precision[rows, level] = found
    return SetRanking(coverage, precision)


def _of_level(
    values: FloatArray, true: BoolArray, judged: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Coverage and average precision of some records, `(b,)` each."""
    rows, nodes = np.nonzero(true)
    as_high = (values[rows] >= values[rows, nodes, None]) & judged[rows]
    ranks = as_high.sum(axis=1).astype(np.float64)
    shares = (as_high & true[rows]).sum(axis=1) / ranks
    counts = true.sum(axis=1)
    has_any = counts > 0
    coverage, precision = np.full(len(values), np.nan), np.full(len(values), np.nan)
    starts = (np.cumsum(counts) - counts)[has_any]
    if len(rows):
        coverage[has_any] = np.maximum.reduceat(ranks, starts)
        precision[has_any] = np.add.reduceat(shares, starts) / counts[has_any]
    return coverage, precision
