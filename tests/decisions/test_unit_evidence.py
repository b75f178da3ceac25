"""Tests of an accuracy by units: against plain NumPy, and under the hypothesis."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.decisions.binomial_bounds import p_values, records_needed
from han.decisions.frequent_texts import own_promises, texts_with_enough
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths
from han.decisions.repeat_bands import repeat_bands
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.thresholds import choose_thresholds
from han.decisions.unit_evidence import (
    BETS,
    Evidence,
    Units,
    bet_shares,
    ratio_test,
)


def some_records(seed, units=40, most=5):
    rng = np.random.default_rng(seed)
    numbers = rng.permutation(np.repeat(np.arange(units), rng.integers(1, most, units)))
    confidence = np.round(rng.random(len(numbers)), 2)
    outcomes = rng.choice([-1, 0, 1, 1, 1], size=len(numbers)).astype(np.int8)
    weights = rng.integers(1, 4, len(numbers)).astype(float)
    return confidence, outcomes, Units(numbers, weights, 3.0 * most)


@pytest.mark.parametrize("seed", range(5))
def test_gains_are_those_of_a_loop_over_units(seed):
    confidence, outcomes, units = some_records(seed)
    grid, target = np.array([0.9, 0.5, 0.1, 0.0]), 0.8
    found = Evidence.of(confidence, outcomes, units).log_gains(grid, target)
    for place, threshold in enumerate(grid):
        for column, bet in enumerate(BETS):
            stake = 1.0
            for unit in np.unique(units.numbers):
                rows = (units.numbers == unit) & (confidence >= threshold)
                rows &= outcomes != -1
                accepted = units.weights[rows].sum()
                wrong = units.weights[rows & (outcomes == 0)].sum()
                gain = (0.2 * accepted - wrong) / (0.8 * units.largest)
                stake *= 1 + bet * gain
            assert found[place, column] == pytest.approx(np.log(stake), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_order_and_unit_names_change_nothing(seed):
    confidence, outcomes, units = some_records(seed)
    grid = np.array([0.7, 0.2])
    first = Evidence.of(confidence, outcomes, units).log_gains(grid, 0.9)
    order = np.random.default_rng(seed).permutation(len(confidence))
    renamed = Units(1000 - units.numbers, units.weights, units.largest).take(order)
    again = Evidence.of(confidence[order], outcomes[order], renamed)
    assert again.log_gains(grid, 0.9) == pytest.approx(first)


@given(st.integers(0, 60), st.integers(0, 30))
def test_single_records_have_the_binomial_p_value(rows, wrong):
    wrong = min(rows, wrong)
    outcomes = (np.arange(rows) >= wrong).astype(np.int8)
    known = Evidence.of(np.ones(rows), outcomes, Units.single(rows))
    grid = np.array([0.5])
    found = ratio_test(known, grid, 0.9, bet_shares(known, grid, 0.9))
    assert found == p_values(np.array([rows]), np.array([wrong]), 0.9)


@pytest.mark.parametrize("largest", [2, 5, 20])
def test_p_values_are_valid_where_the_accuracy_is_just_missed(largest):
    """Large units are wrong as a whole, just often enough for the hypothesis."""
    rng, target, grid = np.random.default_rng(largest), 0.9, np.array([0.5])
    share = 0.1  # of large units; all errors are theirs
    of_large = (1 - target) * (1 - share + share * largest) / (share * largest)
    found = []
    for _ in range(400):
        parts = []
        for _ in range(2):
            sizes = np.where(rng.random(600) < share, largest, 1)
            right = (sizes == 1) | (rng.random(600) >= of_large)
            numbers = np.repeat(np.arange(600), sizes)
            units = Units(numbers, np.ones(len(numbers)), float(largest))
            outcomes = right[numbers].astype(np.int8)
            parts.append(Evidence.of(np.ones(len(numbers)), outcomes, units))
        shares = bet_shares(parts[1], grid, target)
        found.append(ratio_test(parts[0], grid, target, shares)[0])
    for level in (0.05, 0.2):
        assert np.mean(np.array(found) <= level) <= level + 3 * np.sqrt(level / 400)


def test_a_unit_above_the_largest_is_an_error():
    with pytest.raises(ValueError, match="weighs more"):
        Units(np.zeros(3, int), np.ones(3), 2.0).check()


def test_larger_units_need_more_records():
    needed = [records_needed(0.95, 0.05, largest) for largest in (1, 2, 10)]
    assert needed[0] == 59 and needed[0] < needed[1] < needed[2]


# Sizes


def labelled(sizes, right, sure=0.9):
    units = np.repeat(np.arange(len(sizes)), sizes)
    nodes = np.zeros((len(units), 1), np.int32)
    truth = np.where(right[units], 0, 1)[:, None]
    confidence = np.full((len(units), 1), sure)
    return LabelledPaths(CodedPaths(nodes, confidence), truth, units)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=300))
def test_bands_are_apart_and_from_the_smallest_up(sizes):
    one = labelled(np.array(sizes), np.ones(len(sizes), bool))
    bands = repeat_bands(one.repeats, one.units, one.repeats, [0.6], 0.2)
    assert sum(band.share for band in bands) == pytest.approx(1)
    for before, after in pairwise(bands):
        assert after.least == before.most + 1 and after.most >= after.least
    assert all(band.most < 2 * band.least for band in bands)


def test_small_and_large_texts_have_thresholds_of_their_own():
    rng = np.random.default_rng(1)
    sizes = np.repeat([1, 3], [900, 900])
    right = rng.random(1800) < np.where(sizes == 1, 0.99, 0.6)
    tested, reference = labelled(sizes, right), labelled(sizes[::2], right[::2])
    found = choose_thresholds(tested, reference, {1: 0.9}, 0.95)
    assert [band.most_rows for band in found.bands] == [1, 3]
    assert found.limit == 1
    passed = found.passed(tested.paths, tested.repeats)
    assert set(passed[tested.repeats == 1]) == {1}
    assert set(passed[tested.repeats == 3]) == {0}
    assert found.passed(tested.paths, np.full(len(tested), 9)).max() == 0


def test_one_band_where_the_largest_is_given():
    tested = labelled(np.full(300, 6), np.ones(300, bool))
    found = choose_thresholds(tested, tested, {1: 0.9}, 0.95, most_rows=6)
    assert found.most_rows == found.limit == 6 and not found.repeated
    assert found.groups[-1][0].units == 300
    none = choose_thresholds(tested, tested, {1: 0.9}, 0.95, most_rows=5)
    assert not none.promises_anything and none.limit == 1


def test_a_few_heavy_weights_promise_nothing_and_say_so():
    tested = labelled(np.ones(500, int), np.ones(500, bool))
    weights = np.where(np.arange(500) < 3, 200.0, 1.0)
    heavy = LabelledPaths(tested.paths, tested.truth, None, weights)
    found = choose_thresholds(heavy, heavy, {1: 0.95}, 0.95).groups[-1][0]
    assert not found.is_kept
    assert found.largest == pytest.approx(200 * 500 / (497 + 600))
    assert "weigh" in found.why_not()


def test_the_limit_grows_with_the_file():
    limit = RepeatLimit(5, 1000)
    repeats = np.array([1, 5, 6, 50, 51])
    assert limit.is_frequent(repeats, 1000).tolist() == [False, False, True, True, True]
    large = limit.is_frequent(repeats, 10_000)
    assert large.tolist() == [False, False, False, False, True]
    small = limit.is_frequent(np.array([1, 2]), 50)
    assert small.tolist() == [False, True]  # twice in fifty is often
    assert RepeatLimit.from_dict(vars(limit)) == limit


def test_units_of_a_column_are_as_large_in_any_file():
    """Ten times the records have ten times the households, none of them larger."""
    limit, repeats = RepeatLimit(6, 1000, "home"), np.array([0, 1, 6, 7])
    for records in (100, 1000, 10_000):
        assert limit.scaled(repeats, records).tolist() == [1, 1, 6, 7]
        assert limit.among(records) == 6


# Frequent texts


def test_own_promises_count_weights():
    """Errors of much weight, or a weight that others may have, break them."""
    same = labelled(np.ones(200, int), np.arange(200) >= 3)
    found = LabelledPaths(same.paths, same.truth, np.zeros(200, int), np.ones(200))
    assert own_promises(found, {1: 0.9}, 0.05) == {0: 1}
    assert own_promises(found, {1: 0.9}, 0.05, largest_weight=50.0) == {}
    weights = np.where(np.arange(200) < 3, 10.0, 1.0)
    heavy = LabelledPaths(found.paths, found.truth, found.units, weights)
    assert own_promises(heavy, {1: 0.9}, 0.05) == {}


def test_frequent_texts_are_promised_by_their_own_records():
    sizes = np.array([200, 200, 100, 10])
    right = np.array([True, False, True, True])
    records = labelled(sizes, right)
    assert texts_with_enough(records, {1: 0.9}, 0.05).tolist() == [0, 1, 2]
    assert own_promises(records, {1: 0.9}, 0.05) == {0: 1, 2: 1}
    single = LabelledPaths(records.paths, records.truth)
    assert own_promises(single, {1: 0.9}, 0.1) == {}


def test_own_promises_hold_in_repetitions():
    rng, failed = np.random.default_rng(8), 0
    for _ in range(1000):
        truth = (rng.random((300, 1)) < 0.1001).astype(np.int32)  # just missed
        nodes = np.zeros((300, 1), np.int32)
        texts = LabelledPaths(CodedPaths(nodes, nodes + 0.5), truth, np.arange(300) % 3)
        failed += bool(own_promises(texts, {1: 0.9}, 0.05))
    assert failed <= 1000 * 0.05 + 3 * np.sqrt(1000 * 0.05 * 0.95)
