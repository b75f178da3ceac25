"""Codes, paths and matrices of levels in place of node ids."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.references import random_tree
from support.trees import trees

from han import metrics
from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.metrics import OUTSIDE, hierarchical_f1_score, hierarchical_scores, node_ids

TREE = Taxonomy.from_paths(
    [("46", "461", "4611"), ("46", "461", "4612"), ("46", "462"), ("47",)]
)
# Ids: 46=0, 47=1, 461=2, 462=3, 4611=4, 4612=5.
CODES = ["4611", "462", "46", ""]
IDS = [4, 3, 0, -1]
PATHS = [("46", "461", "4611"), ("46", "462"), ("46",), ()]
LEVELS = [["46", "461", "4611"], ["46", "462", ""], ["46", "", ""], ["", "", ""]]
TWINS = Taxonomy.from_paths([("1", "0"), ("2", "0")])
SCORES = {
    name: getattr(metrics, name)
    for name in metrics.__all__
    if name.startswith(("hierarchical_", "lca_", "level_", "leaf_", "conditional_"))
    or name in ("tree_distance_error", "mistake_severity_error", "h_loss", "evaluation")
}
OPTIONS = {"hierarchical_fbeta_score": {"beta": 2.0}, "evaluation": {"resamples": 20}}


@pytest.mark.parametrize(
    "given",
    [
        IDS,
        tuple(IDS),
        np.array(IDS, np.int64),
        np.array(IDS, object),
        pd.Series(IDS, index=list("wxyz")),
        CODES,
        [*CODES[:3], None],
        [*CODES[:3], float("nan")],
        [*CODES[:3], pd.NA],
        np.array(CODES),
        np.array([*CODES[:3], None], object),
        pd.Series([*CODES[:3], None]),
        pd.Series([*CODES[:3], None], dtype="string"),
        pd.Series(CODES, dtype="category"),
        PATHS,
        [list(path) for path in PATHS],
        [*PATHS[:3], None],
        pd.Series(PATHS),
        ["4611", ("46", "462"), ["46", None], ""],
        LEVELS,
        np.array(LEVELS),
        np.array(LEVELS, object),
        pd.DataFrame(LEVELS),
        pd.DataFrame(LEVELS).replace("", None),
        pd.DataFrame(LEVELS).replace("", np.nan),
    ],
)
def test_each_form_gives_the_same_ids(given):
    found = node_ids(given, TREE)
    assert found.tolist() == IDS and found.dtype == np.int32


@pytest.mark.parametrize(
    "given", [np.array(IDS), np.array(CODES), np.array(CODES, object), np.array(LEVELS)]
)
def test_what_is_masked_is_no_code(given):
    mask = np.zeros(given.shape, bool)
    mask[1] = True
    assert node_ids(np.ma.array(given, mask=mask), TREE).tolist() == [4, -1, 0, -1]
    assert node_ids(np.ma.array(given), TREE).tolist() == IDS


@given(trees(), st.data())
def test_node_names_are_codes_where_codes_repeat(parents, data):
    kinds = st.sampled_from(["0", "01", "a>b", "1 > 1", "9"])
    codes, taken = [], set()
    for node, parent in enumerate(parents):
        code = data.draw(kinds)
        codes.append(code if (parent, code) not in taken else f"x{node}")
        taken.add((parent, codes[-1]))
    tree = Taxonomy(codes, parents)
    names, paths = list(tree.node_names), list(tree.naming.paths)
    assert node_ids(names, tree).tolist() == list(range(tree.num_nodes))
    assert hierarchical_f1_score(names, names, tree) == 1.0
    if tree.naming.has_repeats:  # else a code may look like the path of another node
        clear = [k for k, text in enumerate(paths) if text not in codes]
        assert node_ids([paths[k] for k in clear], tree).tolist() == clear


@pytest.mark.parametrize("empty", [[], (), np.array([]), np.empty((0, 3), object)])
def test_no_documents(empty):
    assert node_ids(empty, TREE).shape == (0,)


@pytest.mark.parametrize("name", SCORES)
def test_scores_do_not_depend_on_the_form(name):
    score, options = SCORES[name], OPTIONS.get(name, {})
    for seed in range(15):
        random = np.random.default_rng(seed)
        tree = random_tree(random)
        true, predicted = random.integers(-1, tree.num_nodes, (2, 20))
        paths = [tree.code_path(node) for node in [*range(tree.num_nodes), -1]]
        rows = [[*path, *[""] * (tree.num_levels - len(path))] for path in paths]
        codes = [path[-1] if path else None for path in paths]
        expected = repr(score(true, predicted, tree, **options))
        for forms in (codes, paths, rows):
            given = [forms[node] for node in true], [forms[node] for node in predicted]
            assert repr(score(*given, tree, **options)) == expected
            assert repr(score(given[0], predicted, tree, **options)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_a_tree_is_learnt_from_truth_and_prediction(seed):
    random = np.random.default_rng(seed)
    tree = random_tree(random)
    true, predicted = random.integers(0, tree.num_nodes, (2, 20))
    paths = [[tree.code_path(node) for node in nodes] for nodes in (true, predicted)]
    for name in ("hierarchical_scores", "lca_f1_score", "tree_distance_error"):
        assert SCORES[name](*paths) == SCORES[name](true, predicted, tree)
    depth = max(len(path) for side in paths for path in side)
    assert list(metrics.level_accuracy_scores(*paths)) == list(range(1, depth + 1))


def test_numbers_of_hiclass():
    """Values of `hiclass.metrics` 5.0.8; its "macro" is the mean over instances."""
    true = [["a", "b", "c", "d"], ["p", "q", "", ""], ["p", "q", "", ""]]
    true = np.array([*true, ["x", "y", "", ""]], object)
    predicted = [["a", "b", "c", "d"], ["p", "r", "", ""], ["x", "y", "", ""]]
    predicted = np.array([*predicted, ["x", "", "", ""]], object)
    # 4 + 1 + 0 + 1 shared labels of 9 predicted and 10 true ones.
    micro = hierarchical_scores(true, predicted)
    assert micro[:3] == pytest.approx((6 / 9, 6 / 10, 12 / 19))
    mean = hierarchical_scores(true, predicted, average="instance")
    assert mean[:3] == pytest.approx((0.625, 0.5, 0.5416666666666666))


def test_a_label_under_another_parent_is_wrong_here_and_right_in_hiclass():
    true, predicted = [["1", "0"], ["2", "1"]], [["2", "0"], ["2", "0"]]
    assert hierarchical_f1_score(true, predicted) == 0.25  # 0.5 in HiClass


def test_probabilities_are_judged_by_codes():
    p = [[0.5, 0.5, 0.25, 0.25, 0.125, 0.125]] * 4
    assert metrics.node_log_loss(CODES, p, TREE) == metrics.node_log_loss(IDS, p, TREE)
    for k in (1, 2, 4):
        hits = metrics.top_k_hits(LEVELS, p, TREE, k)
        assert (hits == metrics.top_k_hits(IDS, p, TREE, k)).all()


# --- mistakes of the user ---


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("4611", r"Received one text\. Put a single code into a list"),
        (4, r"shape \(n,\).* Received \(\)"),
        ({"4611"}, r"Expected a list of codes"),
        (np.zeros((1, 2, 3)), r"Received \(1, 2, 3\)"),
        (["4611", 3], "1 of 2 are not text, at positions 1; .* int.* without codes"),
        ([4611.0, 462.0], "2 of 2 .* positions 0, 1; .* type float.*dtype=str"),
        (np.array([4611.0, np.nan]), "1 of 2 .* positions 0; .* type float"),
        (np.array([[46, 461]]), "1 of 1 .* type int"),
        ([True, False], "type bool"),
        ([b"4611"], "type bytes"),
        ([("46", 461)], "type int"),
        ([4611], r"Received 4611\. Codes are text: give '4611' for 4611"),
        ([10**30], "1 of 1 node ids are outside the tree"),
        ([OUTSIDE], "Expected -1 to 5. Received -2"),
        ([["46", "461", "4611"], ["", "461", ""]], "1 of 2 paths .* positions 1"),
        ([("46", None, "4611")], "blank above a code"),
        (["46", "4619", "99"], r"2 of 3 codes .* positions 1, 2\. .* 4619, 99"),
        (["4611"] + ["99"] * 9, "9 of 10 .* 1, 2, 3, 4, 5 and 4 more"),
        ([("461", "4611")], r"Expected .* paths from its top\. Received 461 > 4611"),
        (["46", "04611"], "Expected codes of the code list"),
    ],
)
def test_mistakes_say_what_to_do(given, message):
    with pytest.raises(InputError, match="`codes`: .*" + message):
        node_ids(given, TREE)
    with pytest.raises(InputError, match="`y_true`: .*" + message):
        hierarchical_f1_score(given, given, TREE)


def test_lost_zeros_are_named():
    tree = Taxonomy.from_paths([("01", "0110"), ("01", "0120")])
    with pytest.raises(InputError, match=r"'110' seems to have lost .* '0110' is"):
        node_ids(["110"], tree)


def test_answers_are_not_repeated_in_messages():
    with pytest.raises(InputError, match=r"positions 0\.") as caught:
        node_ids(["pan de dulce"], TREE)
    assert "pan" not in str(caught.value)


def test_a_code_under_two_parents_needs_its_path():
    match = r"`y_pred`: 1 of 2 .* positions 1\. '0' may be 1 > 0, 2 > 0\. .*'1 > 0'\."
    with pytest.raises(InputError, match=match):
        hierarchical_f1_score(["1", "2"], ["1", "0"], TWINS)
    assert hierarchical_f1_score(["2"], [("2", "0")], TWINS) == pytest.approx(2 / 3)


def test_unknown_predictions_can_count_as_wrong():
    found = node_ids(["4611", "99", ""], TREE, unknown="wrong")
    assert found.tolist() == [4, OUTSIDE, -1]
    assert node_ids(found, TREE, unknown="wrong").tolist() == found.tolist()
    assert node_ids([("46", "99")], TREE, unknown="wrong").tolist() == [OUTSIDE]
    assert hierarchical_f1_score(["4611", "4611"], found[:2], TREE) == 6 / 10
    with pytest.raises(InputError, match=r"Expected error or wrong\. .* 'skip'"):
        node_ids(["46"], TREE, unknown="skip")


@pytest.mark.parametrize("given", [CODES, IDS, [], [""], [("46",), "46"]])
def test_codes_and_ids_need_a_tree(given):
    with pytest.raises(InputError, match=r"`taxonomy` is missing.* for paths and"):
        hierarchical_f1_score(given, given)


def test_a_tree_is_a_taxonomy():
    with pytest.raises(InputError, match=r"Expected a `Taxonomy`\. Received str"):
        hierarchical_f1_score(PATHS, PATHS, "micro")


@pytest.mark.parametrize("short", [CODES[:1], PATHS[:2], LEVELS[:3], IDS[:1]])
def test_lengths_must_be_equal(short):
    with pytest.raises(InputError, match=f"equal length.* Received 4 and {len(short)}"):
        hierarchical_f1_score(CODES, short, TREE)
