"""`TreeSigmoid` in NumPy, for prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from han.kernels.gru import Floats
from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_softmax_numpy import NumpyTreeSoftmax


class NumpyTreeSigmoid(NumpyTreeSoftmax):
    """What `han.layers.TreeSigmoid` computes.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        weights: Of the layer, in its order; see `NumpyTreeSoftmax`.
        bag: So many features, the last ones, come from a bag of n-grams.

    Example:
        >>> weights = [np.zeros((4, 3)), np.zeros(4)]
        >>> head = NumpyTreeSigmoid([-1, -1, 0, 0], weights)
        >>> np.exp(head(np.ones((1, 3)))).round(3).tolist()
        [[0.5, 0.5, 0.25, 0.25]]
    """

    def __init__(
        self, parents: list[int], weights: Sequence[Floats], bag: int = 0
    ) -> None:
        super().__init__(parents, MULTI_PATH, weights, bag)

    def _log_probabilities(self, documents: Floats, margins: Floats | None) -> Floats:
        nodes = log_sigmoid(self._scores(documents, margins))
        for here in self.tree.level_slices[1:]:
            nodes[:, here] += nodes[:, self.parents[here]]
        return nodes


def numpy_head(
    config: Mapping[str, Any], weights: Mapping[str, list[Floats]]
) -> NumpyTreeSoftmax:
    """The head of a network.

    Args:
        config: Settings of the network.
        weights: Weights of each layer by its name, in the layer's order.
    """
    parents, bag = config["parents"], config["bag_units"]
    if config["head"] == MULTI_PATH:
        return NumpyTreeSigmoid(parents, weights["tree_sigmoid"], bag)
    return NumpyTreeSoftmax(parents, config["head"], weights["tree_softmax"], bag)


def log_sigmoid(scores: Floats) -> Floats:
    """Log of the probability that a score stands for, exact for large ones, too.

    Example:
        >>> log_sigmoid(np.array([0.0, 1000.0, -1000.0])).round(2).tolist()
        [-0.69, 0.0, -1000.0]
    """
    found: Floats = np.minimum(scores, 0) - np.log1p(np.exp(-np.abs(scores)))
    return found
