"""Planes for records with several codes that are right together.

A plane tells its node from its siblings among the records that have one of them, as for
single codes; a record with two siblings is on the right side of both. Where planes are
flat, one for each leaf, all records teach it that have leaves alone: below a code that
stops early nothing is known.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.closure import closure, level_slices, partial_codes
from han.code_list.probable_sets import HALF, members_by_thresholds
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.layers.tree_sigmoid_numpy import log_sigmoid
from han.linear.ngram_features import Floats


def set_paths(sets: IntArray, tree: Taxonomy, flat: bool) -> IntArray:
    """Nodes that each record teaches, `(n, k)`; -1 where there is none.

    Args:
        sets: Node ids, `(n, A)`; -1 after the last.
        tree: The code list.
        flat: Whether there are planes for leaves alone.

    Example:
        >>> tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
        >>> sets = np.array([[2, 1]])
        >>> set_paths(sets, tree, False).tolist(), set_paths(sets, tree, True).tolist()
        ([[0, 2, 1, -1]], [[2, 1]])
    """
    if not flat:
        path = np.where((sets != ROOT)[..., None], tree.paths[sets], ROOT)
        return np.ascontiguousarray(path.reshape(len(sets), -1), np.int32)
    is_partial = (partial_codes(sets, tree) != ROOT).any(axis=1)
    return np.where(is_partial[:, None], ROOT, sets).astype(np.int32)


def weight_of_f1(
    scores: Floats, sets: IntArray, weights: npt.NDArray[np.float64], tree: Taxonomy
) -> float:
    """Sum over records of weight times hierarchical F1, of sets at one half.

    Args:
        scores: Log-odds of nodes given their parents, `(n, N)`.
        sets: True nodes, `(n, A)`; -1 after the last.
        weights: Of the records, `(n,)`.
        tree: The code list.
    """
    logs = log_sigmoid(scores)
    for here in level_slices(tree)[1:]:
        logs[:, here] += logs[:, tree.parents[here]]
    limits = np.full(tree.num_levels, HALF)
    given = members_by_thresholds(np.exp(logs), limits, tree)
    true = closure(sets, tree).toarray()
    sizes = given.sum(axis=1) + true.sum(axis=1)
    return float(weights @ (2 * (given & true).sum(axis=1) / sizes))
