"""The optimizer of an experiment: begin here to add one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from han.optimizers.catch_up_adam import SPARSE, CatchUpAdam
from han.optimizers.replicas import (
    ScaledLoss,
    SummedAdam,
    SummedAdamW,
    SummedSGD,
    WholeAdam,
    WholeAdamW,
    WholeSGD,
)

# For each name: on one device, on several, and within `ScaledLoss`.
FORMS: dict[str, tuple[type[keras.optimizers.Optimizer], ...]] = {
    "adam": (CatchUpAdam, SummedAdam, WholeAdam),
    "adamw": (keras.optimizers.AdamW, SummedAdamW, WholeAdamW),
    "sgd": (keras.optimizers.SGD, SummedSGD, WholeSGD),
}
MOMENTUM = 0.9  # of SGD


def make_optimizer(
    kind: str,
    *,
    learning_rate: float | keras.optimizers.schedules.LearningRateSchedule,
    clip_norm: float | None,
    num_steps: int,
    sparse: Sequence[str] = SPARSE,
    scaled: bool = False,
) -> keras.optimizers.Optimizer:
    """The optimizer that `training.optimizer` names.

    Args:
        kind: `adam`, `adamw` or `sgd` (with momentum 0.9).
        learning_rate: Its rate, or how that goes; see `han.optimizers.schedules`.
        clip_norm: Largest norm of all gradients together; None for no limit.
        num_steps: Number of steps of the whole training at most.
        sparse: See `CatchUpAdam`; for `adam` on one device. Several replicas touch
            different rows, and each must see all: they have dense Adam, whose result is
            the same.
        scaled: Whether the loss is scaled, as gradients in float16 need it; see
            `ScaledLoss`. All optimizers are dense then.

    Raises:
        ValueError: If there is no optimizer of that name.

    Example:
        >>> options = {"learning_rate": 0.1, "clip_norm": None, "num_steps": 5}
        >>> make_optimizer("sgd", **options).momentum
        0.9
    """
    if kind not in FORMS:
        raise ValueError(f"`kind` must be one of {tuple(FORMS)}. Received: {kind!r}.")
    alone, summed, within = FORMS[kind]
    options: dict[str, Any] = {
        "learning_rate": learning_rate,
        "global_clipnorm": clip_norm,
    }
    if kind == "sgd":
        options["momentum"] = MOMENTUM
    if scaled:
        return ScaledLoss(within(**options))
    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        return summed(**options)
    if alone is CatchUpAdam:
        options |= {"num_steps": num_steps, "sparse": sparse}
    return alone(**options)
