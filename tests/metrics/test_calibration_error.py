"""Scores of probabilities, against loops over documents and bins."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.references import random_log_probabilities, random_tree

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions import level_errors
from han.metrics import (
    LevelErrors,
    bootstrap,
    calibration_errors,
    calibration_table,
    expected_calibration_error,
)
from han.metrics.bootstrap import cluster_sums

TREE = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
SURE = st.integers(0, 20).map(lambda i: i / 20)  # many are equal


def plain_error(correct, sure, weights, bins):
    """Values of equal confidence, in order, go where the middle of their mass lies."""
    total, below, expected = sum(weights), 0.0, [0.0] * bins
    for value in sorted(set(sure)):
        rows = [i for i, s in enumerate(sure) if s == value]
        mass = sum(weights[i] for i in rows)
        place = min(int((below + mass / 2) / total * bins), bins - 1)
        expected[place] += sum(weights[i] * (correct[i] - sure[i]) for i in rows)
        below += mass
    return sum(map(abs, expected)) / total


@given(
    st.lists(
        # Weights and bins that are powers of 2 leave little to rounding.
        st.tuples(st.booleans(), SURE, st.sampled_from([1.0, 2.0, 4.0])),
        min_size=1,
        max_size=40,
    )
)
def test_it_is_the_sum_over_bins_of_equal_mass(rows):
    correct, sure, weights = (list(column) for column in zip(*rows, strict=True))
    expected = plain_error(correct, sure, weights, 8)
    got = expected_calibration_error(correct, sure, bins=8, sample_weight=weights)
    assert got == pytest.approx(expected, abs=1e-9)


def test_equal_mass_sees_what_equal_width_hides():
    sure = np.repeat([0.94, 0.98], 500)
    correct = np.repeat([True, True, True, False], [500, 460, 0, 40])
    # 1 - 0.94 below, 0.92 - 0.98 above: in one bin of equal width the mean is 0.96.
    assert expected_calibration_error(correct, sure) == pytest.approx(0.06)


def test_order_and_size_of_weights_do_not_count():
    random = np.random.default_rng(0)
    sure, correct = random.uniform(size=90), random.uniform(size=90) > 0.5
    weights, order = random.uniform(1, 2, 90), random.permutation(90)
    whole = expected_calibration_error(correct, sure, sample_weight=weights)
    again = expected_calibration_error(
        correct[order], sure[order], sample_weight=7 * weights[order]
    )
    assert again == pytest.approx(whole)


def test_one_document_none_and_no_weight():
    assert expected_calibration_error([True], [0.7]) == pytest.approx(0.3)
    assert math.isnan(expected_calibration_error([], []))
    assert math.isnan(expected_calibration_error([True], [0.7], sample_weight=[0]))
    assert expected_calibration_error([True, True], [1.0, 1.0]) == 0


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="one shape"):
        expected_calibration_error([True], [0.5, 0.5])
    for wrong in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            expected_calibration_error([True], [wrong])
    with pytest.raises(ValueError, match="`bins`: Expected 1 or more"):
        expected_calibration_error([True], [0.5], bins=0)


# Scores of levels


@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]))
def test_scores_of_levels_follow_their_definition(seed, kind):
    random = np.random.default_rng(seed)
    tree = random_tree(random)
    log_p = random_log_probabilities(random, tree, 4, zeros=seed % 2 == 0).astype(kind)
    nodes = random.integers(-1, tree.num_nodes, 4)
    found = level_errors(log_p, nodes, tree)
    for row, (p, node) in enumerate(
        zip(np.exp(log_p.astype(float)), nodes, strict=True)
    ):
        best = tree.leaves[log_p[row, tree.leaves].argmax()]
        for level in range(1, tree.num_levels + 1):
            codes = [
                n
                for n in range(tree.num_nodes)
                if tree.levels[n] == level
                or (tree.levels[n] < level and not len(tree.children(n)))
            ]
            above = [n for n in codes if node != ROOT and n in tree.ancestors(node)]
            assert found.counted[row, level - 1] == bool(above)
            given_code = next(n for n in codes if n in tree.ancestors(best))
            sure = found.confidence[row, level - 1]
            assert sure == pytest.approx(p[given_code], abs=1e-6)
            if not above:
                continue
            true = above[0]
            assert found.correct[row, level - 1] == (given_code == true)
            brier = sum((p[n] - (n == true)) ** 2 for n in codes)
            assert found.brier[row, level - 1] == pytest.approx(brier, abs=1e-5)
            loss = -math.log(max(p[true], np.finfo(kind).eps))
            assert found.log_loss[row, level - 1] == pytest.approx(
                loss, rel=1e-5, abs=1e-6
            )


def test_means_and_intervals_of_levels():
    random = np.random.default_rng(0)
    p = TREE.sum_leaves(random.dirichlet([3, 1, 1], 300))
    nodes = random.choice([1, 2, 3, 0, -1], 300)  # 0 is partial, -1 unknown
    weights = random.uniform(0.5, 2, 300)
    scores = level_errors(np.log(p), nodes, TREE)
    found = calibration_errors(scores, sample_weight=weights, resamples=300)
    assert [found["1"]["rows"], found["2"]["rows"]] == [
        (nodes >= 0).sum(),
        (nodes > 0).sum(),
    ]
    for level in (0, 1):
        kept = scores.counted[:, level]
        values = found[str(level + 1)]
        for name in ("brier", "log_loss"):
            column = getattr(scores, name)[kept, level]
            assert values[name] == pytest.approx(
                np.average(column, weights=weights[kept])
            )
        assert values["ece"] == pytest.approx(
            expected_calibration_error(
                scores.correct[kept, level],
                scores.confidence[kept, level],
                sample_weight=weights[kept],
            )
        )
        for name, (low, high) in values["intervals"].items():
            assert low <= values[name] <= high and low < high


def test_the_interval_of_honest_probabilities_reaches_down_towards_0():
    """The plain percentile interval of the error would lie above it."""
    random = np.random.default_rng(1)
    lows = []
    for seed in range(20):
        sure = random.uniform(0.5, 1, (400, 1))
        right = random.uniform(size=(400, 1)) < sure
        one = np.ones((400, 1))
        scores = LevelErrors(one > 0, right, sure, one, one)
        values = calibration_errors(scores, resamples=200, seed=seed)["1"]
        assert 0 < values["ece"] < 0.15
        low, high = values["intervals"]["ece"]
        assert low < values["ece"] <= high
        lows.append(low / values["ece"])
    assert np.median(lows) < 0.25


def test_empty_levels_and_nan_where_nothing_counts():
    nothing = np.zeros((3, 2), bool)
    nan = np.full((3, 2), np.nan)
    found = calibration_errors(LevelErrors(nothing, nothing, nan, nan, nan))
    none = {"ece": None, "brier": None, "log_loss": None}
    assert found["1"] == {"rows": 0, **none, "intervals": none}
    empty = calibration_errors(
        LevelErrors(nothing[:0], nothing[:0], nan[:0], nan[:0], nan[:0])
    )
    assert empty["2"] == {"rows": 0, **none, "intervals": {}}


def test_one_document_all_right():
    found = calibration_errors(level_errors(np.zeros((1, 1)), np.zeros(1, int), ONE))
    assert found["1"]["rows"] == 1
    assert found["1"]["ece"] == found["1"]["brier"] == found["1"]["log_loss"] == 0
    assert found["1"]["intervals"]["brier"] is None  # nothing is known of others


ONE = Taxonomy(["1"], [-1])


def test_clusters_are_drawn_together():
    """Copies of a document tell nothing new, so the interval must not shrink."""
    random = np.random.default_rng(2)
    loss = random.exponential(size=(60, 1))
    one = np.ones((60, 1))
    scores = LevelErrors(one > 0, one > 0, one * 0.5, one, loss)
    copies = LevelErrors(
        *(np.repeat(getattr(scores, n), 9, axis=0) for n in scores.__dict__)
    )

    def width(scores, clusters=None):
        found = calibration_errors(scores, clusters=clusters)["1"]["intervals"]
        return found["log_loss"][1] - found["log_loss"][0]

    single = width(scores)
    assert width(copies) == pytest.approx(single / 3, rel=0.2)
    names = np.repeat([f"firm {i}" for i in range(60)], 9)
    assert width(copies, names) == pytest.approx(single, rel=0.2)


def test_many_documents_are_drawn_in_clusters(monkeypatch):
    values = np.random.default_rng(3).exponential(size=(4000, 1))
    plain = cluster_sums(values, 500, seed=0).std()
    monkeypatch.setattr(bootstrap, "MOST_CLUSTERS", 500)
    fast = cluster_sums(values, 500, seed=0)
    assert fast.std() == pytest.approx(plain, rel=0.15)
    assert fast.mean() == pytest.approx(values.sum(), rel=0.01)


def test_the_table_shows_before_and_after():
    scores = level_errors(np.log([[0.5, 0.5, 0.25, 0.25]] * 2), np.array([2, 0]), TREE)
    before = calibration_errors(scores, resamples=0)
    table = calibration_table(
        {"test": {"calibration": {"before": before, "after": None}}}
    )
    lines = table.splitlines()
    assert lines[0].split() == [
        "calibration",
        "level",
        "records",
        "ece",
        "brier",
        "log_loss",
    ]
    assert lines[1].split()[:4] == ["test", "before", "1", "2"] and len(lines) == 3
    assert calibration_table({"test": {}}).startswith("calibration")
