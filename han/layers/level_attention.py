"""Attention that asks a question of its own for each level of a tree."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.attention_pooling import AttentionPooling, masked_softmax
from han.layers.layer_arguments import positive


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
        mask: boolean `(B, T)`; or None, as in `AttentionPooling`.

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

    def call(self, inputs: Any, mask: Any = None) -> tuple[Any, Any]:
        weights = masked_softmax(self.scores(inputs), mask)  # (B, T, L)
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

    def compute_output_spec(self, inputs: Any, mask: Any = None) -> tuple[Any, Any]:
        pooled = (inputs.shape[0], self.contexts, inputs.shape[-1])
        weights = (*inputs.shape[: self.axes], self.contexts)
        return (
            keras.KerasTensor(pooled, dtype=self.compute_dtype),
            keras.KerasTensor(weights, dtype="float32"),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "levels": self.contexts}
