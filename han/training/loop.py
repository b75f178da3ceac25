"""The training loop: epochs, steps and validation on one device or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from han.batching.batches import Batches
from han.devices.device_group import DeviceGroup
from han.devices.stage_clock import stage
from han.network.training_step import LearningModel


class TrainingLoop:
    """Steps, epochs and validations, with the callbacks that Keras would call.

    `model.fit` knows no epoch that begins in its middle, reads a first batch for
    nothing, and fails where several processes train together; else this is what it
    does.

    Args:
        network: The network that learns, compiled.
        train: The batches that it learns from.
        validation: Those that it is validated with; None where all records train.
        device_group: The devices.
    """

    def __init__(
        self,
        network: LearningModel,
        train: Batches,
        validation: Batches | None,
        device_group: DeviceGroup,
    ) -> None:
        self.network = network
        self.train, self.validation = train, validation
        self.device_group = device_group
        self._parts = [
            device_group.share(part) for part in (train, validation) if part is not None
        ]
        self._test = self._compiled(network.test_step)
        network.train_function = None  # compiled in the first epoch

    def _compiled(self, step: Callable[[Any], Any]) -> Any:
        """One step of all devices of this process, with the next batch."""

        @tf.function(autograph=False, reduce_retracing=True)
        def whole(iterator: Any) -> Any:
            return self.device_group.strategy.run(step, args=(iterator.get_next(),))

        return whole

    def run(
        self,
        callbacks: Sequence[keras.callbacks.Callback],
        *,
        epochs: int,
        begin: tuple[int, int] = (0, 0),
    ) -> None:
        """Trains until the last epoch, or until a callback wants no more.

        Args:
            callbacks: Keras callbacks, in order.
            epochs: Number of the last epoch.
            begin: Number of epochs done, and of batches done in the one after them.
        """
        callback_list = keras.callbacks.CallbackList(
            list(callbacks),
            add_progbar=False,
            epochs=epochs,
            steps=len(self.train),
            model=self.network,
        )
        self.network.stop_training = False
        callback_list.on_train_begin()
        done, self.train.begin = begin
        logs: dict[str, float] = {}
        for epoch in range(done, epochs):
            logs = self._epoch(epoch, callback_list)
            self.train.begin = 0
            with stage("validation"):
                callback_list.on_epoch_end(epoch, logs)
            if self.network.stop_training:
                break
        callback_list.on_train_end(logs)

    def _epoch(self, epoch: int, callback_list: Any) -> dict[str, float]:
        trained = self._steps(epoch, callback_list)
        return {**trained, **self._validated(callback_list)}

    @stage("steps")
    def _steps(self, epoch: int, callback_list: Any) -> dict[str, float]:
        self.network.reset_metrics()
        callback_list.on_epoch_begin(epoch)
        if self.network.train_function is None:  # or the trainable layers changed
            self.network.train_function = self._compiled(self.network.train_step)
        parts = iter(self._parts[0])
        for step in range(self.train.begin, len(self.train)):
            callback_list.on_train_batch_begin(step)
            logs = self._logs(self.network.train_function(parts))
            callback_list.on_train_batch_end(step, logs)
        return _numbers(self.network.metric_results(training=True))

    @stage("validation")
    def _validated(self, callback_list: Any) -> dict[str, float]:
        callback_list.on_test_begin()  # there weights are averaged and balanced
        if self.validation is None:
            return {}
        self.network.reset_metrics()
        parts = iter(self._parts[1])
        for step in range(len(self.validation)):
            callback_list.on_test_batch_begin(step)
            callback_list.on_test_batch_end(step, self._logs(self._test(parts)))
        found = _numbers(self.network.metric_results())
        callback_list.on_test_end(found)
        return {f"val_{name}": value for name, value in found.items()}

    def _logs(self, logs: dict[str, Any]) -> dict[str, Any]:
        """What the first device of this process has counted so far."""
        local = self.device_group.strategy.experimental_local_results
        return {name: local(value)[0] for name, value in logs.items()}


def _numbers(metrics: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in metrics.items()}
