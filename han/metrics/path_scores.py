"""Scores from where the true and the predicted path part in the tree.

All read codes as `hierarchical_scores` does, skip documents without a true code, take
-2 (a code not in the tree) as a wrong code at the top level, and give nan if no
document counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.metrics.code_inputs import OUTSIDE, Codes
from han.metrics.pairs import FloatArray, Pairs, pair, weighted_mean


def lca_precision_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Precision on the path from the lowest common ancestor (LCA) down.

    Mean of `1 / (d_pred - d_lca + 1)` over documents, `d` a depth, the root at 0. A
    long shared beginning adds nothing, unlike in the hierarchical precision; the LCA
    itself is always right, so the score never reaches 0.

    Args:
        y_true: True node ids, `(n,)`; -1 is skipped.
        y_pred: Predicted node ids, `(n,)`; -1 abstains (precision 1, low recall).
        taxonomy: The tree.
        sample_weight: Weight of each document, `(n,)`.

    Raises:
        InputError: If lengths differ or a code is not in the tree, see `node_ids`.

    References:
        Kosmopoulos et al. (2015), Evaluation measures for hierarchical
        classification, section on LCA measures; one true and one predicted node.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> lca_precision_score(["A1", "A1"], ["A2", "A1"], tree)
        0.75
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    below = pairs.predicted_depth - pairs.shared_depth
    return weighted_mean(1.0 / (below + 1.0), pairs.weights)


def lca_recall_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Recall on the path from the lowest common ancestor (LCA) down.

    Mean of `1 / (d_true - d_lca + 1)` over documents; arguments, errors and reference
    as in `lca_precision_score`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> lca_recall_score(["A1", "A1"], ["A", "A1"], tree)
        0.75
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    below = pairs.true_depth - pairs.shared_depth
    return weighted_mean(1.0 / (below + 1.0), pairs.weights)


def lca_f1_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """F on the paths from the lowest common ancestor (LCA) down.

    Mean over documents of `2 P R / (P + R)`, which is `2 / (edges + 2)` with `edges`
    between the two nodes; arguments, errors and reference as in
    `lca_precision_score`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> lca_f1_score(["A1", "A1"], ["A2", "A1"], tree)
        0.75
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    return weighted_mean(lca_f1_of(pairs), pairs.weights)


def lca_f1_of(pairs: Pairs) -> FloatArray:
    """LCA F of each document, `(m,)`."""
    scores: FloatArray = 2.0 / (edges_between(pairs).astype(np.float64) + 2.0)
    return scores


def edges_between(pairs: Pairs) -> IntArray:
    """Edges from the true node by the lowest common ancestor to the predicted, `(m,)`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> edges_between(pair([2, 2, 2, 2], [2, 3, 1, -1], tree)).tolist()
        [0, 2, 3, 2]
    """
    return pairs.true_depth + pairs.predicted_depth - 2 * pairs.shared_depth


def tree_distance_error(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Mean number of edges between the true and the predicted node; lower is better.

    `d_true + d_pred - 2 d_lca`, averaged over documents. An abstention stands at the
    root, so it is `d_true` away: nearer than a leaf that is wrong at the top.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        y_pred: Predicted codes, likewise; no code abstains.
        taxonomy: The tree; if None it is learnt from the paths of both.
        sample_weight: Weight of each document, `(n,)`.

    Raises:
        InputError: If lengths differ or a code is not in the tree, see `node_ids`.

    References:
        Dekel, Keshet, Singer (2004), Large margin hierarchical classification
        ("tree-induced error").

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> tree_distance_error(["A1", "A1"], ["A1", "A2"], tree)
        1.0
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    return weighted_mean(edges_between(pairs), pairs.weights)


def mistake_severity_error(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Mean tree distance of the wrong documents only; nan if all are right.

    A prediction that stops early or abstains counts as a mistake. Read it beside the
    accuracy: who corrects the small mistakes raises the severity. Arguments and errors
    as in `tree_distance_error`.

    References:
        Bertinetto et al. (2020), Making better mistakes.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> mistake_severity_error(["A1", "A1"], ["A1", "A2"], tree)
        2.0
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    wrong = pairs.true != pairs.predicted
    return weighted_mean(edges_between(pairs)[wrong], pairs.weights[wrong])


def h_loss(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """H-loss: only the first mistake on a path costs, and more near the top.

    Sum over nodes n of `c_n` where n is in one of the two paths only and all ancestors
    of n are right; `c_root = 1`, `c_n = c_parent / (number of siblings, n included)`.
    Where the paths part, the true and the predicted child cost their `c`; a prediction
    that stops early costs the true child only. Mean over documents, at most 1 (but for
    -2 in a tree of one top node). A tree that is learnt from the codes has fewer
    siblings than the code list, and thus other costs: give `taxonomy`.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        y_pred: Predicted codes, likewise; no code abstains; -2 costs as a top node.
        taxonomy: The tree; if None it is learnt from the paths of both.
        sample_weight: Weight of each document, `(n,)`.

    Raises:
        InputError: If lengths differ or a code is not in the tree, see `node_ids`.

    References:
        Cesa-Bianchi, Gentile, Zaniboni (2006), Incremental algorithms for
        hierarchical classification.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> [h_loss(["A1"], [wrong], tree) for wrong in ("A2", "A", "B", None)]
        [0.5, 0.25, 1.0, 0.5]
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    costs = _node_costs(pairs.tree)
    loss = _cost_below(pairs.true_paths, pairs.shared_depth, costs)
    loss = loss + _cost_below(pairs.predicted_paths, pairs.shared_depth, costs)
    return weighted_mean(loss, pairs.weights)


def _node_costs(taxonomy: Taxonomy) -> FloatArray:
    """Cost `c_n` of each node, `(N + 2,)`; the last two of `OUTSIDE` and no node."""
    top = 1.0 / int((taxonomy.parents == ROOT).sum())
    costs = np.zeros(taxonomy.num_nodes + 2)
    costs[: taxonomy.num_nodes] = top
    costs[OUTSIDE] = top
    for level in range(2, taxonomy.num_levels + 1):  # parents are done before children
        nodes = np.flatnonzero(taxonomy.levels == level)
        parents = taxonomy.parents[nodes]
        costs[nodes] = costs[parents] / taxonomy.child_counts[parents]
    return costs


def _cost_below(paths: IntArray, depth: IntArray, costs: FloatArray) -> FloatArray:
    """Cost of the node of each path that follows after `depth` nodes, 0 if none."""
    ended = np.full((len(paths), 1), ROOT, dtype=np.int32)
    longer = np.hstack([paths, ended])
    following = np.take_along_axis(longer, depth[:, None].astype(np.intp), axis=1)
    below: FloatArray = costs[following[:, 0]]
    return below
