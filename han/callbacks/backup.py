"""Saves the state of a training after each epoch and between, and resumes from it."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from han.callbacks.epoch_callbacks import EarlyStopping
from han.callbacks.weight_averaging import WeightAveraging
from han.devices.device_group import DeviceGroup
from han.devices.stage_clock import add_earlier, spent, stage
from han.errors import InputError
from han.runs.run_files import HISTORY_FILE
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StoppedBySignal, StopSignal
from han.runs.training_state import STATE_FILE, read_state, write_state

SHARE = 0.03  # of the time, that saving may take
QUICK = 0.3  # seconds of a saving that nobody minds after each epoch


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        epochs: Number of epochs done.
        batches: Number of batches done in the epoch after them.
        ended: Whether training has ended, by early stopping.
    """

    epochs: int = 0
    batches: int = 0
    ended: bool = False


class Backup(keras.callbacks.Callback):
    """Saves all that a run is made of, and takes it up again.

    All variables by position, dropout seeds and optimizer included (Keras leaves the
    seeds out of every format), the early stopping, the history, and within an epoch
    what the metrics have counted. A run killed without warning goes on from what was
    saved last: the order of an epoch depends on seed and epoch alone, so the result is
    that of a run left alone.

    Tables of many rows take seconds to save: then not every epoch is saved, so that it
    takes about a thirtieth of the time. The last one always is.

    Only the first of several processes writes; all of them read.

    Args:
        run: The run folder; writes `backup/state.npz` and `history.csv`.
        stopping: The early stopping to save and restore.
        averaging: The epochs whose mean is taken, likewise.
        device_group: The processes.

    Attributes:
        saved: When the run was saved last, or begun, by `time.monotonic`.
    """

    def __init__(
        self,
        run: RunFolder,
        stopping: EarlyStopping,
        averaging: WeightAveraging,
        device_group: DeviceGroup,
    ) -> None:
        super().__init__()
        self.run = run
        self.stopping = stopping
        self.averaging = averaging
        self.device_group = device_group
        self.history: list[dict[str, float]] = []
        self._counted: np.ndarray | None = None
        self._took, self.saved = 0.0, time.monotonic()
        self._left: Progress | None = None

    @property
    def file(self) -> Path:
        """The file with the state."""
        return self.run / STATE_FILE

    def variables(self) -> list[Any]:
        """What all devices share of model and optimizer, in the same order always."""
        counts = {id(variable) for variable in self.model.metrics_variables}
        shared = [v for v in self.model.variables if id(v) not in counts]
        return [*shared, *self.model.optimizer.variables]

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._counted is not None:
            self.device_group.restore(self.model.metrics_variables, self._counted)
            self._counted = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.history.append({"epoch": epoch + 1, **_numbers(logs or {})})
        ended = bool(self.model.stop_training)
        self._left = Progress(epoch + 1, ended=ended)
        if ended or epoch + 1 == self.params["epochs"] or self._is_due():
            self.save_epoch()
        self._write_history()

    def _is_due(self) -> bool:
        since = time.monotonic() - self.saved
        return self._took <= QUICK or since >= self._took / SHARE

    def save_epoch(self) -> None:
        """Saves the epoch that has just ended, unless it has been saved."""
        if self._left:
            self._save(self._left, {})

    def save_within(self, epoch: int, batches: int) -> None:
        """Saves the run between two batches; all processes must come here."""
        counted = self.device_group.states(self.model.metrics_variables)
        self._save(Progress(epoch, batches), {"counted": counted})

    @stage("saving")
    def _save(self, progress: Progress, arrays: dict[str, Any]) -> None:
        self._left = None
        if not self.device_group.process.is_first:
            return
        self.run.check_is_there()
        began = time.monotonic()
        state = {
            "epoch": progress.epochs,
            "batches": progress.batches,
            "stopped": progress.ended,
            "stopping": self.stopping.state(),
            "history": self.history,
            "averaged": len(self.averaging.earlier),
            "time": spent(),
        }
        # Variables as they are: the writer copies one after the other, not all at once.
        arrays |= {f"v{i}": v for i, v in enumerate(self.variables())}
        best = self.stopping.best_weights or []
        arrays |= {f"best{i}": np.asarray(w) for i, w in enumerate(best)}
        for number, weights in enumerate(self.averaging.earlier):
            arrays |= {f"epoch{number}_{i}": w for i, w in enumerate(weights)}
        write_state(self.run, state, arrays)
        self.saved = time.monotonic()
        self._took = self.saved - began

    def _write_history(self) -> None:
        table = pd.DataFrame(self.history)
        self.run.write(HISTORY_FILE, lambda file: table.to_csv(file, index=False))

    def resume(self) -> Progress:
        """Takes up the saved state, if there is one.

        Raises:
            InputError: If another process finds another state, or it is damaged.
        """
        self._check_all_see_the_same()
        variables = self.variables()
        found = read_state(self.run, [tuple(v.shape) for v in variables])
        if found is None:
            self.stopping.start()
            return Progress()
        state, saved = found
        for i, variable in enumerate(variables):
            variable.assign(saved[f"v{i}"])
        count = sum(name.startswith("best") for name in saved)
        best = [saved[f"best{i}"] for i in range(count)]
        self.averaging.earlier = [
            [saved[f"epoch{number}_{i}"] for i in range(count)]
            for number in range(state["averaged"])
        ]
        self._counted = saved.get("counted")
        self.stopping.restore(state["stopping"], best)
        self.history = state["history"]
        add_earlier(state.get("time", {}))
        if self.history:
            self._write_history()  # a kill may have come between the two files
        return Progress(state["epoch"], state.get("batches", 0), state["stopped"])

    def _check_all_see_the_same(self) -> None:
        if self.device_group.process.size == 1:
            return
        there = self.file.is_file()
        found = np.array([float(zlib.crc32(self.file.read_bytes())) if there else -1.0])
        differs = found != self.device_group.of_first(found)
        if self.device_group.total(differs.astype(float))[0]:
            raise InputError(
                f"{self.file}: not all processes see the same file. The run folder "
                "must lie on a file system that all nodes share."
            )


class SaveAndStop(keras.callbacks.Callback):
    """Saves the run when a signal asks the process to stop, and when it is time.

    Several processes agree after each batch, so that all stop after the same one.

    Args:
        backup: Saves the run.
        signal: Knows whether a signal has come.
        minutes: Time between two savings within an epoch; None: none.
    """

    def __init__(
        self, backup: Backup, signal: StopSignal, minutes: float | None = None
    ) -> None:
        super().__init__()
        self.backup = backup
        self.signal = signal
        self.seconds = np.inf if minutes is None else 60 * minutes
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        asked, due = self._agreed()
        if asked or due:
            self.backup.save_within(self._epoch, batch + 1)
        if asked:
            raise StoppedBySignal

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._agreed()[0]:
            self.backup.save_epoch()
            raise StoppedBySignal

    def _agreed(self) -> tuple[bool, bool]:
        """Whether any process was asked to stop, and whether the first would save."""
        device_group = self.backup.device_group
        late = time.monotonic() - self.backup.saved >= self.seconds
        asked, due = self.signal.asked, late and device_group.process.is_first
        if device_group.process.size > 1:
            asked, due = device_group.total(np.array([asked, due], np.float32)) > 0
        return bool(asked), bool(due)


def _numbers(logs: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in logs.items()}
