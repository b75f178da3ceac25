"""Laws of the tree on random forests, against brute force over parents."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from han.code_list.taxonomy import ROOT, Taxonomy
from han.errors import InputError, listing

GROUND = [
    "han.code_list.taxonomy",
    "han.code_list.taxonomy_sources",
    "han.config",
    "han.config.yaml_reader",
]


@st.composite
def forests(draw, max_size=14):
    """Codes and parents in shuffled order; codes repeat, but not among siblings."""
    size = draw(st.integers(1, max_size))
    # A small width makes deep branches with only children, a large one flat forests.
    width = draw(st.integers(1, size))
    grown = [draw(st.integers(max(ROOT, i - width), i - 1)) for i in range(size)]
    siblings = [grown[:i].count(parent) for i, parent in enumerate(grown)]
    order = draw(st.permutations(range(size)))
    position = {node: place for place, node in enumerate(order)}
    parents = [position[grown[i]] if grown[i] != ROOT else ROOT for i in order]
    return [str(siblings[i]) for i in order], parents


@st.composite
def trees(draw):
    return Taxonomy(*draw(forests()))


def above(tree, node):
    """Ids from the top down to `node`, followed parent by parent."""
    path = []
    while node != ROOT:
        path.insert(0, node)
        node = int(tree.parents[node])
    return path


def input_path(codes, parents, place):
    path = []
    while place != ROOT:
        path.insert(0, codes[place])
        place = parents[place]
    return tuple(path)


@given(forests())
@settings(max_examples=150, deadline=None)
def test_the_tree_is_the_given_forest(forest):
    codes, parents = forest
    tree = Taxonomy(codes, parents)
    given_paths = {input_path(codes, parents, i) for i in range(len(codes))}
    assert {tree.code_path(node) for node in range(tree.num_nodes)} == given_paths
    assert tree.num_nodes == len(codes) == len(given_paths)
    for node in range(tree.num_nodes):
        assert tree.find(tree.code_path(node)) == node
        assert node in tree.nodes_of_code[tree.codes[node]]


@given(trees())
@settings(max_examples=150, deadline=None)
def test_order_of_nodes(tree):
    assert (tree.parents < np.arange(tree.num_nodes)).all()
    assert (np.diff(tree.levels) >= 0).all() and tree.levels[0] == 1
    assert (np.diff(tree.parents) >= 0).all()  # so siblings follow one another
    for node in range(ROOT, tree.num_nodes):
        children = tree.children(node)
        assert children.tolist() == [
            i for i in range(tree.num_nodes) if tree.parents[i] == node
        ]
        if len(children):
            assert children.tolist() == list(range(children[0], children[-1] + 1))
        if node != ROOT:
            assert tree.child_counts[node] == len(children)
    assert tree.num_levels == max(
        len(above(tree, node)) for node in range(tree.num_nodes)
    )


@given(trees())
@settings(max_examples=150, deadline=None)
def test_paths_and_ancestors(tree):
    assert tree.paths.shape == (tree.num_nodes, tree.num_levels)
    for node in range(tree.num_nodes):
        expected = above(tree, node)
        assert tree.ancestors(node).tolist() == expected
        assert tree.levels[node] == len(expected)
        filling = [ROOT] * (tree.num_levels - len(expected))
        assert tree.paths[node].tolist() == expected + filling
        assert tree.code_path(node) == tuple(tree.codes[i] for i in expected)


@given(trees())
@settings(max_examples=100, deadline=None)
def test_lowest_common_ancestor_is_the_deepest_shared_one(tree):
    nodes = np.arange(ROOT, tree.num_nodes)
    first, second = np.meshgrid(nodes, nodes, indexing="ij")
    found = tree.lowest_common_ancestor(first, second)
    for i, one in enumerate(nodes):
        for k, two in enumerate(nodes):
            shared = set(above(tree, one)) & set(above(tree, two))
            deepest = max(shared, key=lambda node: tree.levels[node], default=ROOT)
            assert found[i, k] == deepest
    assert (found == found.T).all()
    assert (np.diag(found) == nodes).all()
    assert (found[0] == ROOT).all()


@given(trees(), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_leaves_and_their_sums(tree, rows):
    parents = set(tree.parents.tolist())
    is_leaf = [node not in parents for node in range(tree.num_nodes)]
    assert sorted(tree.leaves) == np.flatnonzero(is_leaf).tolist()
    # From left to right: in the order of a walk that visits children in turn.
    assert tree.leaves.tolist() == sorted(
        tree.leaves.tolist(), key=lambda leaf: above(tree, leaf)
    )
    values = np.random.default_rng(7).random((rows, len(tree.leaves)))
    sums = tree.sum_leaves(values)
    assert sums.shape == (rows, tree.num_nodes)
    for node in range(tree.num_nodes):
        under = [i for i, leaf in enumerate(tree.leaves) if node in above(tree, leaf)]
        start, stop = tree.leaf_spans[node]
        assert list(range(start, stop)) == under
        np.testing.assert_allclose(sums[:, node], values[:, under].sum(axis=1))


@given(forests(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_lines_does_not_change_the_tree(forest, random):
    codes, parents = forest
    order = list(range(len(codes)))
    random.shuffle(order)
    position = {old: new for new, old in enumerate(order)} | {ROOT: ROOT}
    shuffled = Taxonomy(
        [codes[i] for i in order], [position[parents[i]] for i in order]
    )
    tree = Taxonomy(codes, parents)

    def named(one):
        return {
            one.code_path(i): (
                one.code_path(int(one.parents[i])),
                int(one.levels[i]),
                {one.code_path(int(k)) for k in one.children(i)},
                {one.code_path(int(k)) for k in one.leaves[slice(*one.leaf_spans[i])]},
            )
            for i in range(one.num_nodes)
        }

    assert named(shuffled) == named(tree)
    paths = [tree.code_path(i) for i in range(tree.num_nodes)]
    assert Taxonomy.from_paths(paths) == Taxonomy.from_paths(
        [shuffled.code_path(i) for i in range(tree.num_nodes)]
    )


@given(forests(), st.data())
@settings(max_examples=50, deadline=None)
def test_json_round_trip(tmp_path_factory, forest, data):
    codes, parents = forest
    titles = data.draw(
        st.lists(
            st.text(st.characters(codec="utf-8")),
            min_size=len(codes),
            max_size=len(codes),
        )
    )
    tree = Taxonomy(codes, parents, titles)
    file = tmp_path_factory.mktemp("tree") / "taxonomy.json"
    tree.save(file)
    again = Taxonomy.load(file)
    assert again == tree and hash(again) == hash(tree)
    assert (again.titles, again.codes) == (tree.titles, tree.codes)
    np.testing.assert_array_equal(again.paths, tree.paths)
    np.testing.assert_array_equal(again.leaves, tree.leaves)


def test_same_code_under_two_parents_is_two_nodes():
    tree = Taxonomy.from_paths([("1", "9"), ("2", "9")])
    assert tree.codes == ("1", "2", "9", "9")
    assert tree.nodes_of_code["9"] == [2, 3]
    assert [tree.find(["1", "9"]), tree.find(["2", "9"])] == [2, 3]
    assert tree.lowest_common_ancestor([2, 2], [3, 0]).tolist() == [ROOT, 0]


def test_uneven_tree_by_hand():
    # A: A1 (A1x only child), A2; B is a leaf at the top.
    tree = Taxonomy(["A1x", "B", "A2", "A", "A1"], [4, -1, 3, -1, 3])
    assert tree.codes == ("B", "A", "A2", "A1", "A1x")
    assert tree.parents.tolist() == [-1, -1, 1, 1, 3]
    assert tree.levels.tolist() == [1, 1, 2, 2, 3]
    assert tree.leaves.tolist() == [0, 2, 4]
    assert tree.leaf_spans.tolist() == [[0, 1], [1, 3], [1, 2], [2, 3], [2, 3]]
    sums = tree.sum_leaves(np.array([[0.5, 0.3, 0.2]]))
    np.testing.assert_allclose(sums, [[0.5, 0.5, 0.3, 0.2, 0.2]])
    assert repr(tree) == "Taxonomy(5 nodes, 3 levels, 3 leaves)"


def test_from_paths_adds_ancestors_and_titles():
    tree = Taxonomy.from_paths(iter([("4", "46", "461"), ("4",)]), {("4",): "Comercio"})
    assert tree.codes == ("4", "46", "461")
    assert tree.titles == ("Comercio", "46", "461")


def test_from_paths_sorts_by_level_and_code():
    paths = [("2", "b"), ("10",), ("2", "a"), ("1", "z"), ("1", "c"), ("3",)]
    tree = Taxonomy.from_paths(paths)
    assert tree.codes == ("1", "10", "2", "3", "c", "z", "a", "b")
    assert tree == Taxonomy.from_paths(reversed(paths))


def test_the_root():
    tree = Taxonomy(["A", "B"], [-1, 0])
    assert tree.find([]) == ROOT and tree.code_path(ROOT) == ()
    assert tree.ancestors(ROOT).tolist() == []
    assert tree.children(ROOT).tolist() == [0]
    assert tree.find(["B"]) is None and tree.find(["A", "B", "C"]) is None


def test_equality_looks_at_codes_titles_and_parents():
    tree = Taxonomy(["A", "B"], [-1, 0], ["a", "b"])
    assert tree == Taxonomy(["B", "A"], [1, -1], ["b", "a"])
    assert tree != Taxonomy(["A", "C"], [-1, 0], ["a", "b"])
    assert tree != Taxonomy(["A", "B"], [-1, 0], ["a", "c"])
    assert tree != Taxonomy(["A", "B"], [-1, -1], ["a", "b"])
    assert tree != "A"


def test_a_long_chain_needs_no_recursion():
    size = 3000
    tree = Taxonomy(["x"] * size, list(range(-1, size - 1)))
    assert tree.num_levels == size
    assert tree.leaves.tolist() == [size - 1]


@pytest.mark.parametrize(
    ("codes", "parents", "message"),
    [
        ([], [], "code list is empty"),
        (["A", "B", "C"], [-1, 2, 1], r"cycle .* B -> C -> B\. Give one"),
        (["A"], [0], r"its own parent: 'A'\."),
        (["A", "B"], [-1, 2], r"Code 'B' has parent position 2, expected .* 0 to 1"),
        (["A", "B"], [-2, 0], r"Code 'A' has parent position -2"),
        (["A", "B", "B"], [-1, 0, 0], r"'A/B' twice under one parent"),
        (["A", "A"], [-1, -1], r"'A' twice under one parent"),
        (["A", "B"], [-1], r"2 codes, 1 parents and 2 titles"),
        (["A"], [-1, 0], r"1 codes, 2 parents and 1 titles"),
    ],
)
def test_errors(codes, parents, message):
    with pytest.raises(InputError, match=message):
        Taxonomy(codes, parents)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("46", "one text. Expected a list or tuple"),
        ([46], "Received int"),
        ([None], "Received NoneType"),
        (["46", ""], "Received a blank"),
    ],
)
def test_codes_are_texts(codes, message):
    with pytest.raises(InputError, match=message):
        Taxonomy.from_paths([("1",), codes])
    with pytest.raises(InputError, match=message):
        Taxonomy(codes, [-1] * len(codes))


def test_names_of_files_are_texts_too(tmp_path):
    tree, file = Taxonomy(["46", "461"], [-1, 0]), str(tmp_path / "tree.json")
    tree.save(file)
    assert Taxonomy.load(file) == tree


def test_error_for_too_few_titles():
    with pytest.raises(InputError, match="2 codes, 2 parents and 1 titles"):
        Taxonomy(["A", "B"], [-1, 0], ["only one"])


def test_error_for_no_paths():
    with pytest.raises(InputError, match="code list is empty"):
        Taxonomy.from_paths([()])


@given(forests(), st.data())
@settings(max_examples=50, deadline=None)
def test_any_cycle_is_found(forest, data):
    codes, parents = forest
    tree = Taxonomy(codes, parents)
    node = data.draw(st.integers(0, tree.num_nodes - 1))
    below = [i for i in range(tree.num_nodes) if node in above(tree, i)]
    looped = tree.parents.tolist()
    looped[node] = data.draw(st.sampled_from(below))
    with pytest.raises(InputError, match=r"cycle|own parent"):
        Taxonomy(tree.codes, looped)


def test_listing():
    assert listing([]) == ""
    assert listing([1, 2], shown=2) == "1, 2"
    assert listing("abcd", shown=2) == "a, b and 2 more"
    assert listing(range(21)).endswith("19 and 1 more")


@pytest.mark.parametrize("module", [*GROUND, "han.errors"])
def test_ground_floor_does_not_load_tensorflow(module):
    code = (
        f"import sys, {module}; "
        "print(sorted({'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_siblings_stay_in_the_order_given():
    tree = Taxonomy(["10", "9", "99", "90"], [-1, -1, 1, 1])
    assert tree.codes == ("10", "9", "99", "90")
    ids = [tree.find(path) for path in (["10"], ["9"], ["9", "99"], ["9", "90"])]
    assert all(one < two for one, two in pairwise(ids))


@pytest.mark.parametrize("bad", [-2, 3])
def test_common_ancestor_of_an_unknown_node_is_refused(bad):
    tree = Taxonomy(["46", "461", "463"], [-1, 0, 0])
    with pytest.raises(ValueError, match="Node ids must be -1 to 2"):
        tree.lowest_common_ancestor([1, bad], [2, 2])
