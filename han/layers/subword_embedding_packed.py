"""What the letters of a word add to its vector."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.layers.layer_arguments import positive
from han.layers.word_embedding_packed import rows_of


@keras.saving.register_keras_serializable(package="han")
class SubwordEmbedding(keras.layers.Layer):
    """Adds the mean vector of a word's letter sequences to the word's own.

    A word that is not in the vocabulary has the vector that all unknown words share,
    and its letters.

    Args:
        buckets: Number of rows of the table of sequences.

    Call arguments:
        vectors: Vectors of the vocabulary's words in the batch, `(v, features)`.
        places: Which of them each distinct word has, `(u,)`.
        subwords: Distinct rows of the table, `(r,)`.
        subword_places: Which of them each sequence of each word is, `(k,)`.
        subword_words: Its word, never falling, `(k,)`.

    Returns:
        Vectors of the distinct words, `(u, features)`.

    Reference:
        Bojanowski et al. 2017, Enriching Word Vectors with Subword Information.

    Example:
        >>> import numpy as np
        >>> layer = SubwordEmbedding(buckets=5)
        >>> same, ids = np.array([0, 0]), np.array([0, 1])
        >>> tuple(layer(np.ones((1, 3), "float32"), same, ids, ids, ids).shape)
        (2, 3)
    """

    def __init__(self, buckets: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.buckets = positive("buckets", buckets)

    def build(self, vectors_shape: tuple[int | None, ...], *_: Any, **__: Any) -> None:
        self.rows = self.add_weight(
            shape=(self.buckets, vectors_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=0.5),
            name="subword_rows",
        )

    def call(
        self,
        vectors: Any,
        places: Any,
        subwords: Any,
        subword_places: Any,
        subword_words: Any,
    ) -> Any:
        rows = rows_of(self.rows, subwords)
        letters = tf.sparse.segment_mean(
            tf.cast(rows, self.compute_dtype),
            subword_places,
            subword_words,
            num_segments=tf.size(places),
        )
        return tf.gather(vectors, places) + letters

    def compute_output_spec(self, vectors: Any, places: Any, *_: Any) -> Any:
        shape = (places.shape[0], vectors.shape[-1])
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "buckets": self.buckets}
