"""Who keeps `model.fit` company, and in which order."""

from __future__ import annotations

import keras

from han.config import Config
from han.data.batches import Batches
from han.training.averaging import Averaging, Live
from han.training.balance import Balance
from han.training.callbacks import Backup, EarlyStopping, EpochClock, Thaw, UpToDate
from han.training.corpus import Corpus
from han.training.run_folder import RunFolder
from han.training.tensorboard import TensorBoard


class Company:
    """The callbacks of a training.

    Args:
        config: The experiment.
        corpus: What it reads.
        network: The network that learns.
        run: Its run folder.
        train: The batches that it learns from.

    Attributes:
        callbacks: All of them. The order matters: the clock adds to the logs, weights
            are brought up to date, averaged and balanced before they are validated,
            the early stopping looks at the result, and the backup saves what all did.
        stopping: The early stopping, which knows the best weights.
        backup: The backup, which takes up a run.
    """

    def __init__(
        self,
        config: Config,
        corpus: Corpus,
        network: keras.Model,
        run: RunFolder,
        train: Batches,
    ) -> None:
        recipe = config.training
        averaging = Averaging(recipe.average_epochs)
        self.stopping = EarlyStopping(
            recipe.early_stopping_patience, recipe.restarts, averaging
        )
        self.backup = Backup(run, self.stopping, averaging)
        self.callbacks: list[keras.callbacks.Callback] = [
            EpochClock(train),
            UpToDate(),
            *([averaging] if recipe.average_epochs > 1 else []),
            *_balance(config, corpus),
            self.stopping,
            Live(averaging),
            *_thaw(config, network),
            *_log(config, run),
            self.backup,
        ]
        for callback in self.callbacks:
            callback.set_model(network)


def _balance(config: Config, corpus: Corpus) -> list[keras.callbacks.Callback]:
    if not config.model.wide:
        return []
    return [Balance(corpus.examples["validation"], corpus.tree, config.seed)]


def _thaw(config: Config, network: keras.Model) -> list[keras.callbacks.Callback]:
    frozen = config.embeddings.frozen_epochs
    if not (config.embeddings.trainable and frozen):
        return []
    return [Thaw(network.get_layer("word_embedding"), frozen)]


def _log(config: Config, run: RunFolder) -> list[keras.callbacks.Callback]:
    if not config.logging.tensorboard:
        return []
    return [TensorBoard(run / "tensorboard", config)]
