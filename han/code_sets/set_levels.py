"""Flat scores of sets of codes at each level of the tree.

Level 1 is the top. A level counts the records that have a true code there or below;
nodes below a partial true code are judged nowhere, as nobody knows whether they are
right. Values are nan where no record counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.closure import level_slices
from han.code_list.taxonomy import Taxonomy
from han.code_sets.set_pairs import SetPairs, set_pairs, unknown_counts
from han.code_sets.set_scores import node_sizes
from han.metrics.pairs import FloatArray

Parts = dict[str, tuple[FloatArray, FloatArray]]


class LevelSetScores(NamedTuple):
    """Scores of the nodes of one level.

    Attributes:
        rows: Records that have a true code there.
        subset_accuracy: Share of them with exactly the true nodes.
        hamming_loss: Share of pairs of a record and a node that are wrong: given and
            not true, or true and not given.
        precision: Share of the given nodes that are true.
        recall: Share of the true nodes that are given.
        f1: Harmonic mean of the two (micro average).
        macro_f1: Mean F1 of the nodes that are true or given anywhere.
    """

    rows: int
    subset_accuracy: float
    hamming_loss: float
    precision: float
    recall: float
    f1: float
    macro_f1: float


def level_set_scores(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    sample_weight: npt.ArrayLike | None = None,
    zero_division: float = 0.0,
) -> dict[int, LevelSetScores]:
    """Subset accuracy, Hamming loss, precision, recall and F1 at each level.

    Args:
        y_true: True codes of `n` records, node ids `(n, A)`, -1 after the last; a
            record without any is skipped.
        y_pred: Codes given, likewise; a record without any abstains.
        taxonomy: The code list.
        sample_weight: Weight of each record, `(n,)`.
        zero_division: Stands for the precision of nothing given.

    Raises:
        InputError: If lengths differ or an id is not in the tree.

    References:
        Tsoumakas, Katakis, Vlahavas (2010), Mining multi-label data.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])
        >>> found = level_set_scores([[2, 4], [3, -1]], [[2, 3], [3, -1]], tree)
        >>> found[2].subset_accuracy, found[2].hamming_loss.__round__(3)
        (0.5, 0.333)
    """
    pairs = set_pairs(
        y_true, y_pred, taxonomy, sample_weight=sample_weight, skip_unknown=True
    )
    return levels_of_pairs(pairs, zero_division)


def levels_of_pairs(
    pairs: SetPairs, zero_division: float = 0.0
) -> dict[int, LevelSetScores]:
    """The same of pairs without unknown nodes, laid side by side.

    Example:
        >>> pairs = set_pairs([[1]], [[0]], Taxonomy(["A", "A1"], [-1, 0]))
        >>> {level: found.recall for level, found in levels_of_pairs(pairs).items()}
        {1: 1.0, 2: 0.0}
    """
    unknown = unknown_counts(pairs.codes, pairs.tree)
    found = {}
    for place, here in enumerate(level_slices(pairs.tree)):
        parts = level_parts(pairs, here, unknown[:, place])
        scores = {name: sum_ratio(*part) for name, part in parts.items()}
        rows = parts["subset_accuracy"][1] > 0
        if np.isnan(scores["precision"]) and rows.any():
            scores["precision"] = zero_division
        macro = _macro_f1(pairs, here, rows)
        found[place + 1] = LevelSetScores(int(rows.sum()), **scores, macro_f1=macro)
    return found


def level_parts(pairs: SetPairs, nodes: slice, unknown: FloatArray) -> Parts:
    """What each record adds to numerator and denominator of the scores of a level.

    Args:
        pairs: True and given sets without unknown nodes.
        nodes: Those of the level.
        unknown: How many of them lie below partial true codes of each record, `(m,)`.

    Example:
        >>> tree = Taxonomy(["A", "B"], [-1, -1])
        >>> pairs = set_pairs([[0, 1]], [[0, -1]], tree)
        >>> level_parts(pairs, slice(0, 2), np.zeros(1))["recall"]
        (array([1.]), array([2.]))
    """
    shared, given, true = pairs.sizes(nodes)
    mass = pairs.weights * (true > 0)
    equal = (shared == given) & (shared == true)
    judged = nodes.stop - nodes.start - unknown
    return {
        "subset_accuracy": (mass * equal, mass),
        "hamming_loss": (mass * (given + true - 2 * shared), mass * judged),
        "precision": (mass * shared, mass * given),
        "recall": (mass * shared, mass * true),
        "f1": (mass * 2 * shared, mass * (given + true)),
    }


def sum_ratio(part: FloatArray, whole: FloatArray) -> float:
    """Ratio of two sums over records; nan if there is nothing to divide by.

    Example:
        >>> sum_ratio(np.array([1.0, 0.0]), np.array([1.0, 3.0]))
        0.25
    """
    total = float(whole.sum())
    return float(part.sum()) / total if total > 0 else float("nan")


def _macro_f1(pairs: SetPairs, nodes: slice, rows: npt.NDArray[np.bool_]) -> float:
    mass = pairs.weights * rows
    parts = pairs.shared, pairs.given, pairs.true
    shared, given, true = (node_sizes(part[:, nodes], mass) for part in parts)
    size = given + true
    scores = 2 * shared[size > 0] / size[size > 0]
    return float(scores.mean()) if len(scores) else float("nan")
