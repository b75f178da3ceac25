"""The callbacks of a training of several tasks, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from han.batching.batches import Batches
from han.callbacks.backup import Backup, SaveAndStop
from han.callbacks.epoch_callbacks import (
    EarlyStopping,
    EpochClock,
    FlushWordVectors,
    UnfreezeWordVectors,
)
from han.callbacks.network_balance import Balance
from han.callbacks.tensorboard import TensorBoard
from han.callbacks.weight_averaging import RestoreLiveWeights, WeightAveraging
from han.config import Config
from han.devices.device_group import DeviceGroup
from han.runs.run_files import TENSORBOARD
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal
from han.tasks.task_corpora import TaskCorpora
from han.tasks.task_network import TaskNetwork


class TaskCallbacks:
    """The callbacks of a training, as `TrainingCallbacks` has them for one network.

    Args:
        config: The experiment.
        corpora: What it reads.
        network: The networks that learn.
        run: The run folder of all tasks.
        train: The batches that they learn from.
        devices: The devices.
        signal: Knows whether the run has been asked to stop.

    Attributes:
        callbacks: All of them, in order.
        stopping: The early stopping, which knows the best weights.
        backup: The backup, which takes up a run.
    """

    def __init__(
        self,
        config: Config,
        corpora: TaskCorpora,
        network: TaskNetwork,
        run: RunFolder,
        train: Batches,
        devices: DeviceGroup,
        signal: StopSignal,
    ) -> None:
        recipe, vectors = config.training, config.embeddings
        averaging = WeightAveraging(recipe.average_epochs)
        self.stopping = EarlyStopping(
            recipe.early_stopping_patience, recipe.restarts, averaging
        )
        self.backup = Backup(run, self.stopping, averaging, devices)
        callbacks: list[keras.callbacks.Callback] = [
            EpochClock(train),
            FlushWordVectors(),
        ]
        if recipe.average_epochs > 1:
            callbacks.append(averaging)
        if config.model.wide:
            callbacks.append(TaskBalance(_balances(config, corpora, network)))
        callbacks += [self.stopping, RestoreLiveWeights(averaging)]
        if vectors.trainable and vectors.frozen_epochs:
            layer = network.get_layer("word_embedding")
            callbacks.append(UnfreezeWordVectors(layer, vectors.frozen_epochs))
        if config.logging.tensorboard:
            callbacks.append(TensorBoard(run / TENSORBOARD, config, len(train)))
        callbacks.append(self.backup)
        callbacks.append(SaveAndStop(self.backup, signal, recipe.save_minutes))
        self.callbacks = callbacks
        for callback in callbacks:
            callback.set_model(network)


class TaskBalance(keras.callbacks.Callback):
    """Before each validation weighs network and linear model of each task.

    Args:
        balances: What does so for the network of each task.
    """

    def __init__(self, balances: Mapping[str, Balance]) -> None:
        super().__init__()
        self.balances = balances

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Weighs each."""
        for balance in self.balances.values():
            balance.on_test_begin(logs)


def _balances(
    config: Config, corpora: TaskCorpora, network: TaskNetwork
) -> dict[str, Balance]:
    found = {}
    for name, one in network.networks.items():
        corpus = corpora.tasks[name]
        found[name] = Balance(corpus.examples["validation"], corpus.tree, config.seed)
        found[name].set_model(one)
    return found
