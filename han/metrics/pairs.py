"""A true and a predicted node of each document, checked and laid side by side.

Every score of this package starts here, so that all of them read -1 alike, skip the
same documents and refuse the same mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, listing
from han.metrics.code_inputs import OUTSIDE, Codes, learnt_tree, nodes_in, read_codes

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """The `m` documents with a true code, out of the `n` given.

    Attributes:
        tree: The tree; learnt from the paths if none was given.
        kept: Which of the given documents have a true code, `(n,)`.
        true: True node ids, `(m,)`.
        predicted: Predicted node ids, `(m,)`; -1 abstains, -2 is `OUTSIDE`.
        weights: Weight of each document, `(m,)`.
        true_paths: Node ids from the top to the true node, `(m, L)`, then -1.
        predicted_paths: The same for the predicted node, `(m, L)`.
        true_depth: Number of nodes on the true path, `(m,)`; the root not counted.
        predicted_depth: Number of nodes on the predicted path, `(m,)`.
        shared_depth: Number of nodes on both paths, `(m,)`: level of their lowest
            common ancestor.
    """

    tree: Taxonomy
    kept: BoolArray
    true: IntArray
    predicted: IntArray
    weights: FloatArray
    true_paths: IntArray
    predicted_paths: IntArray
    true_depth: IntArray
    predicted_depth: IntArray
    shared_depth: IntArray

    @property
    def skipped(self) -> int:
        """Number of documents left out because they have no true code."""
        return int((~self.kept).sum())


def pair(
    y_true: Codes,
    y_pred: Codes,
    taxonomy: Taxonomy | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> Pairs:
    """Checks true and predicted codes and compares their paths.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code
            (unlabelled) is skipped.
        y_pred: Predicted codes, in the same or another form; no code abstains, -2 is
            a code not in the tree.
        taxonomy: The tree; if None it is learnt from the paths of both.
        sample_weight: Weight of each document, `(n,)`; all equal if None.

    Raises:
        InputError: If lengths differ, a code or an id is not in the tree (see
            `node_ids`), the tree is missing, or a weight is negative.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> pair([2, 2, -1], [3, -1, 0], tree).shared_depth.tolist()
        [1, 0]
        >>> pair(["A1", "A1", ""], ["A2", "", "A"], tree).shared_depth.tolist()
        [1, 0]
        >>> pair([("A", "A1")], [("A", "A2")]).shared_depth.tolist()
        [1]
    """
    given_true, given_pred = read_codes(y_true, "y_true"), read_codes(y_pred, "y_pred")
    if len(given_true) != len(given_pred):
        raise InputError(
            "Expected `y_true` and `y_pred` of equal length, a code for each document. "
            f"Received {len(given_true)} and {len(given_pred)}."
        )
    tree = learnt_tree(given_true, given_pred) if taxonomy is None else taxonomy
    true = nodes_in(given_true, tree, "y_true")
    predicted = nodes_in(given_pred, tree, "y_pred", lowest=OUTSIDE)
    weights = document_weights(sample_weight, len(true))
    kept = true != ROOT
    true, predicted = true[kept], predicted[kept]
    true_paths, predicted_paths = (
        paths_of(true, tree),
        paths_of(predicted, tree),
    )
    # A node has one path, so equal ids at one level mean equal ids at all above it.
    shared = (true_paths == predicted_paths) & (true_paths != ROOT)
    return Pairs(
        tree=tree,
        kept=kept,
        true=true,
        predicted=predicted,
        weights=weights[kept],
        true_paths=true_paths,
        predicted_paths=predicted_paths,
        true_depth=(true_paths != ROOT).sum(axis=1, dtype=np.int32),
        predicted_depth=(predicted_paths != ROOT).sum(axis=1, dtype=np.int32),
        shared_depth=shared.sum(axis=1, dtype=np.int32),
    )


def document_weights(
    sample_weight: npt.ArrayLike | None, num_documents: int
) -> FloatArray:
    """Weights as a checked array `(n,)`; ones if None.

    Raises:
        InputError: If a weight is missing, no number, negative or not finite.

    Example:
        >>> document_weights(None, 2).tolist()
        [1.0, 1.0]
    """
    if sample_weight is None:
        return np.ones(num_documents)
    weights = number_array(sample_weight, "sample_weight").astype(np.float64)
    if weights.shape != (num_documents,):
        raise InputError(
            f"`sample_weight`: Expected shape ({num_documents},), one weight for each "
            f"document. Received {weights.shape}."
        )
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise InputError(
            "`sample_weight`: Expected finite numbers from 0. Received "
            f"{listing(weights[wrong], shown=5)} at positions "
            f"{listing(wrong, shown=5)}."
        )
    return weights


def number_array(values: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Numbers as an array; what is masked or missing is nan.

    Raises:
        InputError: If they are text, or rows differ in length.

    Example:
        >>> number_array([1, None], "sample_weight").tolist()
        [1.0, nan]
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O" and not any(isinstance(v, str) for v in array.flat):
            array = array.astype(np.float64)
    except (TypeError, ValueError):  # ragged rows, or objects that are no numbers
        array = np.asarray("")
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"`{name}`: Expected an array of numbers. Received text, rows of unequal "
            "length, or other objects. Give numbers, such as `table.astype(float)`."
        )
    return array


def paths_of(nodes: IntArray, taxonomy: Taxonomy) -> IntArray:
    """Node ids from the top down to each node, `(n, L)`, -1 after its end.

    The root has an empty path. `OUTSIDE` has a path of one node that nobody else has.

    Example:
        >>> tree = Taxonomy(["A", "A1"], [-1, 0])
        >>> paths_of(np.array([1, -1, -2], np.int32), tree).tolist()
        [[0, 1], [-1, -1], [-2, -1]]
    """
    beyond = np.full((2, taxonomy.num_levels), ROOT, dtype=np.int32)
    beyond[0, 0] = OUTSIDE
    paths: IntArray = np.vstack([taxonomy.paths, beyond])[nodes]  # -2, -1: last rows
    return paths


def weighted_mean(values: npt.ArrayLike, weights: FloatArray) -> float:
    """Mean of `values` `(n,)` weighted by `weights` `(n,)`; nan without any weight.

    Example:
        >>> weighted_mean([0.0, 1.0], np.array([1.0, 3.0]))
        0.75
    """
    total = float(weights.sum())
    numbers = np.asarray(values, dtype=np.float64)
    return float((numbers * weights).sum()) / total if total else float("nan")
