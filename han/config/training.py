"""Sections `training` and `logging`: the recipe, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.limits import at_least


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe. Early stopping waits for the validation hierarchical F1.

    The learning rate rises to `learning_rate` during the first `warm_up_epochs`. Then
    it stays (`constant`), or falls to nothing at the end of the last epoch, in a
    straight line (`linear`) or along half a cosine wave (`cosine`).
    """

    epochs: int = at_least(1, 30)
    batch_size: int = at_least(1, 64)
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: float = field(default=3e-3, metadata={"above": 0.0})
    schedule: Literal["constant", "linear", "cosine"] = "cosine"
    warm_up_epochs: float = at_least(0.0, 0.5)
    gradient_clip_norm: float | None = field(default=5.0, metadata={"above": 0.0})
    early_stopping_patience: int = at_least(1, 4)
    deterministic: bool = True


@dataclass(frozen=True)
class LoggingConfig:
    """Where the run is kept, by default `runs/<name>`, and whether TensorBoard logs."""

    run_folder: str | None = None
    tensorboard: bool = True
