"""`LevelAttentionPooling` over packed elements."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.layers.attention_pooling_packed import segment_softmax
from han.layers.level_attention import LevelAttentionPooling


@keras.saving.register_keras_serializable(package="han")
class PackedLevelAttentionPooling(LevelAttentionPooling):
    """`LevelAttentionPooling` over packed elements: a softmax within each segment.

    Call arguments:
        inputs: Elements in reading order, `(M, features)` or `(M, L, features)`.
        segments: Sequence of each element, `(M,)`, never falling; the last sequence
            must have an element.

    Returns:
        Pooled vectors `(sequences, L, features)`, zeros for a sequence without
        elements, and weights `(M, L)` that sum to 1 in each sequence.

    Example:
        >>> import numpy as np
        >>> vectors, weights = PackedLevelAttentionPooling(units=2, levels=2)(
        ...     np.ones((3, 4), "float32"), np.array([0, 0, 1])
        ... )
        >>> tuple(vectors.shape), weights.numpy().round(2).tolist()
        ((2, 2, 4), [[0.5, 0.5], [0.5, 0.5], [1.0, 1.0]])
    """

    axes = 1

    def call(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        weights = segment_softmax(self.scores(inputs), segments)  # (M, L)
        weighed = tf.cast(weights, inputs.dtype)
        # Level by level: all at once would hold the annotations of all words L times.
        pooled = [
            tf.math.segment_sum(
                weighed[:, level, None]
                * (inputs[:, level] if self.is_each(inputs) else inputs),
                segments,
            )
            for level in range(self.contexts)
        ]
        return tf.stack(pooled, axis=1), weights

    def compute_output_spec(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        return super().compute_output_spec(
            keras.KerasTensor((None, *inputs.shape[1:])), segments
        )
