"""Settings of a sweep file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from han.config.value_limits import at_least


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included.

    `log` spreads them evenly by their logarithms. `step` leaves only `low`,
    `low + step`, ...: a grid needs it where the key takes any number.
    """

    low: float
    high: float
    step: float | None = field(default=None, metadata={"above": 0.0})
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class SweepConfig:
    """A sweep file.

    `experiment` is the file whose keys are varied; `overrides` are settings of all
    trials, as on the command line. `space` has the values of each key: a list, or
    `{low, high}` with `log: true` or a `step`. `folder` is where the runs go, by
    default `runs/` and the name of the sweep file.

    `sampler: tpe` tries what resembles the best trials so far, `random` draws, `grid`
    takes every combination once. With `pruning: median` a trial ends early whose
    validation hF, after `warm_up_epochs`, is below the median of the others at that
    epoch, once `warm_up_trials` have ended. `auto` is `median` except with seeds.

    `seed` in the space, with `sampler: grid`, trains each setting with every seed;
    settings are then compared by their means.
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
