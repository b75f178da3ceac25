"""Which codes a record gets: a coherent set, from probabilities of all nodes.

A node is never given without its parent. What is given is written as the codes that no
other one implies, most probable first, `(n, A)`, -1 after the last. No record is left
without a code unless it is asked for: else it gets its most probable full code.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, level_slices
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray, blocks, checked_probabilities
from han.errors import InputError


def codes_by_thresholds(
    log_probabilities: npt.ArrayLike,
    thresholds: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    allow_empty: bool = False,
) -> IntArray:
    """Every node that reaches the threshold of its level, below a parent that is given.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        thresholds: Probability for each level, `(L,)`, as from `level_thresholds`; or
            one for all.
        taxonomy: The code list.
        allow_empty: Whether a record may get no code. Else one that would gets its most
            probable full code.

    Returns:
        Node ids, `(n, A)`, -1 after the last.

    Raises:
        InputError: If a shape does not fit, or thresholds are no numbers.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> logs = np.log([[0.6, 0.9, 0.8, 0.3], [0.2, 0.3, 0.1, 0.2]])
        >>> codes_by_thresholds(logs, [0.5, 0.4], tree).tolist()
        [[2, 0], [0, -1]]
    """
    logs = checked_probabilities(log_probabilities, taxonomy)
    limits = checked_thresholds(thresholds, taxonomy)
    found = []
    for rows in blocks(len(logs), taxonomy.num_nodes):
        p = np.exp(logs[rows].astype(np.float64))
        members = p >= limits[taxonomy.levels - 1]
        for here in level_slices(taxonomy)[1:]:
            members[:, here] &= members[:, taxonomy.parents[here]]
        if not allow_empty:
            empty = np.flatnonzero(~members.any(axis=1))
            members[empty] = surest_paths(p[empty], taxonomy)
        found.append(sets_of_members(members, p, taxonomy))
    return stacked_sets(found)


def checked_thresholds(thresholds: npt.ArrayLike, tree: Taxonomy) -> FloatArray:
    """Thresholds as numbers `(L,)`.

    Raises:
        InputError: If there is not one for each level, or one is nan.

    Example:
        >>> checked_thresholds(0.5, Taxonomy(["1", "11"], [-1, 0])).tolist()
        [0.5, 0.5]
    """
    limits = np.asarray(thresholds, np.float64)
    limits = np.full(tree.num_levels, limits) if limits.ndim == 0 else limits
    if limits.shape != (tree.num_levels,) or np.isnan(limits).any():
        raise InputError(
            "`thresholds`: Expected a number, or one for each of the "
            f"{tree.num_levels} levels. Received shape {limits.shape}, or nan."
        )
    return limits


def most_probable_sets(
    log_probabilities: npt.ArrayLike, taxonomy: Taxonomy, k: int
) -> IntArray:
    """The `k` most probable full codes of each record, fewer if there are not so many.

    Args:
        log_probabilities: Log-probabilities of all nodes, `(n, N)`.
        taxonomy: The code list.
        k: How many, 1 or more.

    Returns:
        Node ids, `(n, k)`, most probable first; of equals the first in the tree.

    Raises:
        InputError: If a shape does not fit, or `k` is less than 1.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> most_probable_sets(np.log([[0.6, 0.9, 0.8, 0.3]]), tree, 2).tolist()
        [[2, 0]]
    """
    logs = checked_probabilities(log_probabilities, taxonomy)
    if k < 1:
        raise InputError(f"`k`: Expected 1 or more. Received {k}.")
    width = min(k, len(taxonomy.leaves))
    found = np.empty((len(logs), width), np.int32)
    for rows in blocks(len(logs), taxonomy.num_nodes):
        order = np.argsort(-logs[rows][:, taxonomy.leaves], axis=1, kind="stable")
        found[rows] = taxonomy.leaves[order[:, :width]]
    return found


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


def sets_of_members(members: BoolArray, p: FloatArray, tree: Taxonomy) -> IntArray:
    """The nodes of closed sets without a child in them, most probable first, `(b, A)`.

    Args:
        members: Whether each node is in the set, `(b, N)`; parents of members are.
        p: What to order by: probabilities or their logarithms, `(b, N)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> members = np.array([[True, True, True, False]])
        >>> sets_of_members(members, np.array([[0.6, 0.9, 0.5, 0.3]]), tree).tolist()
        [[0, 2]]
    """
    rows, nodes = np.nonzero(members)
    is_inner = np.zeros(members.shape, np.bool_)
    below = tree.parents[nodes] != ROOT
    is_inner[rows[below], tree.parents[nodes[below]]] = True
    kept = ~is_inner[rows, nodes]
    rows, nodes = rows[kept], nodes[kept]
    order = np.lexsort((nodes, -p[rows, nodes], rows))
    rows, nodes = rows[order], nodes[order]
    counts = np.bincount(rows, minlength=len(members))
    places = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    sets = np.full((len(members), max(1, counts.max(initial=1))), ROOT, np.int32)
    sets[rows, places] = nodes
    return sets


def stacked_sets(parts: list[IntArray]) -> IntArray:
    """Sets of several blocks of records, one under the other.

    Example:
        >>> stacked_sets([np.array([[1]]), np.array([[2, 0]])]).tolist()
        [[1, -1], [2, 0]]
    """
    width = max((part.shape[1] for part in parts), default=1)
    found = np.full((sum(map(len, parts)), width), ROOT, np.int32)
    first = 0
    for part in parts:
        found[first : first + len(part), : part.shape[1]] = part
        first += len(part)
    return found
