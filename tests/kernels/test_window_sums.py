"""Convolutions over windows and sums of normed rows, against plain NumPy."""

import numpy as np

from han.kernels.window_sums import sum_normed, sum_windows


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_a_convolution_is_that_of_whole_windows():
    rows, kernel, bias = drawn(6, 4), drawn(3, 4, 4, seed=1), drawn(4, seed=2)
    windows = np.array([[5, 0, 1], [2, 2, 4], [0, 3, 5]])
    products = np.concatenate([rows @ part for part in kernel], axis=1)
    made = np.empty((3, 4), np.float32)
    sum_windows(products, rows, windows, 1, bias, made)
    whole = rows[windows].reshape(3, 12) @ kernel.reshape(12, 4) + bias
    expected = np.maximum(whole, 0) + rows[windows[:, 1]]
    np.testing.assert_allclose(made, expected, atol=1e-5)


def test_rows_are_normed_one_by_one_before_they_are_added_up():
    first, second = drawn(3, 2), drawn(5, 3, seed=1)
    places, lengths = np.array([2, 0, 0, 1, 2]), np.array([2, 0, 3])
    made = np.empty((3, 5), np.float32)
    sum_normed(first, places, second, lengths, np.float32(0.5), made)
    rows = np.concatenate([first[places], second], axis=1)
    away = rows - rows.mean(axis=1, keepdims=True)
    normed = away / np.sqrt(away.var(axis=1, keepdims=True) + 0.5)
    expected = [normed[:2].sum(axis=0), np.zeros(5), normed[2:].sum(axis=0)]
    np.testing.assert_allclose(made, expected, atol=1e-5)
