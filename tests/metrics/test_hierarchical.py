"""Hierarchical precision, recall and F: contract, worked examples, set oracle."""

import math
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.metrics import (
    OUTSIDE,
    hierarchical_f1_score,
    hierarchical_fbeta_score,
    hierarchical_precision_score,
    hierarchical_recall_score,
    hierarchical_scores,
    leaf_accuracy_score,
    node_ids,
)

NAN = float("nan")
# A: A1, A2, A3; B: B1. Node ids A=0, B=1, A1=2, A2=3, A3=4, B1=5.
TOY = Taxonomy(["A", "B", "A1", "A2", "A3", "B1"], [-1, -1, 0, 0, 0, 1])
A, B, A1, A2, A3, B1 = range(6)
AVERAGES = ("micro", "instance", "class")


def scores(true, predicted, taxonomy=TOY, **options):
    return tuple(hierarchical_scores(true, predicted, taxonomy, **options)[:3])


# --- every row of the table of edge cases (PEERS 4.2) ---


@pytest.mark.parametrize("average", AVERAGES)
@pytest.mark.parametrize("zero_division", [0.0, 1.0, NAN])
def test_all_wrong_is_defined_and_zero(average, zero_division):
    options = {"average": average, "zero_division": zero_division}
    assert scores([A1, A2], [B1, B], **options) == (0.0, 0.0, 0.0)
    assert hierarchical_scores([A1], [B1], TOY, **options).undefined == 0


@pytest.mark.parametrize("average", AVERAGES)
def test_abstention_has_no_precision_and_no_recall(average):
    assert scores([A1], [-1], average=average) == (0.0, 0.0, 0.0)
    assert scores([A1], [-1], average=average, zero_division=1) == (1.0, 0.0, 0.0)
    result = hierarchical_scores([A1], [-1], TOY, average=average, zero_division=NAN)
    assert math.isnan(result.precision)
    assert (result.recall, result.f1, result.undefined) == (0.0, 0.0, 1)


def test_abstention_lowers_pooled_recall_but_not_pooled_precision():
    assert scores([A1, A2], [A1, -1]) == (1.0, 0.5, pytest.approx(2 / 3))


def test_unlabelled_is_skipped_and_counted():
    result = hierarchical_scores([A1, -1, -1], [A1, B1, -1], TOY)
    assert result == (1.0, 1.0, 1.0, 1, 2, 0)


@pytest.mark.parametrize("average", AVERAGES)
def test_nothing_counted_is_nan_as_an_accuracy_is(average):
    for true, weights in (([], []), ([-1], [1]), ([A1], [0])):
        for zero_division in (0, 1, NAN):
            options = {"average": average, "zero_division": zero_division}
            found = scores(true, true, **options, sample_weight=weights)
            assert all(map(math.isnan, found))
        assert math.isnan(leaf_accuracy_score(true, true, TOY, sample_weight=weights))


def test_same_code_under_two_parents_is_no_match():
    tree = Taxonomy.from_paths([("1", "0"), ("2", "0")])
    assert scores([("1", "0")], [("2", "0")], tree) == (0.0, 0.0, 0.0)


def test_labels_swapped_across_levels_are_wrong():
    tree = Taxonomy.from_paths([("1", "2"), ("2", "1")])
    assert scores([("1", "2")], [("2", "1")], tree) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("average", "zero_division", "precision", "undefined"),
    [
        ("instance", 0.0, 0.5, 1),
        ("instance", 1.0, 1.0, 1),
        ("instance", NAN, 1.0, 1),
        ("class", 0.0, 0.5, 1),
        ("class", 1.0, 1.0, 1),
        ("class", NAN, 1.0, 1),
        ("micro", 0.0, 1.0, 0),
        ("micro", NAN, 1.0, 0),
    ],
)
def test_zero_division_works_in_means(average, zero_division, precision, undefined):
    options = {"average": average, "zero_division": zero_division}
    result = hierarchical_scores([A1, A2], [A1, -1], TOY, **options)
    assert result.precision == precision
    assert (result.recall, result.undefined) == (0.5, undefined)


def test_predicted_deeper_than_truth_lowers_precision_unless_truncated():
    assert scores([A], [A1]) == (0.5, 1.0, pytest.approx(2 / 3))
    assert scores([A], [A1], truncate_to_truth=True) == (1.0, 1.0, 1.0)
    # Only depth beyond the truth is cut: a wrong or an early stop stays what it is.
    assert scores([A], [B1], truncate_to_truth=True) == (0.0, 0.0, 0.0)
    assert scores([A1], [A2], truncate_to_truth=True) == (0.5, 0.5, 0.5)
    early = Taxonomy(["A", "B", "B1"], [-1, -1, 1])  # A is a full code
    assert scores([0], [2], early, truncate_to_truth=True) == (0.0, 0.0, 0.0)
    two = hierarchical_scores([0, 0], [0, 2], early, truncate_to_truth=True)
    assert two.precision == pytest.approx(1 / 3)
    assert scores([A1], [A], truncate_to_truth=True)[:2] == (1.0, 0.5)


