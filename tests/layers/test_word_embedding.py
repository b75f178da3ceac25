"""Vectors of words: in Keras, row by row in TensorFlow, and in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.layers import random

from han.layers import WordEmbedding
from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder
from han.layers.word_embedding_numpy import NumpyWordEmbedding

pytestmark = pytest.mark.tensorflow

UNCHANGED = NumpyConvolutionalEncoder(np.eye(3, dtype="f4")[None], np.zeros(3, "f4"))


def test_all_forms_agree():
    forms = keras.layers.Embedding(9, 3), WordEmbedding(9, 3)
    ids, upstream = np.array([2, 0, 2]), random(3, 3, seed=2)
    for layer in forms:
        layer.build()
        layer.set_weights([random(9, 3)])
    results = []
    for layer in forms:
        with tf.GradientTape() as tape:
            vectors = layer(ids)
            loss = tf.reduce_sum(vectors * upstream)
        gradient = tape.gradient(loss, layer.embeddings.value)
        results.append((vectors, tf.convert_to_tensor(gradient)))
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)
    in_numpy = NumpyWordEmbedding(random(9, 3), 1, UNCHANGED)
    np.testing.assert_array_equal(in_numpy.table(ids)[ids], results[0][0])
