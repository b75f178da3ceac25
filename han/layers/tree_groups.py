"""Which nodes of a tree choose against each other: the softmaxes of a head."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.integer]
MULTI_PATH = (
    "multi_path"  # the head that says of each node whether it is one of several
)


class TreeGroups:
    """The softmaxes of a head over a tree, and the nodes that take part in them.

    A group of one needs no score: its probability is 1 whatever the text. With the head
    `multi_path` each node is a yes or no of its own, and all have a score.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        head: `tree`, `leaf` or `levels`; see `han.layers.TreeSoftmax`. Or `multi_path`;
            see `han.layers.TreeSigmoid`.

    Attributes:
        parents: As given, `(N,)`.
        levels: Level of each node, 1 at the top, `(N,)`.
        scored: Nodes with a score, rising, `(scored,)`.
        groups: Softmax of each of these, rising from 0 without gaps, `(scored,)`.
        columns: Place of each node among these, -1 where there is no choice, `(N,)`.
        level_slices: Where each level begins and ends among all nodes.
        scored_slices: The same among the nodes with a score.

    Raises:
        ValueError: See `node_levels`.

    Example:
        >>> groups = TreeGroups([-1, -1, 0, 1, 1], "tree")
        >>> groups.scored.tolist(), groups.groups.tolist(), groups.columns.tolist()
        ([0, 1, 3, 4], [0, 0, 1, 1], [0, 1, -1, 2, 3])
    """

    def __init__(self, parents: Sequence[int], head: str) -> None:
        self.parents: Integers = np.asarray(parents)
        self.levels = node_levels(self.parents)
        groups = softmax_groups(self.parents, self.levels, head)
        sizes = np.bincount(groups[groups >= 0])
        has_score = (groups >= 0) & ((sizes[groups] > 1) | (head == MULTI_PATH))
        self.scored = np.flatnonzero(has_score)
        self.groups = np.unique(groups[has_score], return_inverse=True)[1]
        self.columns = np.where(has_score, np.cumsum(has_score) - 1, -1)
        self.level_slices = level_slices(self.levels)
        self.scored_slices = level_slices(self.levels[self.scored], self.levels.max())


def node_levels(parents: Integers) -> Integers:
    """Level of each node, 1 at the top; checks the order of the nodes.

    Raises:
        ValueError: If a parent does not come before its child, levels are mixed, or
            siblings are apart.
    """
    levels = np.ones(len(parents), dtype=int)
    for node, parent in enumerate(parents):
        if not -1 <= parent < node:
            raise ValueError(
                "`parents` must be in level order, each parent before its children. "
                f"Received: parents[{node}]={parent}."
            )
        if parent >= 0:
            levels[node] = levels[parent] + 1
    if len(parents) == 0 or np.any(np.diff(levels) < 0) or np.any(np.diff(parents) < 0):
        raise ValueError(
            "`parents` must list at least one node, level by level, with siblings "
            "together, like han.code_list.taxonomy.Taxonomy.parents."
        )
    return levels


def softmax_groups(parents: Integers, levels: Integers, head: str) -> Integers:
    """For each node the softmax it takes part in, -1 for none, `(N,)`.

    Raises:
        ValueError: For a head that is not known: its numbers would be wrong in silence.
    """
    if head == "tree":
        return parents + 1
    if head == "levels":
        return levels - 1
    if head == MULTI_PATH:
        return np.arange(len(parents))
    if head != "leaf":
        raise ValueError(
            f"A head is tree, leaf, levels or {MULTI_PATH}. Received: {head!r}."
        )
    is_leaf = np.bincount(parents + 1, minlength=len(parents) + 1)[1:] == 0
    return np.where(is_leaf, 0, -1)


def level_slices(levels: Integers, deepest: int | None = None) -> list[slice]:
    """Where each level begins and ends among nodes in level order.

    Args:
        levels: Level of each of some nodes, never falling, from 1.
        deepest: The last level; by default that of the last node.

    Example:
        >>> level_slices(np.array([1, 1, 3, 3]))
        [slice(0, 2, None), slice(2, 2, None), slice(2, 4, None)]
    """
    last = levels.max() if deepest is None else deepest
    edges = np.searchsorted(levels, np.arange(1, last + 2))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]
