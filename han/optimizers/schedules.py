"""Learning rate schedules with warm-up."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf


def make_schedule(
    kind: str,
    learning_rate: float,
    *,
    warm_up_steps: int,
    num_steps: int,
    slows_down: bool = False,
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The learning rate of each step.

    Args:
        kind: `constant`, `linear` or `cosine`: how it falls after the warm-up.
        learning_rate: The largest rate.
        warm_up_steps: Steps in which it rises from 0, in a straight line.
        num_steps: Number of steps of the whole training.
        slows_down: Whether a callback may change the `factor` of the schedule.

    Example:
        >>> rate = make_schedule("linear", 1.0, warm_up_steps=2, num_steps=6)
        >>> [round(float(rate(step)), 2) for step in range(7)]
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]
    """
    if kind == "constant" and not warm_up_steps and not slows_down:
        return learning_rate
    return WarmUp(kind, learning_rate, warm_up_steps, num_steps)


@keras.saving.register_keras_serializable(package="han")
class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises, and then stays or falls; see `make_schedule`.

    Attributes:
        factor: With which every rate is multiplied, a variable.
    """

    def __init__(
        self, kind: str, learning_rate: float, warm_up_steps: int, num_steps: int
    ) -> None:
        self.kind = kind
        self.learning_rate = learning_rate
        self.warm_up_steps = warm_up_steps
        self.num_steps = num_steps
        self.factor = keras.Variable(1.0, trainable=False, name="rate_factor")

    def __call__(self, step: Any) -> Any:
        step = tf.cast(step, tf.float32)
        rising = step / max(self.warm_up_steps, 1)
        rest = max(self.num_steps - self.warm_up_steps, 1)
        done = tf.clip_by_value((step - self.warm_up_steps) / rest, 0.0, 1.0)
        falling = {
            "constant": tf.ones_like(done),
            "linear": 1.0 - done,
            "cosine": 0.5 * (1.0 + tf.cos(np.pi * done)),
        }[self.kind]
        share = tf.where(step < self.warm_up_steps, rising, falling)
        return self.learning_rate * share * self.factor.value

    def get_config(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "learning_rate": self.learning_rate,
            "warm_up_steps": self.warm_up_steps,
            "num_steps": self.num_steps,
        }