def test_predicted_stops_early():
    assert scores([A1], [A]) == (1.0, 0.5, pytest.approx(2 / 3))


def test_code_not_in_the_tree_is_an_error_or_wrong():
    with pytest.raises(InputError, match=r"1 of 2 codes .* positions 1\. .* A > X"):
        node_ids([["A"], ["A", "X"]], TOY)
    predicted = node_ids([["A"], ["A", "X"]], TOY, unknown="wrong")
    assert predicted.tolist() == [A, OUTSIDE]
    # Wrong as a whole: no credit for the known A, and the precision is charged.
    assert scores([A1], [OUTSIDE], zero_division=1) == (0.0, 0.0, 0.0)
    assert scores([A1, A1], [A1, OUTSIDE])[:2] == (pytest.approx(2 / 3), 0.5)
    with pytest.raises(ValueError, match=r"`y_true`: .* Expected -1 to 5"):
        scores([OUTSIDE], [A])


def test_root_is_counted_only_on_request():
    assert scores([A1], [A2]) == (0.5, 0.5, 0.5)
    assert scores([A1], [A2], include_root=True) == pytest.approx((2 / 3,) * 3)
    # With the root an abstention is a prediction of one right node.
    assert scores([A1], [-1], include_root=True)[:2] == (1.0, pytest.approx(1 / 3))


def test_two_parents_make_two_nodes_each_with_one_path():
    tree = Taxonomy.from_paths([("1", "0"), ("2", "0")])
    assert [tree.code_path(node) for node in tree.nodes_of_code["0"]] == [
        ("1", "0"),
        ("2", "0"),
    ]


# --- worked examples ---


def test_micro_weighs_long_paths_more_than_instance():
    tree = Taxonomy.from_paths([tuple("abcd"), tuple("pq"), tuple("pr"), tuple("xy")])
    codes = (
        [tuple("abcd"), tuple("pq"), tuple("pq")],
        [
            tuple("abcd"),
            tuple("pr"),
            tuple("xy"),
        ],
    )
    assert hierarchical_f1_score(*codes, tree) == 0.625
    assert hierarchical_f1_score(*codes, tree, average="instance") == 0.5


def test_instance_f_is_the_mean_of_f_not_the_f_of_means():
    precision, recall, f1 = scores([A1, A], [A, A1], average="instance")
    assert (precision, recall) == (0.75, 0.75)
    assert f1 == pytest.approx(2 / 3)


def test_class_average_takes_the_f_of_the_means():
    precision, recall, f1 = scores([A1, A1, B], [A1, A, B1], average="class")
    assert (precision, recall) == ((1 + 0.5) / 2, (0.75 + 1) / 2)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {A1: 0.425, A: 0.4, B1: 0.4}),
        ({"include_root": True}, {A1: 0.617, A: 0.64, B1: 0.6}),
        ({"beta": 0.5}, {A1: 0.425, A: 0.5, B1: 0.4}),
    ],
)
def test_the_convention_changes_the_best_decision(options, expected):
    leaves, probabilities = [A1, A2, A3, B1], [0.25, 0.25, 0.10, 0.40]
    options = {"beta": 1.0, "average": "instance", **options}
    for node, value in expected.items():
        mean = hierarchical_fbeta_score(
            leaves, [node] * 4, TOY, sample_weight=probabilities, **options
        )
        assert mean == pytest.approx(value, abs=5e-4)


# --- properties ---

SCORES = {
    "precision": hierarchical_precision_score,
    "recall": hierarchical_recall_score,
    "f1": hierarchical_f1_score,
    "f2": lambda *nodes, **options: hierarchical_fbeta_score(
        *nodes, beta=2.0, **options
    ),
}


@st.composite
def cases(draw, max_documents=12):
    """A random tree with true and predicted nodes, some missing or outside."""
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, i - 1)) for i in range(size)]
    tree = Taxonomy([str(i) for i in range(size)], parents)
    documents = draw(st.integers(1, max_documents))
    lists = st.lists(st.integers(-2, size - 1), min_size=documents, max_size=documents)
    true = np.maximum(draw(lists), -1)
    weights = draw(st.lists(st.integers(0, 3), min_size=documents, max_size=documents))
    return tree, true, np.array(draw(lists)), np.array(weights)


options = st.fixed_dictionaries(
    {
        "average": st.sampled_from(AVERAGES),
        "include_root": st.booleans(),
        "truncate_to_truth": st.booleans(),
        "zero_division": st.sampled_from([0.0, 1.0]),
    }
)


@pytest.mark.parametrize("name", SCORES)
@given(case=cases(), options=options)
@settings(max_examples=60, deadline=None)
def test_common_properties(name, case, options):
    score, (tree, true, predicted, weights) = SCORES[name], case
    value = score(true, predicted, tree, **options)
    assert 0 <= value <= 1 + 1e-12 or not (true >= 0).any()
    if (true >= 0).any():
        assert score(true, true, tree, **options) == pytest.approx(1.0)
    order = np.random.default_rng(0).permutation(len(true))
    mixed = score(true[order], predicted[order], tree, **options)
    assert mixed == pytest.approx(value, nan_ok=True)
    weighted = score(true, predicted, tree, sample_weight=weights, **options)
    repeated = score(true.repeat(weights), predicted.repeat(weights), tree, **options)
    assert weighted == pytest.approx(repeated, nan_ok=True)
    scaled = score(true, predicted, tree, sample_weight=weights * 2.5, **options)
    assert scaled == pytest.approx(weighted, nan_ok=True)


