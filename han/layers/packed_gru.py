"""A GRU over packed rows, with a gradient of its own.

TensorFlow, not `keras.ops`: automatic differentiation of a loop over time steps keeps
and adds whole tensors at each step.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf


@tf.custom_gradient
def packed_gru(
    sources: tf.Tensor,
    kernel: tf.Tensor,
    recurrent: tf.Tensor,
    bias: tf.Tensor,
    rows: tf.Tensor,
    order: tf.Tensor,
    steps: tf.Tensor,
    source: tf.Tensor,
    sort: tf.Tensor,
) -> Any:
    """One direction of a GRU (`reset_after`) over packed rows, with its exact gradient.

    With `x` the projected input and `h` the state before:
    `z = sigmoid(x_z + h U_z)`, `r = sigmoid(x_r + h U_r)`, `q = h U_c + b_c`,
    `c = tanh(x_c + r q)`, and the new state `z h + (1 - z) c`.

    Args:
        sources: Distinct inputs, `(u, features)`.
        kernel: `(features, 3 * units)`, gates in the order z, r, c.
        recurrent: `(units, 3 * units)`.
        bias: `(2, 3 * units)`: of the input, of the state.
        rows: Row of each element, `(M,)`.
        order: Element in each row, `(M,)`.
        steps: Rows of each time step, `(T,)`.
        source: Source of each element, `(M,)`.
        sort: Elements sorted by source, `(M,)`.

    Returns:
        States of the elements in reading order, `(M, units)`.

    Reference:
        Cho et al. 2014; the gates as in cuDNN and Keras with `reset_after=True`.
    """
    # Three narrow matrices each: slicing columns in the loop costs as much as its
    # products do.
    state_weights = tf.split(recurrent, 3, axis=1)
    z_bias, r_bias, q_bias = tf.split(bias[1], 3)
    sources_in_rows = tf.gather(source, order)
    # What the state adds to z and r may as well be added to the input.
    offsets = tf.split(bias[0], 3) + tf.stack([z_bias, r_bias, tf.zeros_like(q_bias)])
    inputs = [
        tf.gather(tf.matmul(sources, gate) + offset, sources_in_rows)
        for gate, offset in zip(
            tf.split(kernel, 3, axis=1), tf.unstack(offsets), strict=True
        )
    ]
    saved = _forward(inputs, state_weights, q_bias, steps)
    states = saved["state"]

    def gradient(upstream: tf.Tensor) -> tuple[Any, ...]:
        local = _backward(tf.gather(upstream, order), saved, state_weights, steps)
        # Inputs of z, r, c and of q: the last differs from c's by the reset gate.
        wide = tf.concat([local["z"], local["r"], local["c"]], axis=1)  # (M, 3 units)
        of_state = [local["z"], local["r"], local["q"]]
        of_source = tf.math.segment_sum(
            tf.gather(wide, tf.gather(rows, sort)), tf.gather(source, sort)
        )  # (u, 3 units)
        return (
            tf.matmul(of_source, kernel, transpose_b=True),
            tf.matmul(sources, of_source, transpose_a=True),
            tf.concat(
                [tf.matmul(saved["before"], g, transpose_a=True) for g in of_state], 1
            ),
            tf.stack(
                [
                    tf.reduce_sum(wide, axis=0),
                    tf.concat([tf.reduce_sum(g, axis=0) for g in of_state], 0),
                ]
            ),
            *([None] * 5),
        )

    return tf.gather(states, rows), gradient


def _forward(
    inputs: list[tf.Tensor], weights: list[tf.Tensor], bias: tf.Tensor, steps: tf.Tensor
) -> dict[str, tf.Tensor]:
    """States of all rows, and what the gradient needs of each, `(M, units)` each."""
    count, units = tf.shape(steps)[0], weights[0].shape[0]
    names = ("state", "before", "z", "r", "c", "q")

    def step(t: Any, first: Any, state: Any, kept: Any) -> Any:
        alive = steps[t]
        here = [part[first : first + alive] for part in inputs]
        before = state[:alive]
        z = tf.sigmoid(here[0] + tf.matmul(before, weights[0]))
        r = tf.sigmoid(here[1] + tf.matmul(before, weights[1]))
        q = tf.matmul(before, weights[2]) + bias
        c = tf.tanh(here[2] + r * q)
        state = c + z * (before - c)
        values = (state, before, z, r, c, q)
        kept = [array.write(t, v) for array, v in zip(kept, values, strict=True)]
        return t + 1, first + alive, state, kept

    state = tf.zeros((steps[0], units), inputs[0].dtype)
    kept = [_array(count, units) for _ in names]
    *_, kept = tf.while_loop(
        lambda t, *_: t < count,
        step,
        (0, 0, state, kept),
        shape_invariants=(
            tf.TensorShape([]),
            tf.TensorShape([]),
            tf.TensorShape([None, units]),
            [tf.TensorShape(None)] * len(names),
        ),
    )
    return {name: array.concat() for name, array in zip(names, kept, strict=True)}


def _backward(
    upstream: tf.Tensor,
    saved: dict[str, tf.Tensor],
    weights: list[tf.Tensor],
    steps: tf.Tensor,
) -> dict[str, tf.Tensor]:
    """Gradients at the arguments of z, r and c, and at q, `(M, units)` each."""
    count, units = tf.shape(steps)[0], weights[0].shape[0]
    firsts = tf.cumsum(steps, exclusive=True)
    names = ("z", "r", "c", "q")

    def step(t: Any, carried: Any, kept: Any) -> Any:
        first, alive, later = firsts[t], steps[t], tf.shape(carried)[0]

        def part(tensor: tf.Tensor) -> tf.Tensor:
            return tensor[first : first + alive]

        given = part(upstream)
        d_state = tf.concat([given[:later] + carried, given[later:]], axis=0)
        z, r, c, q = (part(saved[name]) for name in names)
        d_c = tf.raw_ops.TanhGrad(y=c, dy=d_state * (1.0 - z))
        d_z = tf.raw_ops.SigmoidGrad(y=z, dy=d_state * (part(saved["before"]) - c))
        d_r = tf.raw_ops.SigmoidGrad(y=r, dy=d_c * q)
        d_q = d_c * r
        d_before = d_state * z
        for d, weight in zip((d_z, d_r, d_q), weights, strict=True):
            d_before += tf.matmul(d, weight, transpose_b=True)
        values = (d_z, d_r, d_c, d_q)
        kept = [array.write(t, v) for array, v in zip(kept, values, strict=True)]
        return t - 1, d_before, kept

    kept = [_array(count, units) for _ in names]
    *_, kept = tf.while_loop(
        lambda t, *_: t >= 0,
        step,
        (count - 1, tf.zeros((0, units), upstream.dtype), kept),
        shape_invariants=(
            tf.TensorShape([]),
            tf.TensorShape([None, units]),
            [tf.TensorShape(None)] * len(names),
        ),
    )
    return {name: array.concat() for name, array in zip(names, kept, strict=True)}


def _array(count: tf.Tensor, units: int) -> tf.TensorArray:
    """Room for one piece of `(rows of the step, units)` for each step."""
    return tf.TensorArray(
        tf.float32, size=count, infer_shape=False, element_shape=(None, units)
    )
