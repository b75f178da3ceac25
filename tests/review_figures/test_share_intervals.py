"""Intervals of a share, and of what is made of several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from han.review_figures.share_intervals import Move, combined, share


@given(st.integers(1, 80), st.integers(0, 80))
def test_equal_weights_have_clopper_and_pearsons_interval(records, right):
    right = min(right, records)
    found = share([1] * right + [0] * (records - right))
    wanted = binomtest(right, records).proportion_ci(0.95, "exact")
    assert found.value == pytest.approx(right / records)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 10)), min_size=1, max_size=40))
def test_unequal_weights_never_tell_more_than_kishs_number(records):
    values, weights = np.array(records, float).T
    found = share(values, weights)
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert found.effective <= kish * (1 + 1e-9)
    assert found.value == pytest.approx(np.average(values, weights=weights))
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


def test_errors_of_heavy_records_widen_the_interval_beyond_kish():
    weights = np.array([10.0] * 5 + [1.0] * 50)
    heavy = share([0] * 2 + [1] * 53, weights)
    light = share([1] * 35 + [0] * 20, weights)
    assert heavy.value == pytest.approx(0.8) and light.value == pytest.approx(0.8)
    assert heavy.high - heavy.low > light.high - light.low


def test_without_records_anything_is_possible():
    found = share([])
    assert np.isnan(found.value) and (found.low, found.high) == (0, 1)
    given_value = found.or_value(0.5)
    assert (given_value.value, given_value.low, given_value.high) == (0.5, 0, 1)
    assert share([1.0]).or_value(0.5).value == 1.0


def test_one_share_keeps_its_own_interval_and_a_falling_figure_turns_it_round():
    one = share([1] * 30 + [0] * 3)
    assert combined(one.value, [Move(1.0, one)]) == pytest.approx((one.low, one.high))
    turned = combined(1 - one.value, [Move(-1.0, one)])
    assert turned == pytest.approx((1 - one.high, 1 - one.low))


def test_two_shares_of_equal_parts_have_more_than_either_and_less_than_the_worst():
    one, other = share([1] * 40), share([1] * 38 + [0] * 2)
    value = (one.value + other.value) / 2
    low, high = combined(value, [Move(0.5, one), Move(0.5, other)])
    assert (one.low + other.low) / 2 < low < value < high <= 1
