"""Scores where documents have several acceptable codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.trees import tree_of, trees

from han.code_list.true_codes import TrueCodes
from han.decisions.level_reliability import level_errors
from han.errors import InputError
from han.metrics import (
    evaluation,
    leaf_accuracy_score,
    level_accuracy_scores,
    nearest_truth,
)
from han.metrics.bootstrap import uniform_interval


@st.composite
def leaf_sets(draw, most=3):
    """A tree of equally deep leaves, sets of them, predictions."""
    tree = tree_of(draw(trees()))
    deep = tree.leaves[tree.levels[tree.leaves] == tree.num_levels].tolist()
    some = st.lists(st.sampled_from(deep), min_size=1, max_size=most, unique=True)
    sets = draw(st.lists(some, min_size=1, max_size=12))
    predicted = [draw(st.sampled_from(tree.leaves.tolist())) for _ in sets]
    added = [draw(st.sampled_from(deep)) for _ in sets]
    return tree, sets, predicted, added


@given(leaf_sets(most=1))
def test_sets_of_one_code_give_the_same_scores(drawn):
    tree, sets, predicted, _ = drawn
    plain = [codes[0] for codes in sets]
    true = nearest_truth(sets, predicted, tree)
    options = {"taxonomy": tree, "resamples": 20}
    assert evaluation(true, predicted, **options) == evaluation(
        plain, predicted, **options
    )


@given(leaf_sets())
def test_another_acceptable_code_never_lowers_an_accuracy(drawn):
    tree, sets, predicted, added = drawn
    more = [[*codes, code] for codes, code in zip(sets, added, strict=True)]
    before, after = (nearest_truth(s, predicted, tree) for s in (sets, more))
    few = level_accuracy_scores(before, predicted, tree)
    many = level_accuracy_scores(after, predicted, tree)
    assert all(many[level] >= few[level] for level in few)
    leaf = [leaf_accuracy_score(t, predicted, tree) for t in (before, after)]
    by_hand = np.mean([p in codes for p, codes in zip(predicted, more, strict=True)])
    assert leaf[1] == pytest.approx(by_hand) and leaf[1] >= leaf[0]


def union_by_hand(p, codes, tree, level):
    """Brier score and log loss of a record at a level, its true codes taken as one."""
    of_level = [
        n
        for n in range(tree.num_nodes)
        if tree.levels[n] == level
        or (tree.levels[n] < level and n in tree.leaves.tolist())
    ]
    true = {n for n in of_level for c in codes if n in tree.ancestors(c).tolist()}
    true = {n for n in true if tree.levels[n] == level or n in codes}
    mass = sum(p[n] for n in true)
    brier = (mass - 1) ** 2 + sum(p[n] ** 2 for n in of_level if n not in true)
    return brier, -np.log(mass)


@given(leaf_sets(), st.integers(0, 99))
def test_probabilities_are_judged_by_the_union_of_the_set(drawn, seed):
    tree, sets, _, _ = drawn
    leaf_p = np.random.default_rng(seed).dirichlet(np.ones(len(tree.leaves)), len(sets))
    p = tree.sum_leaves(leaf_p)
    nodes = np.full((len(sets), 3), -1, np.int32)
    for row, codes in zip(nodes, sets, strict=True):
        row[: len(codes)] = codes
    found = level_errors(np.log(p), TrueCodes.of(nodes, tree), tree)
    for row, codes in enumerate(sets):
        for level in range(1, tree.num_levels + 1):
            brier, loss = union_by_hand(p[row], codes, tree, level)
            assert found.brier[row, level - 1] == pytest.approx(brier, abs=1e-9)
            assert found.log_loss[row, level - 1] == pytest.approx(loss, abs=1e-9)


@given(leaf_sets(most=1), st.integers(0, 99))
def test_one_code_is_judged_as_ever(drawn, seed):
    """Bit for bit what the formulas for one true code give."""
    tree, sets, _, _ = drawn
    leaf_p = np.random.default_rng(seed).dirichlet(np.ones(len(tree.leaves)), len(sets))
    logs = np.log(tree.sum_leaves(leaf_p)).astype(np.float32)
    nodes = np.array([codes[0] for codes in sets])
    found = level_errors(logs, nodes, tree)
    wide = np.stack([nodes, nodes, np.full_like(nodes, -1)], axis=1)
    again = level_errors(logs, TrueCodes.of(wide, tree), tree)
    own = np.take_along_axis(logs, tree.paths[nodes], axis=1).astype(np.float64)
    expected = -np.maximum(own, np.log(np.finfo(np.float32).eps))
    assert (found.log_loss == expected).all()
    for name in ("counted", "correct", "confidence", "brier", "log_loss"):
        assert (getattr(found, name) == getattr(again, name)).all()


def test_sets_must_be_as_many_as_predictions():
    from han import Taxonomy

    tree = Taxonomy(["A", "B"], [-1, -1])
    with pytest.raises(InputError, match="a list of codes for each of the 2"):
        nearest_truth([["A"]], ["A", "B"], tree)
    assert nearest_truth([[], ["B", "A"]], ["A", "A"], tree).tolist() == [-1, 0]


def test_intervals_of_perfect_results_are_exact():
    """All right: Clopper and Pearson's bound, from the beta distribution."""
    from scipy.stats import beta

    for number in (1, 5, 59):
        ones = np.ones(number)
        low = beta.ppf(0.025, number, 1)
        assert uniform_interval(ones, ones) == pytest.approx([low, 1.0])
        assert uniform_interval(0 * ones, ones) == pytest.approx([0.0, 1 - low])
    assert uniform_interval([0, 0], [0, 0]) is None
    # One record of great weight is little evidence.
    assert uniform_interval([9.0, 1e-9], [9.0, 1e-9])[0] == pytest.approx(0.025)


def test_a_perfect_evaluation_does_not_claim_to_be_certain():
    from han import Taxonomy

    tree = Taxonomy(["A", "B", "A1", "A2"], [-1, -1, 0, 0])
    found = evaluation([2, 3, 2], [2, 3, 2], tree)["intervals"]
    low = 0.025 ** (1 / 3)
    for name in ("leaf_accuracy", "level_accuracy.1", "hierarchical.f1"):
        assert found[name] == pytest.approx([low, 1.0])
    assert found["tree_distance"] == [0.0, 0.0]
    wrong = evaluation([2, 3, 2], [1, 1, 1], tree)["intervals"]
    assert wrong["level_accuracy.2"] == pytest.approx([0.0, 1 - low])
