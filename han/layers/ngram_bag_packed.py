"""A vector of a document from its n-grams, whatever their order."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.kernels.weighted_sums import weighted_sums
from han.layers.layer_arguments import positive
from han.layers.ngram_bag_numpy import SCALE
from han.layers.word_embedding_packed import rows_of


@keras.saving.register_keras_serializable(package="han")
class NgramBag(keras.layers.Layer):
    """Sums of vectors of the n-grams of each document, weighted by their values.

    Words, pairs of words and letter sequences have a row each in a table. Codes then
    share what their n-grams have in common, which a plane for each code cannot.

    Args:
        units: Width of a vector.
        num_rows: Rows of the table.

    Call arguments:
        documents: Anything with one entry for each document, `(B, ...)`.
        rows: Distinct rows of the table, `(r,)`.
        places: Which of them each n-gram of each document is, `(k,)`.
        owners: Its document, never falling, `(k,)`.
        values: Its value, `(k,)`.

    Returns:
        `(B, units)`.

    Reference:
        Joulin et al. 2017, Bag of Tricks for Efficient Text Classification.

    Example:
        >>> import numpy as np
        >>> bag, one = NgramBag(units=3, num_rows=5), np.zeros(1, "int32")
        >>> tuple(bag(np.ones((2, 1)), one, one, one, np.ones(1, "float32")).shape)
        (2, 3)
    """

    def __init__(self, units: int, num_rows: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = positive("units", units)
        self.num_rows = positive("num_rows", num_rows)
        # On a GPU rows would have to go to the processor and back.
        self._is_compiled = not tf.config.list_physical_devices("GPU")

    def build(self, *_: Any, **__: Any) -> None:
        self.rows = self.add_weight(
            shape=(self.num_rows, self.units),
            initializer=keras.initializers.RandomNormal(stddev=0.1),
            name="bag_rows",
        )

    def call(
        self, documents: Any, rows: Any, places: Any, owners: Any, values: Any
    ) -> Any:
        vectors, count = rows_of(self.rows, rows), tf.shape(documents)[0]
        places, owners = (tf.cast(each, tf.int32) for each in (places, owners))
        values = tf.cast(values, vectors.dtype)
        if self._is_compiled and vectors.dtype == tf.float32:
            return SCALE * _sums(vectors, places, owners, values, count)
        shape = tf.stack([count, tf.shape(vectors)[0]])
        matrix = tf.SparseTensor(
            tf.cast(tf.stack([owners, places], axis=1), tf.int64),
            values,
            tf.cast(shape, tf.int64),
        )
        return SCALE * tf.sparse.sparse_dense_matmul(matrix, vectors)

    def compute_output_spec(self, documents: Any, *_: Any) -> Any:
        return keras.KerasTensor((documents.shape[0], self.units), dtype="float32")

    def get_config(self) -> dict[str, Any]:
        own = {"units": self.units, "num_rows": self.num_rows}
        return {**super().get_config(), **own}


@tf.custom_gradient
def _sums(vectors: Any, places: Any, owners: Any, values: Any, count: Any) -> Any:
    """`weighted_sums`, which TensorFlow's product of matrices takes four times for."""

    def summed(rows: Any, taken: Any, given: Any, number: Any) -> Any:
        entries = [rows, taken, given, values, number]
        out = tf.numpy_function(weighted_sums, entries, tf.float32, stateful=False)
        out.set_shape((None, vectors.shape[-1]))
        return out

    def gradient(upstream: Any) -> tuple[Any, ...]:
        rows = summed(upstream, owners, places, tf.shape(vectors)[0])
        return rows, None, None, None, None

    return summed(vectors, places, owners, count), gradient
