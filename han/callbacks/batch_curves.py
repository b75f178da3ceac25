"""TensorBoard: curves within epochs, for trainings whose epochs are long."""

from __future__ import annotations

import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from han.batching.batches import Batches
from han.callbacks.tensorboard import BATCH, TensorBoard, local
from han.devices.process_memory import memory

Sums = dict[str, np.ndarray]


class BatchCurves(keras.callbacks.Callback):
    """Writes a point of each curve after every so many batches of an epoch.

    Loss and norms are means since the last point. The loss is that of the documents of
    the first device; the speed counts those of all.

    Args:
        board: The callback that has the writer.
        train: The batches.
        every: Number of batches between two points.
    """

    def __init__(self, board: TensorBoard, train: Batches, every: int) -> None:
        super().__init__()
        self.board = board
        self.train = train
        self.every = every

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._first = epoch * len(self.train)
        self._begun: float | None = None

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if self._begun is None:  # an epoch taken up has counted some already
            self._start(batch)

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if (batch + 1) % self.every:
            return
        now = self._sums()  # waits until the step is over
        points = self._means(now) | self._speed(batch + 1)
        points |= {f"_memory_gb/{name}": size for name, size in memory().items()}
        with self.board.train.as_default(step=self._first + batch + 1):
            for name, value in points.items():
                tf.summary.scalar(f"{BATCH}{name}", value)
        self.board.train.flush()
        self._start(batch + 1, now)

    def _start(self, done: int, sums: Sums | None = None) -> None:
        self._before = self._sums() if sums is None else sums
        self._done, self._begun = done, time.perf_counter()

    def _sums(self) -> Sums:
        """What the metrics have counted since the epoch began."""
        loss = self.model.loss_mean
        sums = {"loss": local(loss.total), "weight": local(loss.count)}
        norms = getattr(self.model, "gradient_norms", None)
        if norms is not None:
            sums |= {"norms": local(norms.total), "steps": local(norms.count)}
        return sums

    def _means(self, now: Sums) -> dict[str, float]:
        new = {name: total - self._before[name] for name, total in now.items()}
        means = {"/loss": float(new["loss"] / max(new["weight"], 1e-9))}
        if "norms" in new:
            names = (f"_gradient_norm/{n}" for n in self.model.gradient_norms.names)
            each = (new["norms"] / max(new["steps"], 1)).tolist()
            means |= dict(zip(names, each, strict=True))
        return means

    def _speed(self, done: int) -> dict[str, float]:
        seconds = max(time.perf_counter() - (self._begun or 0.0), 1e-9)
        documents = (done - self._done) * self.train.batch_size
        rate = self.model.optimizer.learning_rate
        return {
            "/documents_per_second": documents / seconds,
            "/learning_rate": float(np.asarray(rate)),
        }
