"""Drawings of calibration records, and whether their promises hold for all records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from han.decisions.calibration_split import TEMPERATURE_SHARE
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_bands import Thresholds
from han.decisions.unit_evidence import UNKNOWN_OUTCOME
from promises.methods import Method
from promises.populations import Population

Unit = Literal["texts", "rows"]
UNITS: tuple[Unit, ...] = ("texts", "rows")
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """One drawing of calibration records, with what each was drawn as.

    Attributes:
        tested: Those that choose thresholds.
        reference: The others, which shape the candidates.
        repeats: Records of the unit of each record of the population, `(n,)`: known
            without labels.
    """

    tested: LabelledPaths
    reference: LabelledPaths
    repeats: Integers


def drawings(population: Population, unit: Unit, number: int) -> Iterator[Drawn]:
    """Drawings with replacement, as large as the calibration part.

    Each unit that is drawn is tested with a chance of two thirds, else it is
    reference. A text that is drawn twice is two units, which may stand on both sides:
    so the tested units are independent of each other and of the reference.

    Args:
        population: The records.
        unit: What is drawn: texts, each with all its rows, or single rows.
        number: Number of drawings. The same number gives the same drawings.
    """
    rows = Units.of(population.texts if unit == "texts" else np.arange(len(population)))
    size = population.drawn_texts if unit == "texts" else population.drawn_rows
    rng = np.random.default_rng(17)
    for _ in range(number):
        drawn = rng.integers(rows.count, size=size)
        is_tested = rng.random(size) >= TEMPERATURE_SHARE
        tested, reference = (
            _part(population, rows, drawn[side]) for side in (is_tested, ~is_tested)
        )
        yield Drawn(tested, reference, rows.repeats)


@dataclass(frozen=True)
class Units:
    """Rows of each unit.

    Attributes:
        order: All rows, unit by unit, `(n,)`.
        starts: Where each unit begins in `order`.
        sizes: Number of its rows.
        repeats: Rows of the unit of each row, `(n,)`.
    """

    order: Integers
    starts: Integers
    sizes: Integers
    repeats: Integers

    @classmethod
    def of(cls, numbers: Integers) -> Units:
        """Orders rows by the number of their unit, `(n,)`, from 0 without gaps."""
        sizes = np.bincount(numbers)
        order = np.argsort(numbers, kind="stable")
        return cls(order, np.cumsum(sizes) - sizes, sizes, sizes[numbers])

    @property
    def count(self) -> int:
        """Number of units."""
        return len(self.sizes)

    def rows(self, drawn: Integers) -> tuple[Integers, Integers]:
        """All rows of the drawn units, and the place of their unit in the drawing."""
        sizes = self.sizes[drawn]
        place = np.repeat(np.arange(len(drawn)), sizes)
        inside = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.order[self.starts[drawn][place] + inside], place


def _part(population: Population, units: Units, drawn: Integers) -> LabelledPaths:
    rows, place = units.rows(drawn)
    return replace(population.labelled.take(rows), units=place)


@dataclass(frozen=True)
class Kept:
    """What became of the promises of many drawings.

    Attributes:
        failed: Share of the drawings in which less than the target was right.
        coded: Mean share of the rows that the thresholds accept.
        frequent_rows: Mean share of the rows in texts that stand too often, so that
            a person answers each once.
        frequent_units: Mean number of these texts.
    """

    failed: float
    coded: float
    frequent_rows: float
    frequent_units: float


def kept_promises(
    population: Population,
    drawn: Iterator[Drawn],
    method: Method,
    level: int,
    target: float,
) -> Kept:
    """How often the promise of one level fails, held against the whole population."""
    found = [
        _judge(
            population,
            method(one.tested, one.reference, {level: target}),
            one.repeats,
            level,
            target,
        )
        for one in drawn
    ]
    return Kept(*np.mean(found, axis=0).tolist())


def _judge(
    population: Population,
    thresholds: Thresholds,
    repeats: Integers,
    level: int,
    target: float,
) -> tuple[float, float, float, float]:
    """The four figures of `Kept`, for one drawing."""
    labelled = population.labelled
    most = np.inf if thresholds.limit is None else thresholds.limit
    frequent = repeats > most
    accepted = thresholds.passed(labelled.paths, repeats) == level
    outcomes = labelled.outcomes[accepted, level - 1]
    outcomes = outcomes[outcomes != UNKNOWN_OUTCOME]
    failed = bool(len(outcomes)) and outcomes.mean() < target
    units = (frequent / repeats).sum()
    return float(failed), accepted.mean(), frequent.mean(), units