def closure(tree, node, include_root):
    """The node and its ancestors as a Python set; "alien" is outside the tree."""
    nodes = {"alien"} if node == OUTSIDE else set()
    while node >= 0:
        nodes.add(int(node))
        node = tree.parents[node]
    return nodes | ({"root"} if include_root else set())


def cut(tree, node, depth):
    while node >= 0 and tree.levels[node] > depth:
        node = tree.parents[node]
    return node


def ratio(part, whole, zero_division):
    return part / whole if whole else zero_division


def oracle(tree, true, predicted, average, include_root, truncate, zero_division):
    """The same three numbers from Python sets, one document after another."""
    groups = {}
    for i, (one, two) in enumerate(zip(true, predicted, strict=True)):
        if one == -1:
            continue
        if truncate and tree.child_counts[one]:
            two = cut(tree, two, tree.levels[one])
        group = {"micro": 0, "instance": i, "class": one}[average]
        sets = closure(tree, one, include_root), closure(tree, two, include_root)
        groups.setdefault(group, []).append(sets)
    results = []
    for sets in groups.values():
        shared = sum(len(one & two) for one, two in sets)
        whole = [sum(len(pair[side]) for pair in sets) for side in (0, 1)]
        results.append(
            (
                ratio(shared, whole[1], zero_division),
                ratio(shared, whole[0], zero_division),
                ratio(2 * shared, sum(whole), zero_division),
            )
        )
    if not results:
        return (NAN,) * 3
    means = [fmean(column) for column in zip(*results, strict=True)]
    if average == "class":
        means[2] = ratio(2 * means[0] * means[1], means[0] + means[1], 0.0)
    return tuple(means)


@given(case=cases(), options=options)
@settings(max_examples=300, deadline=None)
def test_equals_python_sets(case, options):
    tree, true, predicted, _ = case
    expected = oracle(tree, true, predicted, *_ordered(options))
    assert scores(true, predicted, tree, **options) == pytest.approx(
        expected, nan_ok=True
    )


def _ordered(options):
    names = ("average", "include_root", "truncate_to_truth", "zero_division")
    return [options[name] for name in names]


@given(case=cases())
@settings(max_examples=60, deadline=None)
def test_nan_leaves_out_the_undefined(case):
    tree, true, predicted, _ = case
    options = {"average": "instance", "zero_division": NAN}
    with_nan = hierarchical_scores(true, predicted, tree, **options)
    made = predicted != -1
    without = hierarchical_scores(true[made], predicted[made], tree, **options)
    assert with_nan.precision == pytest.approx(without.precision, nan_ok=True)
    assert with_nan.undefined == ((true != -1) & ~made).sum()


# --- mistakes of the user ---


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y_true": [9, 0]}, r"`y_true`: 1 of 2 node ids .* 0\. .* Received 9"),
        ({"y_pred": [0, -3]}, r"`y_pred`: 1 of 2 .* positions 1\. .*-2 to 5"),
        ({"y_pred": [0]}, "equal length.* Received 2 and 1"),
        ({"y_pred": [0.5, 1]}, "2 of 2 are not text, .* type float"),
        ({"y_pred": [[0], [1]]}, r"Node ids are whole numbers of shape \(n,\)"),
        ({"average": "macro"}, "Expected one of micro, instance, class.*'macro'"),
        ({"zero_division": 0.5}, "Expected 0, 1 or nan. Received 0.5"),
        ({"zero_division": "warn"}, "Expected 0, 1 or nan. Received 'warn'"),
        ({"beta": 0}, "Expected a number above 0. Received 0"),
        ({"beta": "2"}, "Expected a number above 0. Received '2'"),
        ({"sample_weight": ["1", "2"]}, "`sample_weight`: Expected an array of num"),
        ({"sample_weight": [[1], [1, 2]]}, "`sample_weight`: Expected an array of n"),
        ({"sample_weight": np.ma.array([1, 2], mask=[0, 1])}, "Received nan at pos"),
        ({"sample_weight": [1]}, r"Expected shape \(2,\)"),
        ({"sample_weight": [1, -1]}, r"Received -1.0 at positions 1"),
        ({"sample_weight": [1, NAN]}, r"Received nan at positions 1"),
    ],
)
def test_mistakes_are_explained(change, message):
    arguments = {"y_true": [A, B], "y_pred": [A, B], "taxonomy": TOY, **change}
    with pytest.raises(InputError, match=message):
        hierarchical_scores(**arguments)


def test_only_the_first_positions_are_listed():
    with pytest.raises(ValueError, match=r"100 of 100.* 0, 1, 2, 3, 4 and 95"):
        scores([77] * 100, [0] * 100)
