"""Section `training`: epochs, batches, optimizer, loss, stopping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least, share


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe. Training stops when the validation hF no longer rises.

    What the network minimises by default is `-log p(true node)`; see
    `han.network.losses`. `class_weights`, `sampling` and `logit_adjustment` favour rare
    codes, each in its way: choose one of them. `loss` and `label_smoothing` are for
    noisy codes. All are off by default (docs/benchmarks/ablation.md). The run is saved
    after each epoch, and after the batch at hand on SIGTERM and SIGUSR1.

    Attributes:
        epochs: Epochs at most.
        batch_size: Documents of a batch, of all devices together.
        optimizer: What goes down the gradient.
        learning_rate: The highest rate.
        schedule: After the warm-up the rate stays (`constant`), or falls to nothing at
            the end of the last epoch, in a straight line (`linear`) or along half a
            cosine wave (`cosine`).
        warm_up_epochs: Epochs in which the rate rises to `learning_rate`.
        gradient_clip_norm: Longer gradients are cut to this length; null for none.
        early_stopping_patience: Epochs without a better validation hF before training
            stops. The best epoch is kept.
        average_epochs: Validated and kept is the mean of the weights after so many
            epochs.
        restarts: How often training goes back to the best epoch, and on at half the
            rate, before it stops.
        deterministic: Equal runs give equal numbers, on one machine and CPU.
        loss: `generalised` does less harm where codes are wrong.
        loss_q: Of `loss: generalised`: the nearer to 1, the less a code is trusted; 0.3
            if not given.
        label_smoothing: Share of the target that goes to all siblings of each node on
            the path.
        logit_adjustment: How strongly frequent codes are held back in training: `tau`,
            by which the logs of their shares are added to the scores.
        class_weights: Weight of records of rare codes, on top of survey weights. See
            `han.data.class_balance`.
        sampling: Draw the records of an epoch with replacement, rare codes more often.
        save_minutes: Save within an epoch, too, every so many minutes.
        refit_of: A finished run of the same experiment, whose recipe is trained again
            with its validation records, for as many epochs as were best.
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
