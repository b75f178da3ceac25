"""The question that tells most, against all questions there are."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.trees import tree_of, trees

from han.code_list.taxonomy import ROOT, Taxonomy
from han.service.problem import Problem
from han.service.question_choice import best_question, likeliest, probabilities_after


@st.composite
def records(draw):
    """A tree, and log-probabilities of its nodes for one record."""
    tree = tree_of(draw(trees()))
    count = len(tree.leaves)
    some = st.lists(st.floats(-6, 0), min_size=count, max_size=count)
    shares = np.exp(draw(some))
    return tree, np.log(tree.sum_leaves((shares / shares.sum())[None])[0])


def bits(parts):
    return -sum(p * np.log2(p) for p in parts if p > 0)


def all_gains(chances, tree, most):
    """Expected information of every parent with every choice of options."""
    for parent in (ROOT, *range(tree.num_nodes)):
        children = tree.children(parent).tolist()
        for size in range(1, most + 1):
            for options in combinations(children, size):
                parts = [chances[node] for node in options]
                yield bits([*parts, max(0, 1 - sum(parts))])


@given(records(), st.integers(1, 4))
def test_no_other_split_tells_more(record, most):
    tree, logs = record
    chances = probabilities_after(logs, tree)
    found = best_question(chances, tree, most, least_gain=0, least_share=0)
    best = max(all_gains(chances, tree, most))
    assert (found.gain_bits if found else 0) == pytest.approx(best, abs=1e-8)


@given(records(), st.data())
def test_probabilities_after_answers_are_coherent(record, data):
    tree, logs = record
    nodes = st.integers(0, tree.num_nodes - 1)
    within, without = data.draw(nodes | st.just(ROOT)), data.draw(st.lists(nodes))
    chances, leaves = np.exp(logs), tree.leaves.tolist()
    left = [
        leaf
        for leaf in leaves
        if (within == ROOT or within in tree.paths[leaf])
        and not set(without) & set(tree.paths[leaf].tolist())
    ]
    if not left:
        with pytest.raises(Problem, match="No full code is left") as caught:
            probabilities_after(logs, tree, within, without)
        assert (caught.value.status, caught.value.field) == (422, "without")
        return
    found = probabilities_after(logs, tree, within, without)
    expected = {leaf: chances[leaf] / chances[left].sum() for leaf in left}
    assert found[leaves] == pytest.approx([expected.get(n, 0) for n in leaves])
    for node in range(tree.num_nodes):
        if len(children := tree.children(node)):
            assert found[node] == pytest.approx(found[children].sum(), abs=1e-12)


@given(records(), st.integers(1, 4), st.data())
@settings(max_examples=60)
def test_true_answers_lead_to_the_true_code(record, most, data):
    tree, logs = record
    leaf = data.draw(st.sampled_from(tree.leaves.tolist()))
    within, without, asked = ROOT, [], 0
    while True:
        chances = probabilities_after(logs, tree, within, without)
        question = best_question(chances, tree, most, least_gain=0)
        if question is None:
            break
        assert sum(question.probabilities) + question.other == pytest.approx(1)
        assert 1 <= len(question.options) <= most
        assert {int(tree.parents[n]) for n in question.options} == {question.parent}
        path, asked = tree.paths[leaf].tolist(), asked + 1
        if chosen := [node for node in question.options if node in path]:
            within = chosen[0]
        else:
            without += question.options
        assert asked <= 2 * tree.num_nodes
    assert likeliest(chances, tree, 5).tolist() == [leaf]


TREE = Taxonomy(["1", "2", "11", "12", "13", "21"], [-1, -1, 0, 0, 0, 1])


@pytest.mark.parametrize(
    ("leaves", "parent", "options"),
    [
        ([0.4, 0.3, 0.2, 0.1], 0, (2, 3, 4)),
        ([0.25, 0.0, 0.25, 0.5], 0, (2, 4)),
        ([0.5, 0.0, 0.0, 0.5], -1, (0, 1)),  # of equal ones the highest
        ([0.5, 0.49, 0.0004, 0.0096], 0, (2, 3)),  # too little for an option
    ],
)
def test_questions_of_a_small_tree(leaves, parent, options):
    found = best_question(TREE.sum_leaves(np.array([leaves]))[0], TREE)
    assert (found.parent, found.options) == (parent, options)


def test_what_is_nearly_sure_is_not_asked():
    sure, less = ([p, 1 - p, 0, 0] for p in (0.995, 0.99))
    assert best_question(TREE.sum_leaves(np.array([sure]))[0], TREE) is None
    assert best_question(TREE.sum_leaves(np.array([less]))[0], TREE)
    assert likeliest(TREE.sum_leaves(np.array([less]))[0], TREE, 5).tolist() == [2, 3]
