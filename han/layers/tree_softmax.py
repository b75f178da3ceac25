"""From a document vector to one log-probability for each node of a tree."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import ops

from han.layers.tree_groups import TreeGroups, level_slices, node_levels

HEADS = ("tree", "leaf", "levels")
FACTOR = 2.0  # with which the margins of a linear machine are fair log-odds


@keras.saving.register_keras_serializable(package="han")
class TreeSoftmax(keras.layers.Layer):
    """Log-probabilities of all nodes of a tree.

    * `tree`: a softmax among the children of each parent, multiplied down the path:
      `log p(n) = log p(parent) + log softmax_siblings(scores)[n]`. An only child has
      probability 1 given its parent, and no parameters.
    * `leaf`: one softmax over all leaves; a parent is the sum of its leaves.
    * `levels`: an independent softmax over the nodes of each level. Not coherent: a
      child may be more probable than its parent. For comparison.

    In `tree` and `leaf` the children of a node always sum to it. All is computed in
    float32. Nodes must be in level order with siblings together, as in
    `han.code_list.taxonomy.Taxonomy`.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        head: `tree`, `leaf` or `levels`.
        wide: Whether the margins of a linear model are added to the scores, each level
            by a factor of its own; outside `tree`, where scores do not add up down the
            path, those of the nodes above are added, too. The factors are learnt. Where
            nothing is learnt, `shares` take their place, `(3, L)`: factors of scores,
            of margins, and of the part of the scores that comes from a bag of n-grams,
            which somebody has found on other documents.
        bag: So many features, the last ones, come from a bag of n-grams.

    Call arguments:
        inputs: `(B, features)`; or `(B, L, features)`, of which the nodes of each level
            read their own.
        margins: `(B, N)`, if `wide`.

    Returns:
        Log-probabilities `(B, N)`.

    Raises:
        ValueError: If the nodes are not in level order, or `head` is not known.

    Reference:
        Morin and Bengio 2005 for softmaxes down a tree; Plaud et al. 2024, section 3
        for conditional softmax in hierarchical text classification; Cheng et al. 2016,
        Wide and Deep Learning, for linear scores beside those of a network.

    Example:
        >>> vectors = keras.Input((3,))
        >>> model = keras.Model(vectors, TreeSoftmax([-1, -1, 0, 0])(vectors))
        >>> model.compile("adam", loss=node_loss)
        >>> _ = model.fit(np.eye(3), np.array([1, 2, 3]), verbose=0)  # true nodes
        >>> p = np.exp(model.predict(np.eye(3), verbose=0))
        >>> bool(np.allclose(p[:, 2:].sum(axis=1), p[:, 0]))
        True
    """

    heads: tuple[str, ...] = HEADS

    def __init__(
        self,
        parents: list[int],
        head: str = "tree",
        wide: bool = False,
        bag: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if head not in self.heads:
            raise ValueError(
                f"`head` must be one of {self.heads}. Received: head={head!r}."
            )
        self.parents = [int(parent) for parent in parents]
        self.head = head
        self.wide = wide
        self.bag = bag
        self.tree = TreeGroups(self.parents, head)

    def build(self, input_shape: tuple[int | None, ...], *_: Any, **__: Any) -> None:
        units, levels = len(self.tree.scored), len(self.tree.level_slices)
        # A row for each node: an optimizer can then update some nodes and no others.
        self.kernel = self.add_weight(
            shape=(units, input_shape[-1]), name="node_kernel"
        )
        self.bias = self.add_weight(shape=(units,), initializer="zeros", name="bias")
        if self.wide:
            self.factors = self.add_weight(
                shape=(levels,),
                initializer=keras.initializers.Constant(FACTOR),
                name="margin_factors",
            )
            self.shares = self.add_weight(
                shape=(3, levels),
                initializer=_first_shares,
                trainable=False,
                name="shares",
            )

    def call(
        self, inputs: Any, margins: Any = None, training: bool | None = None
    ) -> Any:
        scores = self.scores(inputs, margins, training)
        groups, columns = self.tree.groups, self.tree.columns
        if len(groups):
            totals = segment_logsumexp(scores, groups)
            scores = scores - ops.take(totals, groups, axis=0)
        certain = ops.zeros_like(ops.sum(scores, axis=0, keepdims=True))  # (1, B)
        local = ops.concatenate([scores, certain], axis=0)
        # The last row stands for log 1.
        rows = np.where(columns < 0, len(groups), columns)
        local = ops.take(local, rows, axis=0)  # (N, B)
        if self.head == "tree":
            local = self._down(local)
        elif self.head == "leaf":
            local = sum_up(local, self.tree.parents)
        return ops.transpose(local)  # (B, N)

    def scores(
        self, inputs: Any, margins: Any = None, training: bool | None = None
    ) -> Any:
        """Scores of network and linear model together, `(scored, B)`."""
        scores = ops.cast(self._scores(inputs, training), "float32")
        if not self.wide:
            return scores
        factors = self.factors if training else self.shares[1]
        return scores + self._weighed(margins, factors)

    def _scores(self, inputs: Any, training: bool | None) -> Any:
        """Scores of the network, `(scored, B)`, by its shares where nothing learns."""
        columns, bias = ops.transpose(inputs), self.bias[:, None]
        if training or not self.wide:
            return self._products(self.kernel, columns) + bias
        levels = self.tree.levels[self.tree.scored] - 1
        shares = ops.take(self.shares, levels, axis=1)[..., None]
        own = self.kernel.shape[1] - self.bag
        scores = self._products(self.kernel[:, :own], columns[:own]) + bias
        bag = self._products(self.kernel[:, own:], columns[own:])
        return scores * shares[0] + bag * shares[2]

    def _products(self, kernel: Any, columns: Any) -> Any:
        """Products with `(features, B)`, or with `(features, L, B)` level by level."""
        if len(columns.shape) == 2:
            return ops.matmul(kernel, columns)
        parts = [
            ops.matmul(kernel[here], columns[:, level])
            for level, here in enumerate(self.tree.scored_slices)
        ]
        return ops.concatenate(parts, axis=0)

    def _weighed(self, margins: Any, factors: Any) -> Any:
        """What the linear model adds to each score, `(scored, B)`."""
        weighed = ops.transpose(ops.cast(margins, "float32"))
        weighed = weighed * ops.take(factors, self.tree.levels - 1)[:, None]
        if self.head in ("leaf", "levels"):
            weighed = self._down(weighed)
        return ops.take(weighed, self.tree.scored, axis=0)

    def _down(self, conditional: Any) -> Any:
        """Adds to each node what its parents have, `(N, B)`."""
        parents, slices = self.tree.parents, self.tree.level_slices
        levels = [conditional[slices[0]]]
        for above, here in pairwise(slices):
            up = ops.take(levels[-1], parents[here] - above.start, axis=0)
            levels.append(conditional[here] + up)
        return ops.concatenate(levels, axis=0)

    def compute_output_spec(
        self, inputs: Any, margins: Any = None, training: bool | None = None
    ) -> Any:
        return keras.KerasTensor((inputs.shape[0], len(self.parents)), dtype="float32")

    def get_config(self) -> dict[str, Any]:
        names = ("parents", "head", "wide", "bag")
        own = {name: getattr(self, name) for name in names}
        return {**super().get_config(), **own}


def _first_shares(shape: tuple[int, ...], dtype: Any = None) -> Any:
    """Scores as they are, and margins as training begins with them."""
    return ops.convert_to_tensor(
        np.array([[1.0], [FACTOR], [1.0]]) * np.ones(shape), dtype
    )


def segment_logsumexp(values: Any, segments: np.ndarray) -> Any:
    """`log sum exp` within each segment of rows.

    Args:
        values: `(rows, B)`.
        segments: Segment of each row, `(rows,)`, non-decreasing from 0 without gaps.

    Returns:
        `(segments, B)`.
    """
    how: dict[str, Any] = {"sorted": True}
    if keras.config.backend() != "tensorflow":  # which counts, and must not be told
        how["num_segments"] = int(segments[-1]) + 1
    peak = ops.segment_max(values, segments, **how)
    peak = ops.stop_gradient(peak)  # the result does not depend on it
    shifted = ops.exp(values - ops.take(peak, segments, axis=0))
    return peak + ops.log(ops.segment_sum(shifted, segments, **how))


@keras.saving.register_keras_serializable(package="han")
def node_loss(nodes: Any, log_probabilities: Any) -> Any:
    """`-log p(true node)` of each document, `(B,)`: a loss for `TreeSoftmax`.

    A document whose code is known in part only has an inner node as truth.

    Args:
        nodes: True nodes, integers `(B,)` or `(B, 1)`.
        log_probabilities: What `TreeSoftmax` gave, `(B, N)`; with the head `levels` the
            levels above the node have no part in it.

    Example:
        >>> log_p = np.log([[0.5, 0.5, 0.25, 0.25]])
        >>> np.round(node_loss(np.array([2]), log_p), 3).tolist()
        [1.386]
    """
    nodes = ops.cast(ops.reshape(nodes, (-1, 1)), "int32")
    return -ops.take_along_axis(log_probabilities, nodes, axis=1)[:, 0]


def of_paths(levels: Any, parents: np.ndarray) -> Any:
    """Coherent log-probabilities from those of independent levels, `(B, N)`.

    The probability of a leaf is the product over its path, renormalised over the paths
    that exist; a leaf above the last level has the mean of its path in place of the
    missing levels.

    Args:
        levels: Log-probabilities of all nodes, a softmax for each level, `(B, N)`.
        parents: `(N,)` in level order.
    """
    level_of = node_levels(parents)
    leaves = np.setdiff1d(np.arange(len(parents)), parents)
    on_path = np.zeros((len(parents), len(leaves)), np.float32)
    for column, leaf in enumerate(leaves):
        node = leaf
        while node >= 0:
            on_path[node, column] = level_of.max() / level_of[leaf]
            node = parents[node]
    of_leaves = ops.log_softmax(ops.matmul(levels, on_path), axis=-1)
    column_of = np.zeros(len(parents), np.int32)  # inner nodes: any column
    column_of[leaves] = np.arange(len(leaves))
    nodes = ops.take(ops.transpose(of_leaves), column_of, axis=0)  # (N, B)
    return ops.transpose(sum_up(nodes, parents))


def sum_up(leaves: Any, parents: np.ndarray) -> Any:
    """Log-probability of every node from those of the leaves.

    Args:
        leaves: `(N, B)`, log-probabilities at the rows of leaves; others are ignored.
        parents: `(N,)` in level order.

    Returns:
        `(N, B)`: a leaf keeps its value, an inner node has the log of the sum over its
        children.
    """
    slices = level_slices(node_levels(parents))
    levels = [leaves[slices[-1]]]
    for here, below in zip(slices[-2::-1], slices[:0:-1], strict=False):
        inner, groups = np.unique(parents[below], return_inverse=True)
        summed = segment_logsumexp(levels[-1], groups)
        # Each node takes its own value if it is a leaf, else its children's sum.
        width = here.stop - here.start
        position = np.arange(width)
        position[inner - here.start] = width + np.arange(len(inner))
        both = ops.concatenate([leaves[here], summed], axis=0)
        levels.append(ops.take(both, position, axis=0))
    return ops.concatenate(levels[::-1], axis=0)
