"""Coders of known error: intervals hold, and the order of a queue pays."""

import numpy as np
import pytest
from benchmark_review import LARGE, LURED, SCENES, USUAL

from han.review_making.queue_drawing import QueueShares
from review_trials.coded_queue import Drawing, coded_queue
from review_trials.coverage_trials import Scene, coverage
from review_trials.invented_population import STAGES, invented_population
from review_trials.priority_trials import PRIORITIES, made_right


def test_the_invented_machine_errs_as_told():
    found = invented_population(1, repeats=True)
    methods = np.array(found.frame.methods)
    wrong = found.frame.nodes != found.truth
    for name, size, error in STAGES:
        assert (methods == name).sum() == size
        assert wrong[methods == name].mean() == pytest.approx(error, abs=0.03)


def test_lured_coders_share_mistakes_and_others_do_not():
    drawing = Drawing(LARGE)
    for coders, least, most in ((USUAL, 0.0, 0.08), (LURED, 0.08, 0.5)):
        coded = coded_queue(invented_population(2), drawing, coders, 3)
        answers = coded.queue.answers
        truth = invented_population(2).truth[coded.places]
        both = (answers.first == answers.second) & (answers.first != truth)
        assert least <= both.sum() / answers.double.sum() <= most


def test_intervals_hold_in_a_few_trials():
    found = coverage(Scene("few", Drawing(LARGE), USUAL), trials=8)
    for name in ("automatic", "clerks", "whole"):
        assert len(found[name].held) == 8 and sum(found[name].held) >= 7
        assert abs(np.mean(found[name].errors)) < 0.03


def test_priority_with_rows_makes_more_rows_right_than_doubt_alone():
    seeds = range(3)
    gains = {
        name: np.mean([made_right(PRIORITIES[name], USUAL, 300, s)[1] for s in seeds])
        for name in ("doubt x weight x repeats", "doubt")
    }
    assert gains["doubt x weight x repeats"] > 1.3 * gains["doubt"]


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_intervals_cover_at_95_percent(scene):
    """Where gold records correct two who agree; else if coders are not lured much."""
    trials = 200
    for name, held in coverage(scene, trials).items():
        inside, against = np.array(held.held), np.array(held.against)
        if scene.coders is LURED:
            inside = inside[against == "gold"]
        if len(inside) >= 50:
            allowed = 3 * np.sqrt(0.95 * 0.05 / len(inside))
            assert inside.mean() >= 0.95 - allowed, name


@pytest.mark.slow
def test_priority_beats_doubt_alone_at_every_budget():
    for budget in (250, 500, 1000):
        shares = QueueShares(budget=budget)
        gains = [
            made_right((), USUAL, shares.budget, seed)
            - made_right(PRIORITIES["doubt"], USUAL, shares.budget, seed)
            for seed in range(20)
        ]
        mean, error = np.mean(gains, 0), np.std(gains, 0, ddof=1) / np.sqrt(20)
        assert (mean > 3 * error).all()
