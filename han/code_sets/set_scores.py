"""Hierarchical precision, recall and F of sets of codes; exact agreement.

The true and the given codes of record i are extended by their ancestors to the sets Y_i
and P_i, and scored as one code is, see `han.metrics.hierarchical_scores`: for records
of one code all values are those.

References:
    Kiritchenko, Matwin, Famili (2005), Functional annotation of genes using
    hierarchical text categorization. Silla, Freitas (2011), A survey of hierarchical
    classification across different application domains.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets.set_pairs import SetPairs, set_pairs
from han.late_packages import sparse
from han.metrics.pairs import FloatArray, weighted_mean
from han.metrics.set_sizes import (
    HierarchicalScores,
    SetSizes,
    check_options,
    scores_of_sizes,
)

SetAverage = Literal["micro", "instance", "class", "node"]


def hierarchical_set_scores(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    average: SetAverage = "micro",
    include_root: bool = False,
    zero_division: float = 0.0,
    sample_weight: npt.ArrayLike | None = None,
    skip_unknown: bool = False,
    beta: float = 1.0,
) -> HierarchicalScores:
    """Hierarchical precision, recall and F of sets, with the counts behind them.

    Args:
        y_true: True codes of `n` records, node ids `(n, A)`, -1 after the last; they
            may be partial. A record without any is skipped and counted in `skipped`.
        y_pred: Codes given, likewise; a record without any abstains.
        taxonomy: The code list.
        average: "micro" pools all records; "instance" is the mean over records of the
            precision, recall and F of each; "class" pools the records that have a code
            (one that no other of the record implies), takes mean precision and recall
            of all codes, and F of the two means; "node" is the mean over all nodes,
            true or given anywhere, of the precision, recall and F of each node by
            itself: scikit-learn's macro average of closed sets.
        include_root: Whether the root counts as a node of every set.
        zero_division: 0, 1 or nan; stands for the precision of nothing given, and the
            recall of a node that is never true. Means leave out nan. If no record
            counts, all scores are nan.
        sample_weight: Weight of each record, `(n,)`.
        skip_unknown: Whether nodes given below a partial true code are left out, as
            nobody knows whether they are right. Else they are wrong.
        beta: Recall counts `beta` times as much as precision in the field `f1`.

    Raises:
        InputError: If an argument is not one of the values above, lengths differ, or
            an id is not in the tree.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> hierarchical_set_scores([[2, 4], [3, -1]], [[2, 3], [3, -1]], tree)[:3]
        (0.8, 0.6666666666666666, 0.7272727272727273)
    """
    check_options(average, zero_division, beta, get_args(SetAverage))
    pairs = set_pairs(
        y_true,
        y_pred,
        taxonomy,
        sample_weight=sample_weight,
        skip_unknown=skip_unknown,
    )
    return scores_of_pairs(pairs, average, include_root, zero_division, beta)


def scores_of_pairs(
    pairs: SetPairs,
    average: SetAverage,
    include_root: bool = False,
    zero_division: float = 0.0,
    beta: float = 1.0,
) -> HierarchicalScores:
    """The same of pairs that have been laid side by side.

    Example:
        >>> pairs = set_pairs([[1]], [[0]], Taxonomy(["A", "A1"], [-1, 0]))
        >>> scores_of_pairs(pairs, "instance")[:3]
        (1.0, 0.5, 0.6666666666666666)
    """
    counts = int(pairs.kept.sum()), int((~pairs.kept).sum())
    items = _items(pairs, average, include_root)
    return scores_of_sizes(items, average, counts, zero_division, beta)


def _items(pairs: SetPairs, average: SetAverage, include_root: bool) -> SetSizes:
    """Set sizes pooled into what is averaged: one pool, records, codes or nodes."""
    if average == "node":
        return _of_nodes(pairs, include_root)
    sizes = [size + include_root for size in pairs.sizes()]
    weights = pairs.weights
    if average != "instance":
        rows, groups = np.arange(len(weights)), np.zeros(len(weights), np.int64)
        if average == "class":
            rows, places = np.nonzero(pairs.codes != ROOT)
            groups = pairs.codes[rows, places].astype(np.int64)
        sizes = [
            np.bincount(groups, (weights * size)[rows]).astype(np.float64)
            for size in sizes
        ]
        weights = np.ones(len(sizes[0]))
    # A true set is never empty: only what weighs nothing, or no class, has size 0.
    kept = (weights > 0) & (sizes[2] > 0)
    shared, given, true = (size[kept] for size in sizes)
    return SetSizes(shared, given, true, weights[kept])


def _of_nodes(pairs: SetPairs, include_root: bool) -> SetSizes:
    parts = pairs.shared, pairs.given, pairs.true
    sizes = [node_sizes(part, pairs.weights) for part in parts]
    if include_root and len(pairs.weights):
        sizes = [np.append(size, pairs.weights.sum()) for size in sizes]
    kept = (sizes[1] > 0) | (sizes[2] > 0)
    shared, given, true = (size[kept] for size in sizes)
    return SetSizes(shared, given, true, np.ones(len(true)))


def node_sizes(matrix: sparse.csr_array, weights: FloatArray) -> FloatArray:
    """Weight of the records that have each node, `(N,)`.

    Example:
        >>> both = sparse.csr_array([[True, False], [True, True]])
        >>> node_sizes(both, np.array([1.0, 2.0])).tolist()
        [3.0, 2.0]
    """
    return np.asarray(weights @ matrix, np.float64)


def subset_accuracy_score(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    sample_weight: npt.ArrayLike | None = None,
    skip_unknown: bool = False,
) -> float:
    """Share of the records whose codes are all right, and none is missing.

    Arguments and errors as in `hierarchical_set_scores`; nan if no record counts.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> subset_accuracy_score([[2, 4], [3, -1]], [[2, 3], [3, 0]], tree)
        0.5
    """
    pairs = set_pairs(
        y_true,
        y_pred,
        taxonomy,
        sample_weight=sample_weight,
        skip_unknown=skip_unknown,
    )
    shared, given, true = pairs.sizes()
    return weighted_mean((shared == given) & (shared == true), pairs.weights)
