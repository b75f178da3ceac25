"""From scores of codes to log-probabilities of all nodes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError

FloatArray = npt.NDArray[np.floating]
# A code that no training record has is improbable, not impossible.
FLOOR = 1e-12
LEAST = 1e-30  # of what rounding makes 0; its logarithm must be a number


def check_two_codes(kind: str, nodes: IntArray, tree: Taxonomy) -> None:
    """Raises InputError if a baseline is to learn fewer than two different full codes.

    Args:
        kind: The `model.kind` of the baseline.
        nodes: Nodes of the training records that count, `(n,)`.
        tree: The code list.
    """
    if len(np.unique(nodes[full_codes(nodes, tree)])) < 2:
        raise InputError(
            f"`model.kind: {kind}` needs training records of at least two full codes. "
            "Check `data.split` and the labels."
        )


def full_codes(nodes: IntArray, tree: Taxonomy) -> npt.NDArray[np.intp]:
    """Records whose code has no code below it."""
    return np.flatnonzero(tree.child_counts[nodes] == 0)


def log_shares(counts: FloatArray) -> FloatArray:
    """Logarithms of shares, none below that of `FLOOR`."""
    shares: FloatArray = np.log(np.maximum(counts / max(counts.sum(), FLOOR), FLOOR))
    return shares


def leaf_log_probabilities(
    scores: FloatArray, classes: IntArray, tree: Taxonomy
) -> FloatArray:
    """A softmax over the codes that have scores; `FLOOR` for the others.

    Args:
        scores: One column for each class, `(n, classes)`.
        classes: Node of each column: leaves of the tree, in any order.
        tree: The code list.

    Returns:
        `(n, num_leaves)`, in the order of `tree.leaves`.
    """
    place = np.full(tree.num_nodes, -1)
    place[classes] = np.arange(len(classes))
    column = place[tree.leaves]
    leaves = np.full((len(scores), len(column)), np.log(FLOOR))
    leaves[:, column >= 0] = log_softmax(scores, axis=1)[:, column[column >= 0]]
    return leaves


def node_log_probabilities(
    leaf_log_probabilities: FloatArray, tree: Taxonomy
) -> npt.NDArray[np.float32]:
    """Log-probabilities of all nodes from those of the leaves, renormalised."""
    leaves = np.exp(log_softmax(leaf_log_probabilities, axis=1))
    nodes = np.log(np.maximum(tree.sum_leaves(leaves), LEAST))
    return np.asarray(nodes, np.float32)
