"""Sets of nodes of one record: what they imply, and how alike two of them are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.late_packages import sparse

Floats = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]
HALF = 0.5


class WholeSets(NamedTuple):
    """Sets without what is implied.

    Attributes:
        sets: Node ids, `(n, A)`, in the order in which they were given; -1 after the
            last.
        implied: Number of codes that were left out as another code of the same record
            is below them.
    """

    sets: IntArray
    implied: int


def whole_sets(given: IntArray, tree: Taxonomy) -> WholeSets:
    """Sets of codes without repeats, and without what other codes of them imply.

    Args:
        given: Node ids, `(n, A)`; -1 where there is none, anywhere.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
        >>> found = whole_sets(np.array([[0, 2, -1], [-1, 1, 1]]), tree)
        >>> found.sets.tolist(), found.implied
        ([[2], [1]], 1)
    """
    sets = np.asarray(given, np.int32)
    repeated = np.zeros(sets.shape, bool)
    implied = np.zeros(sets.shape, bool)
    levels = tree.levels[np.maximum(sets, 0)] - 1
    for other in range(sets.shape[1]):
        path = tree.paths[np.maximum(sets[:, other], 0)]
        held = np.take_along_axis(path, levels, axis=1) == sets
        held &= sets[:, [other]] != ROOT
        same = sets == sets[:, [other]]
        implied |= held & ~same
        repeated[:, other + 1 :] |= same[:, other + 1 :]
    is_code = sets != ROOT
    dropped = int((implied & is_code & ~repeated).sum())
    kept = is_code & ~repeated & ~implied
    order = np.argsort(~kept, axis=1, kind="stable")
    found = np.take_along_axis(np.where(kept, sets, ROOT), order, axis=1)
    width = max(int(kept.sum(axis=1).max(initial=0)), 1)
    return WholeSets(np.ascontiguousarray(found[:, :width]), dropped)


def closures(sets: IntArray, tree: Taxonomy) -> sparse.csr_array:
    """Which nodes are of each set or above one of it, `(n, N)`, ones.

    Args:
        sets: Node ids, `(n, A)`; -1 where there is none.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
        >>> closures(np.array([[2, 1], [1, -1]]), tree).toarray().astype(int).tolist()
        [[1, 1, 1], [0, 1, 0]]
    """
    path = np.where((sets != ROOT)[..., None], tree.paths[sets], ROOT)
    rows = np.broadcast_to(np.arange(len(sets))[:, None, None], path.shape)
    there = path != ROOT
    pairs = np.unique(rows[there].astype(np.int64) * tree.num_nodes + path[there])
    row, node = np.divmod(pairs, tree.num_nodes)
    shape = (len(sets), tree.num_nodes)
    return sparse.csr_array((np.ones(len(row), np.float32), (row, node)), shape)


def judged_nodes(sets: IntArray, tree: Taxonomy) -> BoolArray:
    """Which nodes the codes of a record say yes or no to, `(n, N)`.

    These are the children of the root and of every node above a code. Nothing is known
    below a code that stops early, nor below a node that is wrong.

    Args:
        sets: Node ids without what is implied, `(n, A)`; -1 where there is none.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "21"], [-1, -1, 0, 1])
        >>> judged_nodes(np.array([[2, 1], [0, -1]]), tree).astype(int).tolist()
        [[1, 1, 1, 0], [1, 1, 0, 0]]
    """
    above = np.ones((len(sets), tree.num_nodes + 1), bool)  # the root's column first
    above[:, 1:] = closures(sets, tree).toarray() > 0
    rows, places = np.nonzero(sets != ROOT)
    above[rows, sets[rows, places] + 1] = False
    judged: BoolArray = above[:, tree.parents + 1]
    return judged


def sets_at_half(logs: Floats, tree: Taxonomy) -> BoolArray:
    """Nodes that are more likely than not, `(n, N)`; if there are none, the best path.

    Args:
        logs: Coherent log-probabilities, `(n, N)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
        >>> logs = np.log([[0.9, 0.6, 0.4], [0.3, 0.1, 0.2]])
        >>> sets_at_half(logs, tree).astype(int).tolist()
        [[1, 1, 0], [1, 0, 1]]
    """
    given: BoolArray = logs >= np.log(HALF)
    empty = np.flatnonzero(~given.any(axis=1))
    if len(empty):
        best = tree.leaves[logs[empty][:, tree.leaves].argmax(axis=1)]
        given[empty] = closures(best[:, None], tree).toarray() > 0
    return given


def instance_f1(true: sparse.csr_array, given: BoolArray) -> npt.NDArray[np.float64]:
    """Hierarchical F1 of the set of each record, `(n,)`, root excluded.

    Args:
        true: Closures of the true sets, `(n, N)`.
        given: Nodes that are given, those above them included, `(n, N)`.

    Reference:
        Kiritchenko et al. 2006 and Silla and Freitas 2011, for each record by itself.
    """
    right = np.asarray(true.multiply(given).sum(axis=1), float).ravel()
    sizes = np.diff(true.indptr) + given.sum(axis=1)
    found: npt.NDArray[np.float64] = 2 * right / np.maximum(sizes, 1)
    return found
