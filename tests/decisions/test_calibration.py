"""Temperatures of the splits of a tree: coherence, recovery, pooling, the file."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.references import random_log_probabilities, random_tree

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions import Calibration, calibration_part
from han.decisions import temperatures as fitting
from han.decisions.temperatures import choices, fitting_rows
from han.kernels.column_groups import subtract_peaks
from han.metrics import coherence_error

# 1: 11 (111, 112), 12; 2: 21 alone; 3 is a full code at the top.
TREE = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "111", "112"], [-1, -1, -1, 0, 0, 1, 3, 3]
)
# The same, but with two codes below 2, so that a level has two splits.
DEEP = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "22", "111", "112", "113"],
    [-1, -1, -1, 0, 0, 1, 1, 3, 3, 3],
)
# Ten top codes of eight codes each.
WIDE = Taxonomy(
    [str(i) for i in range(10)] + [f"{i}{j}" for i in range(10) for j in range(8)],
    [-1] * 10 + [i for i in range(10) for _ in range(8)],
)


def draw(log_p, tree, random):
    """A true full code of each document, as often as its probability says."""
    p = np.exp(log_p[:, tree.leaves])
    return np.array(
        [random.choice(tree.leaves, p=row / row.sum()) for row in p], np.int32
    )


def one_block(log_p, nodes, weights=None):
    return [(log_p, nodes, np.ones(len(nodes)) if weights is None else weights)]


def with_temperatures(tree, values):
    """A calibration of given temperatures, one for each split, the root's last."""
    values = np.asarray(values, float)
    return Calibration(tree, np.ones(tree.num_levels), values, np.zeros(len(values)))


def plainly(log_p, tree, temperatures):
    """The definition, a document and a parent at a time, in probabilities."""
    found = np.zeros(log_p.shape)
    for row, p in enumerate(np.exp(log_p)):
        for parent in range(-1, tree.num_nodes):
            children = tree.children(parent)
            if not len(children):
                continue
            above = 1.0 if parent == ROOT else found[row, parent]
            powers = p[children] ** (1 / temperatures[parent])
            found[row, children] = above * powers / max(powers.sum(), 1e-300)
    return found


# Applying


