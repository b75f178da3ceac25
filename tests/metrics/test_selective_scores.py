"""Risk and coverage: ties, weights, areas, targets, resamples; shares of groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from han.metrics.group_shares import shares_by_group
from han.metrics.selective_scores import (
    coverage_at_accuracy,
    excess_aurc_error,
    optimal_aurc_error,
    resampled_curves,
    risk_coverage_curve,
)

SURE = st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9])  # few, so that there are ties
RECORDS = st.lists(
    st.tuples(st.booleans(), SURE, st.integers(0, 4)), min_size=1, max_size=25
)
LOSSES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), SURE, st.integers(1, 4)),
    min_size=1,
    max_size=25,
)


def columns(records):
    first, sure, weights = map(np.array, zip(*records, strict=True))
    return first, sure.astype(float), weights.astype(float)


@given(LOSSES)
def test_a_curve_ends_at_all_records(records):
    loss, sure, weights = columns(records)
    curve = risk_coverage_curve(loss, sure, sample_weight=weights)
    assert (np.diff(curve.thresholds) < 0).all() and (np.diff(curve.coverage) > 0).all()
    assert curve.coverage[-1] == pytest.approx(1)
    assert curve.risk[-1] == pytest.approx(np.average(loss, weights=weights))
    assert 0 <= curve.area <= 1


@given(LOSSES)
def test_each_point_is_what_its_threshold_says(records):
    loss, sure, weights = columns(records)
    curve = risk_coverage_curve(loss, sure, sample_weight=weights)
    for threshold, coverage, risk in zip(
        curve.thresholds, curve.coverage, curve.risk, strict=True
    ):
        coded = sure >= threshold
        assert coverage == pytest.approx(weights[coded].sum() / weights.sum())
        assert risk == pytest.approx(np.average(loss[coded], weights=weights[coded]))


@given(LOSSES, st.randoms())
def test_order_and_scale_of_records_do_not_count(records, random):
    area = risk_coverage_curve(*columns(records)[:2]).area
    shuffled = list(records)
    random.shuffle(shuffled)
    loss, sure, _ = columns(shuffled)
    assert risk_coverage_curve(loss, 5 * sure**3 - 2).area == pytest.approx(area)


@given(LOSSES)
def test_a_weight_is_so_many_records(records):
    loss, sure, weights = columns(records)
    times = weights.astype(int)
    one = risk_coverage_curve(loss, sure, sample_weight=weights)
    many = risk_coverage_curve(np.repeat(loss, times), np.repeat(sure, times))
    np.testing.assert_allclose(one.risk, many.risk)
    assert one.area == pytest.approx(many.area)


def test_ties_are_one_block():
    assert risk_coverage_curve([0, 1, 1, 0], [0.5] * 4).area == 0.5
    assert len(risk_coverage_curve([0, 1], [0.5, 0.5]).risk) == 1


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_without_ties_the_area_is_the_mean_of_the_risks(wrong):
    loss = np.array(wrong, float)
    sure = -np.arange(len(loss), dtype=float)
    risks = np.cumsum(loss) / np.arange(1, len(loss) + 1)
    assert risk_coverage_curve(loss, sure).area == pytest.approx(risks.mean())


@given(LOSSES)
def test_nothing_is_below_the_best_order(records):
    loss, sure, weights = columns(records)
    assert excess_aurc_error(loss, sure, sample_weight=weights) >= -1e-12


@pytest.mark.parametrize("wrong", [0, 1, 50, 300])
def test_best_order_of_right_and_wrong_has_its_formula(wrong):
    loss = np.repeat([1.0, 0.0], [wrong, 300 - wrong])
    rate = wrong / 300
    rest = (1 - rate) * np.log(1 - rate) if rate < 1 else 0.0
    assert optimal_aurc_error(loss) == pytest.approx(rate + rest)


@given(LOSSES)
def test_best_order_is_the_limit_of_many_small_records(records):
    loss, _, weights = columns(records)
    many = np.sort(np.repeat(loss, (200 * weights).astype(int)))
    steps = np.cumsum(many) / np.arange(1, len(many) + 1)
    assert optimal_aurc_error(loss, sample_weight=weights) == pytest.approx(
        steps.mean(), abs=0.01
    )


@given(RECORDS, st.sampled_from([0.2, 0.5, 0.75, 0.9, 1.0]))
def test_coverage_is_the_greatest_of_all_thresholds(records, target):
    correct, sure, weights = columns(records)
    share, threshold = coverage_at_accuracy(
        correct, sure, target, sample_weight=weights
    )
    if not weights.sum():
        assert np.isnan(share)
        return
    found = [0.0]
    for level in np.unique(sure):
        coded = sure >= level
        if weights[coded].sum():
            accuracy = np.average(correct[coded], weights=weights[coded])
            if accuracy >= target - 1e-9:
                found.append(weights[coded].sum() / weights.sum())
    assert share == pytest.approx(max(found))
    if share:
        coded = sure >= threshold
        assert weights[coded].sum() / weights.sum() == pytest.approx(share)


@given(RECORDS)
def test_more_is_asked_less_is_covered(records):
    correct, sure, _ = columns(records)
    shares = [coverage_at_accuracy(correct, sure, t)[0] for t in (0.3, 0.6, 0.9)]
    assert shares == sorted(shares, reverse=True)


def test_no_records_and_no_threshold():
    assert np.isnan(risk_coverage_curve([], []).area) and np.isnan(
        optimal_aurc_error([])
    )
    assert np.isnan(coverage_at_accuracy([], [], 0.9)).all()
    share, threshold = coverage_at_accuracy([False], [0.9], 0.9)
    assert share == 0 and np.isnan(threshold)


@pytest.mark.parametrize(
    ("loss", "sure", "options", "message"),
    [
        ([0, 1], [0.5], {}, "one shape"),
        ([2.0], [0.5], {}, "from 0 to 1"),
        ([np.nan], [0.5], {}, "from 0 to 1"),
        ([0.0], [np.nan], {}, "finite"),
        ([0.0], [0.5], {"sample_weight": [-1.0]}, "from 0"),
    ],
)
def test_bad_numbers_are_refused(loss, sure, options, message):
    with pytest.raises(ValueError, match=message):
        risk_coverage_curve(loss, sure, **options)


@pytest.mark.parametrize("target", [0, 1.5, -1])
def test_targets_are_shares(target):
    with pytest.raises(ValueError, match="at most 1"):
        coverage_at_accuracy([True], [0.5], target)


# Resamples


def sample(rows, seed=0):
    random = np.random.default_rng(seed)
    sure = random.random(rows)
    return random.random(rows) < sure, sure


def test_resamples_scatter_around_the_curve():
    correct, sure = sample(600)
    curves = resampled_curves(correct, sure, resamples=300)
    share, _ = coverage_at_accuracy(correct, sure, 0.8)
    low, high = np.quantile(curves.coverage_at(0.8), [0.005, 0.995])
    assert low <= share <= high and low < high
    np.testing.assert_allclose(curves.coverage[:, -1], 1)
    assert curves.accuracy[:, -1].mean() == pytest.approx(correct.mean(), abs=0.01)


def test_many_confidences_are_merged_into_steps(monkeypatch):
    correct, sure = sample(500)
    fine = resampled_curves(correct, sure, resamples=20)
    monkeypatch.setattr("han.metrics.selective_scores.GROUPS", 50)
    coarse = resampled_curves(correct, sure, resamples=20)
    assert fine.shares.shape == (500,) and coarse.shares.shape == (50,)
    np.testing.assert_allclose(
        coarse.coverage_at(0.7), fine.coverage_at(0.7), atol=0.06
    )
    np.testing.assert_allclose(coarse.accuracy[:, -1], fine.accuracy[:, -1])


def test_clusters_are_drawn_together():
    correct, sure = sample(100)
    one = resampled_curves(correct, sure, resamples=50, seed=3)
    twice = resampled_curves(
        np.tile(correct, 2),
        np.tile(sure, 2),
        clusters=np.tile(np.arange(100), 2),
        resamples=50,
        seed=3,
    )
    np.testing.assert_allclose(one.accuracy, twice.accuracy)
    alone = resampled_curves(np.tile(correct, 2), np.tile(sure, 2), resamples=400)
    spread = one.coverage_at(0.8).std()
    assert alone.coverage_at(0.8).std() < spread  # as if there were twice the records


def test_weight_zero_counts_nowhere():
    correct, sure = sample(50)
    more = np.append(correct, False), np.append(sure, 0.99)
    weights = np.append(np.ones(50), 0.0)
    curve = risk_coverage_curve(1.0 - more[0], more[1], sample_weight=weights)
    assert curve.area == risk_coverage_curve(1.0 - correct, sure).area


# Shares


@given(st.integers(1, 40), st.data())
def test_interval_of_a_share_is_wilsons(rows, data):
    right = data.draw(st.integers(0, rows))
    hits = np.arange(rows) < right
    found = shares_by_group(np.zeros(rows, int), hits, np.ones(rows), 2)
    ends = binomtest(right, rows).proportion_ci(method="wilson")
    assert (found.low[0], found.high[0]) == pytest.approx((ends.low, ends.high))
    assert found.rows.tolist() == [rows, 0] and np.isnan(found.share[1])


def test_unequal_weights_are_fewer_records():
    hits = np.array([True, True, False, False] * 10)
    even = shares_by_group(np.zeros(40, int), hits, np.ones(40), 1)
    odd = shares_by_group(np.zeros(40, int), hits, np.tile([1.0, 9, 1, 9], 10), 1)
    assert even.share == odd.share == 0.5
    assert odd.high - odd.low > even.high - even.low
