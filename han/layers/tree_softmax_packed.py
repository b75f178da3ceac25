"""The loss of a tree of many codes, from the splits on the true paths alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

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

    def losses(
        self,
        documents: Any,
        nodes: Any,
        rows: Any,
        margins: Any = None,
        costs: Costs | None = None,
    ) -> Any:
        """`-log p(true node)` of each document, `(B,)`, or another sum over splits.

        Args:
            documents: Document vectors, `(B, features)`; or `(B, L, features)`, of
                which the nodes of each level read their own.
            nodes: True nodes, `(B,)`.
            rows: What `rows` gave for them.
            margins: `(B, N)`, if the head is `wide`.
            costs: What a node costs its split if it is the true one, given
                log-probabilities within splits `(u, B)`, the split of each row `(u,)`
                and its node `(u,)`; by default minus its log-probability.
        """
        scores = self.scores(documents, rows, margins)
        groups = tf.gather(tf.constant(self._group, tf.int32), rows)
        splits = tf.unique(groups).idx  # rising, as the rows are
        local = scores - tf.gather(segment_logsumexp(scores, splits), splits)
        cost = costs(local, splits, tf.gather(self._nodes, rows)) if costs else -local
        on_path = tf.gather(self._on_path, nodes)  # (B, L)
        place = tf.searchsorted(rows, tf.reshape(tf.maximum(on_path, 0), [-1]))
        place = tf.minimum(tf.reshape(place, tf.shape(on_path)), tf.size(rows) - 1)
        columns = tf.broadcast_to(tf.range(tf.size(nodes))[:, None], tf.shape(place))
        picked = tf.gather_nd(cost, tf.stack([place, columns], axis=-1))
        return tf.reduce_sum(tf.where(on_path >= 0, picked, 0.0), axis=1)

    def scores(self, documents: Any, rows: Any, margins: Any = None) -> Any:
        """Scores of the nodes of some rows, `(u, B)`; arguments as for `losses`."""
        kernel = rows_of(self.layer.kernel, rows)  # (u, features)
        bias = rows_of(self.layer.bias, rows)[:, None]
        scores = self._products(kernel, documents, rows) + bias
        if margins is None:
            return scores
        chosen = tf.gather(self._node, rows)
        factors = self.layer.factors.value
        # A gather would have gradients row by row, whose squares Adam would sum.
        levels = tf.one_hot(tf.gather(self._level, chosen), factors.shape[0])
        factors = tf.linalg.matvec(levels, factors)
        return scores + tf.transpose(tf.gather(margins, chosen, axis=1) * factors)

    def _products(self, kernel: Any, documents: Any, rows: Any) -> Any:
        """Products of rows of the kernel with document vectors, `(u, B)`."""
        if len(documents.shape) == 2:
            return tf.matmul(kernel, documents, transpose_b=True)
        # Rows rise, and so do their levels.
        ends = [here.stop for here in self.layer.tree.scored_slices]
        edges = tf.searchsorted(rows, tf.constant([0, *ends], rows.dtype))
        parts = [
            tf.matmul(
                kernel[edges[i] : edges[i + 1]], documents[:, i], transpose_b=True
            )
            for i in range(len(ends))
        ]
        return tf.concat(parts, axis=0)
