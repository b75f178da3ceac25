"""The loss of sets of codes in a large tree, from the nodes below true ones alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from han.layers.tree_softmax_packed import Costs, TreePaths


class SetPaths(TreePaths):
    """The scores that the loss of a batch of sets depends on, and that loss.

    The loss of a document judges the children of the nodes above its codes, and of the
    root. A batch has few of the nodes of a long code list: only the scores of their
    children are computed, and only they have a gradient. The loss is that of
    `han.network.set_losses.SetLoss`.

    Args:
        layer: The head, a `TreeSigmoid`; the weights stay its own.

    Reference:
        As `TreeSigmoid` and `TreePaths`.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__(layer)
        parents, steps = layer.tree.parents, np.arange(-1, len(layer.tree.parents))
        # Children of each node, the root's first.
        self._begin = np.searchsorted(parents, steps, "left").astype(np.int32)
        self._end = np.searchsorted(parents, steps, "right").astype(np.int32)
        self._parent = parents.astype(np.int32)

    def rows(self, sets: Any) -> Any:
        """Rows of the head's weights that the loss depends on.

        Args:
            sets: True nodes, `(B, A)`; -1 after the last.

        Returns:
            Distinct rows, rising, `(u,)`: the children of the root and of every node
            above a true one.
        """
        path = self._paths_of(sets)
        above = tf.gather(self._parent, tf.boolean_mask(path, path >= 0)) + 1
        used = tf.sort(tf.unique(tf.concat([[0], above], axis=0))[0])
        first = tf.gather(tf.constant(self._begin), used)
        return tf.ragged.range(first, tf.gather(self._end, used)).flat_values

    def losses(
        self, scores: Any, nodes: Any, rows: Any, costs: Costs | None = None
    ) -> Any:
        """The loss of each document, `(n,)`.

        Args:
            scores: Scores of the rows, `(n, u)`.
            nodes: Sets of true nodes, `(n, A)`; -1 after the last.
            rows: What `rows` gave for them.
            costs: What nodes cost, given scores `(u, n)`, whether they are true
                `(u, n)`, and the nodes `(u,)`; by default the cross-entropy.
        """
        path = self._paths_of(nodes)  # (n, A, L)
        true = self._at(rows, path, path, tf.shape(scores))
        # A node is judged where one with the same parent is true.
        judged_by = tf.gather(self._parent, tf.maximum(path, 0))
        first = tf.gather(tf.constant(self._begin), judged_by + 1)
        some = self._at(rows, first, path, tf.shape(scores))  # at first children
        mine = tf.gather(self._begin, tf.gather(self._parent, rows) + 1)
        judged = tf.gather(some, tf.searchsorted(rows, mine), axis=1)
        if costs is None:
            cost = tf.nn.softplus(tf.where(true, -scores, scores))
        else:
            turned = costs(tf.transpose(scores), tf.transpose(true), rows)
            cost = tf.transpose(turned)
        return tf.reduce_sum(tf.where(judged, cost, 0.0), axis=1)

    def _paths_of(self, sets: Any) -> Any:
        """Path of each node of each set, `(B, A, L)`; -1 where there is none."""
        path = tf.gather(self._on_path, tf.maximum(sets, 0))
        return tf.where(sets[..., None] >= 0, path, -1)

    @staticmethod
    def _at(rows: Any, nodes: Any, path: Any, shape: Any) -> Any:
        """Whether a row is one of the nodes of a document, `(B, u)`.

        Args:
            rows: Nodes, rising, `(u,)`.
            nodes: Those of each document, `(B, A, L)`, all among the rows.
            path: Below 0 where there is no node, `(B, A, L)`.
            shape: That of what is wanted.
        """
        is_node = path >= 0
        place = tf.searchsorted(rows, tf.boolean_mask(nodes, is_node))
        document = tf.cast(tf.where(is_node)[:, 0], tf.int32)
        where = tf.stack([document, place], axis=1)
        ones = tf.ones_like(place)
        return tf.scatter_nd(where, ones, shape) > 0
