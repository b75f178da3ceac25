"""Fits how much network and linear model count at each level.

All have been trained on the same records. The network knows these by heart, so its
scores are too sure there, and the factors that training learns favour it. One number
for each of them at each level puts that right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from han.code_list.taxonomy import IntArray, Taxonomy

Floats = npt.NDArray[np.floating]
RIDGE = 1e-3  # keeps numbers finite where either alone is always right


def fit_shares(
    parts: Sequence[Floats],
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
    tree: Taxonomy,
) -> npt.NDArray[np.float64]:
    """Factors of scores that together have the least log loss, for each level.

    Within a split `p(child) ~ exp(sum_k a_k score_k)`; the loss is convex in the `a_k`,
    and has a slight ridge towards 1.

    Args:
        parts: Scores of all nodes by each of `K` parts, `(n, N)`.
        nodes: True nodes, `(n,)`; a partial code says nothing of the levels below it.
        weights: Weights of the documents, `(n,)`.
        tree: The code list.

    Returns:
        `(K, L)`, not below 0; 1 on a level where nothing is to be chosen.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> margins = np.array([[1.0, -1.0], [-1.0, 1.0]] * 20)
        >>> nodes, noise = np.array([0, 1] * 20, np.int32), np.zeros((40, 2))
        >>> a, b = fit_shares([noise, margins], nodes, np.ones(40), tree)[:, 0]
        >>> bool(b > 3), round(float(a), 3)
        (True, 1.0)
    """
    shares = np.ones((len(parts), tree.num_levels))
    for level in range(tree.num_levels):
        split = _children(tree, nodes, level)
        if len(split[0]):
            rows, children, truth = split
            here = np.stack([part[rows, children] for part in parts]).astype(float)
            shares[:, level] = _least_loss(here, rows, truth, weights)
    return shares


def _children(
    tree: Taxonomy, nodes: IntArray, level: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """For each document all nodes among which its code is chosen at a level.

    Returns:
        Document, node, and whether it is the true one, for each such pair; documents
        never fall.
    """
    true = tree.paths[nodes, level]
    first = np.searchsorted(tree.parents, np.arange(-1, tree.num_nodes), "left")
    last = np.searchsorted(tree.parents, np.arange(-1, tree.num_nodes), "right")
    above = np.where(true >= 0, tree.parents[true], 0) + 1
    sizes = np.where(true >= 0, (last - first)[above], 0)
    sizes[sizes < 2] = 0
    rows = np.repeat(np.arange(len(nodes)), sizes)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    children = first[above][rows] + place
    return rows, children, children == true[rows]


def _least_loss(
    parts: Floats,
    rows: npt.NDArray[np.int64],
    truth: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64],
) -> Floats:
    """The factors of one level."""
    begin = np.flatnonzero(np.diff(rows, prepend=-1))
    segment = np.cumsum(np.diff(rows, prepend=-1) > 0) - 1
    weight = weights[rows[begin]] / max(weights[rows[begin]].sum(), 1e-12)

    def loss(factors: Floats) -> tuple[float, Floats]:
        """The loss and its gradient."""
        logits = factors @ parts
        logits -= np.maximum.reduceat(logits, begin)[segment]
        odds = np.exp(logits)
        totals = np.add.reduceat(odds, begin)
        p, target = odds / totals[segment] * weight[segment], truth * weight[segment]
        away = factors - 1
        value = weight @ np.log(totals) - target @ logits + RIDGE / 2 * away @ away
        return float(value), parts @ (p - target) + RIDGE * away

    bounds = [(0.0, None)] * len(parts)
    found: Floats = minimize(loss, np.ones(len(parts)), jac=True, bounds=bounds).x
    return found
