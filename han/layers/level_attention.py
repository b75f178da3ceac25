"""Attention that asks a question of its own for each level of a tree."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from han.layers.attention_pooling import AttentionPooling, positive
from han.layers.packed import segment_softmax


@keras.saving.register_keras_serializable(package="han")
class LevelAttentionPooling(AttentionPooling):
    """`AttentionPooling` with a context vector for each level of a tree.

    The context vector is the question that attention asks (Yang et al.): "which word is
    informative?". Here each level asks its own, "informative for this digit of the
    code?", of annotations and a projection that all levels share. With a label in place
    of a level this is the label-wise attention of Mullenbach et al., which would take
    as many context vectors as there are codes, most of them with few records.

    Args:
        units: Width of the projection.
        levels: Number of context vectors, `L`.

    Call arguments:
        inputs: `(B, T, features)`, read by all levels; or `(B, T, L, features)`, of
            which each level reads its own.
        padding_mask: boolean `(B, T)`.

    Returns:
        Pooled vectors `(B, L, features)`, and weights `(B, T, L)` that sum to 1 over
        the real positions of each row.

    Raises:
        ValueError: If `units` or `levels` is not a positive whole number.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification,
        section 2.2; Mullenbach et al. 2018, Explainable Prediction of Medical Codes
        from Clinical Text, section 2.2.

    Example:
        >>> import numpy as np
        >>> pooling = LevelAttentionPooling(units=4, levels=2)
        >>> mask = np.array([[True, True, False]])
        >>> vectors, weights = pooling(np.ones((1, 3, 8), "float32"), mask)
        >>> tuple(vectors.shape), weights.numpy().round(2).tolist()
        ((1, 2, 8), [[[0.5, 0.5], [0.5, 0.5], [0.0, 0.0]]])
    """

    axes = 2  # of `inputs` before its level and its features

    def __init__(self, units: int, levels: int, **kwargs: Any) -> None:
        super().__init__(positive("units", units), **kwargs)
        self.contexts = positive("levels", levels)

    def call(self, inputs: Any, padding_mask: Any) -> tuple[Any, Any]:
        mask = ops.expand_dims(padding_mask, -1)
        scores = ops.where(mask, self.scores(inputs), -1e9)  # (B, T, L)
        weights = ops.softmax(scores, axis=1) * ops.cast(mask, "float32")
        names = "btlf" if self.is_each(inputs) else "btf"
        weighed = ops.cast(weights, inputs.dtype)
        return ops.einsum(f"btl,{names}->blf", weighed, inputs), weights

    def is_each(self, inputs: Any) -> bool:
        """Whether each level has annotations of its own."""
        return len(inputs.shape) > self.axes + 1

    def scores(self, inputs: Any) -> Any:
        """Score of each position on each level, `(..., L)`."""
        hidden = ops.tanh(ops.matmul(inputs, self.kernel) + self.bias)
        if self.is_each(inputs):
            scores = ops.einsum("...lu,ul->...l", hidden, self.context)
        else:
            scores = ops.matmul(hidden, self.context)
        return ops.cast(scores, "float32")

    def compute_output_spec(self, inputs: Any, padding_mask: Any) -> tuple[Any, Any]:
        pooled = (inputs.shape[0], self.contexts, inputs.shape[-1])
        weights = (*inputs.shape[: self.axes], self.contexts)
        return (
            keras.KerasTensor(pooled, dtype=self.compute_dtype),
            keras.KerasTensor(weights, dtype="float32"),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "levels": self.contexts}


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
