"""Seconds, work and breaks, people, and what suggestions do."""

from types import SimpleNamespace

import numpy as np
import pytest

from han.review_figures.decision_times import (
    DecisionLog,
    cost,
    time_figures,
    times_by_kind,
    work_seconds,
)
from han.review_figures.person_figures import difference
from han.review_figures.queue_reading import _times
from han.review_figures.share_intervals import share

NAN = np.nan


def log(person, at, seconds, stands=None, seat=None):
    count = len(at)
    person, at, seconds = np.array(person), np.array(at, float), np.array(seconds)
    return DecisionLog(
        answer=np.arange(count),
        seat=np.ones(count, int) if seat is None else np.array(seat),
        person=person,
        way=np.array(["candidate", "search"] * count)[:count],
        rank=np.array([1, 0] * count)[:count],
        suggestions=np.ones(count, bool),
        at=at,
        seconds=seconds,
        stands=np.ones(count, bool) if stands is None else np.array(stands, bool),
        node=np.zeros(count, int),
        work=work_seconds(person, at, seconds),
    )


def test_time_between_decisions_is_work_and_a_break_is_not():
    # Two people at once; person 0 has lunch before the third decision.
    found = log([0, 1, 0, 1, 0], [100, 105, 130, 145, 4000], [20.0, 20, 10, 10, 30.0])
    assert found.work.tolist() == [20, 20, 30, 40, 30]
    figures = time_figures(found)
    assert figures["hours"] == pytest.approx(140 / 3600)
    assert figures["per_hour"] == pytest.approx(5 / (140 / 3600))
    assert figures["median"] == 20 and figures["mean"] == 18


def test_a_page_left_open_over_night_is_no_work():
    found = log([0, 0], [100, 50_000], [20.0, 49_000.0])
    assert found.work.tolist() == [20, 20]


def test_a_coffee_is_no_work_though_the_page_was_open():
    # Ten decisions of 30 s, a coffee of six minutes in the fourth one.
    at = np.cumsum([30.0, 30, 30, 390, 30, 30, 30, 30, 30, 30])
    found = time_figures(log([0] * 10, at, np.diff(at, prepend=0)))
    assert found["per_hour"] == pytest.approx(120) and found["median"] == 30


def test_a_change_takes_time_and_has_that_of_the_first_decision():
    found = log([0, 0, 0], [20, 40, 60], [20.0, 20.0, 20.0], [0, 1, 1])
    work = work_seconds(
        found.person, found.at, np.array([20, 20, NAN]), np.ones(3, bool)
    )
    assert work.tolist() == [20, 20, 20]
    rows = [
        SimpleNamespace(answer=a, person=1, way=way, seconds=seconds)
        for a, way, seconds in [
            (1, "tree", 9.0),
            (2, "import", None),
            (1, "none", None),
        ]
    ]
    assert _times(rows) == [9.0, None, 9.0]


def test_spreadsheets_have_no_time():
    found = log([0, 0, 0], [100, 100, 130], [NAN, NAN, 25.0])
    figures = time_figures(found)
    assert (figures["decisions"], figures["timed"]) == (3, 1)
    assert figures["median"] == 25
    nothing = log([0], [100], [NAN])
    assert time_figures(nothing)["per_hour"] is None
    assert cost(nothing, 4)["hours_left"] is None


def test_what_was_taken_back_costs_and_is_no_decision():
    found = log([0, 0, 0, 1], [20, 40, 60, 90], [20.0] * 4, [1, 0, 1, 1], [1, 1, 1, 3])
    spent = cost(found, open_decisions=30)
    assert spent["hours"] == pytest.approx(80 / 3600)
    assert spent["seconds_per_decision"] == pytest.approx(30)  # 60 for two that stand
    assert spent["hours_left"] == pytest.approx(900 / 3600)
    kinds = times_by_kind(found)
    assert kinds["all"]["decisions"] == 2 and kinds["adjudicators"]["decisions"] == 1
    assert kinds["rank_1"]["decisions"] == 2


def test_a_difference_holds_no_difference_where_shares_are_alike():
    alike = difference(share([1] * 30 + [0] * 10), share([1] * 30 + [0] * 10), 20)
    assert alike["value"] == 0 and alike["low"] < 0 < alike["high"]
    apart = difference(share([0] * 40), share([1] * 40), 20)
    assert apart["value"] == 1 and apart["low"] > 0.8
    assert difference(share([0] * 40), share([1] * 19), 20)["value"] is None
