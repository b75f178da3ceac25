"""Reads a sweep file and checks its values against the experiment."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from han.config import Config, read_config
from han.config.yaml_reader import read_section, read_yaml, to_plain
from han.errors import InputError
from han.search.search_space import Parameter, Scalar, make_parameter
from han.search.sweep_config import SweepConfig

SEED = "seed"
TRIALS = 20
MOST_POINTS = 10_000
# A trial has a folder of its own, and these say which.
TAKEN = ("name", "logging.run_folder")


@dataclass(frozen=True)
class Sweep:
    """A sweep that can begin: everything in it has been checked.

    Attributes:
        file: The sweep file.
        settings: What it says.
        parameters: The keys that vary.
        folder: Where the runs go.
    """

    file: Path
    settings: SweepConfig
    parameters: tuple[Parameter, ...]
    folder: Path

    @property
    def has_seeds(self) -> bool:
        """Whether each setting is trained with several seeds."""
        return any(parameter.key == SEED for parameter in self.parameters)

    @property
    def prunes(self) -> bool:
        """Whether trials may end early."""
        choice = self.settings.pruning
        return choice == "median" or (choice == "auto" and not self.has_seeds)

    @property
    def num_trials(self) -> int:
        """Number of trials."""
        if self.settings.sampler == "grid":
            return math.prod(len(p.values()) for p in self.parameters)
        return self.settings.trials or TRIALS

    def points(self) -> list[dict[str, Scalar]]:
        """All combinations of a grid, seeds varying fastest."""
        ordered = sorted(self.parameters, key=lambda p: p.key == SEED)
        names = [parameter.key for parameter in ordered]
        values = itertools.product(*(parameter.values() for parameter in ordered))
        return [dict(zip(names, point, strict=True)) for point in values]

    def overrides(self, values: dict[str, Scalar]) -> list[str]:
        """The settings of a trial, as on the command line."""
        texts = [p.override(values[p.key]) for p in self.parameters]
        return [*self.settings.overrides, *texts]

    def config(self, values: dict[str, Scalar] | None = None) -> Config:
        """The experiment with the values of a trial; as it is without."""
        overrides = self.overrides(values) if values else [*self.settings.overrides]
        return read_config(Path(self.settings.experiment), overrides)

    def identity(self) -> dict[str, Any]:
        """What may not change when a sweep goes on: all but how long it is."""
        free = {"trials", "folder"}
        settings = to_plain(self.settings)
        kept = {name: value for name, value in settings.items() if name not in free}
        return {"sweep": kept, "experiment": self.config().to_dict()}


def read_sweep(file: Path) -> Sweep:
    """Reads a sweep file and checks every value against the experiment.

    Raises:
        InputError: For an unknown key, a value of a wrong type, a space that cannot be
            searched; before anything is trained.
    """
    settings: SweepConfig = read_section(SweepConfig, read_yaml(file))
    if not settings.space:
        raise InputError(f"{file}: `space` needs at least one key to vary.")
    try:
        config = read_config(Path(settings.experiment), [*settings.overrides])
    except InputError as error:
        raise InputError(f"{file}: `experiment`: {error}") from None
    if config.tasks:
        raise InputError(
            f"{file}: `experiment` has `tasks`, and a sweep knows one question at a "
            "time. Name an experiment with `data.label_columns`."
        )
    _check_keys(file, settings)
    parameters = tuple(
        make_parameter(file, settings, key, values)
        for key, values in settings.space.items()
    )
    folder = Path(settings.folder or f"runs/{file.stem}")
    sweep = Sweep(file, settings, parameters, folder)
    _check_sweep(sweep, config)
    return sweep


def _check_keys(file: Path, settings: SweepConfig) -> None:
    given = [override.partition("=")[0].strip() for override in settings.overrides]
    for key in (*settings.space, *given):
        if key in TAKEN:
            raise InputError(
                f"{file}: `{key}` cannot be set in a sweep: each trial has a run "
                "folder of its own below `folder`. Remove it."
            )
    for key in settings.space:
        if key in given:
            raise InputError(
                f"{file}: `{key}` is in `space` and in `overrides`. Keep one of them."
            )


def _check_sweep(sweep: Sweep, config: Config) -> None:
    settings = sweep.settings
    grid = settings.sampler == "grid"
    data = config.data
    judged = data.validation or data.split.column or data.split.validation > 0
    heads = [p for p in sweep.parameters if p.key == "model.head"]
    problems = {
        "`trials` is not used with `sampler: grid`, which takes every combination; "
        "remove it": grid and settings.trials is not None,
        f"`space` has {sweep.num_trials if grid else 0:,} combinations, more than "
        f"{MOST_POINTS:,}; use `sampler: random`": (
            grid and sweep.num_trials > MOST_POINTS
        ),
        "`seed` in `space` needs `sampler: grid`: seeds are not better or worse, and "
        "each setting is to be trained with all of them": sweep.has_seeds and not grid,
        "`pruning: median` would leave seeds out of the means; set it to none": (
            sweep.has_seeds and settings.pruning == "median"
        ),
        "the experiment has `distribution.strategy: multi_worker`, and each trial is "
        "one process; add distribution.strategy=mirrored to `overrides`, or none": (
            config.distribution.strategy == "multi_worker"
        ),
        "trials are compared by validation hF, and the experiment has no validation "
        "records; set `data.validation` or `data.split.validation`": not judged,
        "`model.head: multi_path` gives a record a set of codes, and a sweep does not "
        "work with sets yet; set it to tree": (
            config.model.gives_sets or any("multi_path" in p.values() for p in heads)
        ),
        "trials are compared by validation hF, and `training.refit_of` leaves nothing "
        "to validate with; remove it": config.training.refit_of is not None,
    }
    for message, is_wrong in problems.items():
        if is_wrong:
            raise InputError(f"{sweep.file}: {message}.")
