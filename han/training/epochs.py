"""All epochs of a training that are left, and what is said of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from han.devices.device_group import DeviceGroup
from han.devices.freed_memory import empty_variables
from han.runs.stop_signals import StopSignal

if TYPE_CHECKING:
    import keras

    from han.batching.batches import Batches
    from han.callbacks.backup import Backup, Progress
    from han.callbacks.epoch_callbacks import EarlyStopping
    from han.network.training_step import LearningModel

logger = logging.getLogger(__name__)
Weights = list[Any]


class EpochCallbacks(Protocol):
    """The callbacks of a training, in order, and two that are asked by name."""

    callbacks: list[keras.callbacks.Callback]
    stopping: EarlyStopping
    backup: Backup


def trained(
    epochs: int,
    network: LearningModel,
    batches: tuple[Batches, Batches | None],
    callbacks: EpochCallbacks,
    device_group: DeviceGroup,
    signal: StopSignal,
) -> tuple[bool, Weights | None]:
    """Trains all epochs that are left.

    Args:
        epochs: Number of the last epoch.
        network: What learns.
        batches: Those to learn from, and those to validate with, if there are any.
        callbacks: The callbacks; their backup takes up a run.
        device_group: The devices.
        signal: Knows whether the run has been asked to stop.

    Returns:
        Whether training came to its end, and the best weights, if there are any. The
        optimizer is empty by then.

    Raises:
        InputError: If these are no numbers.
        StoppedBySignal: If the run has been asked to stop; it is saved by then.
    """
    from han.callbacks.epoch_callbacks import diverged
    from han.training.loop import TrainingLoop

    progress = callbacks.backup.resume()
    _say(progress)
    ended = True
    try:
        if not progress.ended and progress.epochs < epochs:
            lines = _epoch_lines(epochs, batches[0], device_group)
            with signal.waiting():
                TrainingLoop(network, *batches, device_group).run(
                    [*callbacks.callbacks, *lines],
                    epochs=epochs,
                    begin=(progress.epochs, progress.batches),
                )
                device_group.total(0.0)  # no process ends while another needs it
    except KeyboardInterrupt:
        ended = False
    best = callbacks.stopping.best_weights
    # The last step of an epoch that nothing validates is in no loss.
    if best is not None and not all(np.isfinite(weight).all() for weight in best):
        raise diverged("The weights of the network are no longer numbers")
    empty_variables(network.optimizer.variables)  # twice what the network takes
    return ended, best


def _say(progress: Progress) -> None:
    """Tells the log where a run is taken up."""
    if progress.batches:
        where = f"batch {progress.batches} of epoch {progress.epochs + 1}"
        logger.info("Taking up the run after %s", where)
    elif progress.epochs:
        logger.info("Taking up the run after epoch %d", progress.epochs)


def _epoch_lines(
    epochs: int, train: Batches, device_group: DeviceGroup
) -> list[keras.callbacks.Callback]:
    """What tells the terminal of each epoch, where somebody reads it."""
    from han.callbacks.epoch_lines import EpochLines

    process = device_group.process
    is_read = process.is_first and not process.is_quiet
    return [EpochLines(epochs, len(train))] if is_read else []
