"""The packed GRU as an operation of TensorFlow, with its exact gradient.

The arithmetic is NumPy's (`han.kernels`): on a CPU, TensorFlow's own loop takes longer
to go from operation to operation and product to small product than to compute.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from han.kernels.bidirectional_gru import (
    PackedRows,
    Weights,
    annotate,
    annotate_gradient,
)


@tf.custom_gradient
def packed_gru(
    table: tf.Tensor,
    recurrent: tf.Tensor,
    bias: tf.Tensor,
    source: tf.Tensor,
    sort: tf.Tensor,
    rows: tf.Tensor,
    order: tf.Tensor,
    steps: tf.Tensor,
) -> Any:
    """Annotations of packed elements by a GRU in both directions.

    Args:
        table: See `han.kernels.bidirectional_gru.Weights`, `(u, 6 * units)`.
        recurrent: The same, `(2, 3, units, units)`.
        bias: The same, `(2, units)`.
        source: Row of the table of each element, `(M,)`.
        sort: Elements sorted by source, `(M,)`.
        rows: Row of each element for both directions, `(2, M)`.
        order: Element in each row, `(2, M)`.
        steps: Rows of each time step, `(T,)`.

    Returns:
        Annotations of the elements in reading order, `(M, 2 * units)`.
    """
    weights, places = [table, recurrent, bias], [source, rows, order, steps]
    annotations, traces = tf.numpy_function(
        _annotate, [*weights, *places], [tf.float32] * 2, stateful=False
    )
    annotations.set_shape((source.shape[0], 2 * bias.shape[1]))

    def gradient(upstream: tf.Tensor) -> tuple[Any, ...]:
        given = [upstream, traces, sort, *weights, *places]
        found = tf.numpy_function(
            _annotate_gradient, given, [tf.float32] * 3, stateful=False
        )
        for at, weight in zip(found, weights, strict=True):
            at.set_shape(weight.shape)
        return (*found, *([None] * 5))

    return annotations, gradient


def _annotate(*given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return annotate(Weights(*given[:3]), PackedRows(*given[3:]))


def _annotate_gradient(
    upstream: np.ndarray, traces: np.ndarray, sort: np.ndarray, *given: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights, packed = Weights(*given[:3]), PackedRows(*given[3:])
    return annotate_gradient(upstream, weights, packed, sort, traces)
