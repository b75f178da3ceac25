"""Section `logging`: where a run is kept, and what TensorBoard shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from han.config.value_limits import at_least


@dataclass(frozen=True)
class LoggingConfig:
    """Where the run is kept, and what TensorBoard shows.

    `tensorboard` alone gives the curves of each epoch (loss, hF and accuracy of each
    level, learning rate, speed, memory), the settings, and a row of HParams. The other
    keys are for the network, need `tensorboard`, and cost nothing unless they are asked
    for.

    Attributes:
        run_folder: Folder of the run; `runs/<name>` if not given.
        tensorboard: Whether to write event files.
        every_batches: Curves within epochs: a point after every so many batches.
        gradient_norms: The norm of all gradients and of those of each layer, before
            clipping.
        graph: The operations of the network.
        profile_steps: `[first, last]`: what took how long in these steps, counted from
            1. The page Profile needs `pip install tensorboard-plugin-profile`.
        projector: Word vectors for the projector.
        projector_min_records: The projector shows words that so many training records
            hold.
        attention_records: What the network attends to in some validation records, after
            each epoch: a number for the first so many, or a list of row numbers of the
            file. Their texts are then in `tensorboard/records`, which only its owner
            can read; no other file of TensorBoard holds a respondent's text.
    """

    run_folder: str | None = None
    tensorboard: bool = True
    every_batches: int | None = at_least(1, None)
    gradient_norms: bool = False
    graph: bool = False
    profile_steps: tuple[int, ...] = ()
    projector: bool = False
    projector_min_records: int = at_least(2, 10)
    attention_records: int | tuple[int, ...] = 0
