"""Flat scores of each level of the tree, and of the leaves.

Level 1 is the top. A level counts the documents whose truth reaches it, so a partial
true code is judged as far as it goes. A prediction that stops above the level, or is
not in the tree (-2), is wrong there and belongs to no class. Values are nan where no
document counts.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError
from han.metrics.code_inputs import Codes
from han.metrics.pairs import BoolArray, FloatArray, Pairs, pair, weighted_mean

LevelAverage = Literal["macro", "weighted"]


def level_accuracy_scores(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> dict[int, float]:
    """Share of right codes at each level.

    Level l: among the documents whose truth reaches l, the share whose predicted
    ancestor at l is the true one.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        y_pred: Predicted codes, likewise; no code abstains.
        taxonomy: The tree; if None it is learnt from the paths of both.
        sample_weight: Weight of each document, `(n,)`.

    Returns:
        The accuracy of each level from 1 to `L`.

    Raises:
        InputError: If lengths differ or a code is not in the tree, see `node_ids`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> level_accuracy_scores(["A1", "A1", "A1", "A"], ["A1", "A2", "B", "A"], tree)
        {1: 0.75, 2: 0.3333333333333333}
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    reached = {level: pairs.true_depth >= level for level in _levels(pairs.tree)}
    return {
        level: weighted_mean(pairs.shared_depth[rows] >= level, pairs.weights[rows])
        for level, rows in reached.items()
    }


def conditional_level_accuracy_scores(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> dict[int, float]:
    """Share of right codes at each level, given the right parent.

    Level l: among the documents whose truth reaches l and whose predicted ancestor at
    l - 1 is right, the share that is right at l too. It tells the errors of a level
    from those it inherits; the product over levels is the leaf accuracy if all leaves
    stand on the last level. Stopping at the parent counts as wrong. Arguments and
    errors as in `level_accuracy_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> conditional_level_accuracy_scores(["A1"] * 4, ["A1", "A2", "B", "B"], tree)
        {1: 0.5, 2: 0.5}
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    scores = {}
    for level in _levels(pairs.tree):
        rows = (pairs.true_depth >= level) & (pairs.shared_depth >= level - 1)
        right = pairs.shared_depth[rows] >= level
        scores[level] = weighted_mean(right, pairs.weights[rows])
    return scores


def level_f1_scores(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    average: LevelAverage = "macro",
    sample_weight: npt.ArrayLike | None = None,
) -> dict[int, float]:
    """Macro or weighted F1 over the classes of each level.

    The F1 of a class is `2 tp / (2 tp + fp + fn)`. "macro" is the mean of the F1 of
    the classes in truth or prediction, as in scikit-learn (not the F of mean precision
    and mean recall); "weighted" weighs them by their number of true documents.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        y_pred: Predicted codes, likewise; no code abstains.
        taxonomy: The tree; if None it is learnt from the paths of both.
        average: "macro" or "weighted".
        sample_weight: Weight of each document, `(n,)`.

    Returns:
        The F1 of each level from 1 to `L`.

    Raises:
        InputError: If `average` is another word, lengths differ or a code is not in
            the tree, see `node_ids`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> level_f1_scores(["A1", "A1", "B"], ["A1", "A2", "B"], tree)
        {1: 1.0, 2: 0.3333333333333333}
    """
    if average not in get_args(LevelAverage):
        raise InputError(
            f"`average`: Expected macro or weighted. Received {average!r}."
        )
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    scores = {}
    for level in _levels(pairs.tree):
        rows = pairs.true_depth >= level
        true = pairs.true_paths[rows, level - 1]
        predicted = pairs.predicted_paths[rows, level - 1]
        class_f1, support = class_f1_scores(
            true, predicted, pairs.weights[rows], pairs.tree.num_nodes
        )
        # A class without support may lack an F1 (nan): it has no share in the mean.
        present = support > 0 if average == "weighted" else ~np.isnan(class_f1)
        shares = support if average == "weighted" else np.ones_like(support)
        scores[level] = weighted_mean(class_f1[present], shares[present])
    return scores


def leaf_accuracy_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Share of right codes among the documents whose truth is a leaf.

    Arguments and errors as in `level_accuracy_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> leaf_accuracy_score(["A1", "A2", "A"], ["A1", "A", "A"], tree)
        0.5
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    rows = is_leaf(pairs.tree)[pairs.true]
    return weighted_mean((pairs.true == pairs.predicted)[rows], pairs.weights[rows])


def leaf_macro_f1_score(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Mean F1 of the leaves, among the documents whose truth is a leaf.

    The classes are the leaves in truth or prediction. A prediction of an inner node is
    a miss of the true leaf, and no class. Arguments and errors as in
    `level_accuracy_scores`.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> leaf_macro_f1_score(["A1", "A2", "B"], ["A1", "A2", None], tree)
        0.6666666666666666
    """
    pairs = pair(y_true, y_pred, taxonomy, sample_weight)
    true, predicted, weights = leaf_pairs(pairs)
    class_f1, _ = class_f1_scores(true, predicted, weights, pairs.tree.num_nodes)
    present = class_f1[~np.isnan(class_f1)]
    return weighted_mean(present, np.ones(len(present)))


def is_leaf(taxonomy: Taxonomy) -> BoolArray:
    """Whether each node is a leaf, `(N + 2,)`; False for -1 and -2 as positions."""
    leaf = np.zeros(taxonomy.num_nodes + 2, dtype=np.bool_)
    leaf[taxonomy.leaves] = True
    return leaf


def leaf_pairs(
    pairs: Pairs,
) -> tuple[IntArray, IntArray, FloatArray]:
    """True leaf, predicted leaf (-1: none) and weight where the truth is a leaf."""
    leaf = is_leaf(pairs.tree)
    rows = leaf[pairs.true]
    predicted = np.where(leaf[pairs.predicted], pairs.predicted, ROOT)[rows]
    return pairs.true[rows], predicted.astype(np.int32), pairs.weights[rows]


def class_f1_scores(
    true: IntArray, predicted: IntArray, weights: FloatArray, num_classes: int
) -> tuple[FloatArray, FloatArray]:
    """F1 `(num_classes,)`, nan for a class that never occurs, and weight in truth.

    Example:
        >>> one, two = np.array([0, 0], np.int32), np.array([0, -1], np.int32)
        >>> class_f1_scores(one, two, np.ones(2), 2)[0].tolist()
        [0.6666666666666666, nan]
    """

    def sums(classes: IntArray, values: FloatArray) -> FloatArray:
        # Two more bins in front take what is no class: -2 and -1.
        bins = np.bincount(classes + 2, values, minlength=num_classes + 2)
        return bins[2:].astype(np.float64)

    support = sums(true, weights)
    total = support + sums(predicted, weights)
    f1 = np.full(num_classes, np.nan)
    right = sums(true, weights * (true == predicted))
    np.divide(2 * right, total, out=f1, where=total > 0)
    return f1, support


def _levels(taxonomy: Taxonomy) -> range:
    return range(1, taxonomy.num_levels + 1)
