"""Hierarchical precision, recall and F from the sizes of sets.

What sets are, and over what their sizes are pooled, say `han.metrics.hierarchical` (one
code for each document) and `han.code_sets` (several).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np

from han.errors import InputError
from han.metrics.pairs import FloatArray, weighted_mean

Average = Literal["micro", "instance", "class"]


class HierarchicalScores(NamedTuple):
    """Hierarchical precision, recall and F1, and what they do not cover.

    Attributes:
        precision: Share of the predicted nodes that are true.
        recall: Share of the true nodes that are predicted.
        f1: F of the two, as `average` says.
        counted: Number of documents with a true code.
        skipped: Number of documents without one.
        undefined: Number of averaged items (documents, classes or the one pool) whose
            precision is undefined because nothing is predicted; they stand at
            `zero_division`, or are left out of the mean if that is nan.
    """

    precision: float
    recall: float
    f1: float
    counted: int
    skipped: int
    undefined: int


class SetSizes(NamedTuple):
    """Sizes of the sets of each averaged item, `(items,)`, and its weight."""

    shared: FloatArray
    predicted: FloatArray
    true: FloatArray
    weights: FloatArray


def scores_of_sizes(
    items: SetSizes,
    average: str,
    documents: tuple[int, int],
    zero_division: float,
    beta: float,
) -> HierarchicalScores:
    """Scores from the sizes of what is averaged.

    Args:
        items: Sizes of the pool, of documents or of classes.
        average: `class` has the F of mean precision and recall, others the mean F.
        documents: How many have a true code, and how many have none.
        zero_division: As in `hierarchical_scores`.
        beta: Likewise.

    Example:
        >>> one = np.ones(1)
        >>> scores_of_sizes(SetSizes(one, one, 2 * one, one), "micro", (1, 0), 0, 1)[:3]
        (1.0, 0.5, 0.6666666666666666)
    """
    counts = *documents, int((items.predicted == 0).sum())
    if not len(items.true):
        return HierarchicalScores(np.nan, np.nan, np.nan, *counts)
    precision = _mean_ratio(items.shared, items.predicted, items.weights, zero_division)
    recall = _mean_ratio(items.shared, items.true, items.weights, zero_division)
    if average == "class":
        f_score = _f_of_means(precision, recall, beta)
    else:
        size = items.predicted + beta**2 * items.true
        twice = (1 + beta**2) * items.shared
        f_score = _mean_ratio(twice, size, items.weights, zero_division)
    return HierarchicalScores(precision, recall, f_score, *counts)


def check_options(
    average: str,
    zero_division: float,
    beta: float,
    averages: tuple[str, ...] = get_args(Average),
) -> None:
    """Raises InputError if an option of `hierarchical_scores` is another value."""
    if average not in averages:
        raise InputError(
            f"`average`: Expected one of {', '.join(averages)}. Received {average!r}."
        )
    # Only nan differs from itself; np.isnan would fail on text, and hide the message.
    if zero_division not in (0, 1) and zero_division == zero_division:
        raise InputError(
            f"`zero_division`: Expected 0, 1 or nan. Received {zero_division!r}."
        )
    if isinstance(beta, str) or not 0 < beta < np.inf:
        raise InputError(f"`beta`: Expected a number above 0. Received {beta!r}.")


def _mean_ratio(
    part: FloatArray, whole: FloatArray, weights: FloatArray, zero_division: float
) -> float:
    """Weighted mean of `part / whole`; 0/0 is `zero_division`, nan is left out."""
    ratio = np.full(len(whole), float(zero_division))
    np.divide(part, whole, out=ratio, where=whole > 0)
    defined = ~np.isnan(ratio)
    return weighted_mean(ratio[defined], weights[defined])


def _f_of_means(precision: float, recall: float, beta: float) -> float:
    # A precision of nan means that nothing at all is predicted: then recall is 0.
    if recall == 0 or precision == 0:
        return 0.0
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
