"""TensorBoard: curves, settings and one HParams row of every run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import yaml
from tensorboard.plugins.hparams import api as hparams
from tensorboard.plugins.hparams.api_pb2 import STATUS_SUCCESS
from tensorboard.plugins.hparams.summary import session_end_pb

from han.callbacks.event_files import GRAPH, cut_back
from han.callbacks.gradient_norms import GradientNorms
from han.callbacks.network_graph import write_graph
from han.config import Config
from han.devices.process_memory import memory

SPEED = (
    "documents_per_second",
    "words_per_second",
    "waiting_share",
    "learning_rate",
)
BATCH = "batch"  # so begin the curves whose steps are batches, not epochs
SESSION = "_hparams_/session_start_info"
# Where a run's text goes if an experiment asks for it, and else nothing.
RECORDS = "records"


class TensorBoard(keras.callbacks.Callback):
    """Writes scalars of each epoch to `train/` and `validation/`, and the config.

    No text of a respondent is written. What a run that is taken up has written of steps
    that it takes again is removed first, so that a curve has one point for each step.

    Args:
        folder: Folder of the event files.
        config: The experiment.
        steps: Number of batches of an epoch.

    Attributes:
        train: Writer for what is measured in training; others may write there, too.
    """

    def __init__(self, folder: Path, config: Config, steps: int) -> None:
        super().__init__()
        self.folder = folder
        self.config = config
        self.steps = steps
        self._norms: dict[str, float] = {}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        done = int(np.asarray(self.model.optimizer.iterations))
        known = set[str]()
        for part in ("train", "validation", RECORDS):
            known |= cut_back(self.folder / part, lambda *e: self._is_past(done, *e))
        self.train = tf.summary.create_file_writer(str(self.folder / "train"))
        self.validation = tf.summary.create_file_writer(str(self.folder / "validation"))
        if "config" not in known:
            self._write_config()
        if SESSION not in known:
            with self.validation.as_default():
                hparams.hparams(_flat(self.config), str(self.config.run_folder))
        if self.config.logging.graph and GRAPH not in known:
            write_graph(self.model, self.train)

    def _is_past(self, done: int, tag: str, step: int) -> bool:
        """Whether the steps of the training that are done have been there then."""
        return step <= (done if tag.startswith(BATCH) else done // self.steps)

    def _write_config(self) -> None:
        text = yaml.safe_dump(
            self.config.to_dict(), sort_keys=False, allow_unicode=True
        )
        with self.train.as_default():
            tf.summary.text("config", f"```yaml\n{text}\n```", step=0)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        # The validation that follows sets all metrics back.
        self._norms = mean_norms(getattr(self.model, "gradient_norms", None))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        for name, value in (logs or {}).items():
            writer = self.validation if name.startswith("val_") else self.train
            group = "speed" if name in SPEED else "epoch"
            with writer.as_default():
                tag = f"{group}/{name.removeprefix('val_')}"
                tf.summary.scalar(tag, float(value), step=epoch + 1)
        with self.train.as_default(step=epoch + 1):
            for name, norm in self._norms.items():
                tf.summary.scalar(f"gradient_norm/{name}", norm)
            for name, gigabytes in memory().items():
                tf.summary.scalar(f"memory_gb/{name}", gigabytes)
        self.train.flush()
        self.validation.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        with self.validation.as_default():
            ended = session_end_pb(STATUS_SUCCESS).SerializeToString()
            tf.summary.experimental.write_raw_pb(ended, step=0)
        self.train.close()
        self.validation.close()


def mean_norms(norms: GradientNorms | None) -> dict[str, float]:
    """Mean norms since the epoch began, by name; empty if they are not counted."""
    if norms is None:
        return {}
    total, count = local(norms.total), local(norms.count)
    return dict(zip(norms.names, (total / max(count, 1)).tolist(), strict=True))


def local(variable: Any) -> np.ndarray:
    """What the first device of this process has in a variable.

    To ask for all would need all processes, and only one of them writes.
    """
    value = variable.value
    return np.asarray(getattr(value, "values", (value,))[0], np.float64)


def _flat(config: Config) -> dict[str, Any]:
    """The settings that a sweep would vary, as HParams wants them."""
    sections = ("text", "embeddings", "model", "training")
    plain = config.to_dict()
    flat = {f"{s}.{key}": value for s in sections for key, value in plain[s].items()}
    flat["seed"] = config.seed
    return {k: "none" if v is None else v for k, v in flat.items()}
