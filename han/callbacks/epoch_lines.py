"""What the terminal shows of a training: a bar within an epoch, a line after it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import keras
from tqdm import tqdm


class EpochLines(keras.callbacks.Callback):
    """Prints a line of at most 80 columns after each epoch; a bar where one is seen.

    Args:
        epochs: Epochs at most.
        steps: Batches of an epoch.
    """

    def __init__(self, epochs: int, steps: int) -> None:
        super().__init__()
        self.epochs, self.steps = epochs, steps
        self._bar: tqdm[Any] | None = None
        self._begun = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._begun = time.perf_counter()
        self._bar = tqdm(
            total=self.steps,
            desc=f"epoch {epoch + 1}/{self.epochs}",
            unit=" batches",
            leave=False,
            disable=not sys.stderr.isatty(),
        )

    def on_train_batch_end(
        self, batch: int, logs: dict[str, Any] | None = None
    ) -> None:
        if self._bar is not None:
            self._bar.update(batch + 1 - self._bar.n)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self._bar is not None:
            self._bar.close()
        seconds = time.perf_counter() - self._begun
        sys.stdout.write(f"{epoch_line(epoch + 1, self.epochs, logs or {}, seconds)}\n")
        sys.stdout.flush()


def epoch_line(
    epoch: int, epochs: int, logs: Mapping[str, float], seconds: float
) -> str:
    """What is said of an epoch; history.csv has all its numbers.

    Args:
        epoch: Its number, from 1.
        epochs: Epochs at most.
        logs: Its scores by name.
        seconds: How long it took.

    Example:
        >>> logs = {"val_hierarchical_f1": 0.71, "val_level_2_accuracy": 0.6}
        >>> epoch_line(3, 10, {"loss": 1.5, **logs}, 12.0)
        'epoch 3/10: loss 1.5000; validation: hF 0.7100, level 2 0.6000; 12 s'
    """
    said = [f"loss {logs['loss']:.4f}"] if "loss" in logs else []
    scores = []
    if "val_hierarchical_f1" in logs:
        scores.append(f"hF {logs['val_hierarchical_f1']:.4f}")
    levels = [name for name in logs if name.startswith("val_level_")]
    if levels:
        deepest = max(levels, key=lambda name: int(name.split("_")[2]))
        scores.append(f"level {deepest.split('_')[2]} {logs[deepest]:.4f}")
    if scores:
        said.append(f"validation: {', '.join(scores)}")
    return f"epoch {epoch}/{epochs}: {'; '.join([*said, f'{seconds:.0f} s'])}"
