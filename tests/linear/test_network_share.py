"""Factors of encoder, linear model and bag against a general minimiser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from han.code_list.taxonomy import Taxonomy
from han.linear.network_share import RIDGE, fit_shares


def tree_of(parents: list[int]) -> Taxonomy:
    return Taxonomy([str(i) for i in range(len(parents))], parents)


@st.composite
def problems(draw):  # type: ignore[no-untyped-def]
    """A tree of at most three levels, and documents with codes of any depth."""
    parents = [-1] * draw(st.integers(1, 4))
    for _ in range(2):
        above = [n for n in range(len(parents)) if n not in parents]
        for node in above:
            parents += [node] * draw(st.integers(0, 3))
    tree = tree_of(parents)
    generator = np.random.default_rng(draw(st.integers(0, 999)))
    n = draw(st.integers(1, 40))
    nodes = generator.integers(0, tree.num_nodes, n).astype(np.int32)
    on_path = np.zeros((n, tree.num_nodes))
    for row, node in enumerate(nodes):
        on_path[row, tree.ancestors(int(node))] = 1
    helps = draw(st.sampled_from([-1.0, 0.0, 1.0, 3.0]))
    parts = generator.normal(size=(draw(st.integers(1, 3)), n, tree.num_nodes))
    parts[0] += helps * on_path
    parts[1:] += on_path
    return tree, nodes, parts, generator.integers(0, 3, n).astype(float)


def loss(factors, level, tree, nodes, parts, weights):  # type: ignore[no-untyped-def]
    """Mean log loss among siblings at a level, document by document."""
    total = weighed = 0.0
    for row, node in enumerate(nodes):
        true = tree.paths[node][level]
        if true < 0:
            continue
        siblings = np.flatnonzero(tree.parents == tree.parents[true])
        if len(siblings) < 2:
            continue
        logits = factors @ parts[:, row]
        among = logits[siblings] - logits[siblings].max()
        log_p = logits[true] - logits[siblings].max() - np.log(np.exp(among).sum())
        total -= weights[row] * log_p
        weighed += weights[row]
    ridge = 0.5 * RIDGE * ((factors - 1) ** 2).sum()
    return total / max(weighed, 1e-12) + ridge, weighed


@settings(max_examples=30)
@given(problems())
def test_no_other_factors_have_a_smaller_loss(problem) -> None:  # type: ignore[no-untyped-def]
    tree, nodes, parts, weights = problem
    found = fit_shares(parts, nodes, weights, tree)
    assert found.shape == (len(parts), tree.num_levels)
    assert np.isfinite(found).all() and (found >= 0).all()
    for level in range(tree.num_levels):
        given = (level, tree, nodes, parts, weights)
        value, weighed = loss(found[:, level], *given)
        if not weighed:
            continue
        best = minimize(
            lambda factors, given=given: loss(factors, *given)[0],
            np.ones(len(parts)),
            bounds=[(0, None)] * len(parts),
            method="L-BFGS-B",
        )
        assert value <= best.fun + 1e-4


def test_what_is_not_chosen_keeps_its_factors() -> None:
    tree = tree_of([-1, -1, 0, 1, 1])  # node 0 has one child
    margins = np.eye(5)[[0, 0, 1]] * 2.0
    scores, weights = np.zeros((3, 5)), np.ones(3)
    nodes = np.array([2, 0, 1], np.int32)  # nobody has a code among 3 and 4
    found = fit_shares([scores, margins], nodes, weights, tree)
    assert found[:, 1].tolist() == [1, 1]
    assert found[1, 0] > 1.5  # the margins are right


@pytest.mark.parametrize("wrong", [0, 1])
def test_one_that_is_always_wrong_does_not_count(wrong: int) -> None:
    generator = np.random.default_rng(3)
    nodes = generator.integers(0, 3, 200).astype(np.int32)
    right = np.eye(3)[nodes] + generator.normal(size=(200, 3)) * 0.3
    both = [right, right]
    both[wrong] = -np.eye(3)[nodes] + generator.normal(size=(200, 3)) * 0.3
    found = fit_shares(both, nodes, np.ones(200), tree_of([-1, -1, -1]))
    assert found[wrong, 0] < 1e-9 or found[1 - wrong, 0] > 5 * found[wrong, 0]
    assert found[1 - wrong, 0] > 1


def test_a_partial_code_says_nothing_below_it() -> None:
    tree = tree_of([-1, -1, 0, 0, 1, 1])
    generator = np.random.default_rng(0)
    nodes = np.array([2, 3, 4, 5, 0, 1] * 20, np.int32)
    scores, margins = generator.normal(size=(2, 120, 6))
    weights = generator.uniform(0.5, 2, 120)
    full = nodes > 1
    both = fit_shares([scores, margins], nodes, weights, tree)
    alone = fit_shares([scores[full], margins[full]], nodes[full], weights[full], tree)
    np.testing.assert_allclose(both[:, 1], alone[:, 1], atol=1e-8)
    assert not np.allclose(both[:, 0], alone[:, 0])


def test_weights_count_as_so_many_documents() -> None:
    tree = tree_of([-1, -1, -1])
    generator = np.random.default_rng(0)
    scores, margins = generator.normal(size=(2, 30, 3))
    nodes = generator.integers(0, 3, 30).astype(np.int32)
    times = generator.integers(0, 3, 30)
    weighed = fit_shares([scores, margins], nodes, times.astype(float), tree)
    rows = np.repeat(np.arange(30), times)
    again = fit_shares(
        [scores[rows], margins[rows]], nodes[rows], np.ones(len(rows)), tree
    )
    np.testing.assert_allclose(weighed, again, atol=1e-6)
