"""Draws a queue from a population and has it coded, all of it or its first batches."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from han.review_figures.reviewed_answers import (
    CHECK,
    MISSING,
    SAMPLE,
    WORK,
    Nodes,
    ReviewedAnswers,
    ReviewedQueue,
    Stratum,
)
from review_trials.invented_population import Coders, Population

CLERK = 3  # the group that goes to people


@dataclass(frozen=True)
class Drawing:
    """How a queue is drawn.

    Attributes:
        work: Answers for people, those of the highest priority.
        sample: Random ones among the others for people.
        check: Random ones among those that the machine coded, by the size of groups.
        double: Share of each part that two code.
        gold: Share of the latter that an adjudicator sees even where they agree.
        bare: Share of answers without suggestions.
        batches: Number of batches.
        done: Batches that were coded.
        factors: What priority is: doubt, times rows unless only `doubt`.
    """

    work: int = 300
    sample: int = 100
    check: int = 400
    double: float = 0.1
    gold: float = 0.2
    bare: float = 0.1
    batches: int = 10
    done: int = 10
    factors: str = "all"


@dataclass(frozen=True)
class CodedQueue:
    """A queue after coding.

    Attributes:
        queue: What `stats` reads.
        places: Where its answers stand in the population, `(n,)`.
    """

    queue: ReviewedQueue
    places: Nodes


def priority(population: Population, factors: str) -> np.typing.NDArray[np.float64]:
    """Priority of each answer, `(n,)`."""
    times = population.rows if factors == "all" else 1.0
    return population.doubt * times


def coded_queue(
    population: Population, drawing: Drawing, coders: Coders, seed: int
) -> CodedQueue:
    """Draws and codes a queue; the adjudicator is right."""
    random = np.random.default_rng(seed)
    places, part, batch = _drawn(population, drawing, random)
    strata, stratum = _strata(population, places[part == WORK])
    flags = [random.random(len(places)) < s for s in (drawing.double, drawing.gold)]
    double, gold = flags[0], flags[0] & flags[1]
    suggested = random.random(len(places)) >= drawing.bare
    truth, machine = population.truth[places], population.machine[places]
    done = batch < drawing.done
    given = [coders.decisions(truth, machine, suggested, random) for _ in range(2)]
    first = np.where(done, given[0], MISSING)
    second = np.where(done & double, given[1], MISSING)
    sees = done & double & ((first != second) | gold)
    answers = ReviewedAnswers(
        stratum=stratum[places],
        part=part,
        batch=batch,
        rows=population.rows[places],
        weight=population.rows[places],
        machine=machine,
        first=first,
        second=second,
        settled=np.where(sees, truth, MISSING),
        double=double,
        gold=gold,
        skipped=np.zeros(len(places), bool),
        suggested=suggested,
    )
    return CodedQueue(ReviewedQueue(strata, population.tree, answers), places)


def _drawn(
    population: Population, drawing: Drawing, random: np.random.Generator
) -> tuple[Nodes, np.typing.NDArray[np.str_], Nodes]:
    """Places, parts and batches of the answers drawn."""
    people = np.flatnonzero(population.stratum == CLERK)
    order = people[np.argsort(-priority(population, drawing.factors)[people])]
    work, rest = order[: drawing.work], order[drawing.work :]
    sample = random.choice(rest, min(drawing.sample, len(rest)), replace=False)
    check = np.concatenate([*_checks(population, drawing.check, random)])
    parts = {WORK: work, SAMPLE: sample, CHECK: check}
    batch = [
        # Work in order of priority; random parts in random order, spread evenly.
        np.arange(len(found)) * drawing.batches // max(len(found), 1)
        if name == WORK
        else random.permutation(len(found)) % drawing.batches
        for name, found in parts.items()
    ]
    names = np.repeat(list(parts), [len(found) for found in parts.values()])
    return np.concatenate([*parts.values()]), names, np.concatenate(batch)


def _checks(
    population: Population, number: int, random: np.random.Generator
) -> list[Nodes]:
    coded = [h for h, one in enumerate(population.strata) if one.coded]
    total = sum(population.strata[h].answers for h in coded)
    return [
        random.choice(
            np.flatnonzero(population.stratum == h),
            round(number * population.strata[h].answers / total),
            replace=False,
        )
        for h in coded
    ]


def _strata(population: Population, work: Nodes) -> tuple[list[Stratum], Nodes]:
    """The groups, that of people in two: chosen for certain, and the rest."""
    stratum = population.stratum.copy()
    stratum[work] = CLERK + 1
    clerk = population.strata[CLERK]
    parts = [
        replace(
            clerk,
            name=name,
            answers=int((stratum == h).sum()),
            rows=int(rows := population.rows[stratum == h].sum()),
            weight=float(rows),
        )
        for h, name in ((CLERK, "clerk:rest"), (CLERK + 1, "clerk:first"))
    ]
    return [*population.strata[:CLERK], *parts], stratum
