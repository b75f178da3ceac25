"""A bag of n-grams: in TensorFlow and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.sparse import csr_array

from han.layers import NgramBag
from han.layers.ngram_bag_numpy import SCALE, NumpyNgramBag

pytestmark = pytest.mark.tensorflow


def test_all_forms_agree():
    layer = NgramBag(units=2, num_rows=6)
    rows, places, owners = np.array([1, 4]), np.array([1, 0, 1]), np.array([0, 2, 2])
    values = np.array([0.5, 2.0, -1.0], np.float32)
    expected = layer(np.zeros((3, 1)), rows, places, owners, values)
    matrix = csr_array((values, rows[places], [0, 1, 1, 3]), (3, 6))
    found = NumpyNgramBag(*layer.get_weights())(matrix)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_bag_is_a_sum_of_rows_and_learns_them():
    layer = NgramBag(units=2, num_rows=6)
    arguments = [np.array(a, np.int32) for a in ([1, 4], [1, 0, 1], [0, 2, 2])]
    values = np.array([0.5, 2.0, -1.0], np.float32)
    with tf.GradientTape() as tape:
        out = layer(np.zeros((3, 1)), *arguments, values)
        loss = tf.reduce_sum(out * tf.constant([[1.0], [10.0], [100.0]]))
    rows = layer.rows.numpy()
    expected = SCALE * np.stack([0.5 * rows[4], 0 * rows[0], 2 * rows[1] - rows[4]])
    np.testing.assert_allclose(out, expected, rtol=1e-5)
    gradient = tf.convert_to_tensor(tape.gradient(loss, layer.rows.value)).numpy()
    of_rows = SCALE * np.array([0, 200, 0, 0, 0.5 - 100, 0])
    np.testing.assert_allclose(gradient[:, 0], of_rows, rtol=1e-5)
