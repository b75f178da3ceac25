"""Section `logging`: where a run is kept, and what TensorBoard shows of it."""

from __future__ import annotations

from dataclasses import dataclass

from han.config.value_limits import at_least


@dataclass(frozen=True)
class LoggingConfig:
    """Where the run is kept, by default `runs/<name>`, and what TensorBoard shows.

    `tensorboard` alone gives the curves of each epoch (loss, hF and accuracy of each
    level, learning rate, speed, memory), the settings, and a line of HParams. The rest
    is of the network, needs `tensorboard`, and costs nothing unless it is asked for:

    * `every_batches`: curves within epochs too, a point after every so many batches.
    * `gradient_norms`: the norm of all gradients together and of those of each layer,
      before they are clipped; the mean of the epoch, or of so many batches.
    * `graph`: the operations of the network.
    * `profile_steps`: `[first, last]`, steps of the training counted from 1, of which
      is written what took how long, on processor and GPU. The page Profile needs
      `pip install tensorboard-plugin-profile`; the files are there without it.
    * `projector`: the word vectors, of words that at least `projector_min_records`
      training records hold.
    * `attention_records`: what the network attends to in some validation records, after
      each epoch: a number for the first so many, or a list of row numbers of the file.
      Their texts are then in `tensorboard/records`, which only its owner can read; no
      other file of TensorBoard ever holds a respondent's text.
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
