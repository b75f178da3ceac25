"""`FieldEmbedding` in NumPy, for prediction."""

from __future__ import annotations

from dataclasses import dataclass

from han.kernels.gru import Floats, Integers


@dataclass(frozen=True)
class NumpyFieldEmbedding:
    """What `han.layers.FieldEmbedding` computes, in place.

    Attributes:
        vectors: `(num_fields, features)`.
    """

    vectors: Floats

    def add_to(self, sentence_vectors: Floats, field_ids: Integers) -> None:
        """Adds fields to `(sentences, features)`, or to `(sentences, L, features)`."""
        added = self.vectors[field_ids]
        sentence_vectors += added if sentence_vectors.ndim == 2 else added[:, None]
