"""Calibration of sets: what was distorted is put right, and stays coherent."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from support.code_sets import (
    ancestors,
    below_partial,
    coherent_logs,
    drawn_members,
    flat_tree,
    set_problems,
)
from support.trees import tree_of

from han import Taxonomy
from han.code_sets import SetCalibration, calibration_pairs, set_reliability
from han.errors import InputError

TREE = tree_of([-1, -1, -1, 0, 0, 1, 1, 1, 2, 4, 4])
FLAT = flat_tree(8)


def records(tree, rows, seed=0):
    """Log-probabilities that are right, and sets drawn by them."""
    rng = np.random.default_rng(seed)
    logs = coherent_logs(tree, rows, rng, least=0.2)
    members = drawn_members(logs, tree, rng)
    return logs, np.where(members, np.arange(tree.num_nodes), -1)


def distorted(logs):
    return np.log(expit(2 * logit(np.exp(logs)) + 1))


def test_a_distortion_is_undone_on_other_records():
    logs, true = records(FLAT, 4000)
    blocks = [(distorted(logs)[r::2], true[r::2], np.ones(2000)) for r in range(2)]
    found = SetCalibration.fit(blocks, FLAT)
    assert (found.slopes[0], found.biases[0]) == pytest.approx((0.5, -0.5), abs=0.05)
    others, truth = records(FLAT, 4000, seed=1)
    weights = np.ones(4000)

    def error(values):
        return set_reliability([(values, truth, weights)], FLAT).errors()[0]

    assert error(distorted(others)) > 0.5
    assert error(found.apply(distorted(others))) < 0.15
    assert error(others) < 0.15  # by chance


def test_slopes_and_biases_are_those_of_a_logistic_regression():
    logs, true = records(TREE, 3000)
    weights = np.random.default_rng(4).uniform(0.5, 2, 3000)
    block = logs.astype(np.float32), true, weights
    found = SetCalibration.fit([block], TREE)
    pairs = calibration_pairs.level_pairs([block], TREE)
    for level, known in enumerate(pairs):
        model = LogisticRegression(C=1e9).fit(
            known.odds[:, None], known.is_true, sample_weight=known.weights
        )
        expected = model.coef_[0, 0], model.intercept_[0]
        own = found.slopes[level], found.biases[level]
        assert own == pytest.approx(expected, abs=0.02)


@given(set_problems(given=False))
@settings(deadline=None, max_examples=40)
def test_pairs_are_children_of_true_nodes_that_are_not_partial(problem):
    tree, true = problem
    logs = coherent_logs(tree, len(true), np.random.default_rng(2))
    weights = np.arange(len(true)) % 3.0  # some weigh nothing
    found = calibration_pairs.level_pairs([(logs, true, weights)], tree)
    for level, pairs in enumerate(found, start=1):
        expected = []
        for row, nodes in enumerate(true):
            closed, hidden = ancestors(nodes, tree), below_partial(nodes, tree)
            for node in np.flatnonzero(tree.levels == level):
                parent = int(tree.parents[node])
                is_known = parent in {-1} | closed and node not in hidden
                if closed and is_known and weights[row]:
                    above = logs[row, parent] if parent >= 0 else 0.0
                    odds = logit(np.exp(logs[row, node] - above))
                    expected.append((row, odds, node in closed, weights[row]))
        parts = pairs.rows, pairs.odds, pairs.is_true, pairs.weights
        own = list(zip(*parts, strict=True))
        assert np.array(own) == pytest.approx(np.array(expected))


def test_of_very_many_pairs_those_of_some_records_are_kept(monkeypatch):
    logs, true = records(FLAT, 400)
    block = logs, true, np.ones(400)
    [whole] = calibration_pairs.level_pairs([block], FLAT)
    monkeypatch.setattr(calibration_pairs, "MOST_PAIRS", 1000)
    blocks = [(logs[a : a + 50], true[a : a + 50], np.ones(50)) for a in (0, 50)]
    blocks += [(logs[100:], true[100:], np.ones(300))]
    [few] = calibration_pairs.level_pairs(blocks, FLAT)
    assert 400 < len(few.odds) <= 1000
    kept = whole.rows % 4 == 0
    assert (few.odds == whole.odds[kept]).all()


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_calibrated_probabilities_stay_coherent_and_keep_what_is_impossible(kind):
    logs, _ = records(TREE, 300)
    logs[:, 4] = logs[:, 0]  # certain below its parent
    logs[0, [1, 5, 6, 7]] = -np.inf
    slopes, biases = np.array([0.5, 3.0, 1.2]), np.array([2.0, -1.0, 5.0])
    found = SetCalibration(TREE, slopes, biases, np.zeros(3)).apply(logs.astype(kind))
    assert found.dtype == kind
    inner = TREE.parents >= 0
    assert (found[:, inner] <= found[:, TREE.parents[inner]]).all()
    assert (found <= 0).all()
    assert np.isneginf(found[0, [1, 5, 6, 7]]).all()
    assert np.isfinite(found[1:]).all()
    odds = logit(np.exp(logs[1:, 3] - logs[1:, 0]))
    share = found[1:, 3].astype(float) - found[1:, 0]
    assert np.exp(share) == pytest.approx(expit(3 * odds - 1), abs=1e-5)


def test_no_pairs_change_nothing_and_few_right_ones_stay_finite():
    logs, _ = records(TREE, 10)
    none = SetCalibration.fit([(logs, np.full((10, 1), -1), np.ones(10))], TREE)
    assert none.apply(logs) == pytest.approx(logs)
    every = np.tile(TREE.leaves, (10, 1))
    right = SetCalibration.fit([(logs, every, np.ones(10))], TREE)
    assert (np.abs(np.log(right.slopes)) < 3).all() and (right.biases < 10).all()


def test_it_is_read_as_it_was_written():
    found = SetCalibration.fit([(*records(TREE, 100), np.ones(100))], TREE)
    form = json.loads(json.dumps(found.to_dict()))
    again = SetCalibration.from_dict(form, TREE)
    logs, _ = records(TREE, 5)
    assert (again.apply(logs) == found.apply(logs)).all()
    for damage in ({"nodes": 4}, {"slopes": [0.0, 1, 1]}, {"biases": [1.0]}):
        with pytest.raises(InputError, match="of this code list"):
            SetCalibration.from_dict(form | damage, TREE)
    with pytest.raises(InputError, match="of this code list"):
        SetCalibration.from_dict(form, Taxonomy(["1"], [-1]))


@given(set_problems(given=False))
@settings(deadline=None, max_examples=40)
def test_reliability_counts_pairs_that_are_known(problem):
    tree, true = problem
    logs = coherent_logs(tree, len(true), np.random.default_rng(2))
    weights = np.arange(1.0, len(true) + 1)
    found = set_reliability([(logs, true, weights)], tree)
    json.dumps(found.to_dict(), allow_nan=False)
    for level in range(tree.num_levels):
        sums = np.zeros(4)
        for row, nodes in enumerate(true):
            closed, hidden = ancestors(nodes, tree), below_partial(nodes, tree)
            here = set(np.flatnonzero(tree.levels == level + 1).tolist()) - hidden
            for node in here if closed else ():
                p, is_true = np.exp(logs[row, node]), node in closed
                own = -np.log(p if is_true else 1 - p)
                terms = 1, p, is_true, own
                sums += weights[row] * np.array(terms, float)
        parts = found.pairs[level], found.expected[level], found.true[level]
        own = *(part.sum() for part in parts), found.log_loss[level]
        assert own == pytest.approx(tuple(sums))
