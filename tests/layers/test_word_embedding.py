"""Vectors of words: in Keras, row by row in TensorFlow, and in NumPy."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.layers import random

from han.layers import WordEmbedding, word_embedding_numpy
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
    table, places = in_numpy.rows(ids)
    np.testing.assert_array_equal(table[places], results[0][0])


def test_two_threads_make_one_table(monkeypatch):
    """While one makes and fills the table, the other waits, and finds it filled."""
    both, arrivals, projections = threading.Barrier(2), itertools.count(), []

    class Lock:
        """Lets the first thread in, and the second one wait before it."""

        lock = threading.Lock()

        def __enter__(self):
            if next(arrivals) == 1:
                both.wait(60)
            self.lock.acquire()

        def __exit__(self, *_):
            self.lock.release()

    class Encoder:
        def project(self, vectors):
            projections.append(len(vectors))
            if len(projections) == 1:
                both.wait(60)
            return 2 * vectors

    monkeypatch.setattr(word_embedding_numpy, "FILLING", Lock())
    vectors = random(9, 3)
    words = NumpyWordEmbedding(vectors, 1, Encoder())
    with ThreadPoolExecutor(2) as pool:
        tables = [t for t, _ in pool.map(words.rows, [np.array([2]), np.array([7])])]
    for table in tables:
        np.testing.assert_array_equal(table, 2 * vectors)
    assert projections == [0, 9]  # for the width, and the words once
