"""Scores of node probabilities: top-k accuracy, coherence, log loss.

Probabilities come as `(n, N)`, one column for each node of the tree in its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.errors import InputError, listing
from han.metrics.code_inputs import Codes, node_ids
from han.metrics.level_scores import is_leaf
from han.metrics.pairs import BoolArray, document_weights, number_array, weighted_mean

CHUNK = 2**22  # numbers handled at once, so that memory stays small beside the input


class CoherenceGaps(NamedTuple):
    """How far node probabilities are from a distribution on the tree.

    Attributes:
        max_sum_gap: Greatest |sum over the children - parent|, over documents and
            parents; the top nodes are the children of a root of probability 1.
        mean_excess: Mean over documents and nodes of the part by which a node is
            likelier than its parent, the root again at 1.
    """

    max_sum_gap: float
    mean_excess: float


def top_k_accuracy_scores(
    y_true: Codes,
    node_probabilities: npt.ArrayLike,
    taxonomy: Taxonomy,
    k: Sequence[int] = (1, 5),
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> dict[int, float]:
    """Share of documents whose true leaf is among the `k` likeliest leaves.

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; only those whose
            truth is a leaf count.
        node_probabilities: Probability of each node, `(n, N)`.
        taxonomy: The tree.
        k: Numbers of leaves to look at. Of equally likely leaves the one further
            left in the tree (earlier in `taxonomy.leaves`) comes first.
        sample_weight: Weight of each document, `(n,)`.

    Returns:
        The accuracy for each `k`; nan if no truth is a leaf.

    Raises:
        InputError: If a shape, a code, a probability or a `k` is not as above.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> p = [[0.6, 0.4, 0.3, 0.3], [0.6, 0.4, 0.5, 0.1]]
        >>> top_k_accuracy_scores(["B", "A2"], p, tree, k=(1, 2, 3))
        {1: 0.5, 2: 0.5, 3: 1.0}
    """
    if isinstance(k, str) or not isinstance(k, Iterable):
        raise InputError(
            f"`k`: Expected several whole numbers, such as (1, 5). Received {k!r}."
        )
    nodes = node_ids(y_true, taxonomy, name="y_true")
    weights = document_weights(sample_weight, len(nodes))
    rows = is_leaf(taxonomy)[nodes]
    hits = {j: top_k_hits(nodes, node_probabilities, taxonomy, j) for j in k}
    return {j: weighted_mean(hit[rows], weights[rows]) for j, hit in hits.items()}


def top_k_hits(
    y_true: Codes,
    node_probabilities: npt.ArrayLike,
    taxonomy: Taxonomy,
    k: int,
) -> BoolArray:
    """Whether the true leaf of each document is among the `k` likeliest, `(n,)`.

    False where the truth is no leaf. Arguments and errors as in
    `top_k_accuracy_scores`; the result is what `evaluation` takes as `top_k`.

    Example:
        >>> tree = Taxonomy(["A", "B"], [-1, -1])
        >>> top_k_hits(["A", "B"], [[0.5, 0.5], [0.5, 0.5]], tree, k=1).tolist()
        [True, False]
    """
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        raise InputError(f"`k`: Expected a whole number from 1. Received {k!r}.")
    nodes = node_ids(y_true, taxonomy, name="y_true")
    probabilities = _checked(node_probabilities, len(nodes), taxonomy)
    position = np.full(taxonomy.num_nodes + 1, ROOT)  # the last one answers for -1
    position[taxonomy.leaves] = np.arange(len(taxonomy.leaves))
    places = position[nodes]
    hits = np.zeros(len(nodes), dtype=np.bool_)
    for rows in _chunks(len(nodes), taxonomy.num_nodes):
        leaves, place = probabilities[rows][:, taxonomy.leaves], places[rows, None]
        own = np.take_along_axis(leaves, np.maximum(place, 0), axis=1)
        earlier = np.arange(leaves.shape[1]) < place
        rank = ((leaves > own) | ((leaves == own) & earlier)).sum(axis=1)
        hits[rows] = (rank < k) & (place[:, 0] != ROOT)
    return hits


def coherence_error(
    node_probabilities: npt.ArrayLike, taxonomy: Taxonomy
) -> CoherenceGaps:
    """How far children are from summing to, and staying below, their parents.

    `max |sum_c p(c) - p(parent)|` and `mean [p(node) - p(parent)]_+`. Both are 0, but
    for rounding, for tree and leaf heads; independent levels break them.

    Args:
        node_probabilities: Probability of each node, `(n, N)`.
        taxonomy: The tree.

    Raises:
        InputError: If the shape is another or a probability is not in [0, 1].

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> coherence_error([[0.5, 0.5, 0.75, 0.25]], tree)
        CoherenceGaps(max_sum_gap=0.5, mean_excess=0.0625)
    """
    probabilities = _checked(node_probabilities, None, taxonomy)
    if not probabilities.size:
        return CoherenceGaps(float("nan"), float("nan"))
    # Level order keeps siblings together, so each family is one slice.
    parents, first = np.unique(taxonomy.parents, return_index=True)
    gap, excess = 0.0, 0.0
    for rows in _chunks(len(probabilities), taxonomy.num_nodes):
        nodes = probabilities[rows].astype(np.float64)
        with_root = np.hstack([nodes, np.ones((len(nodes), 1))])  # -1 is the last
        sums = np.add.reduceat(nodes, first, axis=1)
        gap = max(gap, float(np.abs(sums - with_root[:, parents]).max()))
        above = nodes - with_root[:, taxonomy.parents]
        excess += float(np.maximum(above, 0.0).sum())
    return CoherenceGaps(gap, excess / probabilities.size)


def node_log_loss(
    y_true: Codes,
    node_probabilities: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    sample_weight: npt.ArrayLike | None = None,
) -> float:
    """Mean of `-log p(true node)`; a partial true code is judged at its own node.

    As in scikit-learn, probabilities are kept from 0 by the rounding step of their
    number type (so one certain error costs 15.9 in float32, 36.0 in float64).

    Args:
        y_true: True codes of `n` documents, in any form of `node_ids`; no code is
            skipped.
        node_probabilities: Probability of each node, `(n, N)`.
        taxonomy: The tree.
        sample_weight: Weight of each document, `(n,)`.

    Raises:
        InputError: If a shape, a node id or a probability is not as above.

    Example:
        >>> tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
        >>> p = [[0.5, 0.5, 0.25, 0.25], [0.5, 0.5, 0.25, 0.25]]
        >>> round(node_log_loss(["A1", "A"], p, tree), 4)  # 1.5 log 2
        1.0397
    """
    nodes = node_ids(y_true, taxonomy, name="y_true")
    probabilities = _checked(node_probabilities, len(nodes), taxonomy)
    weights = document_weights(sample_weight, len(nodes))
    rows = np.flatnonzero(nodes != ROOT)
    own = probabilities[rows, nodes[rows]]
    smallest = np.finfo(own.dtype).eps
    loss = -np.log(np.maximum(own, smallest), dtype=np.float64)
    return weighted_mean(loss, weights[rows])


def _checked(
    node_probabilities: npt.ArrayLike, num_documents: int | None, taxonomy: Taxonomy
) -> npt.NDArray[np.floating]:
    """Probabilities as an array `(n, N)` of the floating type they came in."""
    values = number_array(node_probabilities, "node_probabilities")
    if values.dtype.kind != "f":
        values = values.astype(np.float64)
    documents = "n" if num_documents is None else num_documents
    rows = values.shape[0] if num_documents is None and values.ndim else num_documents
    if values.shape != (rows, taxonomy.num_nodes):
        raise InputError(
            f"`node_probabilities`: Expected shape ({documents}, "
            f"{taxonomy.num_nodes}), a column for each node. Received {values.shape}."
        )
    for rows in _chunks(len(values), taxonomy.num_nodes):
        # Sums of float32 pass 1 by some rounding; nan fails both comparisons.
        right = (values[rows] >= 0) & (values[rows] <= 1.001)
        if not right.all():
            wrong = np.flatnonzero(~right.all(axis=1)) + rows.start
            raise InputError(
                "`node_probabilities`: Expected numbers from 0 to 1 (not logarithms). "
                f"Received others in documents {listing(wrong, shown=5)}."
            )
    return values


def _chunks(num_documents: int, num_nodes: int) -> Iterator[slice]:
    step = max(1, CHUNK // max(1, num_nodes))
    for start in range(0, num_documents, step):
        yield slice(start, min(start + step, num_documents))
