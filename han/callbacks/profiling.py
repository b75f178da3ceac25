"""TensorBoard: profile of chosen training steps."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Profile(keras.callbacks.Callback):
    """Writes a trace of the steps from `first` to `last` of the whole training.

    A training that is taken up after the first of them is not profiled.

    Args:
        folder: Gets `plugins/profile/<time>/`.
        first: First step, counted from 1.
        last: Last step.
    """

    def __init__(self, folder: Path, first: int, last: int) -> None:
        super().__init__()
        self.folder = folder
        self.first, self.last = first, last
        self._step, self._runs = 0, False
        self._mark: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._step = int(np.asarray(self.model.optimizer.iterations))

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        self._step += 1
        if self._step == self.first:
            # Of a training of this process that was interrupted.
            with contextlib.suppress(tf.errors.UnavailableError):
                tf.profiler.experimental.stop(save=False)
            tf.profiler.experimental.start(str(self.folder))
            self._runs = True
        if self._runs:
            # Tells the profiler where a step begins.
            mark = tf.profiler.experimental.Trace("train", step_num=self._step, _r=1)
            self._mark = mark.__enter__()

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if not self._runs:
            return
        np.asarray(self.model.optimizer.iterations)  # waits until the step is over
        self._mark.__exit__(None, None, None)
        if self._step == self.last:
            self._stop()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        if self._runs:  # the training was over before
            self._stop()

    def _stop(self) -> None:
        tf.profiler.experimental.stop()
        self._runs = False
