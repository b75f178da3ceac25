"""Scores of sets: set oracles, scikit-learn on flat trees, and single codes."""

import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn import metrics as sk
from support.code_sets import (
    ancestors,
    below_partial,
    coherent_logs,
    flat_tree,
    set_problems,
)

from han import Taxonomy
from han.code_sets import (
    hierarchical_set_scores,
    level_set_scores,
    set_evaluation,
    set_ranking,
    subset_accuracy_score,
)
from han.code_sets.set_ranking import SetRanking
from han.errors import InputError
from han.metrics import hierarchical_scores, level_accuracy_scores
from han.metrics.pairs import weighted_mean

TREE = Taxonomy(["A", "B", "A1", "A2", "B1"], [-1, -1, 0, 0, 1])


def flat_problem(seed, rows=40, size=7):
    """True and given indicators on a flat tree, each record with one code at least."""
    rng = np.random.default_rng(seed)
    true, given_codes = rng.random((2, rows, size)) < 0.3
    true[np.arange(rows), rng.integers(size, size=rows)] = True
    return true, given_codes, as_sets(true), as_sets(given_codes)


def as_sets(members):
    return np.where(members, np.arange(members.shape[1]), -1)


@given(set_problems())
@settings(deadline=None, max_examples=80)
def test_micro_and_instance_are_sums_over_python_sets(problem):
    tree, true, answers = problem
    for skip in (False, True):
        sizes = []
        for one, other in zip(true, answers, strict=True):
            y, p = ancestors(one, tree), ancestors(other, tree)
            p = p - below_partial(one, tree) if skip else p
            if y:
                sizes.append((len(y & p), len(p), len(y)))
        options = {"skip_unknown": skip}
        micro = hierarchical_set_scores(true, answers, tree, **options)
        assert micro.counted == len(sizes) and micro.skipped == len(true) - len(sizes)
        if not sizes:
            assert math.isnan(micro.f1)
            continue
        shared, predicted, total = np.array(sizes).sum(axis=0)
        assert micro.precision == pytest.approx(shared / predicted if predicted else 0)
        assert micro.recall == pytest.approx(shared / total)
        assert micro.f1 == pytest.approx(2 * shared / (predicted + total))
        mean = np.mean([2 * s / (p + y) for s, p, y in sizes])
        options["average"] = "instance"
        found = hierarchical_set_scores(true, answers, tree, **options)
        assert found.f1 == pytest.approx(mean)
        equal = np.mean([s == p == y for s, p, y in sizes])
        skipped = subset_accuracy_score(true, answers, tree, skip_unknown=skip)
        assert skipped == pytest.approx(equal)


@given(set_problems())
@settings(deadline=None, max_examples=60)
def test_single_codes_have_the_scores_of_single_codes(problem):
    tree, true, answers = problem
    one, other = true[:, 0], answers[:, 0]
    for average in ("micro", "instance", "class"):
        for root in (False, True):
            options = {"average": average, "include_root": root}
            expected = hierarchical_scores(one, other, tree, **options)
            found = hierarchical_set_scores(one, other, tree, **options)
            assert found == pytest.approx(expected, nan_ok=True)
    accuracy = level_accuracy_scores(one, other, tree)
    levels = level_set_scores(one, other, tree)
    found = {level: scores.subset_accuracy for level, scores in levels.items()}
    assert found == pytest.approx(accuracy, nan_ok=True)


@pytest.mark.parametrize("seed", range(4))
def test_flat_scores_are_those_of_scikit_learn(seed):
    true, answers, y_true, y_pred = flat_problem(seed)
    weights = np.random.default_rng(seed).uniform(0.5, 2, len(true))
    tree = flat_tree(true.shape[1])
    names = {"micro": "micro", "instance": "samples", "node": "macro"}
    for average, name in names.items():
        options = {"average": name, "zero_division": 0, "sample_weight": weights}
        expected = sk.precision_recall_fscore_support(true, answers, **options)[:3]
        found = hierarchical_set_scores(
            y_true, y_pred, tree, average=average, sample_weight=weights
        )
        assert found[:3] == pytest.approx(expected)
    level = level_set_scores(y_true, y_pred, tree, sample_weight=weights)[1]
    args = {"sample_weight": weights}
    assert level.subset_accuracy == pytest.approx(
        sk.accuracy_score(true, answers, **args)
    )
    assert level.hamming_loss == pytest.approx(sk.hamming_loss(true, answers, **args))
    assert level.f1 == pytest.approx(
        sk.f1_score(true, answers, average="micro", **args)
    )
    assert level.macro_f1 == pytest.approx(
        sk.f1_score(true, answers, average="macro", zero_division=0, **args)
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ties", [False, True])
def test_ranking_is_that_of_scikit_learn(seed, ties):
    true, _, y_true, _ = flat_problem(seed)
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.05, 0.95, true.shape)
    p = np.ceil(p * 4) / 5 if ties else p
    weights = rng.uniform(0.5, 2, len(true))
    found = set_ranking(np.log(p), y_true, flat_tree(true.shape[1]))
    coverage, precision = found.means(weights)[1]
    args = {"sample_weight": weights}
    assert coverage == pytest.approx(sk.coverage_error(true, p, **args))
    assert precision == pytest.approx(
        sk.label_ranking_average_precision_score(true, p, **args)
    )


