"""The same layers on packed rows: only real words and sentences are computed."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.layers.attention_pooling import AttentionPooling
from han.layers.encoders import ConvolutionalEncoder, RecurrentEncoder
from han.layers.packed_convolution import packed_convolution
from han.layers.packed_gru import packed_gru


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
            `han.batching.packing.packed_rows`, as for `order` and `steps`.
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
        zr, c = [1.0] * (2 * self.units), [1.0] * self.units
        halved = tf.constant([0.5 * one for one in zr] + c)
        # What the state adds to z and r may as well be added to the input.
        to_input = tf.constant(zr + [0.0 * one for one in c])
        kernel = tf.concat([cell.kernel * halved for cell in cells], axis=1)
        bias = tf.concat(
            [(cell.bias[0] + cell.bias[1] * to_input) * halved for cell in cells],
            axis=0,
        )
        recurrent = [
            tf.stack(tf.split(cell.recurrent_kernel, 3, axis=1)) for cell in cells
        ]
        c_bias = [cell.bias[1][2 * self.units :] for cell in cells]
        table = tf.matmul(sources, kernel) + bias  # (u, 6 * units)
        return table, 0.5 * tf.stack(recurrent), 0.5 * tf.stack(c_bias)

    def compute_output_spec(
        self, sources: Any, rows: Any, *_: Any, **__: Any
    ) -> keras.KerasTensor:
        return keras.KerasTensor((rows.shape[1], 2 * self.units), self.compute_dtype)


@keras.saving.register_keras_serializable(package="han")
class PackedConvolutionalEncoder(ConvolutionalEncoder):
    """`ConvolutionalEncoder` over packed elements, with its weights.

    Equal to it on the padded form, in outputs and gradients. The input is projected
    once for each distinct vector, however often it occurs.

    Call arguments:
        sources: Distinct input vectors, `(u, features)`.
        segments: Sequence of each element, `(M,)`, never falling.
        source: Position in `sources` of each element, `(M,)`; None if each element has
            a source of its own.
        sort: Elements sorted by source, `(M,)`; None as for `source`.

    Returns:
        Annotations of the elements in reading order, `(M, 2 * units)`.

    Example:
        >>> import numpy as np
        >>> states = PackedConvolutionalEncoder(units=3)(
        ...     np.ones((2, 4), "float32"), np.array([0, 1])
        ... )
        >>> tuple(states.shape)
        (2, 6)
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build((None, None, input_shape[-1]))

    def call(
        self, sources: Any, segments: Any, source: Any = None, sort: Any = None
    ) -> Any:
        if source is None:
            source = sort = tf.range(tf.shape(segments)[0])
        weights = (self.convolution.kernel, self.convolution.bias)
        summed = packed_convolution(
            tf.cast(sources, tf.float32),
            *(tf.cast(tf.convert_to_tensor(w), tf.float32) for w in weights),
            *(tf.cast(index, tf.int32) for index in (segments, source, sort)),
        )
        return tf.cast(tf.tanh(summed), self.compute_dtype)  # (M, 2 * units)

    def compute_output_spec(
        self, sources: Any, segments: Any, *_: Any, **__: Any
    ) -> keras.KerasTensor:
        return keras.KerasTensor(
            (segments.shape[0], 2 * self.units), self.compute_dtype
        )


@keras.saving.register_keras_serializable(package="han")
class PackedAttentionPooling(AttentionPooling):
    """`AttentionPooling` over packed elements: a softmax within each segment.

    Call arguments:
        inputs: Elements in reading order, `(M, features)`.
        segments: Sequence of each element, `(M,)`, never falling; the last sequence
            must have an element.

    Returns:
        Pooled vectors `(sequences, features)`, zeros for a sequence without elements,
        and weights `(M,)` that sum to 1 in each sequence.

    Example:
        >>> import numpy as np
        >>> vectors, weights = PackedAttentionPooling(units=2)(
        ...     np.ones((3, 4), "float32"), np.array([0, 0, 1])
        ... )
        >>> tuple(vectors.shape), weights.numpy().round(2).tolist()
        ((2, 4), [0.5, 0.5, 1.0])
    """

    def call(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        weights = segment_softmax(self.scores(inputs), segments)  # (M,)
        weighted = tf.cast(weights, inputs.dtype)[:, None] * inputs
        return tf.math.segment_sum(weighted, segments), weights

    def compute_output_spec(self, inputs: Any, segments: Any) -> tuple[Any, Any]:
        return (
            keras.KerasTensor((None, inputs.shape[1]), dtype=self.compute_dtype),
            keras.KerasTensor(inputs.shape[:1], dtype="float32"),
        )


def segment_softmax(scores: Any, segments: Any) -> Any:
    """A softmax of the scores `(M, ...)` within each segment, `(M,)`, never falling."""
    peak = tf.stop_gradient(tf.math.segment_max(scores, segments))
    weights = tf.exp(scores - tf.gather(peak, segments))
    return weights / tf.gather(tf.math.segment_sum(weights, segments), segments)
