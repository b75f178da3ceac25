"""A bag of n-grams: in TensorFlow and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array, csr_array

from han.kernels.weighted_sums import weighted_sums
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


ENTRIES = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 2), st.floats(-2, 2, width=32)),
    max_size=20,
)


@given(ENTRIES, st.integers(1, 5))
@settings(deadline=None)
def test_weighted_sums_are_those_of_scipy(entries, units):
    rows = np.random.default_rng(0).normal(size=(5, units)).astype("float32")
    places, owners, values = zip(*entries, strict=True) if entries else ((), (), ())
    arrays = (np.array(part, np.int32) for part in (places, owners))
    found = weighted_sums(rows, *arrays, np.array(values, np.float32), 3)
    matrix = coo_array((values, (owners, places)), shape=(3, 5), dtype=np.float32)
    np.testing.assert_allclose(found, matrix @ rows, atol=1e-4)


def test_columns_on_several_threads_are_the_same(monkeypatch):
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(50, 7)).astype("float32")
    places, owners = generator.integers(50, size=(2, 400)).astype(np.int32)
    given = (rows, places, owners, generator.normal(size=400).astype("float32"), 50)
    alone = weighted_sums(*given)
    monkeypatch.setattr("han.kernels.threads.WORTH_A_THREAD", 1)
    monkeypatch.setattr("han.kernels.threads._threads", lambda: 3)
    assert np.array_equal(weighted_sums(*given), alone)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_both_forms_are_the_same(is_compiled):
    layer = NgramBag(units=3, num_rows=9)
    rows, places = np.array([0, 2, 7]), np.array([0, 1, 1, 2])
    given = (np.ones((2, 1)), rows, places, np.array([0, 0, 1, 1]))
    values = np.array([0.5, 1, -2, 3], np.float32)
    layer(*given, values)  # builds it
    layer._is_compiled = is_compiled
    weights = np.random.default_rng(3).normal(size=(9, 3)).astype("float32")
    layer.set_weights([weights])
    with tf.GradientTape() as tape:
        found = layer(*given, values)
        loss = tf.reduce_sum(found**2)
    matrix = coo_array((values, (given[3], rows[places])), shape=(2, 9)).toarray()
    expected = SCALE * matrix @ weights
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    slices = tape.gradient(loss, layer.rows.value)
    gradient = tf.convert_to_tensor(slices).numpy()
    np.testing.assert_allclose(gradient, 2 * SCALE * matrix.T @ expected, rtol=1e-4)
