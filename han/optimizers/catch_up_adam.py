"""Adam for large tables: only the rows of a batch are touched.

Which optimizer trains is chosen in `han.optimizers.optimizer_choice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from han.kernels.adam_rows import caught_up_rows, moved_rows

# After this many steps without a gradient a momentum is below 1e-11 of what it was.
WINDOW = 256
SPARSE = ("embeddings",)
BLOCK = 2048  # rows that are brought up to date at once where all are


@keras.saving.register_keras_serializable(package="han")
class CatchUpAdam(keras.optimizers.Adam):
    """Adam that leaves rows of an embedding alone until they are used again.

    In dense Adam a row without gradient still moves by its momentum: `k` steps later
    `m` has shrunk by `b1^k`, `v` by `b2^k`, and the row has moved by `m / (sqrt(v) +
    eps)` times the sum of `lr_i r^(i - s)`, with `r = b1 / sqrt(b2)`, `s` the step of
    its last gradient, and `lr_i` the bias-corrected rate of step `i`. That sum depends
    on `s` alone and is kept in a table, so that a row is brought up to date in one go:
    by `catch_up` before a batch reads it again, and by `flush` before anyone reads them
    all. (A merely lazy Adam leaves those moves out, and learns worse.)

    The result is that of `keras.optimizers.Adam` but for `eps`, which here shrinks with
    `sqrt(v)`: a relative difference of `eps / sqrt(v)` in moves without gradient.

    The rows of a sparse gradient must be distinct, as those of the network are, which
    looks up the distinct words of a batch. Other variables are treated as by Adam.

    Args:
        num_steps: Number of steps that will be taken at most; later ones count as
            the last one of the table, so give enough.
        sparse: Names of the variables of which a step changes some rows only.
        **kwargs: As for `keras.optimizers.Adam`, without `amsgrad`, `weight_decay` and
            `use_ema`, which touch every row in every step.

    Raises:
        ValueError: If one of these three is asked for.

    Reference:
        Kingma and Ba 2015, Adam: A Method for Stochastic Optimization.
    """

    def __init__(
        self,
        *args: Any,
        num_steps: int = 1_000_000,
        sparse: Sequence[str] = SPARSE,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if self.amsgrad or self.weight_decay or self.use_ema:
            raise ValueError(
                "CatchUpAdam cannot do amsgrad, weight_decay or use_ema: they touch "
                "every row in every step. Use keras.optimizers.Adam."
            )
        self.num_steps = num_steps
        self.sparse = list(sparse)
        self._at_hand: dict[int, tuple[Any, Any, Any, Any]] = {}

    def build(self, variables: list[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        self._table = self.add_variable(
            (self.num_steps + 1,), initializer="zeros", name="catch_up_table"
        )
        self._last = {
            self._get_variable_index(variable): self.add_variable(
                (variable.shape[0],), initializer="zeros", dtype="int32", name="last"
            )
            for variable in variables
            if variable.name in self.sparse
        }

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        if index not in self._last:
            self._update_all(gradient, index, learning_rate)
            return
        if not isinstance(gradient, tf.IndexedSlices):
            # All rows, so that none of them counts as resting.
            gradient = tf.IndexedSlices(gradient, tf.range(tf.shape(gradient)[0]))
        step = tf.cast(self.iterations.value + 1, tf.int32)
        rate = self._corrected_rate(learning_rate, step)
        self._update_rows(gradient, index, step, rate)
        if index == max(self._last):  # once in a step, when all have read the sums
            self._remember(step, rate)

    def _update_all(self, gradient: Any, index: int, learning_rate: Any) -> None:
        """A step of Adam in one pass, where Keras takes a dozen over every number."""
        step = tf.cast(self.iterations.value + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=self._trainable_variables[index].value.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.convert_to_tensor(gradient),
        )

    def _clip_gradients(self, gradients: list[Any]) -> list[Any]:
        """Clips by the norm of all gradients, and leaves sparse ones sparse.

        Keras would make them dense, and a step would cost the whole vocabulary.
        """
        if not self.global_clipnorm:
            return super()._clip_gradients(gradients)
        norm = tf.linalg.global_norm(gradients)
        scale = self.global_clipnorm / tf.maximum(norm, self.global_clipnorm)
        return [
            tf.IndexedSlices(g.values * scale, g.indices, g.dense_shape)
            if isinstance(g, tf.IndexedSlices)
            else g * scale
            for g in gradients
        ]

    def _corrected_rate(self, learning_rate: Any, step: tf.Tensor) -> tf.Tensor:
        power = tf.cast(step, tf.float32)
        correction = tf.sqrt(1.0 - self.beta_2**power) / (1.0 - self.beta_1**power)
        return tf.cast(learning_rate, tf.float32) * correction

    def _update_rows(
        self,
        gradient: tf.IndexedSlices,
        index: int,
        step: tf.Tensor,
        rate: tf.Tensor,
    ) -> None:
        rows, given = gradient.indices, gradient.values
        weights, m, v = self._moments(index, step - 1, rows)
        given = [weights, m, v, given, rate, self._decays]
        weights, m, v = _three(moved_rows, given)
        self._put(self._trainable_variables[index], rows, weights)
        self._write(index, rows, m, v, step)

    def _moments(
        self, index: int, step: tf.Tensor, rows: tf.Tensor
    ) -> tuple[Any, tf.Tensor, tf.Tensor]:
        """Rows and their moments as they are at `step`."""
        if index not in self._at_hand:
            return self._caught_up(index, step, rows)
        expected, weights, m, v = self._at_hand.pop(index)
        same = tf.debugging.assert_equal(
            expected, rows, "The gradient must be of the rows given to `catch_up`."
        )
        with tf.control_dependencies([same] if same is not None else []):
            return tf.identity(weights), tf.identity(m), tf.identity(v)

    def _write(
        self, index: int, rows: tf.Tensor, m: tf.Tensor, v: tf.Tensor, step: tf.Tensor
    ) -> None:
        """Stores the moments of rows and the step that they stand for."""
        self._put(self._momentums[index], rows, m)
        self._put(self._velocities[index], rows, v)
        self._put(self._last[index], rows, tf.fill(tf.shape(rows), step))

    @staticmethod
    def _put(variable: Any, rows: tf.Tensor, values: tf.Tensor) -> None:
        # TensorFlow copies rows at once, and would add to them number by number.
        variable.value.scatter_update(tf.IndexedSlices(values, rows))

    def _caught_up(
        self, index: int, step: tf.Tensor, rows: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Rows with what they have moved since their last step, and their moments."""
        weights = tf.gather(self._trainable_variables[index].value, rows)
        m = tf.gather(self._momentums[index].value, rows)
        v = tf.gather(self._velocities[index].value, rows)
        last = tf.gather(self._last[index].value, rows)
        summed = tf.gather(self._table.value, tf.minimum(last, self.num_steps))
        given = [weights, m, v, step - last, summed, self._decays]
        return _three(caught_up_rows, given)

    @property
    def _decays(self) -> Any:
        return tf.constant([self.beta_1, self.beta_2, self.epsilon], tf.float32)

    def _remember(self, step: tf.Tensor, rate: tf.Tensor) -> None:
        """Adds this step's share to the sums of the last `WINDOW` steps."""
        end = tf.minimum(step, self.num_steps + 1)
        first = tf.maximum(step - WINDOW, 0)
        ages = tf.cast(step - tf.range(first, end), tf.float32)
        ratio = self.beta_1 / np.sqrt(self.beta_2)
        table = self._table.value
        share = table[first:end] + rate * tf.pow(tf.constant(ratio, tf.float32), ages)
        table[first:end].assign(share)

    def catch_up(self, variable: Any, rows: tf.Tensor) -> None:
        """Brings rows up to date that the next forward pass is going to read.

        The gradient that follows must be of these rows: their moments wait for it.

        Args:
            variable: The embedding.
            rows: Distinct rows, `(u,)`.

        Raises:
            ValueError: If the optimizer has not been built.
        """
        if not self.built:
            raise ValueError(
                "CatchUpAdam must be built before the first step: call "
                "optimizer.build(model.trainable_variables)."
            )
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations.value, tf.int32)
        weights, m, v = self._caught_up(index, step, rows)
        self._put(self._trainable_variables[index], rows, weights)
        self._at_hand[index] = rows, weights, m, v

    @tf.function(autograph=False)
    def flush(self) -> None:
        """Brings every row up to date; call it before the weights are read."""
        step = tf.cast(self.iterations.value, tf.int32)
        for index, last in self._last.items():
            for first in range(0, last.shape[0], BLOCK):
                rows = tf.range(first, min(first + BLOCK, last.shape[0]))
                weights, m, v = self._caught_up(index, step, rows)
                self._put(self._trainable_variables[index], rows, weights)
                self._write(index, rows, m, v, step)

    def get_config(self) -> dict[str, Any]:
        own = {"num_steps": self.num_steps, "sparse": self.sparse}
        return {**super().get_config(), **own}


def _three(function: Any, given: list[Any]) -> tuple[Any, Any, Any]:
    """What a compiled loop makes of rows and their moments, in one pass over them."""
    found = tf.numpy_function(function, given, [tf.float32] * 3, stateful=False)
    for each in found:
        each.set_shape(given[0].shape)
    return tuple(found)
