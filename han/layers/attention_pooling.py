"""Attention to a learned context vector: how the paper sums words and sentences."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.layer_arguments import positive


@keras.saving.register_keras_serializable(package="han")
class AttentionPooling(keras.layers.Layer):
    """Pools a sequence into one vector by attention to a learned context vector.

    1. Project: `hidden = tanh(inputs @ kernel + bias)`.
    2. Score each position by `hidden . context`; padding gets no weight.
    3. Return the weighted sum of `inputs`, and the weights.

    Masking: `mask` is True at real positions. Without one, every position is real, or
    the layer takes the mask that Keras has put on the inputs (`mask_zero=True`). A row
    that is all padding gives a zero vector and zero weights. The softmax is computed in
    float32 whatever the precision of the inputs.

    Args:
        units: Width of the projection. None leaves steps 1 and 2 out: the layer has
            nothing to learn, and all real positions weigh the same.

    Call arguments:
        inputs: `(B, T, features)`.
        mask: boolean `(B, T)`; or None.

    Returns:
        Pooled vector `(B, features)`, and weights `(B, T)` that sum to 1 over the real
        positions of each row.

    Raises:
        ValueError: If `units` is neither a positive whole number nor None.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification,
        section 2.2, equations 5 to 7.

    Example:
        >>> import numpy as np
        >>> words = keras.Input((None,), dtype="int32")  # 0 is padding
        >>> vectors = keras.layers.Embedding(50, 8, mask_zero=True)(words)
        >>> text, weights = AttentionPooling(units=4)(vectors)
        >>> model = keras.Model(words, [keras.layers.Dense(2)(text), weights])
        >>> _, found = model.predict(np.array([[7, 3, 0]]), verbose=0)
        >>> found.shape, float(found[0, 2])
        ((1, 3), 0.0)
    """

    contexts = 1  # context vectors; `LevelAttentionPooling` has several

    def __init__(self, units: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = None if units is None else positive("units", units)
        self.supports_masking = True  # of the inputs; the outputs have none

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if self.units is None:
            return
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), name="kernel"
        )
        self.bias = self.add_weight(
            shape=(self.units,), initializer="zeros", name="bias"
        )
        self.context = self.add_weight(
            shape=(self.units, self.contexts), name="context"
        )

    def call(self, inputs: Any, mask: Any = None) -> tuple[Any, Any]:
        weights = masked_softmax(self.scores(inputs), mask)
        pooled = ops.einsum("bt,btf->bf", ops.cast(weights, inputs.dtype), inputs)
        return pooled, weights

    def scores(self, inputs: Any) -> Any:
        """Score of each position, one number for each vector of `inputs`."""
        if self.units is None:
            return ops.zeros(ops.shape(inputs)[:-1], "float32")
        hidden = ops.tanh(ops.matmul(inputs, self.kernel) + self.bias)  # (..., units)
        scores = ops.squeeze(ops.matmul(hidden, self.context), axis=-1)
        # float32: the exponential of a half-precision score loses the small weights.
        return ops.cast(scores, "float32")

    def compute_mask(self, *_: Any, **__: Any) -> None:
        return None  # the time axis is gone

    def compute_output_spec(self, inputs: Any, mask: Any = None) -> tuple[Any, Any]:
        pooled = (inputs.shape[0], inputs.shape[2])
        return (
            keras.KerasTensor(pooled, dtype=self.compute_dtype),
            keras.KerasTensor(inputs.shape[:2], dtype="float32"),
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


def masked_softmax(scores: Any, mask: Any) -> Any:
    """A softmax of `(B, T, ...)` over `T` where the mask `(B, T)` is True, else 0."""
    if mask is None:
        return ops.softmax(scores, axis=1)
    mask = ops.cast(mask, "bool")
    if len(scores.shape) > 2:
        mask = ops.expand_dims(mask, -1)
    weights = ops.softmax(ops.where(mask, scores, -1e9), axis=1)
    return weights * ops.cast(mask, "float32")
