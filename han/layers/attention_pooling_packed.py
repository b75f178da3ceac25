"""`AttentionPooling` over packed elements: a softmax within each segment."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.layers.attention_pooling import AttentionPooling


@keras.saving.register_keras_serializable(package="han")
class PackedAttentionPooling(AttentionPooling):
    """`AttentionPooling` over packed elements: a softmax within each segment.

    Call arguments:
        inputs: Elements in reading order, `(M, features)`.
        segments: Sequence of each element, `(M,)`, never falling; the last sequence
            must have an element.

    Returns:
        Pooled vectors `(sequences, features)`, zeros for a sequence without elements,
        and weights `(M,)` that sum to 1 in each sequence.

    Example:
        >>> import numpy as np
        >>> vectors, weights = PackedAttentionPooling(units=2)(
        ...     np.ones((3, 4), "float32"), np.array([0, 0, 1])
        ... )
        >>> tuple(vectors.shape), weights.numpy().round(2).tolist()
        ((2, 4), [0.5, 0.5, 1.0])
    """

    def call(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        weights = segment_softmax(self.scores(inputs), segments)  # (M,)
        weighted = tf.cast(weights, inputs.dtype)[:, None] * inputs
        return tf.math.segment_sum(weighted, segments), weights

    def compute_output_spec(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        return (
            keras.KerasTensor((None, inputs.shape[1]), dtype=self.compute_dtype),
            keras.KerasTensor(inputs.shape[:1], dtype="float32"),
        )


def segment_softmax(scores: Any, segments: Any) -> Any:
    """A softmax of the scores `(M, ...)` within each segment, `(M,)`, never falling."""
    peak = tf.stop_gradient(tf.math.segment_max(scores, segments))
    weights = tf.exp(scores - tf.gather(peak, segments))
    return weights / tf.gather(tf.math.segment_sum(weights, segments), segments)
