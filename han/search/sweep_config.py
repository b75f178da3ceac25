"""Settings of a sweep file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least


@dataclass(frozen=True)
class Range:
    """Numbers of a key, from `low` to `high`, both included.

    Attributes:
        low: The lowest.
        high: The highest.
        step: Only `low`, `low + step`, ...; a grid needs it where the key takes
            any number.
        log: Spread them evenly by their logarithms.
    """

    low: float
    high: float
    step: float | None = field(default=None, metadata={"above": 0.0})
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class SweepConfig:
    """A sweep file.

    Attributes:
        experiment: The experiment whose keys are varied.
        space: The values of each key: a list, or `{low, high}` with `log: true` or a
            `step`. `seed` here, with `sampler: grid`, trains each setting with every
            seed; settings are then compared by their means.
        overrides: Settings of all trials, as on the command line.
        folder: Where the runs go; `runs/` and the name of the sweep file if not given.
        sampler: `tpe` tries what resembles the best trials so far, `random` draws,
            `grid` takes every combination once.
        trials: Trials at most.
        pruning: `median` ends a trial early whose validation hF is below the median of
            the others at that epoch. `auto` is `median` except with seeds.
        warm_up_epochs: Epochs of a trial in which it is never ended early.
        warm_up_trials: Trials that must have ended before one is ended early.
        seed: Seed of the sampler.
    """

    experiment: str
    space: dict[str, Range | tuple[str | None, ...]]
    overrides: tuple[str, ...] = ()
    folder: str | None = None
    sampler: Literal["tpe", "random", "grid"] = "tpe"
    trials: int | None = at_least(1, None)
    pruning: Literal["auto", "median", "none"] = "auto"
    warm_up_epochs: int = at_least(0, 2)
    warm_up_trials: int = at_least(1, 5)
    seed: int = at_least(0, 17)
