"""Callbacks of every training: clock, early stopping, frozen word vectors."""

from __future__ import annotations

import math
import time
from typing import Any

import keras
import numpy as np

from han.batching.batches import Batches
from han.callbacks.weight_averaging import WeightAveraging
from han.errors import InputError
from han.optimizers.catch_up_adam import CatchUpAdam
from han.optimizers.schedules import WarmUp

MONITOR = "val_hierarchical_f1"


def diverged(what: str) -> InputError:
    """The error of a training that has run away."""
    return InputError(
        f"{what}. Lower `training.learning_rate`, or set `training.gradient_clip_norm`."
    )


class EpochClock(keras.callbacks.Callback):
    """Tells the batches which epoch's order to take, and measures the throughput.

    A loss that is not a number ends the run with an error. Adds to the logs:
    `learning_rate`, `documents_per_second`, `words_per_second`, and `waiting_share`,
    the share of the time in which training waited for its next batch (all of the
    training part of the epoch, validation left out).
    """

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches = batches
        self._begun = self._seen = 0.0
        self._asked: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.batches.epoch = epoch
        self._asked = []
        self._begun = self._seen = time.perf_counter()

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        # Keras asks for the batch inside the compiled step, which comes next.
        self._asked.append(time.perf_counter())

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._seen = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if logs is None:
            return
        seconds = max(self._seen - self._begun, 1e-9)
        share = len(self._asked) / len(self.batches)  # 1 but for an epoch taken up
        if not all(map(math.isfinite, (logs["loss"], logs.get("val_loss", 0.0)))):
            raise diverged(f"The loss is no longer a number in epoch {epoch + 1}")
        logs["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        documents = self.batches.texts
        logs["documents_per_second"] = share * len(documents) / seconds
        logs["words_per_second"] = share * len(documents.word_ids) / seconds
        logs["waiting_share"] = self.batches.seconds_waited(self._asked) / seconds


class FlushWordVectors(keras.callbacks.Callback):
    """Brings word vectors up to date before they are evaluated or saved."""

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        if isinstance(self.model.optimizer, CatchUpAdam):
            self.model.optimizer.flush()


class UnfreezeWordVectors(keras.callbacks.Callback):
    """Lets word vectors learn after some epochs in which they did not.

    Args:
        layer: The layer of the word vectors.
        frozen_epochs: Number of epochs at the start in which they stay as they are.
    """

    def __init__(self, layer: keras.layers.Layer, frozen_epochs: int) -> None:
        super().__init__()
        self.layer = layer
        self.frozen_epochs = frozen_epochs

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        learns = epoch >= self.frozen_epochs
        if self.layer.trainable != learns:
            self.layer.trainable = learns
            # The step has been compiled for the variables that learnt until now.
            self.model.train_function = None


class EarlyStopping(keras.callbacks.EarlyStopping):
    """Early stopping on the validation hierarchical F1 that survives a kill.

    Keras forgets the best weights and the patience used up; this keeps both in the
    backup. When the patience is used up, training may go back to the best epoch, and on
    with half the learning rate, before it stops.

    Args:
        patience: Epochs without a better score that it waits for.
        restarts: How often training goes back.
        averaging: Told to forget the epochs after the best one.
    """

    def __init__(
        self, patience: int, restarts: int = 0, averaging: WeightAveraging | None = None
    ) -> None:
        super().__init__(
            MONITOR, mode="max", patience=patience, restore_best_weights=True
        )
        self.restarts = restarts
        self.averaging = averaging
        self.restarted = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        if self.model.stop_training and self.restarted < self.restarts:
            self.model.stop_training = False
            self.stopped_epoch, self.wait = 0, 0
            self.restarted += 1
            self.model.set_weights(self.best_weights)
            if self.averaging:
                self.averaging.forget()
            self._slow_down()

    def _slow_down(self) -> None:
        """The rate that belongs to the number of restarts."""
        optimizer = self.model.optimizer
        schedule = getattr(optimizer, "inner_optimizer", optimizer)._learning_rate
        if isinstance(schedule, WarmUp):
            schedule.factor.assign(0.5**self.restarted)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keeps what was restored; Keras would start afresh."""

    def start(self) -> None:
        """Forgets everything, for a run that begins."""
        super().on_train_begin()
        self.best = -np.inf
        self.restarted = 0

    def state(self) -> dict[str, Any]:
        """Numbers that decide when to stop."""
        return {
            "best": float(self.best),
            "best_epoch": int(self.best_epoch),
            "wait": int(self.wait),
            "restarted": self.restarted,
        }

    def restore(self, state: dict[str, Any], best_weights: list[np.ndarray]) -> None:
        """Takes over what `state` gave, and the weights of the best epoch."""
        self.start()
        self.best, self.wait = state["best"], state["wait"]
        self.best_epoch = state["best_epoch"]
        self.restarted = state["restarted"]
        self._slow_down()
        self.best_weights = best_weights


class FixedEpochs(EarlyStopping):
    """Stops after so many epochs and keeps the last, where nothing validates.

    Args:
        epochs: Number of epochs.
    """

    def __init__(self, epochs: int) -> None:
        super().__init__(patience=epochs)
        self.epochs = epochs

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.best_weights = self.model.get_weights()
        self.best_epoch = epoch
        self.model.stop_training = epoch + 1 >= self.epochs
