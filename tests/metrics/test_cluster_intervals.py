"""Intervals where records were drawn together: clusters are drawn whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.coded_records import coded_records

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.evaluation.coded_scores import scores
from han.metrics import evaluation, evaluation_table
from han.metrics.bootstrap import (
    cluster_totals,
    effective_rows,
    percentile_interval,
    ratio_intervals,
    resample_counts,
    uniform_interval,
)
from han.metrics.calibration_error import (
    BINS,
    LevelErrors,
    calibration_errors,
    equal_mass_bins,
)
from han.metrics.group_shares import shares_by_group
from han.metrics.paired_scores import paired_ratios
from han.metrics.selective_scores import coverage_at_accuracy, resampled_curves

TREE = Taxonomy.from_paths([(a, b) for a in "pqrs" for b in "123"])


def sample(rows, seed=0):
    """True and given nodes with gaps, weights, and clusters of uneven size."""
    random = np.random.default_rng(seed)
    true = random.choice(TREE.leaves, rows)
    predicted = np.where(random.random(rows) < 0.6, true, random.integers(0, 16, rows))
    true = np.where(random.random(rows) < 0.1, -1, true)
    clusters = random.zipf(1.7, rows) % 12
    return true, predicted, random.uniform(0.5, 2, rows), clusters


def drawn_by_hand(clusters, resamples, seed):
    """Rows of each resample: whole clusters, as often as they are drawn."""
    rows = [np.flatnonzero(clusters == name) for name in np.unique(clusters)]
    for counts in np.vstack(list(resample_counts(len(rows), resamples, seed))):
        chosen = np.repeat(np.arange(len(rows)), counts.astype(int))
        yield np.concatenate([rows[k] for k in chosen])


# Against plain NumPy


def test_scores_are_those_of_clusters_resampled_by_hand():
    true, predicted, weights, clusters = sample(80)
    whole = {"sample_weight": weights, "clusters": clusters}
    found = evaluation(true, predicted, TREE, resamples=30, seed=2, **whole)
    kept = np.flatnonzero(true != -1)
    again = [
        evaluation(
            true[kept][rows],
            predicted[kept][rows],
            TREE,
            sample_weight=weights[kept][rows],
            resamples=0,
        )
        for rows in drawn_by_hand(clusters[kept], 30, 2)
    ]
    assert len(found["intervals"]) == 8
    for name, interval in found["intervals"].items():
        first, _, second = name.partition(".")
        values = [one[first][second] if second else one[first] for one in again]
        assert interval == pytest.approx(percentile_interval(np.array(values))), name


def test_calibration_errors_are_those_of_clusters_resampled_by_hand():
    random = np.random.default_rng(1)
    _, _, weights, clusters = sample(90, seed=1)
    sure = random.uniform(0.2, 1, 90)
    right = random.random(90) < sure
    beliefs = beliefs_of(right, sure)
    found = calibration_errors(
        beliefs, sample_weight=weights, clusters=clusters, resamples=40, seed=3
    )["1"]
    place = equal_mass_bins(sure, weights)
    errors, losses = [], []
    for rows in drawn_by_hand(clusters, 40, 3):
        gaps = np.zeros(BINS)
        np.add.at(gaps, place[rows], weights[rows] * (right[rows] - sure[rows]))
        errors.append(np.abs(gaps).sum() / weights[rows].sum())
        losses.append(np.average(1 - sure[rows], weights=weights[rows]))
    low, high = np.quantile(errors, [0.025, 0.975])
    reflected = [2 * found["ece"] - high, 2 * found["ece"] - low]
    reflected = [max(reflected[0], 0), max(reflected[1], found["ece"])]
    assert found["intervals"]["ece"] == pytest.approx(reflected)
    expected = percentile_interval(np.array(losses))
    assert found["intervals"]["log_loss"] == pytest.approx(expected)


def beliefs_of(right, sure):
    column = np.asarray(sure)[:, None]
    return LevelErrors(
        column >= 0, np.asarray(right)[:, None], column, 1 - column, 1 - column
    )


def test_coverage_is_that_of_clusters_resampled_by_hand():
    random = np.random.default_rng(4)
    sure = random.uniform(size=70).round(2)
    right = random.random(70) < sure
    clusters = np.unique(sample(70)[3], return_inverse=True)[1]
    curves = resampled_curves(right, sure, clusters=clusters, resamples=25, seed=5)
    expected = [
        coverage_at_accuracy(right[rows], sure[rows], 0.7)[0]
        for rows in drawn_by_hand(clusters, 25, 5)
    ]
    np.testing.assert_allclose(curves.coverage_at(0.7), expected)


def test_all_intervals_of_an_evaluation_count_units():
    """At a level only the units with judged records are drawn."""
    units = np.arange(300) // 10
    coded = coded_records(units=units, partial=0.9)
    result = scores(coded)
    leaf = coded.at("leaf")
    assert 1 < len(leaf.records) < 60 and leaf.num_units < 30
    curves = resampled_curves(
        leaf.correct,
        leaf.confidence,
        clusters=np.unique(units[leaf.records], return_inverse=True)[1],
    )
    expected = percentile_interval(curves.coverage_at(0.95))
    assert result["selective"]["intervals"]["leaf"] == expected
    errors = calibration_errors(coded.own_scores, clusters=units)
    assert result["calibration"]["before"] == errors
    codes = coded.true, coded.nodes, coded.tree
    expected = evaluation(*codes, top_k=coded.hits, clusters=units)["intervals"]
    assert result["intervals"] == expected


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 9)), min_size=1))
def test_effective_rows_are_kishs(records):
    clusters, weights = map(np.array, zip(*records, strict=True))
    sums = np.array([weights[clusters == name].sum() for name in np.unique(clusters)])
    found = effective_rows(weights, clusters)
    if sums.sum() > 1e-9:
        assert found == pytest.approx(sums.sum() ** 2 / (sums**2).sum())
        assert found <= len(sums) * (1 + 1e-9)
    totals = cluster_totals(weights[:, None].astype(float), clusters)
    assert sorted(totals[:, 0]) == pytest.approx(sorted(sums))


# Records by themselves


def test_units_of_one_record_change_no_number():
    options = {"calibrated": True, "weights": np.linspace(0.5, 2, 300)}
    alone = scores(coded_records(**options))
    assert scores(coded_records(**options, units=np.arange(300))) == alone


# Copies are no evidence


def copies(values, times=5):
    return np.repeat(values, times, axis=0)


def test_intervals_hold_where_five_records_are_right_or_wrong_together():
    """By records, an interval of 95 % holds in about 62 % of the samples."""
    held = {"clusters": 0, "records": 0}
    texts = np.repeat(np.arange(100), 5)
    for seed in range(150):
        right = copies(np.random.default_rng(seed).random(100) < 0.8)
        parts = {"accuracy": (right, np.ones(500))}
        for name, clusters in (("clusters", texts), ("records", None)):
            low, high = ratio_intervals(parts, 150, seed, clusters)["accuracy"]
            held[name] += low <= 0.8 <= high
    assert held["clusters"] / 150 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 150)
    assert held["records"] / 150 < 0.75


def test_the_calibration_error_is_less_certain_of_clusters():
    texts, more = np.repeat(np.arange(80), 5), []
    for seed in range(12):
        random = np.random.default_rng(seed)
        sure = random.uniform(0.3, 1, 80)
        right = random.random(80) < sure**2
        beliefs = beliefs_of(copies(right), copies(sure))
        widths = []
        for clusters in (texts, None):
            found = calibration_errors(beliefs, clusters=clusters, resamples=200)
            low, high = found["1"]["intervals"]["ece"]
            widths.append(high - low)
        assert widths[0] >= widths[1]
        more.append(widths[0] / widths[1])
    assert np.median(more) > 1.3


def test_where_all_are_right_units_count():
    """Ten texts, of six rows each: not more sure than ten rows."""
    texts = np.repeat(np.arange(10), 6)
    ones = np.ones(60)
    assert uniform_interval(ones, ones, texts) == uniform_interval(ones[:10], ones[:10])
    found = evaluation([0] * 60, [0] * 60, TREE, clusters=texts, resamples=50)
    assert found["intervals"]["level_accuracy.1"] == [0.025 ** (1 / 10), 1.0]
    assert (found["rows"], found["effective_rows"]) == (60, 10.0)
    said = "effective number of records: test 10 (as if"
    assert said in evaluation_table({"test": found})
    alone = evaluation([0] * 60, [0] * 60, TREE, resamples=0)
    assert "effective" not in evaluation_table({"test": alone})


def test_shares_of_groups_count_clusters():
    random = np.random.default_rng(0)
    groups, hits = random.integers(0, 3, 40), random.random(40) < 0.7
    alone = shares_by_group(groups, hits, np.ones(40), 4)
    names = random.permutation(40)
    found = shares_by_group(
        copies(groups), copies(hits), np.ones(200), 4, copies(names)
    )
    np.testing.assert_array_equal(found.rows, 5 * alone.rows)
    for end in ("share", "low", "high"):
        np.testing.assert_allclose(getattr(found, end), getattr(alone, end))
    # A unit in two groups is one in each.
    both = shares_by_group([0, 0, 1, 1], [1, 1, 1, 0], np.ones(4), 2, np.zeros(4, int))
    single = shares_by_group([0, 1], [1, 1], np.ones(2), 2)
    assert both.low[0] == pytest.approx(single.low[0])


# One cluster


def test_one_cluster_says_nothing_of_others():
    coded = coded_records(calibrated=True, units=np.zeros(300, np.int64))
    result = scores(coded)
    assert result["effective_rows"] == 1.0
    assert set(result["intervals"].values()) == {None}
    assert set(result["selective"]["intervals"].values()) == {None}
    for level in result["calibration"]["after"].values():
        assert set(level["intervals"].values()) == {None}
    parts = [{"accuracy": (np.full(9, k), np.ones(9))} for k in (0.5, 0.2)]
    worse = paired_ratios(parts, np.zeros(9, int))["accuracy"][1]
    assert worse.difference == pytest.approx(-0.3)
    assert worse.difference_interval is None and not worse.is_lower


def test_a_cluster_for_each_document_is_asked_for():
    with pytest.raises(InputError, match=r"one for each document, shape \(2,\)"):
        evaluation([0, 1], [0, 1], TREE, clusters=[0])
    with pytest.raises(InputError, match=r"one for each document, shape \(3,\)"):
        ratio_intervals({"share": ([1, 1, 0], [1, 1, 1])}, 9, 0, ["a", "b"])
