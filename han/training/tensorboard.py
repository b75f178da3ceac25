"""What TensorBoard shows of a run: curves, the config, and one line of HParams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
import yaml
from tensorboard.plugins.hparams import api as hparams

from han.config import Config

SPEED = (
    "documents_per_second",
    "words_per_second",
    "waiting_share",
    "learning_rate",
)


class TensorBoard(keras.callbacks.Callback):
    """Writes scalars of each epoch to `train/` and `validation/`, and the config.

    No text of a respondent is written.

    Args:
        folder: Folder of the event files.
        config: The experiment.
    """

    def __init__(self, folder: Path, config: Config) -> None:
        super().__init__()
        self.folder = folder
        self.config = config

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.train = tf.summary.create_file_writer(str(self.folder / "train"))
        self.validation = tf.summary.create_file_writer(str(self.folder / "validation"))
        text = yaml.safe_dump(
            self.config.to_dict(), sort_keys=False, allow_unicode=True
        )
        with self.train.as_default():
            tf.summary.text("config", f"```yaml\n{text}\n```", step=0)
        with self.validation.as_default():
            hparams.hparams(_flat(self.config), trial_id=self.config.name)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        for name, value in (logs or {}).items():
            writer = self.validation if name.startswith("val_") else self.train
            group = "speed" if name in SPEED else "epoch"
            with writer.as_default():
                tag = f"{group}/{name.removeprefix('val_')}"
                tf.summary.scalar(tag, float(value), step=epoch + 1)
        self.train.flush()
        self.validation.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.train.close()
        self.validation.close()


def _flat(config: Config) -> dict[str, Any]:
    """The settings that a sweep would vary, as HParams wants them."""
    sections = ("text", "embeddings", "model", "training")
    plain = config.to_dict()
    flat = {f"{s}.{key}": value for s in sections for key, value in plain[s].items()}
    flat["seed"] = config.seed
    return {k: "none" if v is None else v for k, v in flat.items()}
