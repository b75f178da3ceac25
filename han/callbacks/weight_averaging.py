"""Mean of the weights of several epochs, which is validated and kept."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

Weights = list[np.ndarray]


class WeightAveraging(keras.callbacks.Callback):
    """Puts the mean of the last epochs in the place of the weights for validation.

    It stands before whatever looks at the weights; `RestoreLiveWeights` after the last
    one that does.

    Args:
        epochs: Number of epochs to take the mean of.

    Attributes:
        earlier: Weights after the last `epochs - 1` epochs, oldest first.

    Reference:
        Izmailov et al. 2018, WeightAveraging Weights Leads to Wider Optima and Better
        Generalization; Kaddour 2022, Stop Wasting My Time! Saving Days of ImageNet and
        BERT Training with Latest Weight WeightAveraging.
    """

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs
        self.earlier: list[Weights] = []
        self._live: Weights | None = None

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._live = self.model.get_weights()
        both = [*self.earlier, self._live]
        means = [np.mean(same, axis=0) for same in zip(*both, strict=True)]
        self.model.set_weights(means)
        self.earlier = both[-(self.epochs - 1) :] if self.epochs > 1 else []

    def go_on(self) -> None:
        """Gives the network back the weights that it learns with."""
        if self._live is not None:
            self.model.set_weights(self._live)
            self._live = None

    def forget(self) -> None:
        """Begins anew with the weights that the network has now."""
        self.earlier, self._live = [], None


class RestoreLiveWeights(keras.callbacks.Callback):
    """Gives the weights back that `WeightAveraging` replaced, after validation."""

    def __init__(self, averaging: WeightAveraging) -> None:
        super().__init__()
        self.averaging = averaging

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.averaging.go_on()
