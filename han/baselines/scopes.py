"""What each model of a baseline is asked: full codes, a level, children of a parent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy

Scope = Literal["flat", "per_level", "per_parent"]
Places = npt.NDArray[np.intp]
NO_PARENT = -2  # parent of a code that is not there; -1 is the root


def questions(
    scope: Scope, nodes: IntArray, tree: Taxonomy
) -> Iterator[tuple[Places, IntArray]]:
    """Records that teach each model, and the class of each of them."""
    if scope == "flat":
        yield np.arange(len(nodes)), nodes
        return
    for level in range(1, tree.num_levels + 1):
        if scope == "per_level":
            labels = codes_on_level(nodes, level, tree)
            rows = np.flatnonzero(labels != ROOT)
            yield rows, labels[rows]
            continue
        labels = tree.paths[nodes, level - 1]
        parents = np.where(labels == ROOT, NO_PARENT, tree.parents[labels])
        for parent in np.unique(parents[parents != NO_PARENT]):
            rows = np.flatnonzero(parents == parent)
            yield rows, labels[rows]


def codes_on_level(nodes: IntArray, level: int, tree: Taxonomy) -> IntArray:
    """Code of each record on a level; a full code that ends above stands for itself."""
    found = tree.paths[nodes, level - 1]
    ended = (found == ROOT) & (tree.child_counts[nodes] == 0)
    return np.where(ended, nodes, found).astype(np.int32)
