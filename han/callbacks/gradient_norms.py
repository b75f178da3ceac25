"""Norms of the gradients of a training, of all together and of each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from han.network.training_step import LearningModel
from han.optimizers.replicas import SummedGradients

ALL = "all"


class GradientNorms(keras.metrics.Metric):
    """Sums of the Euclidean norms of the gradients of each step.

    All devices of a training see the same whole gradient and count the same: who reads
    takes what one of them has.

    Args:
        layers: Names of the layers; the path of a variable begins with its layer's.

    Attributes:
        names: What the norms are of: `all`, and the layers in their order.
        total: Sums over steps, `(names,)`.
        count: Number of steps.

    Example:
        >>> norms = GradientNorms(["a", "b"])
        >>> layers = [keras.layers.Dense(1, use_bias=False, name=n) for n in "ab"]
        >>> _ = [layer(tf.ones((1, 1))) for layer in layers]
        >>> kernels = [layer.kernel for layer in layers]
        >>> norms.update_state([tf.constant([[3.0]]), tf.constant([[4.0]])], kernels)
        >>> norms.result().numpy().tolist()
        [5.0, 3.0, 4.0]
    """

    def __init__(self, layers: Sequence[str]) -> None:
        super().__init__(name="gradient_norms", dtype="float32")
        self.names = [ALL, *layers]
        size = (len(self.names),)
        self.total = self.add_variable(size, "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, gradients: Sequence[Any], variables: Sequence[Any]) -> None:
        """Counts one step; a layer that does not learn in it has the norm 0."""
        squares: dict[str, list[Any]] = {name: [] for name in self.names[1:]}
        for gradient, variable in zip(gradients, variables, strict=True):
            if gradient is not None:
                squares[_layer(variable)].append(_square(gradient))
        each = [
            tf.add_n(parts) if parts else tf.zeros(()) for parts in squares.values()
        ]
        self.total.assign_add(tf.sqrt(tf.stack([tf.add_n(each), *each])))
        self.count.assign_add(1.0)

    def result(self) -> Any:
        """Mean norms, `(names,)`."""
        return tf.math.divide_no_nan(self.total.value, self.count.value)


def watch_gradients(network: LearningModel) -> None:
    """Has the norms of a network's gradients counted, as a metric of it.

    Like all metrics they are saved with a run that is left within an epoch. They are
    taken where the gradient is whole: of several devices, after the sum.

    Args:
        network: The network, compiled; gets the attribute `gradient_norms`.
    """
    # Those that begin to learn later have their curves, too.
    norms = GradientNorms([layer.name for layer in network.layers if layer.weights])
    network.gradient_norms = norms
    sums = isinstance(network.optimizer, SummedGradients)
    (network.optimizer if sums else network).watch = norms.update_state


def _layer(variable: Any) -> str:
    return str(variable.path).split("/")[0]


def _square(gradient: Any) -> Any:
    """The sum of the squares; the rows of a sparse gradient are distinct."""
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    return tf.reduce_sum(tf.square(tf.cast(values, tf.float32)))
