"""Decision rule: greatest expected hierarchical F, as one node or a set.

An answer counts with all its ancestors, the root excluded. For an answer of `k` nodes
`S`, closed under ancestors, and a true full code y of depth d(y), the hierarchical F of
a record is

    F_b(S, y) = (1 + b^2) |S and path(y)| / (k + b^2 d(y)),

and its expectation is the sum over the nodes n of S of

    gain_k(n) = (1 + b^2) * sum over the full codes y under n of p(y) / (k + b^2 d(y)).

What is greatest is the expected F of each record, and so the mean of them (`instance`
average). The micro F, which pools the nodes of all records, is one ratio of sums: no
rule that looks at a record alone makes it greatest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.document_blocks import MAX_RULE_PROBABILITIES, FloatArray, in_blocks
from han.errors import InputError


def best_node_for_f(
    log_probabilities: FloatArray, tree: Taxonomy, *, beta: float = 1.0
) -> IntArray:
    """The node whose path has the greatest expected hierarchical F; never none.

    Exact among answers of one code. Ties go to the deepest, then to the first.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        beta: Weight of recall: below 1 answers end earlier, above 1 later.

    Raises:
        InputError: If `beta` is not above 0.

    References:
        Kiritchenko et al. 2006 for hF; Plaud, Labeau 2025 (ICML) for the decoding.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> logs = np.log([[0.7, 0.3, 0.36, 0.34]])
        >>> [tree.codes[best_node_for_f(logs, tree, beta=b)[0]] for b in (0.5, 2)]
        ['A', 'A1']
    """
    _check(beta)
    return in_blocks(log_probabilities, lambda p: _best_node(p, tree, beta))


def _best_node(p: FloatArray, tree: Taxonomy, beta: float) -> IntArray:
    expected = np.full(p.shape, -1.0)
    for level in range(1, tree.num_levels + 1):
        here = np.flatnonzero(tree.levels == level)
        gains = _gains(p, tree, level, beta)
        paths = tree.paths[here, :level]  # (nodes here, level)
        expected[:, here] = sum(gains[:, paths[:, k]] for k in range(level))
    most = expected.max(axis=1, keepdims=True)
    deepest = np.where(expected == most, tree.levels, 0).argmax(axis=1)
    return np.asarray(deepest, np.int32)


def best_set_for_f(
    log_probabilities: FloatArray, tree: Taxonomy, *, beta: float = 1.0
) -> npt.NDArray[np.bool_]:
    """The set of nodes, closed under ancestors, of greatest expected hierarchical F.

    Exact among all such sets, which may branch: of two likely siblings both may be
    given. For a fixed size k the gains of the nodes do not depend on one another, and
    no node gains more than its parent, so the k greatest gains, parents before their
    children, are closed under ancestors and are the best set of size k. Sizes that
    cannot win any more are not tried.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        tree: The code list.
        beta: Weight of recall.

    Returns:
        Whether each node is in the set, `(n, N)`; one at least is. Ties go to the
        smaller set, then to the first nodes.

    Raises:
        InputError: If `beta` is not above 0.

    References:
        Plaud, Labeau 2025 (ICML), who count the root.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> logs = np.log([[0.98, 0.02, 0.49, 0.49]])
        >>> best_set_for_f(logs, tree).tolist()
        [[True, False, True, True]]
    """
    _check(beta)
    logs = np.asarray(log_probabilities)
    found = np.zeros(logs.shape, np.bool_)
    size = max(1, MAX_RULE_PROBABILITIES // max(1, logs.shape[1]))
    for first in range(0, len(logs), size):
        part = slice(first, first + size)
        found[part] = _best_set(np.exp(logs[part].astype(np.float64)), tree, beta)
    return found


def _best_set(p: FloatArray, tree: Taxonomy, beta: float) -> npt.NDArray[np.bool_]:
    best, chosen = np.zeros(len(p)), np.zeros(p.shape, np.bool_)
    depths = p[:, tree.leaves] @ tree.levels[tree.leaves]  # no set hits more nodes
    shallowest = int(tree.levels[tree.leaves].min())
    for k in range(1, tree.num_nodes + 1):
        # What larger sets can still reach.
        bound = (1 + beta**2) * depths / (k + beta**2 * shallowest)
        rows = np.flatnonzero(bound > best)
        if not len(rows):
            break
        gains = _gains(p[rows], tree, k, beta)
        order = np.argsort(-gains, axis=1, kind="stable")[:, :k]  # parents first
        expected = np.take_along_axis(gains, order, axis=1).sum(axis=1)
        better = expected > best[rows] + 1e-12
        best[rows[better]] = expected[better]
        chosen[rows[better]] = False
        chosen[rows[better][:, None], order[better]] = True
    return chosen


def _gains(p: FloatArray, tree: Taxonomy, k: int, beta: float) -> FloatArray:
    """What each node adds to the expected F of an answer of `k` nodes, `(n, N)`."""
    depths = tree.levels[tree.leaves]
    shares = p[:, tree.leaves] * ((1 + beta**2) / (k + beta**2 * depths))
    gains = np.asarray(tree.sum_leaves(shares), np.float64)
    for level in range(2, tree.num_levels + 1):  # rounding may not put a child first
        here = np.flatnonzero(tree.levels == level)
        gains[:, here] = np.minimum(gains[:, here], gains[:, tree.parents[here]])
    return gains


def _check(beta: float) -> None:
    if not 0 < beta < np.inf:
        raise InputError(f"`beta` must be above 0. Received: {beta}.")
