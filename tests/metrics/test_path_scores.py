"""Scores along the tree, per level and of probabilities: examples and oracles."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, log_loss, top_k_accuracy_score

from han.code_list.taxonomy import Taxonomy
from han.metrics import (
    OUTSIDE,
    coherence_error,
    conditional_level_accuracy_scores,
    h_loss,
    lca_f1_score,
    lca_precision_score,
    lca_recall_score,
    leaf_accuracy_score,
    leaf_macro_f1_score,
    level_accuracy_scores,
    level_f1_scores,
    mistake_severity_error,
    node_log_loss,
    top_k_accuracy_scores,
    top_k_hits,
    tree_distance_error,
)

# A: A1, A2, A3; B: B1. C is a leaf at the top.
TOY = Taxonomy(["A", "B", "C", "A1", "A2", "A3", "B1"], [-1, -1, -1, 0, 0, 0, 1])
A, B, C, A1, A2, A3, B1 = range(7)
HIGHER = {
    "lca_precision": lca_precision_score,
    "lca_recall": lca_recall_score,
    "lca_f1": lca_f1_score,
    "leaf_accuracy": leaf_accuracy_score,
    "leaf_macro_f1": leaf_macro_f1_score,
}
LOWER = {"tree_distance": tree_distance_error, "h_loss": h_loss}
SEVERITY = {"mistake_severity_error": mistake_severity_error}
PER_LEVEL = {
    "accuracy": level_accuracy_scores,
    "conditional": conditional_level_accuracy_scores,
    "macro_f1": level_f1_scores,
    "weighted_f1": lambda *nodes, **options: level_f1_scores(
        *nodes, average="weighted", **options
    ),
}


@st.composite
def cases(draw):
    """A random tree with true and predicted nodes, some missing or outside."""
    size = draw(st.integers(1, 12))
    parents = [draw(st.integers(-1, i - 1)) for i in range(size)]
    tree = Taxonomy([str(i) for i in range(size)], parents)
    documents = draw(st.integers(1, 12))
    lists = st.lists(st.integers(-2, size - 1), min_size=documents, max_size=documents)
    true = np.maximum(draw(lists), -1)
    weights = draw(st.lists(st.integers(0, 3), min_size=documents, max_size=documents))
    return tree, true, np.array(draw(lists)), np.array(weights)


def path(tree, node):
    """The path from the root to the node as a list that starts with "root"."""
    nodes = ["alien"] if node == OUTSIDE else []
    while node >= 0:
        nodes.insert(0, int(node))
        node = int(tree.parents[node])
    return ["root", *nodes]


def pairs_of_paths(tree, true, predicted):
    return [
        (path(tree, one), path(tree, two))
        for one, two in zip(true, predicted, strict=True)
        if one != -1
    ]


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else math.nan


# --- worked examples ---


@pytest.mark.parametrize(
    ("true", "predicted", "precision", "recall"),
    [
        (A1, A1, 1, 1),
        (A1, A2, 1 / 2, 1 / 2),  # A, A1 against A, A2
        (A1, A, 1, 1 / 2),
        (A, A1, 1 / 2, 1),
        (A1, B1, 1 / 3, 1 / 3),
        (A1, B, 1 / 2, 1 / 3),
        (A1, -1, 1, 1 / 3),
        (A1, OUTSIDE, 1 / 2, 1 / 3),
    ],
)
def test_lca_scores_by_hand(true, predicted, precision, recall):
    nodes = [true], [predicted], TOY
    assert lca_precision_score(*nodes) == pytest.approx(precision)
    assert lca_recall_score(*nodes) == pytest.approx(recall)
    f1 = 2 * precision * recall / (precision + recall)
    assert lca_f1_score(*nodes) == pytest.approx(f1)


def test_long_shared_beginning_does_not_raise_lca_scores():
    tree = Taxonomy.from_paths([tuple("abcdx"), tuple("abcdy"), ("x",), ("y",)])
    deep = tree.find(tuple("abcdx")), tree.find(tuple("abcdy"))
    flat = tree.find(("x",)), tree.find(("y",))
    assert lca_f1_score([deep[0]], [deep[1]], tree) == 0.5
    assert lca_f1_score([flat[0]], [flat[1]], tree) == 0.5


def test_distance_and_severity_by_hand():
    nodes = [A1, A1, A1, A1, C], [A1, A2, B1, -1, B1], TOY
    assert tree_distance_error(*nodes) == (0 + 2 + 4 + 2 + 3) / 5
    assert mistake_severity_error(*nodes) == (2 + 4 + 2 + 3) / 4
    assert math.isnan(mistake_severity_error([A1], [A1], TOY))


@pytest.mark.parametrize(
    ("true", "predicted", "loss"),
    [
        (A1, A1, 0),
        (A1, A2, 1 / 9 + 1 / 9),
        (A1, A, 1 / 9),
        (A, A1, 1 / 9),
        (A1, B1, 1 / 3 + 1 / 3),  # what follows below a first mistake is free
        (A1, C, 1 / 3 + 1 / 3),
        (B1, B, 1 / 3),  # an only child costs as much as its parent
        (A1, -1, 1 / 3),
        (A1, OUTSIDE, 1 / 3 + 1 / 3),
    ],
)
def test_h_loss_by_hand(true, predicted, loss):
    assert h_loss([true], [predicted], TOY) == pytest.approx(loss)


def test_levels_by_hand():
    nodes = [A1, A1, B1, A, C, -1], [A1, A2, A3, A1, -1, A1], TOY
    assert level_accuracy_scores(*nodes) == {1: 3 / 5, 2: 1 / 3}
    assert conditional_level_accuracy_scores(*nodes) == {1: 3 / 5, 2: 1 / 2}
    assert leaf_accuracy_score(*nodes) == 1 / 4  # the partial truth A does not count


def test_macro_f1_is_the_mean_of_class_f1():
    """(tp, fp, fn) of (9, 1, 0) and (1, 0, 9): .565, not .697 (PEERS 4.2)."""
    true = [A1] * 9 + [A2] * 10
    predicted = [A1] * 9 + [A2] + [A1] + [-1] * 8
    assert leaf_macro_f1_score(true, predicted, TOY) == pytest.approx(0.565, abs=5e-4)


def test_inner_or_outside_prediction_is_a_miss_but_no_class():
    for predicted in (A, -1, OUTSIDE):
        score = leaf_macro_f1_score([A1, A1], [A1, predicted], TOY)
        assert score == pytest.approx(2 / 3)


def test_values_are_nan_where_no_document_counts():
    scores = level_accuracy_scores([C], [C], TOY)
    assert scores[1] == 1
    assert math.isnan(scores[2])
    assert all(math.isnan(f([-1], [A1], TOY)) for f in (HIGHER | LOWER).values())
    assert all(math.isnan(f([], [], TOY)) for f in (HIGHER | LOWER).values())


# --- properties ---


@pytest.mark.parametrize("name", HIGHER | LOWER | SEVERITY)
@given(case=cases())
@settings(max_examples=50, deadline=None)
def test_common_properties(name, case):
    score, (tree, true, predicted, weights) = (HIGHER | LOWER | SEVERITY)[name], case
    value = score(true, predicted, tree)
    assert math.isnan(value) or value >= 0
    if name in HIGHER or (name == "h_loss" and OUTSIDE not in predicted):
        assert math.isnan(value) or value <= 1 + 1e-12
    if name not in SEVERITY:
        perfect = score(true, true, tree)
        assert perfect == (name in HIGHER) or math.isnan(perfect)
    order = np.random.default_rng(0).permutation(len(true))
    again = score(true[order], predicted[order], tree)
    assert again == pytest.approx(value, nan_ok=True)
    weighted = score(true, predicted, tree, sample_weight=weights)
    repeated = score(true.repeat(weights), predicted.repeat(weights), tree)
    assert weighted == pytest.approx(repeated, nan_ok=True)


@pytest.mark.parametrize("name", PER_LEVEL)
@given(case=cases())
@settings(max_examples=50, deadline=None)
def test_common_properties_of_levels(name, case):
    score, (tree, true, predicted, weights) = PER_LEVEL[name], case
    values = score(true, predicted, tree)
    assert list(values) == list(range(1, tree.num_levels + 1))
    assert all(math.isnan(value) or 0 <= value <= 1 for value in values.values())
    perfect = score(true, true, tree).values()
    assert all(math.isnan(value) or value == pytest.approx(1) for value in perfect)
    order = np.random.default_rng(0).permutation(len(true))
    again = score(true[order], predicted[order], tree)
    assert again == pytest.approx(values, nan_ok=True)
    weighted = score(true, predicted, tree, sample_weight=weights)
    repeated = score(true.repeat(weights), predicted.repeat(weights), tree)
    assert weighted == pytest.approx(repeated, nan_ok=True)


@given(case=cases())
@settings(max_examples=200, deadline=None)
def test_tree_scores_equal_plain_paths(case):
    tree, true, predicted, _ = case
    augmented, edges, losses = [], [], []
    for one, two in pairs_of_paths(tree, true, predicted):
        shared = [node for node in one if node in two]
        below = {*one[len(shared) - 1 :]}, {*two[len(shared) - 1 :]}
        right = len(below[0] & below[1])
        augmented.append((right / len(below[1]), right / len(below[0])))
        edges.append(len(below[0] ^ below[1]))
        losses.append(first_mistakes(tree, one, two))
    nodes = true, predicted, tree
    expected = {
        lca_precision_score: mean(p for p, _ in augmented),
        lca_recall_score: mean(r for _, r in augmented),
        lca_f1_score: mean(2 * p * r / (p + r) for p, r in augmented),
        tree_distance_error: mean(edges),
        mistake_severity_error: mean(edge for edge in edges if edge),
        h_loss: mean(losses),
    }
    for score, value in expected.items():
        assert score(*nodes) == pytest.approx(value, nan_ok=True)


def first_mistakes(tree, one, two):
    """H-loss by its definition: a sum over all nodes."""
    loss = 0.0
    for node in {*one} ^ {*two}:
        above = path(tree, node)[:-1] if node != "alien" else ["root"]
        if all((other in one) == (other in two) for other in above):
            loss += cost(tree, node)
    return loss


def cost(tree, node):
    if node == "root":
        return 1.0
    parent = -1 if node == "alien" else int(tree.parents[node])
    siblings = sum(other == parent for other in tree.parents)
    return cost(tree, "root" if parent == -1 else parent) / siblings


@given(case=cases())
@settings(max_examples=150, deadline=None)
@pytest.mark.filterwarnings("ignore")  # scikit-learn warns of classes never predicted
def test_levels_equal_scikit_learn(case):
    tree, true, predicted, _ = case
    nodes = true, predicted, tree
    pairs = pairs_of_paths(tree, true, predicted)
    for level in range(1, tree.num_levels + 1):
        reached = [(t[level], p[level : level + 1]) for t, p in pairs if level < len(t)]
        if not reached:
            continue
        codes = [t for t, _ in reached]
        coded = [p[0] if p and p[0] != "alien" else -1 for _, p in reached]
        assert level_accuracy_scores(*nodes)[level] == pytest.approx(
            accuracy_score(codes, coded)
        )
        labels = sorted({*codes, *coded} - {-1})
        for average in ("macro", "weighted"):
            expected = f1_score(codes, coded, labels=labels, average=average)
            actual = level_f1_scores(*nodes, average=average)[level]
            assert actual == pytest.approx(expected)


def test_levels_equal_scikit_learn_with_weights():
    generator = np.random.default_rng(3)
    tree = Taxonomy.from_paths([(a, b, c) for a in "pqr" for b in "xy" for c in "123"])
    true, predicted = generator.choice(tree.leaves, (2, 400))
    weights = generator.random(400)
    nodes, options = (true, predicted, tree), {"sample_weight": weights}
    for level in (1, 2, 3):
        one, two = (tree.paths[ids, level - 1] for ids in (true, predicted))
        for average in ("macro", "weighted"):
            expected = f1_score(one, two, average=average, sample_weight=weights)
            actual = level_f1_scores(*nodes, average=average, **options)[level]
            assert actual == pytest.approx(expected)
        expected = accuracy_score(one, two, sample_weight=weights)
        assert level_accuracy_scores(*nodes, **options)[level] == pytest.approx(
            expected
        )
    expected = f1_score(true, predicted, average="macro", sample_weight=weights)
    assert leaf_macro_f1_score(*nodes, **options) == pytest.approx(expected)
    conditional = conditional_level_accuracy_scores(*nodes, **options)
    leaf_accuracy = leaf_accuracy_score(*nodes, **options)
    assert math.prod(conditional.values()) == pytest.approx(leaf_accuracy)


def test_unknown_level_average_is_explained():
    with pytest.raises(ValueError, match=r"Expected macro or weighted\. Received 'mic"):
        level_f1_scores([A], [A], TOY, average="micro")


# --- probabilities ---


def leaf_probabilities(tree, documents, seed=0):
    """Coherent node probabilities `(n, N)`: random leaves, parents are sums."""
    leaf = np.random.default_rng(seed).dirichlet(np.ones(len(tree.leaves)), documents)
    sums = np.hstack([np.zeros((documents, 1)), leaf.cumsum(axis=1)])
    return sums[:, tree.leaf_spans[:, 1]] - sums[:, tree.leaf_spans[:, 0]]


def test_top_k_equals_scikit_learn():
    probabilities = leaf_probabilities(TOY, 200)
    true = np.random.default_rng(1).choice(TOY.leaves, 200)
    weights = np.random.default_rng(2).random(200)
    scores = top_k_accuracy_scores(
        true, probabilities, TOY, k=(1, 2, 3, 9), sample_weight=weights
    )
    order = np.sort(TOY.leaves)
    for k in (1, 2, 3):
        expected = top_k_accuracy_score(
            true, probabilities[:, order], k=k, labels=order, sample_weight=weights
        )
        assert scores[k] == pytest.approx(expected)
    assert scores[9] == 1


def test_ties_fall_to_the_leaf_further_left():
    assert TOY.leaves.tolist() == [A1, A2, A3, B1, C]
    ties = np.full((5, 7), 0.2)
    for k in range(1, 6):
        hits = top_k_hits(TOY.leaves, ties, TOY, k)
        assert hits.tolist() == [position < k for position in range(5)]


def test_top_k_counts_true_leaves_only():
    probabilities = leaf_probabilities(TOY, 3)
    assert not top_k_hits([-1, A, B], probabilities, TOY, k=9).any()
    scores = top_k_accuracy_scores([-1, A, A1], probabilities, TOY, k=(5,))
    assert scores == {5: 1.0}
    assert math.isnan(top_k_accuracy_scores([A], probabilities[:1], TOY)[1])


def test_top_k_does_not_depend_on_chunks(monkeypatch):
    probabilities = leaf_probabilities(TOY, 50)
    true = np.random.default_rng(1).choice(TOY.leaves, 50)
    whole = top_k_hits(true, probabilities, TOY, k=2)
    error = coherence_error(probabilities, TOY)
    monkeypatch.setattr("han.metrics.probability_scores.CHUNK", 20)
    assert (top_k_hits(true, probabilities, TOY, k=2) == whole).all()
    assert coherence_error(probabilities, TOY) == pytest.approx(error)


def test_coherent_probabilities_have_no_error():
    error = coherence_error(leaf_probabilities(TOY, 50), TOY)
    assert error == pytest.approx((0, 0), abs=1e-12)


def test_coherence_error_by_hand():
    one = [0.5, 0.3, 0.1, 0.2, 0.2, 0.1, 0.6]  # top sums to .9; B1 is .3 above B
    error = coherence_error([one], TOY)
    assert error.max_sum_gap == pytest.approx(0.3)
    assert error.mean_excess == pytest.approx(0.3 / 7)
    flat = Taxonomy(["a", "b"], [-1, -1])
    assert coherence_error([[0.5, 0.25]], flat).max_sum_gap == pytest.approx(0.25)
    assert math.isnan(coherence_error(np.empty((0, 7)), TOY).max_sum_gap)


def test_log_loss_equals_scikit_learn_and_takes_partial_codes():
    probabilities = leaf_probabilities(TOY, 100)
    true = np.random.default_rng(1).choice(TOY.leaves, 100)
    order = np.sort(TOY.leaves)
    expected = log_loss(true, probabilities[:, order], labels=order)
    assert node_log_loss(true, probabilities, TOY) == pytest.approx(expected)
    loss = node_log_loss([A, -1], probabilities[:2], TOY)
    assert loss == pytest.approx(-math.log(probabilities[0, A]))
    certain = np.zeros((1, 7))
    assert node_log_loss([A], certain, TOY) == pytest.approx(36.04, abs=0.01)


@pytest.mark.parametrize(
    ("probabilities", "message"),
    [
        (np.zeros((2, 7)), r"Expected shape \(1, 7\).*Received \(2, 7\)"),
        (np.zeros((1, 3)), r"Received \(1, 3\)"),
        (np.full((1, 7), np.nan), "Expected numbers from 0 to 1"),
        (np.full((1, 7), -0.7), "not logarithms.*documents 0"),
    ],
)
def test_wrong_probabilities_are_explained(probabilities, message):
    for score in (node_log_loss, top_k_accuracy_scores):
        with pytest.raises(ValueError, match=message):
            score([A1], probabilities, TOY)


def test_wrong_k_is_explained():
    with pytest.raises(
        ValueError, match=r"Expected a whole number from 1\. Received 0"
    ):
        top_k_accuracy_scores([A1], np.zeros((1, 7)), TOY, k=(0,))