@given(set_problems())
@settings(deadline=None, max_examples=40)
def test_levels_are_flat_problems_without_what_is_unknown(problem):
    tree, true, answers = problem
    logs = coherent_logs(tree, len(true), np.random.default_rng(1))
    levels = level_set_scores(true, answers, tree)
    ranks = set_ranking(logs, true, tree)
    for level in range(1, tree.num_levels + 1):
        here = set(np.flatnonzero(tree.levels == level).tolist())
        wrong = pairs = 0
        for row, (one, other) in enumerate(zip(true, answers, strict=True)):
            hidden = below_partial(one, tree)
            y, p = (ancestors(s, tree) & here - hidden for s in (one, other))
            assert math.isnan(ranks.coverage[row, level - 1]) == (not y)
            if not y:
                continue
            wrong, pairs = wrong + len(y ^ p), pairs + len(here - hidden)
            least = min(logs[row, node] for node in y)
            depth = sum(logs[row, node] >= least for node in here - hidden)
            assert ranks.coverage[row, level - 1] == depth
        expected = wrong / pairs if pairs else math.nan
        assert levels[level].hamming_loss == pytest.approx(expected, nan_ok=True)


def test_averages_of_a_worked_example():
    # A1+B1 answered A1+A2: {A,A1,B,B1} and {A,A1,A2}; A2 answered rightly.
    args = [[2, 4], [3, -1]], [[2, 3], [3, -1]], TREE
    found = hierarchical_set_scores(*args, average="class")
    # Classes A1 and B1 have the first record, A2 the second.
    precision, recall = (2 / 3 + 2 / 3 + 1) / 3, (1 / 2 + 1 / 2 + 1) / 3
    f1 = 2 * precision * recall / (precision + recall)
    assert found[:3] == pytest.approx((precision, recall, f1))
    found = hierarchical_set_scores(*args, average="node")
    # A and A1 are right, A2 is right in one of two, B and B1 are never given.
    assert found[:3] == pytest.approx((2.5 / 5, 3 / 5, (1 + 1 + 2 / 3) / 5))
    assert found.undefined == 2
    found = hierarchical_set_scores(*args, average="node", zero_division=math.nan)
    assert found.precision == pytest.approx(2.5 / 3)


def test_what_is_given_below_a_partial_code_may_be_left_out():
    args = [[0, 4]], [[2, 4]], TREE
    assert hierarchical_set_scores(*args).precision == 0.75
    assert hierarchical_set_scores(*args, skip_unknown=True)[:3] == (1, 1, 1)
    level = level_set_scores(*args)[2]
    assert level.subset_accuracy == 1 and level.hamming_loss == 0


def test_options_are_checked():
    for options in ({"average": "macro"}, {"zero_division": 2}, {"beta": 0}):
        with pytest.raises(InputError, match="Expected"):
            hierarchical_set_scores([[0]], [[0]], TREE, **options)
    with pytest.raises(InputError, match="equal length"):
        hierarchical_set_scores([[0]], [[0], [1]], TREE)
    with pytest.raises(InputError, match="y_pred"):
        hierarchical_set_scores([[0]], [[9]], TREE)
    with pytest.raises(InputError, match="one column for each node"):
        set_ranking(np.zeros((1, 3)), [[0]], TREE)
    with pytest.raises(InputError, match="0 or less"):
        set_ranking(np.full((1, 5), 0.5), [[0]], TREE)
    with pytest.raises(InputError, match="1 rows of probabilities and 2 sets"):
        set_ranking(np.zeros((1, 5)), [[0], [1]], TREE)


def test_evaluation_is_plain_json_of_these_scores():
    rng = np.random.default_rng(3)
    true, answers = rng.integers(-1, 5, (2, 60, 3))
    logs = coherent_logs(TREE, 60, rng)
    ranking = set_ranking(logs, true, TREE)
    weights, clusters = rng.uniform(0.5, 2, 60), np.arange(60) // 2
    options = {"sample_weight": weights, "clusters": clusters, "resamples": 50}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = set_evaluation(true, answers, TREE, ranking=ranking, **options)
    json.dumps(found, allow_nan=False)
    has_any = (true >= 0).any(axis=1)
    assert found["rows"] == has_any.sum() and found["skipped"] == (~has_any).sum()
    micro = hierarchical_set_scores(true, answers, TREE, sample_weight=weights)
    assert found["hierarchical"]["micro"]["f1"] == micro.f1
    low, high = found["intervals"]["hierarchical.micro.f1"]
    assert low < micro.f1 < high
    kept = np.flatnonzero(~np.isnan(ranking.coverage[:, 1]))
    mean = weighted_mean(ranking.coverage[kept, 1], weights[kept])
    assert found["levels"]["2"]["coverage_error"] == pytest.approx(mean)
    assert "levels.2.coverage_error" in found["intervals"]
    with pytest.raises(InputError, match="ranking"):
        set_evaluation(true, answers, TREE, ranking=SetRanking(*np.ones((2, 3, 2))))


def test_evaluation_of_nothing_has_no_scores():
    found = set_evaluation([[-1]], [[0]], TREE)
    json.dumps(found, allow_nan=False)
    assert found["rows"] == 0 and found["hierarchical"]["micro"]["f1"] is None
    assert found["intervals"] == {}


def test_all_right_has_an_exact_interval():
    sets = np.zeros((59, 1), int)
    found = set_evaluation(sets, sets, TREE, resamples=10)
    assert found["intervals"]["subset_accuracy"] == pytest.approx([0.939, 1], abs=1e-3)
