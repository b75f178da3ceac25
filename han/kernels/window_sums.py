"""Convolutions over windows of rows, and sums of normed rows, as compiled loops."""

from __future__ import annotations

import numpy as np

from han.kernels.compiled import compiled


@compiled
def sum_windows(products, rows, windows, left, bias, out):  # type: ignore[no-untyped-def]
    """A convolution with a residual, where the products of each row are known.

    `out[w] = rows[c] + relu(bias + sum of the products of row windows[w, k] with the
    k-th part of the kernel)`, with `c = windows[w, left]`.

    Args:
        products: Of each row with all parts of the kernel, `(R, n * units)`.
        rows: `(R, units)`.
        windows: Which rows follow one another, `(W, n)`.
        left: Which of them is the middle one.
        bias: `(units,)`.
        out: Becomes the result, `(W, units)`.
    """
    units = len(bias)
    for window in range(len(windows)):
        sums, middle = out[window], rows[windows[window, left]]
        sums[:] = bias
        for k in range(windows.shape[1]):
            own = products[windows[window, k], k * units : (k + 1) * units]
            for unit in range(units):
                sums[unit] += own[unit]
        for unit in range(units):
            sums[unit] = max(sums[unit], np.float32(0.0)) + middle[unit]


@compiled
def sum_normed(first, places, second, lengths, epsilon, out):  # type: ignore[no-untyped-def]
    """Adds up rows of each sequence once they have mean 0 and variance 1.

    A row is one of `first` with one of `second` beside it.

    Args:
        first: `(R, a)`.
        places: Which of these each row begins with, `(M,)`.
        second: What it ends with, `(M, b)`.
        lengths: Number of rows of each sequence, `(n,)`.
        epsilon: Added to the variance.
        out: Becomes the sums, `(n, a + b)`.
    """
    width, count = first.shape[1], out.shape[1]
    row, values = 0, np.empty(count, np.float32)
    for sequence in range(len(lengths)):
        sums = out[sequence]
        sums[:] = 0.0
        for _ in range(lengths[sequence]):
            values[:width] = first[places[row]]
            values[width:] = second[row]
            row += 1
            mean, square = np.float32(0.0), np.float32(0.0)
            for k in range(count):
                mean += values[k]
            mean /= np.float32(count)
            for k in range(count):
                values[k] -= mean
                square += values[k] * values[k]
            scale = 1 / np.sqrt(square / np.float32(count) + epsilon)
            for k in range(count):
                sums[k] += values[k] * scale
