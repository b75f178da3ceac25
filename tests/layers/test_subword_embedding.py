"""What letters add to a word: in TensorFlow and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from support.layers import random

from han.layers import SubwordEmbedding
from han.layers.subword_embedding_numpy import NumpySubwordEmbedding

pytestmark = pytest.mark.tensorflow


def test_all_forms_agree():
    layer, vectors = SubwordEmbedding(buckets=6), random(2, 3)
    subwords, places = np.array([0, 2, 5]), np.array([0, 1, 2, 2, 0])
    owners, words = np.array([0, 0, 0, 1, 2]), np.array([1, 0, 1])
    expected = layer(vectors, words, subwords, places, owners)
    letters = NumpySubwordEmbedding(*layer.get_weights())
    found = vectors[words] + letters.means(subwords[places], np.bincount(owners))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_letters_of_a_word_are_averaged_and_have_their_gradient():
    layer = SubwordEmbedding(buckets=6)
    vectors = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    arguments = [np.array(a, np.int32) for a in ([1, 0, 1], [0, 2, 5])]
    places, words = np.array([0, 1, 2, 2], np.int32), np.array([0, 0, 0, 2], np.int32)
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        out = layer(vectors, *arguments, places, words)
        loss = tf.reduce_sum(out * tf.constant([[1.0], [10.0], [100.0]]))
    rows = layer.rows.numpy()
    expected = vectors.numpy()[[1, 0, 1]]
    expected[0] += (rows[0] + rows[2] + rows[5]) / 3
    expected[2] += rows[5]
    np.testing.assert_allclose(out, expected, rtol=1e-6)
    of_vectors, of_rows = (
        tf.convert_to_tensor(gradient).numpy()
        for gradient in tape.gradient(loss, [vectors, layer.rows.value])
    )
    np.testing.assert_allclose(of_vectors[:, 0], [10, 101], rtol=1e-6)
    np.testing.assert_allclose(
        of_rows[:, 0], [1 / 3, 0, 1 / 3, 0, 0, 1 / 3 + 100], rtol=1e-6
    )
