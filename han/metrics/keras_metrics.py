"""The hierarchical metrics as Keras sums over all documents seen in an epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

HALF = 0.5


@keras.saving.register_keras_serializable(package="han")
class HierarchicalMetrics(keras.metrics.Metric):
    """Hierarchical precision, recall and F1 (micro, root excluded), and level accuracy.

    Holds sums only, so that batches and devices can be added up in any way; agrees
    with `han.metrics.hierarchical_scores(..., average="micro")` and
    `level_accuracy_scores`. Definitions: Kiritchenko et al. 2006.

    Args:
        paths: `Taxonomy.paths`, `(N, L)`: node ids from the top, -1 after the end.

    Example:
        >>> metric = HierarchicalMetrics([[0, -1], [1, -1], [0, 2], [0, 3]])
        >>> metric.update_state([2, 3], [2, 2])
        >>> float(metric.result()["hierarchical_f1"])
        0.75
    """

    def __init__(self, paths: Any, name: str = "hierarchical", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.paths = np.asarray(paths, dtype=np.int32)
        levels = self.paths.shape[1]

        def sums(name: str) -> Any:
            return self.add_variable((levels,), initializer="zeros", name=name)

        self.right = sums("right")
        self.predicted = sums("predicted")
        self.true = sums("true")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds documents.

        Args:
            y_true: True nodes, `(B,)`.
            y_pred: Predicted nodes, `(B,)`.
            sample_weight: Weights, `(B,)`; 1 if not given.
        """
        true = ops.take(self.paths, ops.cast(y_true, "int32"), axis=0)  # (B, L)
        predicted = ops.take(self.paths, ops.cast(y_pred, "int32"), axis=0)
        weights = ops.ones_like(true[:, :1], "float32")
        if sample_weight is not None:
            weights = ops.expand_dims(ops.cast(sample_weight, "float32"), -1)
        has_true = ops.cast(ops.greater_equal(true, 0), "float32") * weights
        has_predicted = ops.cast(ops.greater_equal(predicted, 0), "float32") * weights
        same = ops.cast(ops.equal(true, predicted), "float32") * has_true
        self.right.assign_add(ops.sum(same, axis=0))
        self.true.assign_add(ops.sum(has_true, axis=0))
        self.predicted.assign_add(ops.sum(has_predicted, axis=0))

    def result(self) -> dict[str, Any]:
        """Each metric by name; 0 where nothing was counted."""
        right, true = ops.sum(self.right), ops.sum(self.true)
        predicted = ops.sum(self.predicted)
        scores = {
            "hierarchical_precision": ops.divide_no_nan(right, predicted),
            "hierarchical_recall": ops.divide_no_nan(right, true),
            # 2PR / (P + R) with P = right / predicted and R = right / true.
            "hierarchical_f1": ops.divide_no_nan(2.0 * right, predicted + true),
        }
        accuracy = ops.divide_no_nan(self.right, self.true)
        for level in range(self.paths.shape[1]):
            scores[f"level_{level + 1}_accuracy"] = accuracy[level]
        return scores

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "paths": self.paths.tolist()}


@keras.saving.register_keras_serializable(package="han")
class SetMetrics(keras.metrics.Metric):
    """Hierarchical F1 of sets, a mean over documents, and the share of sets all right.

    A document is given the nodes that are more likely than not, and the most probable
    path if there are none; see `han.code_sets.codes_by_thresholds`. Holds sums only, so
    that batches and devices can be added up in any way.

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
        return {**super().get_config(), "paths": self.paths.tolist()}
