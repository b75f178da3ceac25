"""How much a further part counts beside the linear model, by unseen records."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from han.code_list.taxonomy import IntArray, Taxonomy
from han.linear.network_share import fit_shares
from han.linear.ngram_features import Floats

LEAST = 1e-3  # factor of the model below which all would be the further part


def part_factors(
    alone: Floats,
    beside: Floats,
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
    tree: Taxonomy,
    *,
    gain: float = 0.0,
) -> Floats | None:
    """Factors of the further part, `(N,)`; None if it is not worth its space.

    Args:
        alone: Log-odds among siblings by the model, `(n, N)`.
        beside: The same by the part, `(n, N)`.
        nodes: True nodes, `(n,)`.
        weights: Weights of the records, `(n,)`.
        tree: The code list.
        gain: Share of the records that the part must put right, and more.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> part = np.array([[1.0, -1.0], [-1.0, 1.0]])
        >>> nothing = np.zeros_like(part)
        >>> factors = part_factors(nothing, part, np.array([0, 1]), np.ones(2), tree)
        >>> bool((factors > 1).all())
        True
    """
    shares = fit_shares([alone, beside], nodes, weights, tree)
    level = (tree.paths >= 0).sum(axis=1) - 1
    ratio = (shares[1] / np.maximum(shares[0], LEAST))[level].astype(np.float32)
    before = weight_right(alone, nodes, weights, tree)
    both = ratio * beside  # as few at once as can be: there may be many
    both += alone
    after = weight_right(both, nodes, weights, tree)
    return ratio if after - before > gain * weights.sum() else None


def weight_right(
    scores: Floats, nodes: IntArray, weights: npt.NDArray[np.float64], tree: Taxonomy
) -> float:
    """Weight of the records whose code is right."""
    return float(weights[most_probable(scores, tree) == nodes].sum())


def most_probable(scores: Floats, tree: Taxonomy) -> IntArray:
    """The most probable leaf where scores are log-odds among siblings, `(n,)`.

    Args:
        scores: `(n, N)`.
        tree: The code list.
    """
    logs = np.empty_like(scores)
    edges = np.flatnonzero(np.diff(tree.parents, prepend=-2, append=-2))
    for first, last in pairwise(edges.tolist()):
        logs[:, first:last] = log_softmax(scores[:, first:last], axis=1)
        if (parent := tree.parents[first]) >= 0:
            logs[:, first:last] += logs[:, [parent]]
    leaves: IntArray = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    return leaves
