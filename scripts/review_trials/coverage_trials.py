"""How often the intervals of `stats` hold what is true of an invented population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from han.review_figures.clerk_estimates import clerk_accuracy, whole_accuracy
from han.review_figures.machine_estimates import DomainEstimate, machine_accuracy
from han.review_figures.reviewed_answers import CHECK, MISSING, SAMPLE
from han.review_figures.truth_phases import Estimate
from review_trials.coded_queue import CodedQueue, Drawing, coded_queue
from review_trials.invented_population import (
    BoolArray,
    Coders,
    Population,
    invented_population,
)

LEAST = 20  # records below which there is no rate
ROUNDING = 1e-9
Found = Iterator[tuple[str, Estimate, float]]


@dataclass
class Held:
    """What came of the trials for one figure.

    Attributes:
        trials: Trials, those without a figure too.
        held: For each with a figure, whether its interval holds the truth.
        widths: Widths of the intervals.
        errors: Estimate minus truth.
        against: What the estimates were measured against.
    """

    trials: int = 0
    held: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)
    against: list[str] = field(default_factory=list)

    def add(self, found: Estimate, truth: float) -> None:
        """One trial; without a figure there is nothing to hold."""
        self.trials += 1
        if found.is_known:
            low, high = found.low - ROUNDING, found.high + ROUNDING
            self.held.append(low <= truth <= high)
            self.widths.append(found.high - found.low)
            self.errors.append(found.value - truth)
            self.against.append(found.against)

    def kinds(self, least: float) -> list[str]:
        """What at least such a share of the trials was measured against."""
        counts = {kind: self.against.count(kind) for kind in sorted(set(self.against))}
        return [kind for kind, n in counts.items() if n >= least * self.trials]


@dataclass(frozen=True)
class Scene:
    """What is tried.

    Attributes:
        name: What it is called.
        drawing: How queues are drawn.
        coders: How people code.
        by: What counts: `answers`, or `rows` or `weight` of answers that repeat.
        level: Down to which level codes must be right; None is the whole code.
    """

    name: str
    drawing: Drawing
    coders: Coders
    by: str = "answers"
    level: int | None = None


def coverage(scene: Scene, trials: int) -> dict[str, Held]:
    """Draws and codes queues, each of another population.

    Args:
        scene: What is tried.
        trials: How often.

    Returns:
        What held, of `automatic`, `stage` (each stage by itself), `clerks`, `open` and
        `whole`.
    """
    found: dict[str, Held] = {}
    for seed in range(trials):
        population = invented_population(seed, scene.by != "answers")
        coded = coded_queue(population, scene.drawing, scene.coders, seed + 1_000_000)
        for name, estimate, truth in _compared(population, coded, scene):
            found.setdefault(name, Held()).add(estimate, truth)
    return found


def _compared(population: Population, coded: CodedQueue, scene: Scene) -> Found:
    """Name, estimate and truth of each figure."""
    queue, by, level = coded.queue, scene.by, scene.level
    numbers = [h for h, one in enumerate(queue.strata) if one.coded]
    methods = np.array(population.frame.methods)
    machine = _machine(coded, numbers, CHECK, scene)
    inside = population.frame.coded
    yield "automatic", machine.estimate, _right(population, inside, scene)
    for h in numbers:
        inside = methods == queue.strata[h].method
        stage = _machine(coded, [h], CHECK, scene).estimate
        yield "stage", stage, _right(population, inside, scene)
    if level is None:  # at other levels some wrong codes are right
        clerks = clerk_accuracy(queue, by, level, LEAST)
        yield "clerks", clerks, _chance(population, coded, scene)
    rest = methods == "clerk"
    rest[coded.places[~np.isin(queue.answers.part, (SAMPLE, CHECK))]] = False
    number = next(h for h, one in enumerate(queue.strata) if one.name == "clerk:rest")
    opened = _machine(coded, [number], SAMPLE, scene).estimate
    yield "open", opened, _right(population, rest, scene)
    whole = whole_accuracy(queue, machine, by, level, LEAST)
    yield "whole", whole.estimate, _whole(population, coded, scene)


def _machine(
    coded: CodedQueue, strata: list[int], part: str, scene: Scene
) -> DomainEstimate:
    numbers = np.array(strata, np.int64)
    return machine_accuracy(coded.queue, numbers, (part,), scene.by, scene.level, LEAST)


def _right(population: Population, inside: BoolArray, scene: Scene) -> float:
    """Share of right codes of the machine."""
    deep = 3 if scene.level is None else scene.level
    ends = population.tree.paths[:, deep - 1]
    right = ends[population.frame.nodes] == ends[population.truth]
    return float(np.average(right[inside], weights=population.size(scene.by)[inside]))


def _chance(population: Population, coded: CodedQueue, scene: Scene) -> float:
    """Mean chance of a right decision, of what people have coded."""
    answers = coded.queue.answers
    ours = answers.is_begun & (answers.part != CHECK)
    places = coded.places[ours]
    truth, machine = population.truth[places], population.frame.nodes[places]
    chance = scene.coders.right(truth, machine, answers.suggested[ours])
    return float(np.average(chance, weights=population.size(scene.by)[places]))


def _whole(population: Population, coded: CodedQueue, scene: Scene) -> float:
    """Share of right codes of what machine and people coded."""
    deep = 3 if scene.level is None else scene.level
    ends = population.tree.paths[:, deep - 1]
    answers, size = coded.queue.answers, population.size(scene.by)
    ours = (answers.result != MISSING) & (answers.part != CHECK)
    places, coded_size = coded.places[ours], size[population.frame.coded].sum()
    right = ends[answers.result[ours]] == ends[population.truth[places]]
    machine = _right(population, population.frame.coded, scene) * coded_size
    total = coded_size + size[places].sum()
    return float((machine + size[places] @ right) / total)
