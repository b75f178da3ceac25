"""Decision rules without costs: leaf, top-down, threshold, majority.

Each takes coherent log-probabilities of all nodes `(n, N)` and the tree, and gives node
ids `(n,)`, -1 for no code. An inner node is a partial code. They differ in where they
stop, and in whether they look at whole paths or at one choice after the other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.document_blocks import FloatArray, in_blocks
from han.errors import InputError


def most_probable_leaf(log_probabilities: FloatArray, tree: Taxonomy) -> IntArray:
    """The most probable full code; ties go to the first from the left.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> p = [[0.6, 0.4, 0.35, 0.25]]
        >>> tree.codes[most_probable_leaf(np.log(p), tree)[0]]
        '2'
    """
    leaves = np.take(log_probabilities, tree.leaves, axis=1)
    found: IntArray = tree.leaves[leaves.argmax(axis=1)]
    return found


def top_down(
    log_probabilities: FloatArray, tree: Taxonomy, *, stop: float | None = None
) -> IntArray:
    """The most probable top code, then its most probable child, and so on.

    The end need not be the most probable full code: under a likely parent all children
    may be unlikely.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        stop: Ends at a parent whose best child has a *conditional* probability,
            `p(child) / p(parent)`, below it; -1 at the root. 0.9 on each of six levels
            leaves about 0.53 for the path: for a promise on the path itself there is
            `threshold_node`. None goes down to a full code.

    Raises:
        InputError: If `stop` is not from 0 to 1.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> logs = np.log([[0.6, 0.4, 0.35, 0.25]])
        >>> [tree.codes[top_down(logs, tree, stop=s)[0]] for s in (None, 0.6)]
        ['11', '1']
    """
    if stop is not None:
        _check_share("stop", stop)
    # Siblings follow one another: a split is its first child and a number.
    parents = np.arange(-1, tree.num_nodes)
    first = np.searchsorted(tree.parents, parents)
    counts = np.searchsorted(tree.parents, parents, side="right") - first

    def rule(p: FloatArray) -> IntArray:
        nodes = np.full(len(p), ROOT)
        going = np.arange(len(p))
        for _ in range(tree.num_levels):
            going = going[counts[nodes[going] + 1] > 0]
            at = nodes[going]
            best = _best_child(p[going], first[at + 1], counts[at + 1])
            if stop is not None:
                above = np.where(at == ROOT, 1.0, p[going, at])
                goes_on = p[going, best] >= stop * above
                going, best = going[goes_on], best[goes_on]
            nodes[going] = best
        return nodes.astype(np.int32)

    return in_blocks(log_probabilities, rule)


def _best_child(
    p: FloatArray, first: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Most probable of the columns `first` to `first + counts` of each row, `(b,)`."""
    inside = np.arange(counts.max(initial=1))
    is_child = inside < counts[:, None]
    columns = np.where(is_child, first[:, None] + inside, 0)
    values = np.where(is_child, np.take_along_axis(p, columns, axis=1), -1.0)
    best: npt.NDArray[np.intp] = first + values.argmax(axis=1)
    return best


def threshold_node(
    log_probabilities: FloatArray, tree: Taxonomy, *, threshold: float
) -> IntArray:
    """The deepest node with a probability of at least `threshold`; -1 if none has it.

    Above 1/2 there is one candidate on a level at most, and all lie on one path. Else,
    of several on the deepest level the most probable one is taken, then the first.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        threshold: From 0 to 1, the same on all levels. That a calibrated model is
            right in this share of the records, or more, holds on average; for a
            guarantee the threshold must be chosen on records set aside for it.

    Raises:
        InputError: If `threshold` is not from 0 to 1.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> logs = np.log([[0.9, 0.1, 0.8, 0.1]])
        >>> [int(threshold_node(logs, tree, threshold=t)[0]) for t in (0.7, 0.85, 0.95)]
        [2, 0, -1]
    """
    _check_share("threshold", threshold)
    return _deepest(log_probabilities, tree, lambda p: p >= threshold)


def majority_node(log_probabilities: FloatArray, tree: Taxonomy) -> IntArray:
    """The deepest node that is more probable than all others together; -1 if none is.

    `p > 1/2`: there is one such node on a level at most, and they lie on one path.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.

    References:
        Valmadre 2022, Hierarchical Classification at Multiple Operating Points.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> majority_node(np.log([[0.6, 0.4, 0.35, 0.25]]), tree).tolist()
        [0]
    """
    return _deepest(log_probabilities, tree, lambda p: p > 0.5)


def _deepest(
    log_probabilities: FloatArray,
    tree: Taxonomy,
    chosen: Callable[[FloatArray], npt.NDArray[np.bool_]],
) -> IntArray:
    def rule(p: FloatArray) -> IntArray:
        # A step of a level is worth more than any probability.
        depth = np.where(chosen(p), 2.0 * tree.levels + p, -1.0)
        best = depth.argmax(axis=1)
        found = depth[np.arange(len(p)), best] >= 0
        return np.where(found, best, ROOT).astype(np.int32)

    return in_blocks(log_probabilities, rule)


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"`{name}` must be from 0 to 1. Received: {value}.")
