"""How much network and linear model count at each level, where records have sets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from han.code_list.closure import closure, judged_nodes
from han.code_list.taxonomy import IntArray, Taxonomy
from han.linear.network_share import RIDGE

Floats = npt.NDArray[np.floating]


def fit_set_shares(
    parts: Sequence[Floats],
    sets: IntArray,
    weights: npt.NDArray[np.float64],
    tree: Taxonomy,
) -> npt.NDArray[np.float64]:
    """Factors of scores that together have the least log loss, for each level.

    As `fit_shares`, but that each judged node is a yes or no of its own:
    `p(child | parent) = sigmoid(sum_k a_k score_k)`.

    Args:
        parts: Scores of all nodes by each of `K` parts, `(n, N)`.
        sets: True nodes, `(n, A)`; -1 after the last.
        weights: Weights of the documents, `(n,)`.
        tree: The code list.

    Returns:
        `(K, L)`, not below 0; 1 on a level where nothing is judged.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> margins = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]] * 20)
        >>> sets = np.array([[0, -1], [1, -1], [0, 1]] * 20)
        >>> parts = [np.zeros((60, 2)), margins]
        >>> a, b = fit_set_shares(parts, sets, np.ones(60), tree)[:, 0]
        >>> bool(b > 3), round(float(a), 3)
        (True, 1.0)
    """
    shares = np.ones((len(parts), tree.num_levels))
    judged, true = judged_nodes(sets, tree), closure(sets, tree).toarray()
    share = weights / max(weights.sum(), 1e-12)
    for level in range(tree.num_levels):
        nodes = np.flatnonzero(tree.levels == level + 1)
        rows, places = np.nonzero(judged[:, nodes])
        if len(rows):
            where = rows, nodes[places]
            scores = np.stack([part[where] for part in parts]).astype(float)
            shares[:, level] = _least_loss(scores, true[where], share[rows])
    return shares


def _least_loss(
    scores: Floats, true: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> Floats:
    """The factors of one level, of scores `(K, pairs)`."""
    signs = np.where(true, 1.0, -1.0)

    def loss(factors: Floats) -> tuple[float, Floats]:
        """The loss and its gradient."""
        right = signs * (factors @ scores)
        away = factors - 1
        value = weights @ np.logaddexp(0, -right) + RIDGE / 2 * away @ away
        slope = -weights * signs * expit(-right)
        return float(value), scores @ slope + RIDGE * away

    start, bounds = np.ones(len(scores)), [(0.0, None)] * len(scores)
    found: Floats = minimize(loss, start, jac=True, bounds=bounds).x
    return found
