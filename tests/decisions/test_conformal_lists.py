"""Lists that hold the right code as often as promised."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from han.code_list.taxonomy import Taxonomy
from han.decisions.conformal_lists import (
    ConformalSets,
    code_lists,
    nonconformity_scores,
)


def draw(n, rng, codes=12, sharpness=1.5, too_sure=1.7):
    """Probabilities of a model that is too sure, and right codes."""
    logits = rng.normal(size=(n, codes)) * sharpness
    truth = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    right = (truth.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    told = np.exp(too_sure * logits)
    return told / told.sum(axis=1, keepdims=True), right


def score_of(probabilities, right, score):
    return nonconformity_scores(probabilities, score)[np.arange(len(right)), right]


@pytest.mark.parametrize("score", ["lac", "aps"])
@pytest.mark.parametrize("rows", [40, 300])
def test_the_right_code_is_inside_as_often_as_promised(score, rows):
    """The promise is over calibration and new records together: a mean over draws."""
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(400):
        p, right = draw(rows, rng)
        sets = ConformalSets.fit(score_of(p, right, score), 0.9, score)
        p, right = draw(50, rng)
        inside.append(sets.members(p)[np.arange(50), right].mean())
    error = np.std(inside) / math.sqrt(len(inside))
    assert np.mean(inside) > 0.9 - 3 * error
    assert np.mean(inside) < 0.9 + 1 / (rows + 1) + 3 * error + 0.02


def test_lac_lists_are_the_shorter_ones_of_calibrated_probabilities():
    rng = np.random.default_rng(2)
    p, right = draw(4000, rng, too_sure=1)
    new, _ = draw(4000, rng, too_sure=1)
    sizes = {}
    for score in ("lac", "aps"):
        sets = ConformalSets.fit(score_of(p, right, score), 0.9, score)
        sizes[score] = sets.members(new).sum(axis=1).mean()
    assert 1 < sizes["lac"] < sizes["aps"]


def test_lists_grow_with_doubt():
    rng = np.random.default_rng(3)
    p, right = draw(2000, rng)
    sets = ConformalSets.fit(score_of(p, right, "lac"), 0.9)
    sure, unsure = np.full((1, 12), 0.001), np.full((1, 12), 1 / 12)
    sure[0, 3] = 0.989
    assert sets.members(sure).sum() == 1 and sets.members(unsure).sum() > 1


def test_the_likeliest_code_is_always_listed():
    sets = ConformalSets(0.5, 0.1, 100)
    assert sets.members(np.array([[0.4, 0.6]])).tolist() == [[False, True]]


def test_too_few_records_list_every_code():
    sets = ConformalSets.fit(np.zeros(18), 0.95)
    assert not sets.is_kept
    assert sets.members(np.array([[0.0, 1.0]])).all()
    assert ConformalSets.fit(np.zeros(19), 0.95).is_kept


def test_sets_survive_json():
    for sets in (ConformalSets(0.9, 0.3, 50, "aps"), ConformalSets.fit([], 0.9)):
        assert ConformalSets.from_dict(sets.to_dict()) == sets


TREE = Taxonomy(
    ["A", "B", "C", "A1", "A2", "B1", "A11", "A12", "A21"],
    [-1, -1, -1, 0, 0, 1, 3, 3, 4],
)  # leaves from left to right: A11 A12 A21 B1 C


@given(arrays.arrays(bool, (4, 5)), st.integers(1, 5))
def test_the_covering_node_is_the_smallest_that_covers(members, most):
    members[:, 2] |= ~members.any(axis=1)
    p = np.tile([0.3, 0.25, 0.2, 0.15, 0.1], (4, 1))
    lists = code_lists(members, p, TREE, most_leaves=most)
    for row, node in zip(members, lists.nodes, strict=True):
        leaves = set(TREE.leaves[row].tolist())
        covers = [
            (stop - start, -TREE.levels[i], i)
            for i, (start, stop) in enumerate(TREE.leaf_spans.tolist())
            if leaves <= set(TREE.leaves[start:stop].tolist())
        ]
        best = min(covers, default=(99, 0, -1))
        assert node == (best[2] if best[0] <= most else -1)


def test_a_cut_list_says_so_and_keeps_the_likeliest():
    p = np.array([[0.1, 0.3, 0.2, 0.25, 0.15]])
    lists = code_lists(np.ones((1, 5), bool), p, TREE, most_listed=2)
    assert [TREE.codes[i] for i in lists.leaves[0]] == ["A12", "B1"]
    assert lists.sizes.tolist() == [5] and lists.is_cut.tolist() == [True]
    whole = code_lists(np.ones((1, 5), bool), p, TREE, most_listed=5)
    assert not whole.is_cut[0]


def test_a_list_of_one_code_list():
    tree = Taxonomy(["A"], [-1])
    lists = code_lists(np.ones((2, 1), bool), np.ones((2, 1)), tree)
    assert lists.nodes.tolist() == [0, 0] and lists.leaves.tolist() == [[0], [0]]


# Units


def repeated_scores(rng, texts=500):
    """Repeated texts whose score is the same for all their records."""
    sizes = np.minimum(rng.zipf(2.0, size=texts), 40)
    units = np.repeat(np.arange(texts), sizes)
    own = rng.beta(1.0, 3.0, size=texts) + 0.01 * sizes  # frequent ones are harder
    return own[units], units, sizes


def test_lists_of_units_cover_texts_and_records():
    rng = np.random.default_rng(3)
    scores, units, sizes = repeated_scores(rng, 20_000)
    per_text, per_record = [], []
    for _ in range(300):
        own, places, _ = repeated_scores(rng)
        found = ConformalSets.fit(own, 0.9, units=places)
        small = sizes[units] <= found.most_rows
        inside = scores <= found.limit
        per_record.append(inside[small].mean())
        counts = np.bincount(units[small], inside[small])
        kept = np.unique(units[small])
        per_text.append((counts[kept] / sizes[kept]).mean())
    assert np.mean(per_record) >= 0.897 and np.mean(per_text) >= 0.897


def test_units_of_one_record_have_the_usual_limit():
    scores = np.random.default_rng(4).random(500)
    usual = ConformalSets.fit(scores, 0.9)
    by_units = ConformalSets.fit(scores, 0.9, units=np.arange(500), most_rows=1)
    assert by_units.limit == usual.limit and by_units.most_rows == 1
    more = ConformalSets.fit(scores, 0.9, units=np.arange(500))
    assert more.most_rows == 5 and more.limit >= usual.limit
    assert ConformalSets.from_dict(more.to_dict()) == more


def test_a_large_text_is_left_out():
    scores = np.concatenate([np.linspace(0, 0.5, 200), np.full(300, 0.9)])
    units = np.concatenate([np.arange(200), np.full(300, 200)])
    found = ConformalSets.fit(scores, 0.9, units=units)
    assert found.most_rows == 5 and found.limit < 0.9 and found.rows == 200
