"""Coherent sets from probabilities: all sets of small trees are the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code_sets import (
    ancestors,
    coherent_logs,
    coherent_sets,
    drawn_members,
    flat_tree,
)
from support.trees import tree_of, trees

from han import Taxonomy
from han.code_list.closure import closure
from han.code_sets import (
    best_sets_for_f,
    codes_by_thresholds,
    hierarchical_set_scores,
    level_thresholds,
    most_probable_sets,
)
from han.code_sets.set_thresholds import threshold_score
from han.code_sets.threshold_entries import ThresholdEntries
from han.errors import InputError

TREE = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
SMALL = [[-1, -1, 0, 0, 1], [-1, 0, 1, 1], [-1] * 5, [-1, -1, 1, 1, 2, 2, 2]]


def set_chances(logs, tree, sets):
    """Probability of each coherent set of one record under the head's model."""
    shares = np.exp(logs)
    inner = tree.parents >= 0
    shares[inner] = np.exp(logs[inner] - logs[tree.parents[inner]])
    chances = []
    for members in sets:
        chance = 1.0
        for node, parent in enumerate(tree.parents):
            if parent < 0 or members[parent]:
                chance *= shares[node] if members[node] else 1 - shares[node]
        chances.append(chance)
    return np.array(chances)


@pytest.mark.parametrize("parents", SMALL)
@pytest.mark.parametrize("allow_empty", [False, True])
def test_best_expected_f_is_that_of_all_coherent_sets(parents, allow_empty):
    tree = tree_of(parents)
    sets = coherent_sets(tree)
    members = np.array(sets)
    shared = members @ members.T
    sizes = members.sum(axis=1)
    f = 2 * shared / np.maximum(sizes[:, None] + sizes, 1)
    f[0, 0] = 1.0  # no code where there is none
    logs = coherent_logs(tree, 12, np.random.default_rng(7), least=0.02)
    logs[:4] -= 1.5  # where no code is likely
    found = best_sets_for_f(logs, tree, allow_empty=allow_empty)
    answers = closure(found.sets, tree).toarray()
    for row in range(len(logs)):
        chances = set_chances(logs[row], tree, sets)
        assert chances.sum() == pytest.approx(1)
        expected = f @ chances
        best = expected[0 if allow_empty else 1 :].max()
        assert found.expected_f[row] == pytest.approx(best, abs=1e-10)
        own = sets.index(tuple(answers[row].astype(int)))
        assert expected[own] == pytest.approx(best, abs=1e-10)


def test_what_is_expected_comes_true_and_no_thresholds_do_better():
    rng = np.random.default_rng(8)
    tree = tree_of([-1] * 4 + [0, 0, 1, 1, 1, 2, 4, 4])
    logs = coherent_logs(tree, 4000, rng, least=0.1)
    true = np.where(drawn_members(logs, tree, rng), np.arange(tree.num_nodes), -1)
    found = best_sets_for_f(logs, tree)
    has_any = (true >= 0).any(axis=1)

    def mean_f(sets):
        scores = hierarchical_set_scores(true, sets, tree, average="instance")
        return scores.f1 * has_any.mean()  # no true code: 0

    assert mean_f(found.sets) == pytest.approx(found.expected_f.mean(), abs=0.01)
    limits = level_thresholds([(logs, true, np.ones(4000))], tree)
    assert mean_f(codes_by_thresholds(logs, limits, tree)) < mean_f(found.sets)


def test_many_unlikely_nodes_are_taken_together():
    """200 nodes under the least probability: 0.16 codes more than the likely ones."""
    tree = flat_tree(204)
    p = np.full((1, 204), 0.0008)
    p[0, :4] = 0.9, 0.6, 0.4, 0.1
    found = best_sets_for_f(np.log(p), tree)
    drawn = np.random.default_rng(0).random((40_000, 204)) < p
    sizes, right = drawn.sum(axis=1), np.cumsum(drawn[:, :4], axis=1)
    means = [
        (2 * right[:, k - 1] / (k + np.maximum(sizes, 1))).mean() for k in range(1, 5)
    ]
    assert len(found.sets[0]) == int(np.argmax(means)) + 1
    assert found.expected_f[0] == pytest.approx(max(means), abs=0.006)


