"""`ConvolutionalEncoder` over packed elements, with a gradient of its own.

TensorFlow, not `keras.ops`: automatic differentiation would add up the gradients of
repeated words one by one, in the order in which they stand.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from han.layers.convolutional_encoder import ConvolutionalEncoder


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


@tf.custom_gradient
def packed_convolution(
    sources: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor,
    segments: tf.Tensor,
    source: tf.Tensor,
    sort: tf.Tensor,
) -> Any:
    """A convolution within each segment, with its exact gradient.

    `y[i] = bias + sum_k sources[source[i + k - width // 2]] @ kernel[k]`, where
    elements of other segments count as zero. Each distinct input is projected once for
    each `k`.

    Args:
        sources: Distinct inputs, `(u, features)`.
        kernel: `(width, features, filters)`.
        bias: `(filters,)`.
        segments: Sequence of each element, `(M,)`, never falling.
        source: Source of each element, `(M,)`.
        sort: Elements sorted by source, `(M,)`.

    Returns:
        `(M, filters)`.
    """
    offsets = [k - kernel.shape[0] // 2 for k in range(kernel.shape[0])]
    taps = tf.unstack(kernel)
    # One source more, of zeros: that of an element which is not there.
    nothing = tf.shape(sources)[:1]
    source_or_nothing = tf.concat([source, nothing], axis=0)
    projected = [tf.matmul(_with_zeros(sources), tap) for tap in taps]
    projected[len(taps) // 2] += bias  # an element itself is always there

    def gradient(upstream: tf.Tensor) -> tuple[Any, ...]:
        upstream_or_zeros = _with_zeros(upstream)
        sorted_source = tf.gather(source, sort)
        of_source = [
            tf.sparse.segment_sum(
                upstream_or_zeros,
                tf.gather(_neighbours(segments, -offset), sort),
                sorted_source,
                num_segments=tf.shape(sources)[0],
            )
            for offset in offsets
        ]  # (u, filters) each
        of_sources = tf.add_n(
            [
                tf.matmul(local, tap, transpose_b=True)
                for local, tap in zip(of_source, taps, strict=True)
            ]
        )
        of_kernel = [tf.matmul(sources, local, transpose_a=True) for local in of_source]
        of_bias = tf.reduce_sum(upstream, axis=0)
        return of_sources, tf.stack(of_kernel), of_bias, None, None, None

    summed = tf.add_n(
        [
            tf.gather(rows, tf.gather(source_or_nothing, _neighbours(segments, offset)))
            for rows, offset in zip(projected, offsets, strict=True)
        ]
    )
    return summed, gradient


def _neighbours(segments: tf.Tensor, offset: int) -> tf.Tensor:
    """The element `offset` places on from each, `(M,)`; M if its segment has none."""
    count = tf.shape(segments)[0]
    there = tf.range(count) + offset
    nearest = tf.clip_by_value(there, 0, count - 1)
    alike = (nearest == there) & (tf.gather(segments, nearest) == segments)
    return tf.where(alike, there, count)


def _with_zeros(rows: tf.Tensor) -> tf.Tensor:
    """The rows and one of zeros after them."""
    return tf.pad(rows, [[0, 1], [0, 0]])
