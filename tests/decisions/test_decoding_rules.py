"""Decision rules, against a search over all answers of small random trees."""

from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.references import random_log_probabilities, random_tree

from han.code_list.taxonomy import ROOT, Taxonomy
from han.decisions import (
    Costs,
    best_node_for_f,
    best_set_for_f,
    cheapest_node,
    document_blocks,
    expected_costs,
    expected_f,
    majority_node,
    most_probable_leaf,
    threshold_node,
    top_down,
)
from han.errors import InputError
from han.metrics import hierarchical_fbeta_score

SEEDS = st.integers(0, 10**6)
TREE = Taxonomy(
    ["1", "2", "3", "11", "12", "21", "111", "112"], [-1, -1, -1, 0, 0, 1, 3, 3]
)


def small(seed, most=9):
    """A random tree and log-probabilities, every second time with impossible codes."""
    random = np.random.default_rng(seed)
    tree = random_tree(random, most)
    return random, tree, random_log_probabilities(random, tree, 3, zeros=seed % 2 == 0)


def answers(tree):
    return range(-1, tree.num_nodes)


# Most probable leaf, top-down


@given(SEEDS)
def test_the_most_probable_leaf_is_the_best_of_all(seed):
    _, tree, log_p = small(seed)
    for row, node in zip(log_p, most_probable_leaf(log_p, tree), strict=True):
        assert node in tree.leaves and row[node] == row[tree.leaves].max()


@given(SEEDS, st.sampled_from([None, 0.0, 0.3, 0.6, 0.9, 1.0]))
def test_top_down_takes_the_best_child_until_it_stops(seed, stop):
    _, tree, log_p = small(seed)
    for p, found in zip(np.exp(log_p), top_down(log_p, tree, stop=stop), strict=True):
        node, above = ROOT, 1.0
        while len(children := tree.children(node)):
            best = max(children.tolist(), key=lambda child: (p[child], -child))
            if stop is not None and p[best] < stop * above:
                break
            node, above = best, p[best]
        assert found == node


def test_top_down_may_miss_the_best_leaf():
    log_p = np.log(TREE.sum_leaves(np.array([[0.2, 0.2, 0.1, 0.35, 0.15]])))
    assert TREE.codes[top_down(log_p, TREE)[0]] == "111"
    assert TREE.codes[most_probable_leaf(log_p, TREE)[0]] == "21"


# Thresholds


@given(SEEDS, st.floats(0, 1))
def test_the_node_above_a_threshold_is_the_deepest_of_all(seed, threshold):
    _, tree, log_p = small(seed)
    found = threshold_node(log_p, tree, threshold=threshold)
    for p, node in zip(np.exp(log_p), found, strict=True):
        fit = [n for n in range(tree.num_nodes) if p[n] >= threshold]
        best = max(fit, key=lambda n: (tree.levels[n], p[n], -n), default=ROOT)
        assert node == best


@given(SEEDS)
def test_the_majority_node_is_the_deepest_of_more_than_half(seed):
    _, tree, log_p = small(seed)
    for p, node in zip(np.exp(log_p), majority_node(log_p, tree), strict=True):
        fit = [n for n in range(tree.num_nodes) if p[n] > 0.5]
        assert len({int(tree.levels[n]) for n in fit}) == len(fit)  # one on a level
        assert node == max(fit, key=lambda n: tree.levels[n], default=ROOT)


def test_half_is_no_majority_and_an_only_child_is_as_probable_as_its_parent():
    tree = Taxonomy(["1", "2", "21"], [-1, -1, 1])
    log_p = np.log([[0.5, 0.5, 0.5], [0.25, 0.75, 0.75]])
    assert majority_node(log_p, tree).tolist() == [ROOT, 2]
    assert threshold_node(log_p, tree, threshold=0.5).tolist() == [2, 2]


# Costs


@given(SEEDS)
def test_the_cheapest_node_is_the_cheapest_of_all(seed):
    random, tree, log_p = small(seed)
    costs = Costs(
        error=random.uniform(0, 30, tree.num_levels).tolist(),
        complete=random.uniform(0, 6, tree.num_levels).tolist(),
        scratch=float(random.uniform(0, 12)),
    )

    def cost(answer, truth):
        """What an answer costs if one full code is the truth."""
        if answer == ROOT:
            return costs.scratch
        path = tree.ancestors(answer).tolist()
        wrong = [tree.levels[n] for n in path if n not in tree.ancestors(truth)]
        total = costs.error[wrong[0] - 1] if wrong else 0.0
        partial_code = len(tree.children(answer)) > 0
        return total + (costs.complete[tree.levels[answer] - 1] if partial_code else 0)

    found = cheapest_node(log_p, tree, costs=costs)
    for p, node in zip(np.exp(log_p), found, strict=True):
        expected = {
            n: sum(p[leaf] * cost(n, leaf) for leaf in tree.leaves)
            for n in answers(tree)
        }
        assert expected[node] == pytest.approx(min(expected.values()), abs=1e-9)
        computed = expected_costs(p[None], tree, costs)[0]
        for n in range(tree.num_nodes):
            assert computed[n] == pytest.approx(expected[n], abs=1e-9)


def test_costs_that_are_equal_and_costs_that_are_none():
    log_p = np.log(TREE.sum_leaves(np.array([[0.2, 0.2, 0.2, 0.2, 0.2]])))
    free = Costs(error=[0, 0, 0], complete=[0, 0, 0], scratch=0)
    assert TREE.codes[cheapest_node(log_p, TREE, costs=free)[0]] == "111"
    dear = Costs(error=[9, 9, 9], complete=[9, 9, 9], scratch=1)
    assert cheapest_node(log_p, TREE, costs=dear).tolist() == [ROOT]


