"""Networks that learn, by the loop with which the package trains."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from han.batching.batches import Batches
from han.devices.device_group import DeviceGroup
from han.training.loop import TrainingLoop


class Logs(keras.callbacks.Callback):
    """Keeps the logs of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.epochs.append(dict(logs or {}))


@contextmanager
def eager() -> Iterator[None]:
    """Steps are not compiled: a dozen of them are done before one is compiled."""
    tf.config.run_functions_eagerly(True)
    try:
        with warnings.catch_warnings():
            # Said where sizes are known: by Keras of a softmax over one element, by
            # TensorFlow of data sets, which stay compiled.
            warnings.filterwarnings("ignore", "(?s).*using a softmax over axis")
            warnings.filterwarnings("ignore", ".*run_functions_eagerly")
            yield
    finally:
        tf.config.run_functions_eagerly(False)


def make_loop(
    network: Any, train: Batches, validation: Batches | None = None
) -> TrainingLoop:
    """The loop on one device."""
    return TrainingLoop(
        network, train, validation, DeviceGroup(tf.distribute.get_strategy())
    )


def learn(
    network: Any,
    train: Batches,
    validation: Batches | None = None,
    *,
    epochs: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    compiled: bool = False,
) -> list[dict[str, float]]:
    """Trains a compiled network and gives the logs of each epoch."""
    loop, logs = make_loop(network, train, validation), Logs()
    if compiled:
        loop.run([*callbacks, logs], epochs=epochs)
    else:
        with eager():
            loop.run([*callbacks, logs], epochs=epochs)
    return logs.epochs
