"""The share of right codes from three samples, by hand."""

import numpy as np
import pytest

from han.review_figures.share_intervals import share
from han.review_figures.truth_phases import Phases, right_share, truth_of

NAN = np.nan
# First coder, coded by two, differ, gold, machine right by the adjudicator; times.
ROWS = [
    ((1, 0, NAN, 0, NAN), 120),
    ((0, 0, NAN, 0, NAN), 30),
    ((1, 1, 0, 0, NAN), 20),  # two say what the machine says
    ((1, 1, 0, 1, 1), 18),  # the adjudicator, too
    ((1, 1, 0, 1, 0), 2),  # the adjudicator says otherwise
    ((1, 1, 1, 0, 0), 4),  # the second coder was right against both
    ((1, 1, 1, 0, 1), 6),
    ((0, 1, 1, 0, 1), 5),  # the first coder erred
    ((0, 1, 0, 0, NAN), 4),
    ((0, 1, 0, 1, 0), 1),
]


def phases(rows=ROWS, weights=None):
    table = np.array([row for row, times in rows for _ in range(times)], float)
    first, double, differs, gold, right = table.T
    ones = np.ones(len(table)) if weights is None else weights
    return Phases(ones, first, double > 0, differs, gold > 0, right)


def test_three_samples_correct_each_other():
    found = right_share(phases(), least=20)
    p = 170 / 210
    keeps = 1 - 4 / 50 - (40 / 50) * (2 / 20)
    gains = 5 / 10 + (5 / 10) * 0
    assert found.against == "gold"
    assert found.value == pytest.approx(p * keeps + (1 - p) * gains)
    assert found.low < found.value < found.high
    assert (found.records, found.doubles, found.golds) == (210, 60, 21)
    assert found.same.value == pytest.approx(p)


def test_too_few_gold_ones_leave_it_to_two_who_agree():
    found = right_share(phases(), least=30)
    p = 170 / 210
    wanted = p * (1 - 4 / 50) + (1 - p) * 5 / 10
    assert found.against == "two" and found.value == pytest.approx(wanted)


def test_one_coder_is_never_taken_for_the_truth():
    found = right_share(phases(), least=61)
    assert found.against == "one" and not found.is_known
    assert (found.low, found.high) == (0, 1)
    assert found.same.value == pytest.approx(170 / 210)
    assert np.isnan(right_share(phases(), least=211).same.value)
    assert [truth_of(60, g, 20) for g in (19, 20)] == ["two", "gold"]


def test_what_is_unsettled_widens_the_interval_to_both_ends():
    settled = phases()
    open_ones = phases([*ROWS[:5], ((1, 1, 1, 0, NAN), 4), *ROWS[6:]])
    found, known = (right_share(one, 20) for one in (open_ones, settled))
    assert found.unknown == 4 and known.unknown == 0
    assert found.low <= known.low and found.value > known.value
    best = phases([*ROWS[:5], ((1, 1, 1, 0, 1), 4), *ROWS[6:]])
    assert found.high == pytest.approx(right_share(best, 20).high)
    assert found.low == pytest.approx(known.low)


def test_answers_that_all_skipped_may_be_right_or_wrong():
    skipped = phases([*ROWS, ((NAN, 0, NAN, 0, NAN), 10)])
    found = right_share(skipped, 20)
    assert found.unknown == 10
    assert found.same.low == pytest.approx(share([1] * 170 + [0] * 50).low)
    assert found.same.high == pytest.approx(share([1] * 180 + [0] * 40).high)


def test_an_error_that_was_not_seen_among_few_doubles_still_counts():
    """All alike: what limits the figure is the smaller sample, not the larger one."""
    alike = phases([((1, 0, NAN, 0, NAN), 960), ((1, 1, 0, 0, NAN), 40)])
    found = right_share(alike, 20)
    assert found.value == 1 and found.high == 1
    assert found.low == pytest.approx(share([1] * 40).low, abs=0.001)


def test_equal_weights_of_any_size_are_no_weights():
    found = right_share(phases(weights=np.full(210, 7.5)), 20)
    wanted = right_share(phases(), 20)
    assert (found.value, found.low, found.high) == pytest.approx(
        (wanted.value, wanted.low, wanted.high)
    )
