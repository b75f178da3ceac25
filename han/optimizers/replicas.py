"""Optimizers for several devices, each of which has a part of the gradient.

Keras clips the part of each device before it sums them, which is another step than that
of one device. Here they are summed first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import tensorflow as tf

from han.network.training_step import Watch, over_devices


class WholeGradients:
    """Takes gradients as they are: their sum over devices, the same on each."""

    def _all_reduce_sum_gradients(self, grads_and_vars: Iterable[Any]) -> list[Any]:
        return list(grads_and_vars)


class SummedGradients(WholeGradients):
    """Sums gradients over all devices, and then does what the optimizer does.

    Of a table of which a step reads some rows, only these travel: each device tells the
    others their numbers and gradients, and makes the dense sum by itself.

    Attributes:
        watch: Told of the sums and their variables in each step, if asked for.
    """

    watch: Watch | None = None

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None
    ) -> None:
        """One step down the sum of what the devices give."""
        sums = summed(grads)
        if self.watch:
            self.watch(self._true(sums), trainable_variables or ())
        super().apply(sums, trainable_variables)  # type: ignore[misc]

    def _true(self, sums: list[Any]) -> list[Any]:
        """Gradients of the loss itself."""
        return sums


class SummedAdam(SummedGradients, keras.optimizers.Adam):
    """Adam of several devices."""


class SummedAdamW(SummedGradients, keras.optimizers.AdamW):
    """AdamW of several devices."""


class SummedSGD(SummedGradients, keras.optimizers.SGD):
    """SGD of several devices."""


class WholeAdam(WholeGradients, keras.optimizers.Adam):
    """Adam within `ScaledLoss`."""


class WholeAdamW(WholeGradients, keras.optimizers.AdamW):
    """AdamW within `ScaledLoss`."""


class WholeSGD(WholeGradients, keras.optimizers.SGD):
    """SGD within `ScaledLoss`."""


class ScaledLoss(SummedGradients, keras.optimizers.LossScaleOptimizer):
    """Multiplies the loss, so that no gradient is too small for 16 bits of float16.

    The factor doubles after 2,000 steps; a step whose gradient is not finite is left
    out and halves it. Devices sum first: all see the same, and do the same.

    Reference:
        Micikevicius et al. 2018, Mixed Precision Training.
    """

    def _true(self, sums: list[Any]) -> list[Any]:
        factor = 1.0 / self.dynamic_scale
        return [None if one is None else one * factor for one in sums]


def summed(gradients: Sequence[Any]) -> list[Any]:
    """The dense sum over devices of each gradient; None where there is none."""
    given = [gradient for gradient in gradients if gradient is not None]
    sums = iter(over_devices(given))
    return [None if g is None else tf.convert_to_tensor(next(sums)) for g in gradients]
