"""Draws a queue as `han.review out` does, and has it coded by invented coders."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from han.review_figures.reviewed_answers import (
    MISSING,
    CodeTree,
    ReviewedAnswers,
    ReviewedQueue,
    Stratum,
)
from han.review_making.queue_drawing import QueueShares, draw_answers
from han.review_making.queue_order import PlacedAnswer, placed_answers
from review_trials.invented_population import Coders, IntArray, Population


@dataclass(frozen=True)
class Drawing:
    """How a queue is drawn, and how far it is coded.

    Attributes:
        shares: As of `han.review out`.
        done: Share of the batches that were coded.
        skips: Share of the answers with a wrong suggestion that the second of two
            coders skips: what is hard.
    """

    shares: QueueShares = field(default_factory=QueueShares)
    done: float = 1.0
    skips: float = 0.0


@dataclass(frozen=True)
class CodedQueue:
    """A queue after coding.

    Attributes:
        queue: What `stats` reads.
        places: Where its answers stand in the population, `(n,)`.
    """

    queue: ReviewedQueue
    places: IntArray


def coded_queue(
    population: Population, drawing: Drawing, coders: Coders, seed: int
) -> CodedQueue:
    """Draws and codes a queue; the adjudicator settles all that is for him."""
    frame, chance = population.frame, np.random.default_rng(seed)
    shares = QueueShares(**{**vars(drawing.shares), "seed": seed})
    strata, drawn = draw_answers(frame, population.tree, shares)
    nodes = frame.nodes[[one.place for one in drawn]].tolist()
    placed = placed_answers(drawn, nodes, population.tree, shares)
    places = np.array([one.drawn.place for one in placed])
    numbers = {one.name: number for number, one in enumerate(strata)}
    found = [
        Stratum(
            one.name,
            one.coded,
            one.method,
            one.level,
            len(one.places),
            int(frame.rows[one.places].sum()),
            float(frame.weights[one.places].sum()),
        )
        for one in strata
    ]
    answers = _coded(population, drawing, placed, numbers, coders, chance)
    tree = CodeTree(np.asarray(population.tree.paths, np.int64))
    return CodedQueue(ReviewedQueue(found, tree, answers), places)


def _coded(
    population: Population,
    drawing: Drawing,
    placed: list[PlacedAnswer],
    numbers: dict[str, int],
    coders: Coders,
    chance: np.random.Generator,
) -> ReviewedAnswers:
    places = np.array([one.drawn.place for one in placed])
    truth, machine = population.truth[places], population.frame.nodes[places]
    batch = np.array([one.batch for one in placed])
    done = batch <= np.ceil(drawing.done * batch.max())
    suggested = np.array([one.suggestions for one in placed])
    double = np.array([one.seats > 1 for one in placed])
    gold = np.array([one.gold for one in placed])
    given = [coders.decisions(truth, machine, suggested, chance) for _ in range(2)]
    first = np.where(done, given[0], MISSING)
    second = np.where(done & double, given[1], MISSING)
    skipped = done & double & (machine != truth) & bool(drawing.skips)
    if drawing.skips:
        skipped &= chance.random(len(places)) < drawing.skips
    second = np.where(skipped, MISSING, second)
    asked = done & double & ~skipped & ((first != second) | gold)
    return ReviewedAnswers(
        stratum=np.array([numbers[one.drawn.stratum] for one in placed]),
        part=np.array([one.drawn.part for one in placed]),
        batch=batch,
        rows=population.size("rows")[places],
        weight=population.size("weight")[places],
        machine=machine,
        first=first,
        second=second,
        settled=np.where(asked, truth, MISSING),
        double=double,
        gold=gold,
        skipped=skipped,
        suggested=suggested,
    )
