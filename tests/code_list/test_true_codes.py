"""Sets of acceptable codes, and codes that a code list does not have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.trees import tree_of, trees

from han import Taxonomy
from han.code_list.outside_codes import WiderTaxonomy
from han.code_list.true_codes import TrueCodes, nearest_nodes

TREE = Taxonomy.from_paths(
    [("1", "11", "111"), ("1", "11", "112"), ("1", "12", "121"), ("2", "21"), ("3",)]
)


def path(tree, node):
    return [] if node < 0 else tree.ancestors(int(node)).tolist()


def by_hand(predicted, acceptable, tree):
    """The nearest truth of one record, straight from its definition."""
    ranks = []
    for place, node in enumerate(acceptable):
        true, said = path(tree, node), path(tree, predicted)
        shared = len([n for n in true if n in said])
        f1 = 2 * shared / (len(true) + len(said))
        ranks.append((-shared, -f1, place, node))
    return min(ranks)[-1]


@st.composite
def sets_of_codes(draw):
    tree = tree_of(draw(trees()))
    node = st.integers(0, tree.num_nodes - 1)
    records = draw(st.lists(st.lists(node, min_size=1, max_size=4), min_size=1))
    given_nodes = st.integers(-1, tree.num_nodes - 1)
    predicted = [draw(given_nodes) for _ in records]
    nodes = np.full((len(records), 4), -1, np.int32)
    for row, codes in zip(nodes, records, strict=True):
        row[: len(codes)] = codes
    return tree, records, nodes, np.array(predicted)


@given(sets_of_codes())
def test_the_nearest_code_is_the_one_found_by_hand(drawn):
    tree, records, nodes, predicted = drawn
    expected = [by_hand(*both, tree) for both in zip(predicted, records, strict=True)]
    assert nearest_nodes(predicted, nodes, tree).tolist() == expected


@given(sets_of_codes())
def test_a_level_is_right_if_any_code_says_the_same(drawn):
    tree, records, nodes, predicted = drawn
    paths = np.vstack([tree.paths, np.full(tree.num_levels, -1)])
    nearest = paths[nearest_nodes(predicted, nodes, tree)]
    said = paths[predicted]
    right = (nearest == said) & (said >= 0)
    for row, codes in enumerate(records):
        any_right = ((paths[codes] == said[row]) & (said[row] >= 0)).any(axis=0)
        assert right[row].tolist() == any_right.tolist()


def test_sets_of_one_code_are_these_codes():
    nodes = np.array([4, 0, -1, 2])
    found = TrueCodes.of(nodes, TREE)
    assert found.nearest(np.array([1, 1, 1, 1])).tolist() == nodes.tolist()
    assert not found.has_several.any() and not found.is_outside.any()


@pytest.mark.parametrize(
    "given_path, expected",
    [
        (("1", "11", "113"), ("1", "11", "113")),  # a sibling of full codes
        (("1", "13", "131"), ("1", "13", "131")),
        (("9",), ("9",)),
        (("3", "31"), ("31",)),  # below a full code: beside it
        (("1", "11", "111", "1111"), ("1", "11", "1111")),
        (("3", "2"), ("3 > 2",)),  # and never a code that the list has
        (("1", "11", "x", "112"), ("1", "11", "1 > 11 > x > 112")),
    ],
)
def test_outside_codes_hang_below_what_is_known(given_path, expected):
    wider = WiderTaxonomy(TREE, [given_path])
    node = wider.place(given_path)
    assert wider.code_path(node) == expected
    assert node >= TREE.num_nodes
    assert wider.codes[: TREE.num_nodes] == TREE.codes
    assert wider.num_levels == TREE.num_levels
    leaves = set(TREE.leaves.tolist())
    assert leaves <= set(wider.leaves.tolist())  # full codes stay full codes


def test_a_code_without_a_path_agrees_with_nothing():
    wider = WiderTaxonomy(TREE, [("999",), ("998",)], whole=False)
    node = wider.place(("999",))
    assert wider.node_names[node] == "999"
    assert wider.code_path(node) == ("?", "?", "999")
    assert wider.levels[node] == TREE.num_levels
    assert not set(wider.ancestors(node).tolist()) & set(range(TREE.num_nodes))


def test_records_outside_are_those_without_any_code_of_the_list():
    wider = WiderTaxonomy(TREE, [("9",)])
    out = wider.place(("9",))
    nodes = np.array([[out, -1], [out, 0], [0, -1], [-1, -1]])
    found = TrueCodes(nodes, wider, TREE.num_nodes)
    assert found.is_outside.tolist() == [True, False, False, False]
