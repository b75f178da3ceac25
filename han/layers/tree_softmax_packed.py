"""The loss of a tree of many codes, from the splits on the true paths alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from han.kernels.path_losses import path_losses
from han.layers.tree_softmax import TreeSoftmax, segment_logsumexp
from han.layers.word_embedding_packed import rows_of

Costs = Callable[[Any, Any, Any], Any]


class TreePaths:
    """The scores that the loss of a batch depends on, and that loss.

    With the head `tree`, `-log p(node)` is a sum over the splits that lead to the node.
    A batch takes part in few of the splits of a long code list: only their scores are
    computed, and only they have a gradient. The loss is the same.

    Args:
        layer: The head, `tree`; the weights stay its own.

    Reference:
        Morin and Bengio 2005, Hierarchical Probabilistic Neural Network Language Model.
    """

    def __init__(self, layer: TreeSoftmax) -> None:
        self.layer = layer
        # On a GPU scores would have to go to the processor and back.
        self._is_compiled = not tf.config.list_physical_devices("GPU")
        parents, levels = layer.tree.parents, layer.tree.levels
        row = layer.tree.columns
        self._nodes = layer.tree.scored
        self._group = layer.tree.groups
        self._sizes = np.bincount(self._group)
        self._first = np.cumsum(self._sizes) - self._sizes
        self._node = self._nodes.astype(np.int32)
        self._level = (levels - 1).astype(np.int32)
        # Row of each node on the path to each node, -1 where there is no choice.
        self._on_path = np.full((len(parents), levels.max()), -1, np.int32)
        for node, parent in enumerate(parents):
            if parent >= 0:
                self._on_path[node] = self._on_path[parent]
            self._on_path[node, levels[node] - 1] = row[node]

    def rows(self, nodes: Any) -> Any:
        """Rows of the head's weights that the loss depends on.

        Args:
            nodes: True nodes, `(B,)`.

        Returns:
            Distinct rows, rising, `(u,)`: the nodes of every split on a path, with
            their siblings.
        """
        on_path = tf.gather(self._on_path, nodes)  # (B, L)
        chosen = tf.boolean_mask(on_path, on_path >= 0)
        groups = tf.gather(tf.constant(self._group, tf.int32), chosen)
        # One split more, so that there is always a row.
        used = tf.sort(tf.unique(tf.concat([[0], groups], axis=0))[0])
        first = tf.gather(tf.constant(self._first, tf.int32), used)
        sizes = tf.gather(tf.constant(self._sizes, tf.int32), used)
        return tf.ragged.range(first, first + sizes).flat_values

    def scores(self, documents: Any, rows: Any) -> list[Any]:
        """Scores of the network, and of its bag of n-grams where it has one, `(B, u)`.

        The bias stands in each, as each is asked by itself for the codes.

        Args:
            documents: Document vectors, `(B, features)`; or `(B, L, features)`, of
                which the nodes of each level read their own.
            rows: What `rows` gave.
        """
        kernel = rows_of(self.layer.kernel, rows)  # (u, features)
        bias = rows_of(self.layer.bias, rows)
        own = kernel.shape[1] - self.layer.bag
        sizes = [own, self.layer.bag] if self.layer.bag else [own]
        parts = tf.split(kernel, sizes, axis=-1), tf.split(documents, sizes, axis=-1)
        return [self._products(*both, rows) + bias for both in zip(*parts, strict=True)]

    def weighed(self, margins: Any, rows: Any) -> Any:
        """What margins `(B, N)` of a linear model add to the scores, `(B, u)`."""
        nodes = tf.gather(self._node, rows)
        factors = self.layer.factors.value
        # A gather would have gradients row by row, whose squares Adam would sum.
        levels = tf.one_hot(tf.gather(self._level, nodes), factors.shape[0])
        return tf.gather(margins, nodes, axis=1) * tf.linalg.matvec(levels, factors)

    def losses(
        self, scores: Any, nodes: Any, rows: Any, costs: Costs | None = None
    ) -> Any:
        """`-log p(true node)` of each document, `(n,)`, or another sum over splits.

        Args:
            scores: Scores of the rows, `(n, u)`.
            nodes: True nodes, `(n,)`.
            rows: What `rows` gave for them.
            costs: What a node costs its split if it is the true one, given
                log-probabilities within splits `(u, n)`, the split of each row `(u,)`
                and its node `(u,)`; by default minus its log-probability.
        """
        groups = tf.gather(tf.constant(self._group, tf.int32), rows)
        splits = tf.unique(groups).idx  # rising, as the rows are
        on_path = tf.gather(self._on_path, nodes)  # (B, L)
        place = tf.searchsorted(rows, tf.reshape(tf.maximum(on_path, 0), [-1]))
        place = tf.minimum(tf.reshape(place, tf.shape(on_path)), tf.size(rows) - 1)
        chosen = tf.where(on_path >= 0, place, -1)
        if costs is None and self._is_compiled:
            edges = tf.searchsorted(splits, tf.range(splits[-1] + 2))
            return _path_losses(scores, chosen, splits, edges)
        scores = tf.transpose(scores)
        local = scores - tf.gather(segment_logsumexp(scores, splits), splits)
        cost = costs(local, splits, tf.gather(self._nodes, rows)) if costs else -local
        columns = tf.broadcast_to(tf.range(tf.size(nodes))[:, None], tf.shape(place))
        picked = tf.gather_nd(cost, tf.stack([place, columns], axis=-1))
        return tf.reduce_sum(tf.where(on_path >= 0, picked, 0.0), axis=1)

    def _products(self, kernel: Any, documents: Any, rows: Any) -> Any:
        """Products of document vectors with rows of the kernel, `(B, u)`."""
        if len(documents.shape) == 2:
            return tf.matmul(documents, kernel, transpose_b=True)
        # Rows rise, and so do their levels.
        ends = [here.stop for here in self.layer.tree.scored_slices]
        edges = tf.searchsorted(rows, tf.constant([0, *ends], rows.dtype))
        parts = [
            tf.matmul(
                documents[:, i], kernel[edges[i] : edges[i + 1]], transpose_b=True
            )
            for i in range(len(ends))
        ]
        return tf.concat(parts, axis=1)


@tf.custom_gradient
def _path_losses(scores: Any, chosen: Any, splits: Any, edges: Any) -> Any:
    """`path_losses`, which as operations on all scores takes ten times as long."""
    losses, slopes = tf.numpy_function(
        path_losses, [scores, chosen, splits, edges], [tf.float32] * 2, stateful=False
    )
    losses.set_shape(chosen.shape[:1])
    slopes.set_shape(scores.shape)

    def gradient(upstream: Any) -> tuple[Any, ...]:
        return upstream[:, None] * slopes, None, None, None

    return losses, gradient
