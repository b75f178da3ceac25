"""What the field of a sentence adds to its vector."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from han.layers.layer_arguments import positive


@keras.saving.register_keras_serializable(package="han")
class FieldEmbedding(keras.layers.Layer):
    """Adds to each sentence vector a learned vector of the field it is from.

    The sentence encoder can then tell a job title from the tasks of the job. It starts
    at zero: an untrained field says nothing.

    Args:
        num_fields: Number of fields.

    Call arguments:
        sentence_vectors: `(sentences, features)`, or `(sentences, L, features)`.
        field_ids: integers `(sentences,)`, 0 to `num_fields - 1`.

    Returns:
        Of the shape of `sentence_vectors`.

    Example:
        >>> import numpy as np
        >>> layer = FieldEmbedding(num_fields=2)
        >>> tuple(layer(np.ones((3, 4), "float32"), np.array([0, 1, 1])).shape)
        (3, 4)
    """

    def __init__(self, num_fields: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_fields = positive("num_fields", num_fields)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.vectors = self.add_weight(
            shape=(self.num_fields, input_shape[-1]),
            initializer="zeros",
            name="vectors",
        )

    def call(self, sentence_vectors: Any, field_ids: Any) -> Any:
        # A product, not a lookup: fields repeat in a batch, and optimizers take the
        # rows of a lookup's gradient for distinct ones.
        chosen = ops.one_hot(field_ids, self.num_fields, dtype=sentence_vectors.dtype)
        added = ops.matmul(chosen, self.vectors)
        if len(sentence_vectors.shape) > 2:
            added = ops.expand_dims(added, 1)
        return sentence_vectors + added

    def compute_output_spec(self, sentence_vectors: Any, field_ids: Any) -> Any:
        return keras.KerasTensor(sentence_vectors.shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_fields": self.num_fields}
