"""What counts as right of labelled records: one code of each, or several."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy

BoolArray = npt.NDArray[np.bool_]


def nearest_nodes(
    predicted: IntArray, acceptable: IntArray, tree: Taxonomy
) -> IntArray:
    """The acceptable node that each prediction is held against, `(n,)`.

    It shares most of its path with the prediction; of several the one with the best
    hierarchical F1, so the shorter one; of equals the first. A prediction is right at a
    level if any acceptable code has it there, and then the nearest one has.

    Args:
        predicted: Node ids, `(n,)`; those below 0 are no node of the tree.
        acceptable: Node ids, `(n, A)`, the main one first; -1 after the last.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "21"], [-1, -1, 0, 1])
        >>> given = np.array([3, 2, -1])
        >>> nearest_nodes(given, np.array([[2, 3], [1, 0], [2, 3]]), tree).tolist()
        [3, 0, 2]
    """
    found: IntArray = acceptable[:, 0].astype(np.int32)
    several = np.flatnonzero((acceptable[:, 1:] != ROOT).any(axis=1))
    if not len(several):
        return found
    sets = acceptable[several]
    paths = np.vstack([tree.paths, np.full((1, tree.num_levels), ROOT, np.int32)])
    given = paths[np.maximum(predicted[several], ROOT)][:, None]
    true = paths[sets]  # (several, A, L)
    shared = ((true == given) & (true != ROOT)).sum(axis=2)
    depth = np.where(shared > 0, (true != ROOT).sum(axis=2), 0)
    merit = np.where(sets != ROOT, shared * (tree.num_levels + 1) - depth, -1)
    rows = np.arange(len(several))
    found[several] = sets[rows, merit.argmax(axis=1)]
    return found


@dataclass(frozen=True)
class TrueCodes:
    """Codes that count as right, of `n` records.

    Attributes:
        nodes: Nodes of the acceptable codes of each record, the main one first,
            `(n, A)`; -1 after the last. A record without a code has none.
        tree: A tree that has them all: the nodes of the run's code list, and after
            them, see `han.code_list.outside_codes`, codes that only the labels have.
        num_known: Number of nodes of the run's code list.
    """

    nodes: IntArray
    tree: Taxonomy
    num_known: int

    @classmethod
    def of(cls, nodes: IntArray, tree: Taxonomy) -> TrueCodes:
        """Codes of the run's own list.

        Args:
            nodes: One for each record, `(n,)`, or several, `(n, A)`.
            tree: The code list.
        """
        nodes = np.asarray(nodes, np.int32)
        return cls(nodes.reshape(len(nodes), -1), tree, tree.num_nodes)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.nodes)

    def take(self, rows: npt.NDArray[np.integer] | BoolArray) -> TrueCodes:
        """The chosen records."""
        return replace(self, nodes=self.nodes[rows])

    @property
    def main(self) -> IntArray:
        """The first code of each, `(n,)`; -1 where there is none."""
        return self.nodes[:, 0]

    @property
    def has_several(self) -> BoolArray:
        """Whether a record has more than one code, `(n,)`."""
        several: BoolArray = (self.nodes[:, 1:] != ROOT).any(axis=1)
        return several

    @cached_property
    def is_outside(self) -> BoolArray:
        """Whether a record has codes, and none that the run could give, `(n,)`."""
        known = (self.nodes >= 0) & (self.nodes < self.num_known)
        outside: BoolArray = (self.main != ROOT) & ~known.any(axis=1)
        return outside

    def nearest(self, predicted: IntArray) -> IntArray:
        """The code that each prediction is held against: see `nearest_nodes`."""
        return nearest_nodes(predicted, self.nodes, self.tree)
