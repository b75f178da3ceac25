"""Closed sets of nodes from probabilities of all nodes: which ones a record gets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, level_slices
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy

FloatArray = npt.NDArray[np.floating]
HALF = 0.5  # threshold where none has been chosen


def members_by_thresholds(
    p: FloatArray, limits: FloatArray, tree: Taxonomy, *, allow_empty: bool = False
) -> BoolArray:
    """Whether each node reaches the threshold of its level below such a parent.

    Args:
        p: Probabilities of all nodes, `(b, N)`.
        limits: Threshold of each level, `(L,)`.
        tree: The code list.
        allow_empty: Whether a record may get no node. Else one that would gets the path
            of its most probable full code.

    Returns:
        `(b, N)`.

    Example:
        >>> tree = Taxonomy(["1", "2", "21"], [-1, -1, 1])
        >>> p = np.array([[0.6, 0.3, 0.3], [0.1, 0.4, 0.2]])
        >>> members_by_thresholds(p, np.array([0.5, 0.2]), tree).astype(int).tolist()
        [[1, 0, 0], [0, 1, 1]]
    """
    members: BoolArray = p >= limits[tree.levels - 1]
    for here in level_slices(tree)[1:]:
        members[:, here] &= members[:, tree.parents[here]]
    if not allow_empty:
        empty = np.flatnonzero(~members.any(axis=1))
        members[empty] = surest_paths(p[empty], tree)
    return members


def most_probable_paths(p: FloatArray, tree: Taxonomy) -> IntArray:
    """Path of the most probable full code of each record, `(b, L)`, -1 after its end.

    Args:
        p: Probabilities, or their logarithms, of all nodes, `(b, N)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> most_probable_paths(np.array([[0.6, 0.9, 0.8, 0.3]]), tree).tolist()
        [[1, 2]]
    """
    best: IntArray = tree.leaves[p[:, tree.leaves].argmax(axis=1)]
    return tree.paths[best].astype(np.int32)


def surest_paths(p: FloatArray, tree: Taxonomy) -> BoolArray:
    """Whether each node is on the path of the most probable full code, `(b, N)`.

    Example:
        >>> tree = Taxonomy(["1", "2", "21"], [-1, -1, 1])
        >>> surest_paths(np.array([[0.6, 0.9, 0.8]]), tree).tolist()
        [[False, True, True]]
    """
    members = np.zeros(p.shape, np.bool_)
    paths = most_probable_paths(p, tree)
    rows, places = np.nonzero(paths != ROOT)
    members[rows, paths[rows, places]] = True
    return members