@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]))
def test_random_trees_stay_coherent(seed, kind):
    random = np.random.default_rng(seed)
    tree = random_tree(random)
    log_p = random_log_probabilities(random, tree, 3, zeros=seed % 2 == 0)
    temperatures = np.exp(random.uniform(-1, 1, tree.num_nodes + 1))
    found = with_temperatures(tree, temperatures).apply(log_p.astype(kind))
    assert found.dtype == kind
    p = np.exp(found.astype(float))
    assert not np.isnan(found).any()
    assert coherence_error(np.minimum(p, 1), tree).max_sum_gap < 1e-6
    np.testing.assert_allclose(p[:, tree.leaves].sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(p, plainly(log_p, tree, temperatures), atol=1e-5)
    assert (np.isneginf(found) == np.isneginf(log_p)).all()  # impossible stays so


def test_temperature_1_changes_nothing():
    random = np.random.default_rng(0)
    log_p = random_log_probabilities(random, TREE, 700)  # more than a block
    found = with_temperatures(TREE, np.ones(9)).apply(log_p)
    np.testing.assert_allclose(found, log_p, atol=1e-12)
    assert found is not log_p


def test_no_documents_and_tiny_probabilities():
    flat = with_temperatures(TREE, np.full(9, 3.0))
    assert flat.apply(np.empty((0, 8), np.float32)).shape == (0, 8)
    scores = np.array([[0, -400, -800, 0, -500, -400, -1000, 0]], np.float32)
    assert np.isfinite(flat.apply(scores)).all()


# Fitting


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_it_finds_the_temperature_that_made_the_probabilities(true):
    random = np.random.default_rng(1)
    honest = random_log_probabilities(random, WIDE, 4000)
    nodes = draw(honest, WIDE, random)
    said = with_temperatures(WIDE, np.full(91, 1 / true)).apply(honest)
    found = Calibration.fit(one_block(said, nodes), WIDE)
    np.testing.assert_allclose(found.level_temperatures, true, rtol=0.08)
    np.testing.assert_allclose(np.exp(found.apply(said)), np.exp(honest), atol=0.06)


def test_the_fit_is_the_least_loss_of_all_temperatures(monkeypatch):
    """Without pulls, by the plain definition of the loss of whole paths."""
    monkeypatch.setattr(fitting, "RIDGE", 0.0)
    monkeypatch.setattr(fitting, "PRIOR_RECORDS", 0.0)
    monkeypatch.setattr(fitting, "LEAST_PULL", 0.0)
    monkeypatch.setattr(fitting, "FEW", 1)
    random = np.random.default_rng(2)
    honest = random_log_probabilities(random, DEEP, 400)
    weights = random.uniform(0.1, 3, 400)
    nodes = draw(honest, DEEP, random)
    said = with_temperatures(DEEP, np.exp(random.normal(0, 0.5, 11))).apply(honest)

    def loss(temperatures):
        p = plainly(said, DEEP, temperatures)
        return -weights @ np.log(p[np.arange(400), nodes])

    found = Calibration.fit(one_block(said, nodes, weights), DEEP).temperatures
    least = loss(found)  # in 1/T it is convex: no smaller one near, none at all
    for split in (-1, 0, 1, 3):  # the others are no choice
        for factor in (0.9, 1.1):
            other = found.copy()
            other[split] *= factor
            assert loss(other) > least + 1e-3


def test_a_split_of_many_records_has_its_own_temperature_and_one_of_few_its_levels():
    random = np.random.default_rng(3)
    honest = random_log_probabilities(random, WIDE, 12000)
    nodes = draw(honest, WIDE, random)
    temperatures = np.ones(91)
    temperatures[0] = 1 / 3  # what is said below "0" is too sure
    temperatures[1] = 1 / 3
    said = with_temperatures(WIDE, temperatures).apply(honest)
    tops = WIDE.paths[nodes, 0]
    rows = np.flatnonzero(tops != 1)
    rows = np.concatenate([rows, np.flatnonzero(tops == 1)[: fitting.FEW - 1]])
    found = Calibration.fit(one_block(said[rows], nodes[rows]), WIDE)
    assert found.temperatures[0] == pytest.approx(3, rel=0.25)
    assert found.temperatures[2:10] == pytest.approx(1, rel=0.3)
    level = found.level_temperatures[1]
    assert found.temperatures[1] == level and 1 < level < 2
    assert found.records[1] == fitting.FEW - 1
    assert found.records[-1] == len(rows)


def test_more_records_move_a_split_further_from_its_level():
    random = np.random.default_rng(4)
    honest = random_log_probabilities(random, WIDE, 20000)
    nodes = draw(honest, WIDE, random)
    temperatures = np.ones(91)
    temperatures[0] = 0.25
    said = with_temperatures(WIDE, temperatures).apply(honest)
    of_0 = np.flatnonzero(WIDE.paths[nodes, 0] == 0)
    others = np.flatnonzero(WIDE.paths[nodes, 0] > 0)
    moved = []
    for many in (25, 100, 1000):
        rows = np.concatenate([others, of_0[:many]])
        found = Calibration.fit(one_block(said[rows], nodes[rows]), WIDE)
        moved.append(found.temperatures[0] / found.level_temperatures[1])
    assert 1.05 < moved[0] < moved[1] < moved[2] < 4


def test_blocks_and_weights():
    random = np.random.default_rng(5)
    log_p = random_log_probabilities(random, TREE, 300)
    nodes = draw(log_p, TREE, random)
    weights = random.integers(1, 4, 300).astype(float)
    whole = Calibration.fit(one_block(log_p, nodes, weights), TREE)
    parts = [
        (log_p[i : i + 7], nodes[i : i + 7], weights[i : i + 7] * 10)
        for i in range(0, 300, 7)
    ]
    pieces = Calibration.fit(parts, TREE)
    np.testing.assert_allclose(pieces.temperatures, whole.temperatures, rtol=1e-4)
    without = Calibration.fit(one_block(log_p, nodes), TREE)
    assert not np.allclose(without.level_temperatures, whole.level_temperatures, 1e-4)


def test_perfect_and_few_records_stay_finite():
    sure = np.log(TREE.sum_leaves(np.tile([0.96, 0.01, 0.01, 0.01, 0.01], (500, 1))))
    right = np.full(500, TREE.leaves[0])
    found = Calibration.fit(one_block(sure, right), TREE)
    assert (found.level_temperatures > 0.1).all()
    assert (found.level_temperatures < 1).all()
    one = Calibration.fit(one_block(sure[:1], right[:1]), TREE)
    np.testing.assert_allclose(one.level_temperatures, 1, atol=0.1)
    none = Calibration.fit([], TREE)
    assert (none.temperatures == 1).all()
    unknown = Calibration.fit(one_block(sure, np.full(500, ROOT)), TREE)
    assert (unknown.temperatures == 1).all()
    weightless = Calibration.fit(one_block(sure, right, np.zeros(500)), TREE)
    assert (weightless.temperatures == 1).all()


def test_partial_codes_tell_of_the_splits_above_them_alone():
    random = np.random.default_rng(6)
    log_p = random_log_probabilities(random, TREE, 100)
    found = Calibration.fit(one_block(log_p, np.zeros(100, np.int32)), TREE)
    assert found.level_temperatures[0] != 1
    assert (found.level_temperatures[1:] == 1).all()
    assert found.records.tolist() == [0] * 8 + [100]


def test_codes_that_the_model_rules_out_are_left_out():
    random = np.random.default_rng(7)
    log_p = random_log_probabilities(random, TREE, 200)
    nodes = draw(log_p, TREE, random)
    log_p = np.vstack([log_p, log_p[:50]])
    nodes = np.append(nodes, np.full(50, TREE.find(["3"])))
    before = Calibration.fit(one_block(log_p[:200], nodes[:200]), TREE)
    for least in (-np.inf, -40.0):
        log_p[200:, TREE.find(["3"])] = least
        found = Calibration.fit(one_block(log_p, nodes), TREE)
        np.testing.assert_allclose(found.temperatures, before.temperatures, rtol=1e-6)


def test_an_early_leaf_and_an_only_child_make_no_choice():
    log_p = np.log(TREE.sum_leaves(np.full((2, 5), 0.2)))
    found = choices(one_block(log_p, np.array([2, 5], np.int32)), TREE)
    assert [len(level) for level in found] == [2, 0, 0]
    assert found[0].sizes.tolist() == [3, 3]


def test_very_many_rows_are_thinned(monkeypatch):
    nodes, weights = np.full(100, 6), np.ones(100)
    weights[::2] = 0
    assert fitting_rows(nodes, weights, TREE).tolist() == list(range(1, 100, 2))
    # A path to 111 has 3 + 2 + 2 siblings.
    monkeypatch.setattr("han.kernels.temperature.MOST_VALUES", 50 * 7 // 5)
    assert fitting_rows(nodes, weights, TREE).tolist() == list(range(1, 100, 10))


# The file


def test_the_file_gives_the_same_temperatures(tmp_path):
    random = np.random.default_rng(8)
    log_p = random_log_probabilities(random, TREE, 400)
    made = Calibration.fit(one_block(log_p, draw(log_p, TREE, random)), TREE)
    made.save(tmp_path / "calibration.json")
    again = Calibration.load(tmp_path / "calibration.json", TREE)
    np.testing.assert_array_equal(again.temperatures, made.temperatures)
    np.testing.assert_array_equal(again.apply(log_p), made.apply(log_p))
    content = json.loads((tmp_path / "calibration.json").read_text())
    assert set(content) == {"level_temperatures", "nodes", "splits"}


@pytest.mark.parametrize(
    "change",
    [
        {"level_temperatures": [1.0]},
        {"level_temperatures": [1.0, 1.0, 0.0]},
        {"level_temperatures": [1.0, 1.0, float("nan")]},
        {"nodes": 7},
        {"splits": [{"parent": ["9"], "temperature": 1.0, "records": 30}]},
        {"splits": [{"parent": ["1"], "temperature": -1.0, "records": 30}]},
    ],
)
def test_a_damaged_file_is_refused(tmp_path, change):
    file = tmp_path / "calibration.json"
    with_temperatures(TREE, np.ones(9)).save(file)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ValueError, match="Expected"):
        Calibration.load(file, TREE)


# Parts


def test_parts_are_stable_and_keep_texts_together():
    keys = [f"texto {i % 900}" for i in range(1800)]
    chosen = calibration_part(keys, seed=17)
    assert (chosen[:900] == chosen[900:]).all()
    assert chosen.mean() == pytest.approx(2 / 3, abs=0.05)
    order = np.random.default_rng(0).permutation(1800)
    again = calibration_part([keys[i] for i in order], seed=17)
    np.testing.assert_array_equal(again, chosen[order])
    assert (calibration_part(keys, seed=18) != chosen).any()
    assert calibration_part([], seed=1).shape == (0,)
    # Pinned: thresholds of older runs must not meet the records of their temperatures.
    pinned = calibration_part(["pan", "queso", "leche", "", "ñ"], seed=17)
    assert pinned.tolist() == [True, False, True, False, True]


# Its kernel


@given(st.integers(0, 10**6))
def test_peaks_of_neighbours_are_taken_off(seed):
    random = np.random.default_rng(seed)
    edges = np.cumsum([0, *random.integers(1, 5, random.integers(1, 5))])
    values = random.normal(size=(3, edges[-1]))
    values[random.uniform(size=values.shape) < 0.4] = -np.inf
    expected = values.copy()
    for first, stop in itertools.pairwise(edges):
        peak = values[:, first:stop].max(axis=1, keepdims=True)
        expected[:, first:stop] -= np.where(np.isneginf(peak), 0, peak)
    subtract_peaks(values, edges)
    np.testing.assert_array_equal(values, expected)