def test_deep_and_wide_answers_are_coherent_and_blocks_do_not_matter():
    rng = np.random.default_rng(5)
    tree = tree_of([-1] * 6 + [n for n in range(6) for _ in range(5)] + [7, 7, 8])
    logs = coherent_logs(tree, 300, rng, least=0.001).astype(np.float32)
    found = best_sets_for_f(logs, tree)
    alone = [best_sets_for_f(logs[i : i + 1], tree) for i in range(20)]
    for row, one in enumerate(alone):
        width = one.sets.shape[1]
        assert found.sets[row, :width].tolist() == one.sets[0].tolist()
        assert (found.sets[row, width:] == -1).all()
    p = np.where(found.sets < 0, -99, np.take_along_axis(logs, found.sets, axis=1))
    assert (np.diff(p, axis=1) <= 0).all()  # most probable first


def test_an_impossible_record_still_gets_a_path():
    logs = np.full((1, 4), -np.inf)
    assert best_sets_for_f(logs, TREE).sets.tolist() == [[0]]  # the first
    assert codes_by_thresholds(logs, 0.5, TREE).tolist() == [[0]]


@given(trees(), st.integers(0, 50))
@settings(deadline=None, max_examples=60)
def test_thresholds_give_a_node_if_it_and_all_above_reach_theirs(parents, seed):
    tree, rng = tree_of(parents), np.random.default_rng(seed)
    logs = coherent_logs(tree, 5, rng)
    limits = rng.uniform(0, 1, tree.num_levels)
    found = codes_by_thresholds(logs, limits, tree)
    empty = codes_by_thresholds(logs, limits, tree, allow_empty=True)
    for row in range(5):
        passed = {
            node
            for node in range(tree.num_nodes)
            if all(
                np.exp(logs[row, a]) >= limits[tree.levels[a] - 1]
                for a in tree.ancestors(node)
            )
        }
        assert ancestors(empty[row], tree) == passed
        likeliest = tree.leaves[logs[row, tree.leaves].argmax()]
        assert ancestors(found[row], tree) == (passed or ancestors([likeliest], tree))
    again = closure(found, tree).toarray()
    for node in range(tree.num_nodes):  # what is written is implied by nothing else
        is_written = (found == node).any(axis=1)
        below = again[:, tree.children(node)].any(axis=1)
        assert not (is_written & below).any()


def test_the_most_probable_full_codes_are_those():
    logs = np.log([[0.9, 0.6, 0.5, 0.2], [0.1, 0.9, 0.4, 0.4]])
    assert most_probable_sets(logs, TREE, 2).tolist() == [[0, 2], [2, 3]]
    assert most_probable_sets(logs, TREE, 9).shape == (2, 3)


@pytest.mark.parametrize("average", ["instance", "micro"])
@pytest.mark.parametrize("allow_empty", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_chosen_thresholds_cannot_be_bettered_on_one_level(average, allow_empty, seed):
    rng = np.random.default_rng(seed)
    tree = tree_of(SMALL[seed])
    logs = coherent_logs(tree, 40, rng)
    members = drawn_members(logs - 0.2, tree, rng)
    true = np.where(members, np.arange(tree.num_nodes), -1)
    weights = rng.uniform(0.5, 2, 40)
    blocks = [
        (logs[:25], true[:25], weights[:25]),
        (logs[25:], true[25:], weights[25:]),
    ]
    options = {"average": average, "allow_empty": allow_empty}
    chosen = level_thresholds(blocks, tree, **options)

    def score(limits):
        sets = codes_by_thresholds(logs, limits, tree, allow_empty=allow_empty)
        args = {"average": average, "sample_weight": weights, "skip_unknown": True}
        return hierarchical_set_scores(true, sets, tree, **args).f1

    best = score(chosen)
    known = ThresholdEntries.of(blocks, tree, allow_empty=allow_empty)
    assert threshold_score(known, chosen, average) == pytest.approx(best)
    grid = np.append(np.unique(np.exp(logs))[::3], 1.0)
    others = [np.full(tree.num_levels, limit) for limit in (0.2, 0.5, 0.7)]
    for level in range(tree.num_levels):
        for limit in grid:
            others.append(chosen.copy())
            others[-1][level] = limit
    assert max(map(score, others)) <= best + 1e-9


def test_thresholds_are_half_for_no_records_and_options_are_checked():
    none = np.zeros((2, 4)), np.full((2, 1), -1), np.ones(2)
    assert level_thresholds([none], TREE).tolist() == [0.5, 0.5]
    assert level_thresholds([], TREE).tolist() == [0.5, 0.5]
    with pytest.raises(InputError, match="micro or instance"):
        level_thresholds([], TREE, average="macro")
    with pytest.raises(InputError, match="2 levels"):
        codes_by_thresholds(np.zeros((1, 4)), [0.5], TREE)
    with pytest.raises(InputError, match="`k`"):
        most_probable_sets(np.zeros((1, 4)), TREE, 0)
