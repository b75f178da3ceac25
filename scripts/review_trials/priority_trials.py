"""What a budget of decisions brings, by what the priority of answers is made of."""

from __future__ import annotations

import numpy as np

from han.review_figures.reviewed_answers import CHECK, MISSING
from han.review_making.queue_drawing import FACTORS, Factor, QueueShares
from review_trials.coded_queue import Drawing, coded_queue
from review_trials.invented_population import Coders, FloatArray, invented_population

PRIORITIES: dict[str, tuple[Factor, ...]] = {
    "doubt x weight x repeats": (),
    "doubt x repeats": ("weight",),
    "doubt": ("weight", "repeats"),
    "none (order of appearance)": FACTORS,
}


def made_right(
    without: tuple[Factor, ...], coders: Coders, budget: int, seed: int
) -> FloatArray:
    """Rows and weight that people made right, less what they made wrong, `(2,)`.

    Args:
        without: Factors that are left out of the priority.
        coders: How people code.
        budget: Decisions.
        seed: Of population and queue.
    """
    population = invented_population(seed, repeats=True)
    shares = QueueShares(budget=budget, without=without)
    coded = coded_queue(population, Drawing(shares), coders, seed)
    answers = coded.queue.answers
    ours = (answers.part != CHECK) & (answers.result != MISSING)
    places, result = coded.places[ours], answers.result[ours]
    truth, machine = population.truth[places], population.frame.nodes[places]
    gain = (result == truth).astype(float) - (machine == truth)
    return np.array([gain @ population.size(by)[places] for by in ("rows", "weight")])
