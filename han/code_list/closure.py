"""Several codes of one record, all of them right together: sets of nodes.

The sets of `n` records are one array `(n, A)` of node ids, -1 after the last. A code
says all that stands above it, so an ancestor of another code of the same record adds
nothing. The closure of a set has its codes and all their ancestors.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, listing
from han.late_packages import sparse

BoolArray = npt.NDArray[np.bool_]


def checked_sets(sets: npt.ArrayLike, tree: Taxonomy, name: str = "sets") -> IntArray:
    """Sets as an array `(n, A)`; `(n,)` is one code for each record.

    Args:
        sets: Node ids, -1 where there is none.
        tree: The code list.
        name: Name of the argument, for messages.

    Raises:
        InputError: If they are no whole numbers of this shape, or not in the tree.

    Example:
        >>> checked_sets([2, -1], Taxonomy(["1", "2", "21"], [-1, -1, 1])).tolist()
        [[2], [-1]]
    """
    given = np.asarray(sets)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or given.dtype.kind not in "iu":
        raise InputError(
            f"`{name}`: Expected node ids as whole numbers, shape (n, A), -1 after the "
            f"last code of a record. Received shape {given.shape}, {given.dtype}."
        )
    wrong = np.flatnonzero(((given < ROOT) | (given >= tree.num_nodes)).any(axis=1))
    if len(wrong):
        raise InputError(
            f"`{name}`: {len(wrong)} of {len(given)} sets have node ids outside the "
            f"tree, at positions {listing(wrong, shown=5)}. Expected {ROOT} to "
            f"{tree.num_nodes - 1}."
        )
    return given.astype(np.int32)


def closure(sets: npt.ArrayLike, tree: Taxonomy) -> sparse.csr_array:
    """The codes of each record with all their ancestors, the root excluded.

    Args:
        sets: Node ids, `(n, A)`, -1 for none.
        tree: The code list.

    Returns:
        A sparse Boolean matrix `(n, N)`; nodes of a record in rising order.

    Raises:
        InputError: If an id is not in the tree.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> closure([[2, 3], [0, -1]], tree).toarray().astype(int).tolist()
        [[0, 1, 1, 1], [1, 0, 0, 0]]
    """
    given = checked_sets(sets, tree)
    rows, _ = np.nonzero(given != ROOT)
    paths = tree.paths[given[given != ROOT]]
    inside = paths != ROOT
    return node_matrix(
        np.repeat(rows, inside.sum(axis=1)), paths[inside], len(given), tree
    )


def node_matrix(
    rows: npt.NDArray[np.integer],
    nodes: npt.NDArray[np.integer],
    num_rows: int,
    tree: Taxonomy,
) -> sparse.csr_array:
    """A sparse Boolean matrix `(n, N)` that is true at these places.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> node_matrix(np.array([0, 0]), np.array([1, 1]), 1, tree).toarray().tolist()
        [[False, True]]
    """
    keys = np.unique(rows.astype(np.int64) * tree.num_nodes + nodes)
    rows, nodes = np.divmod(keys, tree.num_nodes)
    starts = np.searchsorted(rows, np.arange(num_rows + 1))
    ones = np.ones(len(keys), np.bool_)
    return sparse.csr_array((ones, nodes, starts), (num_rows, tree.num_nodes))


def specific_codes(sets: npt.ArrayLike, tree: Taxonomy) -> IntArray:
    """The codes of each record that no other code of it implies, each once.

    Args:
        sets: Node ids, `(n, A)`, -1 for none.
        tree: The code list.

    Returns:
        Node ids in the order given, `(n, A')` with `A' <= A`, -1 after the last.

    Raises:
        InputError: If an id is not in the tree.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> specific_codes([[1, 3, 3, 0], [1, -1, -1, -1]], tree).tolist()
        [[3, 0], [1, -1]]
    """
    found = checked_sets(sets, tree)
    several = np.flatnonzero((found != ROOT).sum(axis=1) > 1)
    codes = found[several]
    levels = np.append(tree.levels, 0)[codes]  # that of -1 is 0
    paths = np.vstack([tree.paths, np.full((1, tree.num_levels), ROOT, np.int32)])
    implied = np.zeros(codes.shape, np.bool_)
    for place in range(codes.shape[1]):
        code, level = codes[:, place, None], levels[:, place, None]
        above = paths[codes, np.maximum(level, 1) - 1] == code
        earlier = (codes == code) & (np.arange(codes.shape[1]) < place)
        implied[:, place] = ((above & (codes != code)) | earlier).any(axis=1)
    found[several] = np.where(implied, ROOT, codes)
    order = np.argsort(found == ROOT, axis=1, kind="stable")
    found = np.take_along_axis(found, order, axis=1)
    width = max(1, int((found != ROOT).sum(axis=1).max(initial=1)))
    return found[:, :width]


def partial_codes(sets: npt.ArrayLike, tree: Taxonomy) -> IntArray:
    """The partial codes among `specific_codes`, in place; -1 elsewhere.

    Of what lies below such a code a record says nothing: it is unknown, not absent.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> partial_codes([[0, 1], [1, 2]], tree).tolist()
        [[-1, 1], [-1, -1]]
    """
    found = specific_codes(sets, tree)
    inner = np.append(tree.child_counts > 0, False)
    return np.where(inner[found], found, ROOT).astype(np.int32)


def unknown_nodes(sets: npt.ArrayLike, tree: Taxonomy) -> BoolArray:
    """Whether each node lies below a partial code of the record, `(n, N)`.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> unknown_nodes([[0, 1], [0, 2]], tree).astype(int).tolist()
        [[0, 0, 1, 1], [0, 0, 0, 0]]
    """
    partial = partial_codes(sets, tree)
    below = np.zeros((len(partial), tree.num_nodes), np.bool_)
    rows = np.flatnonzero((partial != ROOT).any(axis=1))
    if not len(rows):
        return below
    of_row, places = np.nonzero(partial[rows] != ROOT)
    marked = np.zeros((len(rows), tree.num_nodes), np.bool_)
    marked[of_row, partial[rows][of_row, places]] = True
    for here in level_slices(tree)[1:]:
        marked[:, here] |= marked[:, tree.parents[here]]
    marked[of_row, partial[rows][of_row, places]] = False
    below[rows] = marked
    return below


def level_slices(tree: Taxonomy) -> list[slice]:
    """The nodes of each level, from the top.

    Example:
        >>> level_slices(Taxonomy(["1", "2", "21"], [-1, -1, 1]))
        [slice(0, 2, None), slice(2, 3, None)]
    """
    edges = np.searchsorted(tree.levels, np.arange(1, tree.num_levels + 2)).tolist()
    return [slice(a, b) for a, b in pairwise(edges)]
