"""Scores up to the depth of the truth, where a true code is partial.

A partial true code, an inner node, says nothing of what lies below it. A strict score
counts a deeper prediction as too long; here it is cut at the depth of the truth first,
so that it is judged as far as the truth can judge it. All scores of cut predictions
follow from `cut_at_truth`; their names end with `_to_truth`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.metrics.code_inputs import OUTSIDE, Codes, nodes_in, read_codes
from han.metrics.level_scores import is_leaf
from han.metrics.pairs import BoolArray, Pairs, pair

STRICT = "hierarchical.f1"
TO_TRUTH = "hierarchical_to_truth.f1"


def cut_to_truth(y_true: Codes, y_pred: Codes, taxonomy: Taxonomy) -> IntArray:
    """Predicted codes without what is deeper than a partial true code, `(n,)`.

    Given to a score as `y_pred`, it makes it one "up to the depth of the truth". In
    `level_accuracy_scores` and `leaf_accuracy_score` it changes nothing: they leave out
    what the truth does not reach. Hierarchical precision, recall and F, LCA-F1 get no
    lower, tree distance and H-loss no higher. `mistake_severity_error` may rise, as
    fewer records are mistakes.

    What becomes of a prediction:

    * The truth is an inner node: an ancestor at the depth of the truth stands in its
      place if it is deeper. It is so in another branch, too: a code that is wrong at
      the top is one wrong node for a truth of level 1, however deep it goes.
    * The truth is a leaf, be it an early one: nothing is cut, as nothing is below it.
    * A prediction that is shallower than the truth, no code, or -2 (a code not in the
      tree: one wrong node at the top) stays what it is.

    Of several acceptable codes take `nearest_truth` first, with the predictions as they
    are. A full code that agrees further than a partial one then judges in its place.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`. Predictions of
            those without a code stay as they are.
        y_pred: Predicted codes, in the same or another form.
        taxonomy: The whole code list: it tells which codes are partial.

    Returns:
        Node ids; -1 abstains, -2 is a code not in the tree.

    Raises:
        InputError: If lengths differ or a code is not in the tree, see `node_ids`.

    References:
        Silla, Freitas (2011), A survey of hierarchical classification across different
        application domains: labels of partial depth. The cut is of this package.

    Example:
        >>> from han.metrics import hierarchical_f1_score
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> true, given = ["A", "A", "A1"], ["A1", "B1", "A2"]
        >>> cut = cut_to_truth(true, given, tree)
        >>> [tree.codes[node] for node in cut]
        ['A', 'B', 'A2']
        >>> hierarchical_f1_score(true, given, tree)
        0.4
        >>> hierarchical_f1_score(true, cut, tree)
        0.5
    """
    pairs = pair(y_true, y_pred, taxonomy)
    given = read_codes(y_pred, "y_pred")
    nodes = nodes_in(given, taxonomy, "y_pred", lowest=OUTSIDE)
    nodes[pairs.kept] = cut_at_truth(pairs).predicted
    return nodes


def cut_at_truth(pairs: Pairs) -> Pairs:
    """The same with predictions that end where a partial truth ends.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "B1"], [-1, -1, 0, 1])
        >>> cut_at_truth(pair(["A", "B1"], ["A1", "A1"], tree)).predicted.tolist()
        [0, 2]
    """
    limit = np.where(is_partial(pairs), pairs.true_depth, pairs.tree.num_levels)
    beyond = np.arange(pairs.tree.num_levels) >= limit[:, None]
    last = np.take_along_axis(pairs.predicted_paths, limit[:, None] - 1, axis=1)
    is_cut = pairs.predicted_depth > limit
    return replace(
        pairs,
        predicted=np.where(is_cut, last[:, 0], pairs.predicted).astype(np.int32),
        predicted_paths=np.where(beyond, ROOT, pairs.predicted_paths).astype(np.int32),
        predicted_depth=np.minimum(pairs.predicted_depth, limit).astype(np.int32),
    )


def is_partial(pairs: Pairs) -> BoolArray:
    """Whether the truth of each document is an inner node, `(m,)`."""
    partial: BoolArray = ~is_leaf(pairs.tree)[pairs.true]
    return partial


def contradicted_paths(pairs: Pairs) -> IntArray:
    """Predicted paths without the nodes below a partial truth that they lead on from.

    Of these nobody knows whether they are right; all others are right or wrong. For
    scores of a single code: in another branch than the truth's, it is surely wrong.

    Returns:
        Node ids from the top, `(m, L)`, then -1.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "B1"], [-1, -1, 0, 1])
        >>> contradicted_paths(pair(["A", "A"], ["A1", "B1"], tree)).tolist()
        [[0, -1], [1, 3]]
    """
    agrees = pairs.shared_depth == pairs.true_depth
    cut = cut_at_truth(pairs).predicted_paths
    return np.where(agrees[:, None], cut, pairs.predicted_paths).astype(np.int32)


# Names of scores


def to_truth(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Scores of cut predictions under names that say so.

    Example:
        >>> to_truth({"hierarchical.f1": 0.5, "h_loss": 0.1})
        {'hierarchical_to_truth.f1': 0.5, 'h_loss_to_truth': 0.1}
    """
    parts = {name: name.partition(".") for name in scores}
    return {
        f"{first}_to_truth{dot}{rest}": scores[name]
        for name, (first, dot, rest) in parts.items()
    }


def headline(pairs: Pairs) -> str:
    """The hierarchical F1 to be read first: the strict one if every true code is full.

    Both are equal there. Else the strict one punishes codes that may be right.
    """
    return TO_TRUTH if is_partial(pairs).any() else STRICT


def headline_score(result: Mapping[str, Any]) -> float:
    """The hierarchical F1 to be read first, of a result of `evaluation`.

    Example:
        >>> headline_score({"headline": "hierarchical.f1", "hierarchical": {"f1": 0.5}})
        0.5
    """
    group, _, name = result.get("headline", STRICT).partition(".")
    value: float = result[group][name]
    return value