@pytest.mark.parametrize(
    ("error", "complete", "scratch"),
    [([1, -1], [1, 1], 1), ([1, 1], [np.nan, 1], 1), ([1, 1], [1, 1], np.inf)],
)
def test_costs_must_be_numbers_from_0(error, complete, scratch):
    with pytest.raises(InputError, match="numbers from 0"):
        Costs(error=error, complete=complete, scratch=scratch)


def test_costs_are_for_as_many_levels_as_there_are():
    costs = Costs(error=[1, 1, 1], complete=[1], scratch=1)
    with pytest.raises(InputError, match=r"3 levels, but there are 1 .*`complete`"):
        cheapest_node(np.zeros((1, 8)), TREE, costs=costs)


# Expected hierarchical F


def f_by_definition(tree, chosen, p, beta):
    """Of a set of nodes, from the definition: a true full code at a time."""
    total = 0.0
    for leaf in tree.leaves:
        path = set(tree.ancestors(leaf).tolist())
        hits = len(path & chosen)
        total += p[leaf] * (1 + beta**2) * hits / (beta**2 * len(path) + len(chosen))
    return total


@given(SEEDS, st.sampled_from([0.3, 1.0, 2.0]))
def test_the_node_for_f_is_the_best_path_of_all(seed, beta):
    _, tree, log_p = small(seed)
    found = best_node_for_f(log_p, tree, beta=beta)
    for p, node in zip(np.exp(log_p), found, strict=True):
        values = [
            f_by_definition(tree, set(tree.ancestors(n).tolist()), p, beta)
            for n in range(tree.num_nodes)
        ]
        assert values[node] == pytest.approx(max(values), abs=1e-9)


@given(SEEDS, st.sampled_from([0.3, 1.0, 2.0]))
def test_the_set_for_f_is_the_best_closed_set_of_all(seed, beta):
    _, tree, log_p = small(seed, most=8)
    closed = [
        set(some)
        for k in range(1, tree.num_nodes + 1)
        for some in combinations(range(tree.num_nodes), k)
        if all(tree.parents[n] in (ROOT, *some) for n in some)
    ]
    for p, row in zip(
        np.exp(log_p), best_set_for_f(log_p, tree, beta=beta), strict=True
    ):
        found = set(np.flatnonzero(row).tolist())
        assert found in closed
        best = max(f_by_definition(tree, some, p, beta) for some in closed)
        assert f_by_definition(tree, found, p, beta) == pytest.approx(best, abs=1e-9)


def test_the_expectation_is_that_of_the_metric():
    """One document of each truth: the mean of F is what the rule expects."""
    p = np.array([0.4, 0.2, 0.1, 0.2, 0.1])
    node = TREE.find(["1", "11"])
    scores = [
        hierarchical_fbeta_score([leaf], [node], TREE, beta=0.5) for leaf in TREE.leaves
    ]
    nodes = TREE.sum_leaves(p[None])[0]
    expected = f_by_definition(TREE, set(TREE.ancestors(node).tolist()), nodes, 0.5)
    assert p @ scores == pytest.approx(expected)


# All of them

RULES = {
    "leaf": most_probable_leaf,
    "top_down": top_down,
    "stop": partial(top_down, stop=0.5),
    "majority": majority_node,
    "threshold": partial(threshold_node, threshold=0.7),
    "f": best_node_for_f,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_one_document_at_a_time_gives_the_same(rule, monkeypatch):
    random = np.random.default_rng(0)
    log_p = random_log_probabilities(random, TREE, 50).astype(np.float32)
    whole = rule(log_p, TREE)
    assert whole.dtype == np.int32 and whole.shape == (50,)
    monkeypatch.setattr(document_blocks, "MAX_RULE_PROBABILITIES", 1)
    np.testing.assert_array_equal(rule(log_p, TREE), whole)
    assert rule(log_p[:0], TREE).shape == (0,)


def test_sets_in_blocks(monkeypatch):
    random = np.random.default_rng(0)
    log_p = random_log_probabilities(random, TREE, 50)
    whole = best_set_for_f(log_p, TREE)
    monkeypatch.setattr(expected_f, "MAX_RULE_PROBABILITIES", 1)
    np.testing.assert_array_equal(best_set_for_f(log_p, TREE), whole)


def test_one_level_and_one_code():
    flat = Taxonomy(["1", "2", "3"], [-1, -1, -1])
    log_p = np.log([[0.2, 0.7, 0.1]])
    for rule in RULES.values():
        assert rule(log_p, flat).tolist() == [1]
    single = Taxonomy(["1"], [-1])
    for rule in RULES.values():
        assert rule(np.zeros((2, 1)), single).tolist() == [0, 0]
    assert best_set_for_f(np.zeros((1, 1)), single).tolist() == [[True]]


def test_options_out_of_range_are_refused():
    for wrong in (-0.1, 1.1, np.nan):
        with pytest.raises(InputError, match="`threshold` must be from 0 to 1"):
            threshold_node(np.zeros((1, 8)), TREE, threshold=wrong)
        with pytest.raises(InputError, match="`stop` must be from 0 to 1"):
            top_down(np.zeros((1, 8)), TREE, stop=wrong)
    for wrong in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(InputError, match="`beta` must be above 0"):
            best_node_for_f(np.zeros((1, 8)), TREE, beta=wrong)
        with pytest.raises(InputError, match="`beta` must be above 0"):
            best_set_for_f(np.zeros((1, 8)), TREE, beta=wrong)
