"""Fits temperatures of each level and parent from labelled records.

A tree is a choice among siblings under each parent: a *split*. What is kept of a record
is, for each split on its true path, the log-probabilities of the siblings; everything
else of its row would not change the answer. The likelihood of a path is the product of
its choices, so each split is fitted alone and all together are the best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.kernels.temperature import fit_log_temperature, rows_to_fit

FloatArray = npt.NDArray[np.floating]
Block = tuple[FloatArray, IntArray, FloatArray]

LOWEST, HIGHEST = 0.05, 20.0  # temperatures that are looked at
RIDGE = 2.0  # pull of a level towards 1: keeps records that are all right finite
FEW = 20  # records below which a split has the temperature of its level
PRIOR_RECORDS = 50.0  # what the level says weighs like so many records of the split
LEAST_PULL = 1.0  # where records say nearly nothing, as when all are right and sure
# A code that the model rules out, as one without training records: no temperature can
# help there, and the level would be flattened for its sake.
IMPOSSIBLE = np.log(1e-10)


@dataclass(frozen=True)
class Choices:
    """Choices on the true paths of records, one split of one record after the other.

    Attributes:
        logs: Log-probabilities of the siblings, 0 for the likeliest, `(values,)`.
        sizes: Number of siblings of each choice, `(m,)`; they follow one another.
        own: The one of the true child, `(m,)`.
        weights: Weight of the record, `(m,)`.
        parents: Parent that is split, `(m,)`; -1 is the root.
    """

    logs: FloatArray
    sizes: npt.NDArray[np.intp]
    own: FloatArray
    weights: FloatArray
    parents: IntArray

    def __len__(self) -> int:
        """Number of choices."""
        return len(self.own)

    def loss(self, log_temperature: float) -> float:
        """Weighted sum of `-log p(true child | parent)` at a temperature."""
        cold = np.exp(-log_temperature)
        sums = np.add.reduceat(np.exp(self.logs * cold), _starts(self.sizes))
        return float(self.weights @ (np.log(sums) - self.own * cold))

    def information(self, log_temperature: float) -> float:
        """Fisher information of a record on the log of the temperature, on average.

        It is the variance of the siblings' scores: of a split that is always certain
        nothing can be learnt.
        """
        starts = _starts(self.sizes)
        scores = np.where(np.isfinite(self.logs), self.logs, 0.0)
        scores = scores * np.exp(-log_temperature)
        shares = np.exp(self.logs * np.exp(-log_temperature))
        total = np.add.reduceat(shares, starts)
        mean = np.add.reduceat(shares * scores, starts) / total
        square = np.add.reduceat(shares * scores**2, starts) / total
        return float(np.average(square - mean**2, weights=self.weights))

    def by_parent(self) -> Iterator[tuple[int, Choices]]:
        """The choices of each parent."""
        for parent in np.unique(self.parents).tolist():
            yield parent, self.take(self.parents == parent)

    def take(self, chosen: npt.NDArray[np.bool_]) -> Choices:
        """Some of them."""
        return Choices(
            self.logs[np.repeat(chosen, self.sizes)],
            self.sizes[chosen],
            self.own[chosen],
            self.weights[chosen],
            self.parents[chosen],
        )


def fitting_rows(
    nodes: IntArray, weights: FloatArray, tree: Taxonomy
) -> npt.NDArray[np.intp]:
    """Records to fit with: those that count, evenly thinned if they are very many.

    Args:
        nodes: True node of each, `(n,)`.
        weights: Survey weights, `(n,)`; a record of weight 0 counts nowhere.
        tree: The code list.
    """
    of_parent = np.append(tree.child_counts, (tree.parents == ROOT).sum())
    below = np.append(of_parent[tree.parents], 0)  # siblings of each node; none of -1
    return rows_to_fit(weights, below[tree.paths[np.asarray(nodes)]].sum(axis=1))


def choices(blocks: Iterable[Block], tree: Taxonomy) -> list[Choices]:
    """Choices on the true paths, for each level.

    Args:
        blocks: Log-probabilities of all nodes `(b, N)`, true nodes `(b,)` and weights
            `(b,)` of some records at a time. A partial code tells of the splits above
            it alone; one of -1 of none.
        tree: The code list.
    """
    found: list[list[Choices]] = [[] for _ in range(tree.num_levels)]
    for log_p, nodes, weights in blocks:
        for level, parts in enumerate(found, start=1):
            parts.append(_of_level(log_p, np.asarray(nodes), weights, tree, level))
    return [_join(parts) for parts in found]


def _of_level(
    log_p: FloatArray,
    nodes: IntArray,
    weights: FloatArray,
    tree: Taxonomy,
    level: int,
) -> Choices:
    """Choices among the children on one level."""
    # Siblings follow one another, so that a split is its first child and a number.
    first = np.searchsorted(tree.parents, np.arange(-1, tree.num_nodes))
    counts = np.append((tree.parents == ROOT).sum(), tree.child_counts)
    true = np.where(nodes == ROOT, ROOT, tree.paths[nodes, level - 1])
    parents = np.where(true == ROOT, ROOT, tree.parents[true])
    rows = np.flatnonzero((true != ROOT) & (counts[parents + 1] > 1))
    rows = rows[_can_be(log_p, true, parents, rows)]
    sizes = counts[parents[rows] + 1].astype(np.intp)
    inside = np.arange(sizes.sum()) - np.repeat(_starts(sizes), sizes)
    columns = np.repeat(first[parents[rows] + 1], sizes) + inside
    logs = log_p[np.repeat(rows, sizes), columns].astype(np.float64)
    peak = np.maximum.reduceat(logs, _starts(sizes)) if len(rows) else np.empty(0)
    return Choices(
        logs - np.repeat(peak, sizes),
        sizes,
        log_p[rows, true[rows]] - peak,
        np.asarray(weights, np.float64)[rows],
        parents[rows],
    )


def _can_be(
    log_p: FloatArray, true: IntArray, parents: IntArray, rows: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Records whose true child the model does not rule out under its parent."""
    own = log_p[rows, true[rows]].astype(np.float64)
    above = np.where(parents[rows] == ROOT, 0.0, log_p[rows, parents[rows]])
    finite = np.isfinite(own) & np.isfinite(above)
    conditional = np.where(finite, own, 0.0) - np.where(finite, above, 0.0)
    possible: npt.NDArray[np.bool_] = finite & (conditional > IMPOSSIBLE)
    return possible


