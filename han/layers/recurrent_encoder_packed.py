"""`RecurrentEncoder` over packed rows: an operation of TensorFlow with its gradient.

The arithmetic is NumPy's (`han.kernels`): on a CPU, TensorFlow's own loop takes longer
to go from operation to operation and product to small product than to compute.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from han.kernels.bidirectional_gru import (
    PackedRows,
    Weights,
    annotate,
    annotate_gradient,
    gate_factors,
)
from han.layers.recurrent_encoder import RecurrentEncoder


@keras.saving.register_keras_serializable(package="han")
class PackedRecurrentEncoder(RecurrentEncoder):
    """A bidirectional GRU over packed rows, with the weights of `RecurrentEncoder`.

    Equal to `RecurrentEncoder` on the padded form, in its outputs and its gradients.
    The input is projected once for each distinct vector, however often it occurs; the
    state shrinks as sequences end, so that nothing is masked.

    Args:
        units: Width of each direction.
        cell: `gru`; the packed form knows no other.

    Call arguments:
        sources: Distinct input vectors, `(u, features)`.
        rows: Row of each element for both directions, `(2, M)`; see
            `han.kernels.packed_rows.packed_rows`, as for `order` and `steps`.
        order: Element in each row, `(2, M)`.
        steps: Number of rows of each time step, `(T,)`.
        source: Position in `sources` of each element, `(M,)`; None if each element has
            a source of its own.
        sort: Elements sorted by source, `(M,)`; None as for `source`.

    Returns:
        Annotations of the elements in reading order, `(M, 2 * units)`.

    Raises:
        ValueError: If `cell` is not `gru`.

    Example:
        >>> import numpy as np
        >>> rows = np.array([[0, 1], [1, 0]])
        >>> states = PackedRecurrentEncoder(units=3)(
        ...     np.ones((2, 4), "float32"), rows, rows, np.array([1, 1])
        ... )
        >>> tuple(states.shape)
        (2, 6)
    """

    def __init__(self, units: int, cell: str = "gru", **kwargs: Any) -> None:
        super().__init__(units, cell, **kwargs)
        if cell != "gru":
            raise ValueError(
                f"A packed recurrence knows the gru alone. Received: cell={cell!r}. "
                "Use the padded computation for it."
            )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build((None, None, input_shape[-1]))

    def call(
        self,
        sources: Any,
        rows: Any,
        order: Any,
        steps: Any,
        source: Any = None,
        sort: Any = None,
    ) -> Any:
        rows, order = tf.cast(rows, tf.int32), tf.cast(order, tf.int32)
        if source is None:
            source = sort = tf.range(tf.shape(order)[1])
        states = packed_gru(
            *self._weights(tf.cast(sources, tf.float32)),
            tf.cast(source, tf.int32),
            tf.cast(sort, tf.int32),
            rows,
            order,
            tf.cast(steps, tf.int32),
        )  # (M, 2 * units)
        return tf.cast(states, self.compute_dtype)

    def _weights(self, sources: Any) -> tuple[Any, Any, Any]:
        """What `han.kernels.bidirectional_gru.Weights` is made of."""
        cells = [
            self.recurrent.forward_layer.cell,
            self.recurrent.backward_layer.cell,
        ]
        halved, to_input = gate_factors(self.units)
        # Halves of products are products of halves, and there are fewer of them.
        parts = [
            (tf.matmul(sources, cell.kernel) + cell.bias[0] + cell.bias[1] * to_input)
            * halved
            for cell in cells
        ]
        table = tf.concat(parts, axis=1)  # (u, 6 * units)
        recurrent = [
            tf.stack(tf.split(cell.recurrent_kernel, 3, axis=1)) for cell in cells
        ]
        c_bias = [cell.bias[1][2 * self.units :] for cell in cells]
        return table, 0.5 * tf.stack(recurrent), 0.5 * tf.stack(c_bias)

    def compute_output_spec(
        self, sources: Any, rows: Any, *_: Any, **__: Any
    ) -> keras.KerasTensor:
        return keras.KerasTensor((rows.shape[1], 2 * self.units), self.compute_dtype)


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
