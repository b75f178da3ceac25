"""Scores up to the depth of a partial truth: by hand, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.coded_records import coded_records

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.evaluation.coded_scores import path_losses, scores
from han.metrics import (
    cut_to_truth,
    evaluation,
    evaluation_table,
    h_loss,
    hierarchical_scores,
    lca_f1_score,
    leaf_accuracy_score,
    level_accuracy_scores,
    nearest_truth,
    tree_distance_error,
)

# Full codes A11, A12, A2, B and C11; B ends early, C11 is an only child's child.
TREE = Taxonomy(
    ["A", "B", "C", "A1", "A2", "C1", "A11", "A12", "C11"],
    [-1, -1, -1, 0, 0, 2, 3, 3, 5],
)
CASES = [
    # true, predicted, cut
    ("A", "A11", "A"),  # may be right
    ("A", "C11", "C"),  # wrong at the top: one wrong node
    ("A1", "A12", "A1"),
    ("A1", "A2", "A2"),  # no deeper than the truth
    ("A1", "A", "A"),  # shallower
    ("A1", "", None),  # abstains
    ("A", -2, -2),  # not in the tree
    ("B", "A11", "A11"),  # B is a full code: nothing is unknown below it
    ("A11", "A12", "A12"),
    ("", "A11", "A11"),  # no truth, skipped by every score
]


def node(code):
    return code if isinstance(code, int) else (TREE.nodes_of_code.get(code) or [-1])[0]


def nodes(place, cases=CASES):
    return np.array([node(case[place] or "") for case in cases])


def test_what_is_cut():
    assert cut_to_truth(nodes(0), nodes(1), TREE).tolist() == nodes(2).tolist()
    codes = cut_to_truth(["A", "B"], ["A11", "A11"], TREE)
    assert codes.tolist() == [node("A"), node("A11")]
    assert cut_to_truth([], [], TREE).tolist() == []
    with pytest.raises(InputError, match="equal length"):
        cut_to_truth([0], [0, 1], TREE)


def test_scores_by_hand():
    """Depths of cut prediction, truth, and what they share, summed up by NumPy."""
    cut = np.array([1, 1, 2, 2, 1, 0, 1, 3, 3])
    true = np.array([1, 1, 2, 2, 2, 2, 1, 1, 3])
    shared = np.array([1, 0, 2, 1, 1, 0, 0, 0, 2])
    result = evaluation(nodes(0), nodes(1), TREE, resamples=0)
    found = result["hierarchical_to_truth"]
    assert found["precision"] == pytest.approx(shared.sum() / cut.sum())
    assert found["recall"] == pytest.approx(shared.sum() / true.sum())
    assert found["f1"] == pytest.approx(2 * shared.sum() / (cut + true).sum())
    edges = cut + true - 2 * shared
    assert result["tree_distance_to_truth"] == pytest.approx(edges.mean())
    assert result["lca_f1_to_truth"] == pytest.approx((2 / (edges + 2)).mean())
    # Only the first wrong node of a path costs; A1 and A2 are 1/6, A11 and A12 1/12.
    losses = [0, 2 / 3, 0, 1 / 3, 1 / 6, 1 / 3, 2 / 3, 2 / 3, 1 / 6]
    assert result["h_loss_to_truth"] == pytest.approx(np.mean(losses))
    assert result["hierarchical"]["precision"] == pytest.approx(shared.sum() / 19)
    assert result["headline"] == "hierarchical_to_truth.f1"
    assert (result["rows"], result["leaf_rows"]) == (9, 2)


def test_a_full_code_judges_before_a_partial_one_if_both_are_acceptable():
    sets, predicted = [["A", "A11"], ["A", "A11"], ["A", "B"]], ["A12", "A2", "C11"]
    true = nearest_truth(sets, predicted, TREE)
    assert true.tolist() == [node("A11"), node("A"), node("A")]
    cut = cut_to_truth(true, predicted, TREE)
    assert cut.tolist() == [node("A12"), node("A"), node("C")]


# --- what must always hold ---


@st.composite
def cases(draw):
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, i - 1)) for i in range(size)]
    tree = Taxonomy([str(i) for i in range(size)], parents)
    documents = draw(st.integers(1, 10))
    lists = st.lists(st.integers(-2, size - 1), min_size=documents, max_size=documents)
    return tree, np.maximum(draw(lists), -1), np.array(draw(lists))


def path_errors(*codes):
    return [1 - lca_f1_score(*codes), tree_distance_error(*codes), h_loss(*codes)]


@given(case=cases(), average=st.sampled_from(["micro", "instance", "class"]))
@settings(max_examples=100, deadline=None)
def test_scores_get_no_worse_and_are_the_strict_ones_of_full_codes(case, average):
    tree, true, predicted = case
    cut = cut_to_truth(true, predicted, tree)
    strict = hierarchical_scores(true, predicted, tree, average=average)
    found = hierarchical_scores(true, cut, tree, average=average)
    options = {"average": average, "truncate_to_truth": True}
    assert hierarchical_scores(true, predicted, tree, **options) == pytest.approx(
        found, nan_ok=True
    )
    assert found.recall == pytest.approx(strict.recall, nan_ok=True)
    if not (true >= 0).any():
        return
    assert found.precision >= strict.precision - 1e-12
    assert found.f1 >= strict.f1 - 1e-12
    errors = path_errors(true, cut, tree), path_errors(true, predicted, tree)
    assert (np.array(errors[0]) <= np.array(errors[1]) + 1e-12).all()
    full = np.isin(true, [*tree.leaves, -1])
    assert (cut[full] == predicted[full]).all()
    for score in (level_accuracy_scores, leaf_accuracy_score):
        one, two = score(true, cut, tree), score(true, predicted, tree)
        assert one == pytest.approx(two, nan_ok=True)


@given(case=cases(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_below_a_partial_truth_changes_nothing(case, data):
    """Any descendant of the cut prediction scores as it does."""
    tree, true, predicted = case
    cut = cut_to_truth(true, predicted, tree)
    other = predicted.copy()
    for row in np.flatnonzero(~np.isin(true, [*tree.leaves, -1]) & (cut >= 0)):
        if tree.levels[cut[row]] == tree.levels[true[row]]:
            level = tree.levels[true[row]] - 1
            below = np.flatnonzero(tree.paths[:, level] == cut[row])
            other[row] = data.draw(st.sampled_from(below.tolist()))
    assert (cut_to_truth(true, other, tree) == cut).all()


# --- in an evaluation ---


def test_full_codes_have_one_hierarchical_f1():
    true = np.random.default_rng(0).choice(TREE.leaves, 80)
    predicted = np.random.default_rng(1).choice(TREE.num_nodes, 80)
    result = evaluation(true, predicted, TREE, resamples=50)
    assert result["headline"] == "hierarchical.f1" and result["leaf_rows"] == 80
    assert result["hierarchical_to_truth"] == result["hierarchical"]
    for name in ("lca_f1", "tree_distance", "h_loss"):
        assert result[f"{name}_to_truth"] == result[name]
    intervals = result["intervals"]
    assert intervals["hierarchical_to_truth.f1"] == intervals["hierarchical.f1"]
    table = evaluation_table({"test": result})
    assert "to_truth" not in table
    assert "test hierarchical.f1, as every true code is full" in table


def test_losses_of_paths_in_selective_scores():
    coded = coded_records(partial=0.4)
    strict, cut = path_losses(coded), path_losses(coded, to_truth=True)
    deep = coded.tree.child_counts[coded.true] > 0
    agrees = coded.paths.nodes[:, 0] == coded.true
    assert (cut[deep] == np.where(agrees[deep], 0.0, 1.0)).all()
    assert (cut[~deep] == strict[~deep]).all()
    areas = scores(coded)["selective"]["aurc"]
    assert areas["path_to_truth"] < areas["path"]
    full = scores(coded_records(partial=0.0))["selective"]
    for name in ("aurc", "excess_aurc"):
        assert full[name]["path_to_truth"] == full[name]["path"]


def test_the_right_first_digits_of_full_codes_are_right_where_truth_ends_there():
    """All truth of one level, all codes right there: 1, and the strict one punishes."""
    result = evaluation(["A", "A1", "C"], ["A12", "A11", "C11"], TREE, resamples=100)
    assert result["hierarchical_to_truth"]["f1"] == 1.0
    assert result["hierarchical"]["f1"] == pytest.approx(8 / 13)
    assert result["leaf_accuracy"] is None and result["leaf_rows"] == 0
    assert result["intervals"]["hierarchical_to_truth.f1"][1] == 1.0
