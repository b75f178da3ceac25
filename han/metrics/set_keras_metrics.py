"""Scores of sets of codes as Keras sums over all documents seen in an epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

HALF = 0.5


@keras.saving.register_keras_serializable(package="han")
class SetMetrics(keras.metrics.Metric):
    """Hierarchical F1 of sets, a mean over documents, and the share of sets all right.

    A document is given the nodes that are more likely than not, and the most probable
    path if there are none; see `han.code_list.node_sets`. Holds sums only, so that
    batches and devices can be added up in any way.

    Args:
        paths: `Taxonomy.paths`, `(N, L)`: node ids from the top, -1 after the end.

    Reference:
        Kiritchenko et al. 2006 and Silla and Freitas 2011, for each record by itself.

    Example:
        >>> metric = SetMetrics([[0, -1], [1, -1], [0, 2], [0, 3]])
        >>> metric.update_state([[2, 1]], np.log([[0.9, 0.7, 0.4, 0.1]]))
        >>> {name: round(float(score), 2) for name, score in metric.result().items()}
        {'hierarchical_f1': 0.8, 'subset_accuracy': 0.0}
    """

    def __init__(self, paths: Any, name: str = "hierarchical", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.paths = np.asarray(paths, dtype=np.int32)
        count = len(self.paths)
        none = np.full((1, self.paths.shape[1]), -1, np.int32)
        self._rows = np.vstack([self.paths, none]) % (count + 1)
        inner = np.zeros(count + 1, bool)
        inner[self.paths[:, :-1][self.paths[:, 1:] >= 0]] = True
        self._leaves = np.flatnonzero(~inner[:count]).astype(np.int32)

        def total(name: str) -> Any:
            return self.add_variable((), initializer="zeros", name=name)

        self.weight = total("weight")
        self.f1 = total("f1")
        self.whole = total("whole")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds documents.

        Args:
            y_true: Sets of true nodes, `(B, A)`; -1 after the last.
            y_pred: Coherent log-probabilities, `(B, N)`.
            sample_weight: Weights, `(B,)`; 1 if not given.
        """
        logs = ops.convert_to_tensor(y_pred)
        true, given = self._closures(y_true), logs >= np.log(HALF)
        leaves = ops.argmax(ops.take(logs, self._leaves, axis=1), axis=1)
        best = self._closures(ops.take(self._leaves, leaves)[:, None])
        given = ops.where(ops.any(given, axis=1, keepdims=True), given, best)
        true, given = ops.cast(true, "float32"), ops.cast(given, "float32")
        right = ops.sum(true * given, axis=1)
        sizes = ops.sum(true + given, axis=1)
        weights = ops.ones_like(right)
        if sample_weight is not None:
            weights = ops.cast(sample_weight, "float32")
        whole = ops.cast(ops.equal(2.0 * right, sizes), "float32")
        self.weight.assign_add(ops.sum(weights))
        self.f1.assign_add(ops.sum(weights * 2.0 * right / ops.maximum(sizes, 1.0)))
        self.whole.assign_add(ops.sum(weights * whole))

    def _closures(self, sets: Any) -> Any:
        """Whether each node is of a set or above one of it, `(B, N)`."""
        count = len(self.paths)
        sets = ops.mod(ops.cast(sets, "int32"), count + 1)
        places = ops.take(self._rows, sets, axis=0)
        places = ops.reshape(places, (ops.shape(sets)[0], -1))
        size = ops.shape(places)[0]
        rows = ops.broadcast_to(ops.arange(size)[:, None], ops.shape(places))
        where = ops.stack([ops.cast(rows, places.dtype), places], axis=-1)
        where = ops.reshape(where, (-1, 2))
        marks = ops.scatter(where, ops.ones_like(where[:, 0]), (size, count + 1))
        return marks[:, :count] > 0

    def result(self) -> dict[str, Any]:
        """Each metric by name; 0 where nothing was counted."""
        return {
            "hierarchical_f1": ops.divide_no_nan(self.f1, self.weight),
            "subset_accuracy": ops.divide_no_nan(self.whole, self.weight),
        }

    def get_config(self) -> dict[str, Any]:
        """Arguments that make it again."""
        return {**super().get_config(), "paths": self.paths.tolist()}
