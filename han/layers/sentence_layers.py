"""Sentences of all documents on one axis, and back to documents.

Only sentences that exist travel through the word encoder: the sentences of a batch
stand on one axis, whatever document they are from, and no document is padded with
empty ones.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="han")
class DistinctWords(keras.layers.Layer):
    """Puts the vectors of distinct words where the words stand.

    Masking: the mask is True at real words; padding gets the first vector, which the
    layers after it must leave out by the mask.

    Call arguments:
        vectors: Vectors of the distinct words, `(u, features)`.
        word_index: integers `(sentences, T)`: the word at each place, -1 where padded.

    Returns:
        Vectors `(sentences, T, features)` and word mask `(sentences, T)`.

    Example:
        >>> import numpy as np
        >>> words, mask = DistinctWords()(
        ...     np.array([[1.0], [2.0]], "float32"), np.array([[1, 0], [1, -1]])
        ... )
        >>> words.numpy()[:, :, 0].tolist(), mask.numpy().tolist()
        ([[2.0, 1.0], [2.0, 1.0]], [[True, True], [True, False]])
    """

    def call(self, vectors: Any, word_index: Any) -> tuple[Any, Any]:
        words = ops.take(vectors, ops.maximum(word_index, 0), axis=0)
        return words, ops.greater_equal(word_index, 0)

    def compute_mask(self, *_: Any, **__: Any) -> tuple[None, None]:
        return None, None

    def compute_output_spec(self, vectors: Any, word_index: Any) -> Any:
        shape = (*word_index.shape, vectors.shape[-1])
        return (
            keras.KerasTensor(shape, dtype=self.compute_dtype),
            keras.KerasTensor(word_index.shape, dtype="bool"),
        )


@keras.saving.register_keras_serializable(package="han")
class DropLast(keras.layers.Layer):
    """Leaves out the document that the batcher adds at the end of a packed batch.

    Call arguments:
        vectors: `(B + 1, ..., features)`.
        documents: Anything with one entry for each document, `(B,)`.

    Returns:
        `(B, ..., features)`.

    Example:
        >>> import numpy as np
        >>> DropLast()(np.ones((3, 1), "float32"), np.zeros(2)).shape[0]
        2
    """

    def call(self, vectors: Any, documents: Any) -> Any:
        return vectors[: ops.shape(documents)[0]]

    def compute_output_spec(self, vectors: Any, documents: Any) -> Any:
        shape = (documents.shape[0], *vectors.shape[1:])
        return keras.KerasTensor(shape, dtype=self.compute_dtype)


@keras.saving.register_keras_serializable(package="han")
class UnfoldSentences(keras.layers.Layer):
    """Puts each sentence of the batch back into its document.

    Masking: absent sentences are zero vectors, and False in the mask.

    Call arguments:
        sentence_vectors: `(sentences, ..., features)`.
        sentence_index: integers `(B, S)`: for each place of each document the row in
            `sentence_vectors`, -1 where the document has no more sentences.

    Returns:
        Sentence vectors `(B, S, ..., features)` and sentence mask `(B, S)`.

    Example:
        >>> import numpy as np
        >>> vectors, mask = UnfoldSentences()(
        ...     np.array([[1.0], [2.0], [3.0]]), np.array([[0, 2], [1, -1]])
        ... )
        >>> vectors.numpy()[:, :, 0].tolist(), mask.numpy().tolist()
        ([[1.0, 3.0], [2.0, 0.0]], [[True, True], [True, False]])
    """

    def call(self, sentence_vectors: Any, sentence_index: Any) -> tuple[Any, Any]:
        mask = ops.greater_equal(sentence_index, 0)  # (B, S)
        rows = ops.take(sentence_vectors, ops.maximum(sentence_index, 0), axis=0)
        axes = tuple(range(2, len(rows.shape)))
        return rows * ops.expand_dims(ops.cast(mask, rows.dtype), axes), mask

    def compute_mask(self, *_: Any, **__: Any) -> tuple[None, None]:
        return None, None

    def compute_output_spec(self, sentence_vectors: Any, sentence_index: Any) -> Any:
        shape = (*sentence_index.shape, *sentence_vectors.shape[1:])
        return (
            keras.KerasTensor(shape, dtype=self.compute_dtype),
            keras.KerasTensor(sentence_index.shape, dtype="bool"),
        )