def _join(parts: list[Choices]) -> Choices:
    none = {"sizes": np.empty(0, np.intp), "parents": np.empty(0, np.int32)}
    arrays: dict[str, Any] = {
        field.name: np.concatenate(
            [
                none.get(field.name, np.empty(0)),
                *(getattr(part, field.name) for part in parts),
            ]
        )
        for field in fields(Choices)
    }
    return Choices(**arrays)


def _starts(sizes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return np.cumsum(sizes) - sizes


def fit_level(level: Choices) -> float:
    """Log of the temperature of a level: least log loss with a slight pull to 0."""
    if not len(level):
        return 0.0

    def loss(log_temperature: float) -> float:
        return level.loss(log_temperature) + RIDGE / 2 * log_temperature**2

    return fit_log_temperature(loss, LOWEST, HIGHEST)


def fit_split(split: Choices, level: float, information: float) -> float:
    """Log of the temperature of a split, pulled towards that of its level.

    The pull `a/2 (t - level)^2` on `t = log T` has the curvature that the log loss of
    `PRIOR_RECORDS` records of mean information has, so it weighs as much as they do.

    Args:
        split: Its records.
        level: Log of the temperature of the level.
        information: Mean Fisher information of a record of the level.
    """
    if len(split) < FEW:
        return level
    pull = max(PRIOR_RECORDS * information, LEAST_PULL)

    def loss(log_temperature: float) -> float:
        return split.loss(log_temperature) + pull / 2 * (log_temperature - level) ** 2

    return fit_log_temperature(loss, LOWEST, HIGHEST)
