"""From a document vector to the probability of each node; several may be right."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_softmax import TreeSoftmax


@keras.saving.register_keras_serializable(package="han")
class TreeSigmoid(TreeSoftmax):
    """Log-probabilities of all nodes of a tree, of which a document may have several.

    Each node is a yes or no of its own, given its parent:
    `log p(n) = log p(parent) + log sigmoid(score[n])`, so that no child is more
    probable than its parent, and siblings need not sum to it. Only children have a
    score, too: a document may end at their parent. All is computed in float32.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        wide: As for `TreeSoftmax`: margins are added to the score of their own node.
        bag: As there.

    Call arguments:
        inputs: `(B, features)`; or `(B, L, features)`, of which the nodes of each level
            read their own.
        margins: `(B, N)`, if `wide`.

    Returns:
        Log-probabilities `(B, N)`.

    Raises:
        ValueError: If the nodes are not in level order.

    Reference:
        Cerri, Barros and de Carvalho 2014, Hierarchical multi-label classification
        using local neural networks; Redmon and Farhadi 2017, YOLO9000, section 4, for
        probabilities as products of conditional ones down a tree.

    Example:
        >>> layer = TreeSigmoid([-1, -1, 0, 0])
        >>> ops.exp(layer(ops.zeros((1, 3)))).numpy().tolist()
        [[0.5, 0.5, 0.25, 0.25]]
    """

    heads = (MULTI_PATH,)

    def __init__(
        self, parents: list[int], wide: bool = False, bag: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(parents, MULTI_PATH, wide, bag, **kwargs)

    def call(
        self, inputs: Any, margins: Any = None, training: bool | None = None
    ) -> Any:
        return self.log_probabilities(self.scores(inputs, margins, training))

    def log_probabilities(self, scores: Any) -> Any:
        """Log-probabilities `(B, N)` of scores `(N, B)`, each given its parent."""
        return ops.transpose(self._down(ops.log_sigmoid(scores)))

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["head"]  # there is one
        return config
