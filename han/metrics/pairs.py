"""A true and a predicted node of each document, checked and laid side by side.

Every score of this package starts here, so that all of them read -1 alike, skip the
same documents and refuse the same mistakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.errors import InputError, listing

OUTSIDE = -2
"""A predicted code that is not in the tree: one wrong code at the top level."""

Unknown = Literal["error", "wrong"]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """The `m` documents with a true code, out of the `n` given.

    Attributes:
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
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    taxonomy: Taxonomy,
    sample_weight: npt.ArrayLike | None = None,
) -> Pairs:
    """Checks true and predicted nodes and compares their paths.

    Args:
        y_true: True node ids, `(n,)`; -1 (unlabelled) is skipped.
        y_pred: Predicted node ids, `(n,)`; -1 abstains, -2 is a code not in the tree.
        taxonomy: The tree.
        sample_weight: Weight of each document, `(n,)`; all equal if None.

    Raises:
        ValueError: If shapes differ, an id is outside the tree or a weight is negative.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> pair([2, 2, -1], [3, -1, 0], tree).shared_depth.tolist()
        [1, 0]
    """
    true = node_ids(y_true, "y_true", taxonomy)
    predicted = node_ids(y_pred, "y_pred", taxonomy, lowest=OUTSIDE)
    if len(true) != len(predicted):
        raise ValueError(
            "Expected `y_true` and `y_pred` of equal length. "
            f"Received {len(true)} and {len(predicted)} node ids."
        )
    weights = document_weights(sample_weight, len(true))
    kept = true != ROOT
    true, predicted = true[kept], predicted[kept]
    true_paths, predicted_paths = (
        paths_of(true, taxonomy),
        paths_of(predicted, taxonomy),
    )
    # A node has one path, so equal ids at one level mean equal ids at all above it.
    shared = (true_paths == predicted_paths) & (true_paths != ROOT)
    return Pairs(
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


def node_ids(
    values: npt.ArrayLike, name: str, taxonomy: Taxonomy, lowest: int = ROOT
) -> IntArray:
    """Node ids as a checked array `(n,)`.

    Raises:
        ValueError: If they are not a list of whole numbers from `lowest` to `N - 1`.

    Example:
        >>> node_ids([0, 1, 7], "y_true", Taxonomy(["A", "B"], [-1, -1]))
        Traceback (most recent call last):
        ValueError: `y_true`: 1 of 3 node ids are outside the tree, at positions 2. \
Expected -1 to 1. Received 7.
    """
    nodes = np.asarray(values)
    if nodes.ndim != 1 or (nodes.size and nodes.dtype.kind not in "iu"):
        raise ValueError(
            f"`{name}`: Expected whole numbers (node ids) of shape (n,). "
            f"Received {nodes.dtype} of shape {nodes.shape}."
        )
    wrong = np.flatnonzero((nodes < lowest) | (nodes >= taxonomy.num_nodes))
    if len(wrong):
        raise ValueError(
            f"`{name}`: {len(wrong)} of {len(nodes)} node ids are outside the tree, "
            f"at positions {listing(wrong, shown=5)}. Expected {lowest} to "
            f"{taxonomy.num_nodes - 1}. Received {listing(nodes[wrong], shown=5)}."
        )
    return nodes.astype(np.int32)


def document_weights(
    sample_weight: npt.ArrayLike | None, num_documents: int
) -> FloatArray:
    """Weights as a checked array `(n,)`; ones if None.

    Raises:
        ValueError: If a weight is missing, negative or not finite.

    Example:
        >>> document_weights(None, 2).tolist()
        [1.0, 1.0]
    """
    if sample_weight is None:
        return np.ones(num_documents)
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.shape != (num_documents,):
        raise ValueError(
            f"`sample_weight`: Expected shape ({num_documents},), one weight for each "
            f"document. Received {weights.shape}."
        )
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(wrong):
        raise ValueError(
            "`sample_weight`: Expected finite numbers from 0. Received "
            f"{listing(weights[wrong], shown=5)} at positions "
            f"{listing(wrong, shown=5)}."
        )
    return weights


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


def nodes_of_paths(
    paths: Sequence[Sequence[str]], taxonomy: Taxonomy, unknown: Unknown = "error"
) -> IntArray:
    """Node ids of code paths, for use as `y_true` or `y_pred` of the scores.

    Args:
        paths: For each document its codes from the top down; empty gives -1, which
            the scores read as unlabelled (truth) or abstained (prediction).
        taxonomy: The tree.
        unknown: What to do with a path that is not in the tree: "error" raises;
            "wrong", for predictions only, gives -2, `OUTSIDE`. The scores take that
            as one wrong code at the top level. (-1 would spare it in the precision,
            and its longest known part would be credited with a precision of 1.)

    Returns:
        Node ids, `(n,)`.

    Raises:
        InputError: If a path is not in the tree and `unknown` is "error".
        ValueError: If `unknown` is another word, or a path is one text.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> nodes_of_paths([["A", "A2"], ["A"], [], ["B", "A2"]], tree, "wrong")
        array([ 3,  0, -1, -2], dtype=int32)
    """
    if unknown not in get_args(Unknown):
        raise ValueError(f"`unknown`: Expected error or wrong. Received {unknown!r}.")
    text = next((path for path in paths if isinstance(path, str)), None)
    if text is not None:
        raise ValueError(
            "Expected each path as a list of codes from the top down, such as "
            f"['46', '461']. Received the text {text!r}."
        )
    found = [taxonomy.find(path) for path in paths]
    missing = [position for position, node in enumerate(found) if node is None]
    if missing and unknown == "error":
        shown = ["/".join(map(str, paths[position])) for position in missing]
        raise InputError(
            f"{len(missing)} of {len(found)} code paths are not in the tree, at "
            f"positions {listing(missing, shown=5)}. Expected codes of the code list. "
            f"Received {listing(shown, shown=5)}. Predictions of another edition of "
            "the code list can be counted as wrong with `unknown='wrong'`."
        )
    nodes = [OUTSIDE if node is None else node for node in found]
    return np.asarray(nodes, dtype=np.int32)
