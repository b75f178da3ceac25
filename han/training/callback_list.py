"""The callbacks of a training, in order."""

from __future__ import annotations

import keras

from han.batching.batches import Batches
from han.callbacks.backup import Backup, SaveAndStop
from han.callbacks.batch_curves import BatchCurves
from han.callbacks.epoch_callbacks import (
    EarlyStopping,
    EpochClock,
    FixedEpochs,
    FlushWordVectors,
    UnfreezeWordVectors,
)
from han.callbacks.network_balance import Balance, FixedBalance
from han.callbacks.profiling import Profile
from han.callbacks.projector import WordVectors
from han.callbacks.tensorboard import RECORDS, TensorBoard
from han.callbacks.weight_averaging import RestoreLiveWeights, WeightAveraging
from han.config import Config
from han.devices.device_group import DeviceGroup
from han.experiment.corpus import Corpus
from han.experiment.refit import FirstRun, first_run
from han.runs.run_files import TENSORBOARD
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StopSignal


class TrainingCallbacks:
    """The callbacks of a training.

    Args:
        config: The experiment.
        corpus: What it reads.
        network: The network that learns.
        run: Its run folder.
        train: The batches that it learns from.
        device_group: The processes and devices.
        signal: Knows whether the run has been asked to stop.

    Attributes:
        callbacks: All of them. The order matters: the clock adds to the logs, weights
            are brought up to date, averaged and balanced before they are validated,
            the early stopping looks at the result, the backup saves what all did, and
            then the run may be left. All processes have all of them but those that
            write for TensorBoard.
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
        device_group: DeviceGroup,
        signal: StopSignal,
    ) -> None:
        recipe = config.training
        averaging = WeightAveraging(recipe.average_epochs)
        first = first_run(config)
        self.stopping = (
            FixedEpochs(first.epochs)
            if first
            else EarlyStopping(
                recipe.early_stopping_patience, recipe.restarts, averaging
            )
        )
        self.backup = Backup(run, self.stopping, averaging, device_group)
        self.callbacks: list[keras.callbacks.Callback] = [
            EpochClock(train),
            FlushWordVectors(),
            *([averaging] if recipe.average_epochs > 1 else []),
            *_balance(config, corpus, device_group, first),
            *(_attention(config, corpus, run) if device_group.process.is_first else []),
            self.stopping,
            RestoreLiveWeights(averaging),
            *_thaw(config, network),
            *(
                self._board(config, corpus, run, train)
                if device_group.process.is_first
                else []
            ),
            self.backup,
            SaveAndStop(self.backup, signal, recipe.save_minutes),
        ]
        for callback in self.callbacks:
            callback.set_model(network)

    def _board(
        self, config: Config, corpus: Corpus, run: RunFolder, train: Batches
    ) -> list[keras.callbacks.Callback]:
        """The callbacks that write for TensorBoard, if it is wanted."""
        wanted, folder = config.logging, run / TENSORBOARD
        if not wanted.tensorboard:
            return []
        board = TensorBoard(folder, config, len(train))
        callbacks: list[keras.callbacks.Callback] = []
        if wanted.projector:
            least = wanted.projector_min_records
            vectors = WordVectors(folder / "train", corpus, least, self.stopping)
            callbacks.append(vectors)
        if wanted.every_batches:
            callbacks.append(BatchCurves(board, train, wanted.every_batches))
        if wanted.profile_steps:
            callbacks.append(Profile(folder / "train", *wanted.profile_steps))
        return [board, *callbacks]


def _balance(
    config: Config, corpus: Corpus, device_group: DeviceGroup, first: FirstRun | None
) -> list[keras.callbacks.Callback]:
    if not config.model.wide:
        return []
    if first:
        return [FixedBalance(first.shares)]
    examples = corpus.examples["validation"]
    return [Balance(examples, corpus.tree, config.seed, device_group.of_first)]


def _thaw(config: Config, network: keras.Model) -> list[keras.callbacks.Callback]:
    frozen = config.embeddings.frozen_epochs
    if not (config.embeddings.trainable and frozen):
        return []
    return [UnfreezeWordVectors(network.get_layer("word_embedding"), frozen)]


def _attention(
    config: Config, corpus: Corpus, run: RunFolder
) -> list[keras.callbacks.Callback]:
    if corpus.attention_records is None or not config.logging.tensorboard:
        return []
    from han.callbacks.attention_board import AttentionBoard

    folder = run / TENSORBOARD / RECORDS
    return [
        AttentionBoard(folder, corpus.attention_records, corpus.encoder, corpus.tree)
    ]
