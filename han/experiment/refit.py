"""Trains a finished run again, on training and validation records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.config import Config
from han.config.changed_keys import different_keys
from han.errors import InputError, listing
from han.runs.damaged_files import check_one_model, load_file
from han.runs.manifest import check_run
from han.runs.run_files import (
    BASELINE_FILE,
    HISTORY_FILE,
    LINEAR_FILE,
    MIXTURE_FILE,
    NETWORK_FILE,
)
from han.runs.run_folder import RunFolder
from han.tables.array_files import read_finite_arrays

Floats = npt.NDArray[np.float32]

if TYPE_CHECKING:
    from han.baselines import Baseline

# What may be otherwise: where a run lies, what it logs, and on what it computes.
FREE = (
    *("name", "logging", "distribution", "data.cache"),
    *("training.save_minutes", "store"),
)
KEY = "training.refit_of"
MONITOR = "val_hierarchical_f1"


@dataclass(frozen=True)
class FirstRun:
    """The run whose validation has decided what a second training does not ask again.

    Attributes:
        run: Its folder.
    """

    run: RunFolder

    @property
    def file(self) -> Path:
        """Its model."""
        has_network = (self.run / NETWORK_FILE).is_file()
        return self.run / (NETWORK_FILE if has_network else BASELINE_FILE)

    @cached_property
    def epochs(self) -> int:
        """Number of epochs after which it was best."""
        file = self.run / HISTORY_FILE
        try:
            scores = pd.read_csv(file)[MONITOR].to_numpy()
            return int(scores.argmax()) + 1
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"{file}: the epochs of the first run are missing or damaged "
                f"({type(error).__name__}). Copy the whole run again."
            ) from None

    @cached_property
    def shares(self) -> np.ndarray:
        """How much its network counted beside the linear model, `(3, L)`."""
        from han.runs.loading import load_in_tensorflow

        network = load_in_tensorflow(self.run / NETWORK_FILE)
        return np.asarray(network.head_layer.shares)

    @cached_property
    def means_factors(self) -> Floats | None:
        """How much its class means counted, `(N,)`; None if it has none."""
        saved = load_file(self.run / LINEAR_FILE, read_finite_arrays)
        return saved.get("means_factors")

    @cached_property
    def baseline(self) -> Baseline:
        """The baseline that was best of those it tried."""
        from han.runs.loading import load_classifier

        model: Baseline = load_classifier(self.run.folder).model  # type: ignore[assignment]
        return model


def first_run(config: Config) -> FirstRun | None:
    """The run that `training.refit_of` names, which has other settings in `FREE` alone.

    Args:
        config: The experiment of the second training.

    Raises:
        InputError: If there is no such run, if it is not finished, is a second
            training itself, was trained with other settings, or would be written over.
    """
    name = config.training.refit_of
    if name is None:
        return None
    run = RunFolder(Path(name))
    before = run.config()
    if run.folder.resolve() == config.run_folder.resolve():
        raise InputError(
            f"{name}: `{KEY}` names the folder that this run is to be written to. Set "
            "`logging.run_folder` to another one: the first run is needed."
        )
    if not run.is_finished:
        raise InputError(
            f"{name}: `{KEY}` names a run that is not finished. Give its training "
            "command again, and then this one."
        )
    check_run(run.folder)
    if before.training.refit_of:
        raise InputError(
            f"{name}: `{KEY}` names a run that validated nothing: it is a second "
            f"training itself. Name the first one, {before.training.refit_of}."
        )
    changed = different_keys(_recipe(before), _recipe(config))
    if changed:
        raise InputError(
            f"{name}: `{KEY}` names a run with other settings: {listing(changed)}. "
            "What it found holds for its own: give the same experiment and overrides."
        )
    if not (run / MIXTURE_FILE).is_file():
        check_one_model(run.folder)
    found = FirstRun(run)
    if not found.file.is_file():
        raise InputError(
            f"{name}: the run has no model of its own. Refit the runs that a mixture "
            "is made of; else copy the whole run again."
        )
    if found.file.name == NETWORK_FILE:
        _ = found.epochs  # for its errors
    return found


def check_data(config: Config, fingerprints: dict[str, str]) -> None:
    """Checks that the second training reads what the first one has read.

    Raises:
        InputError: If a file has changed since.
    """
    if config.training.refit_of is None:
        return
    run = RunFolder(Path(config.training.refit_of))
    changed = different_keys(run.fingerprints(), fingerprints)
    if changed:
        raise InputError(
            f"{run.folder}: the data has changed since this run was trained: "
            f"{listing(changed)}. Train it again with --overwrite, and then refit it."
        )


def _recipe(config: Config) -> dict[str, Any]:
    """The settings that both trainings must have in common."""
    plain = config.to_dict()
    plain["training"].pop("refit_of", None)
    for key in FREE:
        *above, last = key.split(".")
        section = plain[above[0]] if above else plain
        section.pop(last, None)
    return plain
