"""Set-based hierarchical precision, recall and F (Kiritchenko et al. 2005, 2006).

The true and the predicted node of document i are extended by their ancestors to the
sets Y_i and P_i. The measures compare the sets, so a prediction near the truth earns
part of the credit:

    precision = sum |P_i & Y_i| / sum |P_i|     recall = sum |P_i & Y_i| / sum |Y_i|
    F_beta = (1 + beta^2) sum |P_i & Y_i| / (sum |P_i| + beta^2 sum |Y_i|)

The sums run over what `average` says. The convention changes the numbers: give it
with every result.

References:
    Kiritchenko, Matwin, Famili (2005), Functional annotation of genes using
    hierarchical text categorization. Silla, Freitas (2011), A survey of hierarchical
    classification across different application domains.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.metrics.code_inputs import Codes
from han.metrics.pairs import Pairs, pair
from han.metrics.partial_truth import cut_at_truth
from han.metrics.set_sizes import (
    Average,
    HierarchicalScores,
    SetSizes,
    check_options,
    scores_of_sizes,
)


def hierarchical_scores(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    average: Average = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    truncate_to_truth: bool = False,
    beta: float = 1.0,
) -> HierarchicalScores:
    """Hierarchical precision, recall and F together, with the counts behind them.

    A document that is wrong at the top has precision and recall 0, without a warning.
    An abstention has recall 0 and F 0; its precision is 0/0, thus `zero_division`.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`: node ids,
            codes, paths, or a matrix of levels. They may be partial; no code
            (unlabelled) is skipped and counted in `skipped`.
        y_pred: Predicted codes, in the same or another form; no code abstains, -2 is
            a code not in the tree: one predicted node, never a right one.
        taxonomy: The tree; if None it is learnt from the paths of both. Its nodes are
            paths, so the same code under two parents is not a match.
        average: "micro" pools all documents (long paths weigh more); "instance" is
            the mean over documents of the precision, recall and F of each; "class"
            pools the documents of each true most specific node, takes the mean
            precision and recall of these classes, and F of the two means. HiClass
            calls "instance" macro; it compares labels, not paths.
        include_root: Whether the root counts as a node of every set.
        zero_division: 0, 1 or nan; stands for a precision of nothing predicted. Means
            leave out nan. If no document counts, all scores are nan.
        sample_weight: Weight of each document, `(n,)`.
        truncate_to_truth: Whether to cut a prediction at the depth of a partial truth,
            which cannot tell if what is deeper is wrong: see `cut_to_truth`.
        beta: Recall counts `beta` times as much as precision in the field `f1`.

    Raises:
        InputError: If an argument is not one of the values above, lengths differ, or
            a code is not in the tree (see `node_ids`).

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> hierarchical_scores(["A1", "A1", "A2", ""], ["A1", "A2", "", "A"], tree)
        HierarchicalScores(precision=0.75, recall=0.5, f1=0.6, counted=3, skipped=1, \
undefined=0)
    """
    options = average, include_root, zero_division, sample_weight, truncate_to_truth
    return _scores(y_true, y_pred, taxonomy, *options, beta)


def _scores(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None,
    average: Average,
    include_root: bool,
    zero_division: float,
    sample_weight: npt.ArrayLike | None,
    truncate_to_truth: bool,
    beta: float = 1.0,
) -> HierarchicalScores:
    check_options(average, zero_division, beta)
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    items = _items(pairs, average, include_root, truncate_to_truth)
    counts = len(pairs.true), pairs.skipped
    return scores_of_sizes(items, average, counts, zero_division, beta)


def _items(
    pairs: Pairs, average: Average, include_root: bool, truncate_to_truth: bool
) -> SetSizes:
    """Set sizes pooled into what is averaged: one pool, documents or true classes."""
    if truncate_to_truth:
        pairs = cut_at_truth(pairs)
    depths = (pairs.shared_depth, pairs.predicted_depth, pairs.true_depth)
    sizes = [depth.astype(np.float64) + include_root for depth in depths]
    weights = pairs.weights
    if average != "instance":
        groups = pairs.true if average == "class" else np.zeros_like(pairs.true)
        sizes = [
            np.bincount(groups, weights * size).astype(np.float64) for size in sizes
        ]
        weights = np.ones(len(sizes[0]))
    # A true set is never empty: only what weighs nothing, or no class, has size 0.
    kept = (weights > 0) & (sizes[2] > 0)
    shared, predicted, true = (size[kept] for size in sizes)
    return SetSizes(shared, predicted, true, weights[kept])


def hierarchical_precision_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    average: Average = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    truncate_to_truth: bool = False,
) -> float:
    """Share of the predicted nodes and their ancestors that are true.

    `sum |P_i & Y_i| / sum |P_i|`; arguments and errors as in `hierarchical_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> hierarchical_precision_score(["A1", "A1"], ["A2", "A"], tree)
        0.6666666666666666
    """
    options = average, include_root, zero_division, sample_weight, truncate_to_truth
    return _scores(y_true, y_pred, taxonomy, *options).precision


def hierarchical_recall_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    average: Average = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    truncate_to_truth: bool = False,
) -> float:
    """Share of the true nodes and their ancestors that are predicted.

    `sum |P_i & Y_i| / sum |Y_i|`; arguments and errors as in `hierarchical_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> hierarchical_recall_score(["A1", "A1"], ["A2", "A"], tree)
        0.5
    """
    options = average, include_root, zero_division, sample_weight, truncate_to_truth
    return _scores(y_true, y_pred, taxonomy, *options).recall


def hierarchical_fbeta_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    beta: float,
    average: Average = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    truncate_to_truth: bool = False,
) -> float:
    """Hierarchical F; recall counts `beta` times as much as precision.

    `(1 + beta^2) sum |P_i & Y_i| / (sum |P_i| + beta^2 sum |Y_i|)`; a `beta` below 1
    rewards stopping early. Arguments and errors as in `hierarchical_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> hierarchical_fbeta_score(["A1", "A1"], ["A2", "A"], tree, beta=0.5)
        0.625
    """
    options = average, include_root, zero_division, sample_weight, truncate_to_truth
    return _scores(y_true, y_pred, taxonomy, *options, beta).f1


def hierarchical_f1_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    average: Average = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    truncate_to_truth: bool = False,
) -> float:
    """Hierarchical F with precision and recall of equal weight.

    `2 sum |P_i & Y_i| / (sum |P_i| + sum |Y_i|)`; arguments and errors as in
    `hierarchical_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> hierarchical_f1_score(["A1", "A1", "B"], ["A1", "A2", "A"], tree)
        0.6
        >>> hierarchical_f1_score([2, 2, 1], [2, 3, 0], tree)  # node ids of the same
        0.6
        >>> true = [["A", "A1"], ["A", "A1"], ["B", ""]]  # levels, as in HiClass
        >>> hierarchical_f1_score(true, [["A", "A1"], ["A", "A2"], ["A", ""]])
        0.6
    """
    options = average, include_root, zero_division, sample_weight, truncate_to_truth
    return _scores(y_true, y_pred, taxonomy, *options).f1
