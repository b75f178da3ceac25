"""Section `training`: epochs, batches, optimizer, loss, stopping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least, share


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe. Early stopping waits for the validation hierarchical F1.

    The learning rate rises to `learning_rate` during the first `warm_up_epochs`. Then
    it stays (`constant`), or falls to nothing at the end of the last epoch, in a
    straight line (`linear`) or along half a cosine wave (`cosine`).

    What the network minimises (by default `-log p(true node)`; `han.network.losses`):
    `loss: generalised` does less harm with wrong labels, the more so the nearer
    `loss_q` (0.3 if not given) is to 1; `label_smoothing` gives that share of the
    target to all siblings of each node on the path; `logit_adjustment` is the `tau`
    with which the logs of the priors are added to the scores in training alone.

    Validated, compared and kept is the mean of the weights after the last
    `average_epochs` epochs. When the patience is used up, training goes back to the
    best epoch and on with half the learning rate, `restarts` times, before it stops.

    Rare codes: `class_weights` on top of survey weights, `sampling` of the records of
    an epoch with replacement; see `han.data.class_balance`. One of these two and
    `logit_adjustment` at most, for they answer the same question.

    The run is saved after each epoch, and on SIGTERM and SIGUSR1 after the batch at
    hand; with `save_minutes` also every so many minutes, so that a kill without warning
    loses no more.

    `refit_of` names a finished run of the same experiment. Its validation has said how
    many epochs are best; now the validation records train, too, for as many.
    """

    epochs: int = at_least(1, 10)
    batch_size: int = at_least(1, 64)
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: float = field(default=3e-3, metadata={"above": 0.0})
    schedule: Literal["constant", "linear", "cosine"] = "cosine"
    warm_up_epochs: float = at_least(0.0, 0.5)
    gradient_clip_norm: float | None = field(default=5.0, metadata={"above": 0.0})
    early_stopping_patience: int = at_least(1, 4)
    average_epochs: int = at_least(1, 1)
    restarts: int = at_least(0, 0)
    deterministic: bool = True
    loss: Literal["cross_entropy", "generalised"] = "cross_entropy"
    loss_q: float | None = field(default=None, metadata={"above": 0.0, "maximum": 1.0})
    label_smoothing: float = share(0.0)
    logit_adjustment: float = at_least(0, 0.0)
    class_weights: Literal["none", "sqrt", "balanced"] = "none"
    sampling: Literal["none", "sqrt", "class"] = "none"
    save_minutes: float | None = field(default=None, metadata={"above": 0.0})
    refit_of: str | None = None
