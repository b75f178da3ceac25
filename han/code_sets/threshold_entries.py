"""What a choice of thresholds needs of labelled records: their likelier nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, closure, unknown_nodes
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets.record_blocks import Block, FloatArray, small_blocks
from han.code_sets.set_decoding import most_probable_paths

LOWEST = 0.01
"""Nodes of less probability are given by no threshold, so that few need be kept."""


@dataclass(frozen=True, eq=False)
class ThresholdEntries:
    """Pairs of a record and a node that thresholds may give, `(e,)`.

    Attributes:
        rows: The record.
        is_true: 1 where the node is true, else 0.
        above: Probability of the node's ancestor at each level, itself included;
            infinite below it, `(e, L)`.
        true_sizes: Nodes of the true closure of each record, `(m,)`.
        spare: True nodes among the path that a record gets if it would get nothing,
            and nodes of that path, `(m, 2)`.
        weights: Weight of each record, `(m,)`.
    """

    rows: npt.NDArray[np.int64]
    is_true: FloatArray
    above: FloatArray
    true_sizes: FloatArray
    spare: FloatArray
    weights: FloatArray

    @classmethod
    def of(
        cls, given: Iterable[Block], tree: Taxonomy, *, allow_empty: bool
    ) -> ThresholdEntries:
        """Reads blocks of records; nodes below partial true codes are left out."""
        none = np.empty((0, tree.num_nodes)), np.empty((0, 1), np.int32), np.empty(0)
        parts, first = [_of_block(none, tree, 0, allow_empty)], 0
        for block in small_blocks(given, tree):
            parts.append(_of_block(block, tree, first, allow_empty))
            first += len(parts[-1].weights)
        names = cls.__dataclass_fields__
        return cls(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))

    @cached_property
    def orders(self) -> list[npt.NDArray[np.int64]]:
        """For each level: by record, the surest ancestor at that level first."""
        return [np.lexsort((-values, self.rows)) for values in self.above.T]

    def f_scores(
        self, counts: FloatArray, rows: npt.NDArray[np.int64] | slice = slice(None)
    ) -> FloatArray:
        """Hierarchical F of records of which so many nodes are right, and given."""
        sizes = counts[:, 1] + self.true_sizes[rows]
        found: FloatArray = 2 * counts[:, 0] / np.maximum(sizes, 1)
        return found


def _of_block(
    block: Block, tree: Taxonomy, first: int, allow_empty: bool
) -> ThresholdEntries:
    logs, true, weights = block
    kept = (true != ROOT).any(axis=1)
    p, true = np.exp(logs[kept].astype(np.float64)), true[kept]
    members, unknown = closure(true, tree).toarray(), unknown_nodes(true, tree)
    rows, nodes = np.nonzero((p >= LOWEST) & ~unknown)
    paths = tree.paths[nodes]
    above = np.where(paths == ROOT, np.inf, p[rows[:, None], np.maximum(paths, 0)])
    spare: FloatArray = np.zeros((len(p), 2))
    if not allow_empty:
        spare = _spare_counts(most_probable_paths(p, tree), members, unknown)
    return ThresholdEntries(
        rows + first,
        members[rows, nodes].astype(np.float64),
        above,
        members.sum(axis=1).astype(np.float64),
        spare,
        weights[kept],
    )


def _spare_counts(
    paths: npt.NDArray[np.int32], members: BoolArray, unknown: BoolArray
) -> FloatArray:
    rows = np.arange(len(paths))[:, None]
    judged = (paths != ROOT) & ~unknown[rows, np.maximum(paths, 0)]
    right = judged & members[rows, np.maximum(paths, 0)]
    return np.stack([right.sum(axis=1), judged.sum(axis=1)], axis=1).astype(np.float64)
