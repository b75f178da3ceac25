"""How often the intervals of `stats` hold what is true of an invented population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from han.review_figures.clerk_estimates import clerk_accuracy, whole_accuracy
from han.review_figures.machine_estimates import machine_accuracy
from han.review_figures.reviewed_answers import CHECK, MISSING, SAMPLE
from han.review_figures.truth_phases import Estimate
from review_trials.coded_queue import CLERK, CodedQueue, Drawing, coded_queue
from review_trials.invented_population import Coders, Population, invented_population

LEAST = 20


@dataclass
class Record:
    """What came of the trials for one figure.

    Attributes:
        held: For each trial with a figure, whether the interval holds the truth.
        widths: Widths of the intervals.
        errors: Estimate minus truth.
        against: What the estimates were measured against.
    """

    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    against: list[str] = field(default_factory=list)

    def add(self, found: Estimate, truth: float) -> None:
        """One trial; without a figure there is nothing to hold."""
        if found.is_known:
            self.held.append(found.low - 1e-9 <= truth <= found.high + 1e-9)
            self.widths.append(found.high - found.low)
            self.errors.append(found.value - truth)
            self.against.append(found.against)


def trials(
    number: int,
    drawing: Drawing,
    coders: Coders,
    repeats: bool,
    by: str,
    level: int | None = None,
) -> dict[str, Record]:
    """Draws and codes many queues, each of another population.

    Returns:
        Records of `automatic`, its strata, `clerks`, `open` and `whole`.
    """
    found: dict[str, Record] = {}
    for seed in range(number):
        population = invented_population(seed, repeats)
        coded = coded_queue(population, drawing, coders, seed + 1_000_000)
        for name, estimate, truth in _compared(population, coded, coders, by, level):
            found.setdefault(name, Record()).add(estimate, truth)
    return found


def _compared(
    population: Population,
    coded: CodedQueue,
    coders: Coders,
    by: str,
    level: int | None,
) -> Iterator[tuple[str, Estimate, float]]:
    queue, tree = coded.queue, population.tree
    size = population.rows if by != "answers" else np.ones(len(population.rows))
    deep = 3 if level is None else level
    right = tree.same(population.machine, population.truth, deep)
    groups = {"automatic": np.arange(CLERK)}
    groups |= {population.strata[h].name: np.array([h]) for h in range(CLERK)}
    for name, strata in groups.items():
        found = machine_accuracy(queue, strata, (CHECK,), by, level, LEAST)
        inside = np.isin(population.stratum, strata)
        yield name, found.estimate, np.average(right[inside], weights=size[inside])
        if name == "automatic":
            machine = found
    yield from _people(population, coded, coders, by, level)
    done = coded.queue.answers.result != MISSING
    ours = done & (coded.queue.answers.part != CHECK)
    places = coded.places[ours]
    results = queue.answers.result[ours]
    kept = tree.same(results, population.truth[places], deep)
    auto = population.stratum < CLERK
    sum_right = (size * right)[auto].sum() + (size[places] * kept).sum()
    total = size[auto].sum() + size[places].sum()
    whole = whole_accuracy(queue, machine, by, level, LEAST)
    yield "whole", whole.estimate, sum_right / total


def _people(
    population: Population,
    coded: CodedQueue,
    coders: Coders,
    by: str,
    level: int | None,
) -> Iterator[tuple[str, Estimate, float]]:
    answers, tree = coded.queue.answers, population.tree
    size = population.rows if by != "answers" else np.ones(len(population.rows))
    ours = answers.is_begun & (answers.part != CHECK)
    places = coded.places[ours]
    if level is None:  # at other levels wrong codes may be right
        chance = coders.right(
            population.truth[places],
            population.machine[places],
            answers.suggested[ours],
        )
        found = clerk_accuracy(coded.queue, by, level, LEAST)
        yield "clerks", found, float(np.average(chance, weights=size[places]))
    rest = np.ones(len(size), bool)
    rest[coded.places[answers.part != SAMPLE]] = False
    rest &= population.stratum == CLERK
    right = tree.same(
        population.machine, population.truth, 3 if level is None else level
    )
    found = machine_accuracy(
        coded.queue, np.array([CLERK]), (SAMPLE,), by, level, LEAST
    ).estimate
    yield "open", found, float(np.average(right[rest], weights=size[rest]))


SCENES = {
    "defaults": (Drawing(), Coders(0.04, 0.3), False, "answers"),
}
__all__ = ["SCENES", "Record", "replace", "trials"]
