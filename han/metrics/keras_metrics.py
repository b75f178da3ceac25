"""The hierarchical metrics as Keras sums over all documents seen in an epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


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
