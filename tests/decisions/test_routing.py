"""Who codes a record, and which code nobody needs to doubt."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from han.code_list.taxonomy import Taxonomy
from han.decisions.guarantee import Promise
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.level_names import find_level
from han.decisions.path_probabilities import CodedPaths, coded_paths
from han.decisions.routing import route
from han.decisions.threshold_bands import POOL, Thresholds
from han.errors import InputError
from han.planning.plan_figures import plan
from han.planning.rules import Rules
from han.planning.workload import ClerkMinutes, Workload

TREE = Taxonomy(
    ["1", "2", "11", "12", "111", "112", "121"], [-1, -1, 0, 0, 2, 2, 3]
)  # "2" is a full code of one level


def limits(*thresholds):
    return tuple(Promise(0.9, limit, 100, 95, 30) for limit in thresholds)


def paths(*rows):
    nodes, sure = zip(*rows, strict=True)
    return CodedPaths(np.array(nodes, np.int32), np.array(sure))


FULL, EARLY = [0, 2, 4], [1, 1, 1]


def test_each_route():
    some = paths(
        (FULL, [0.9, 0.8, 0.7]),
        (FULL, [0.9, 0.8, 0.2]),
        (FULL, [0.3, 0.3, 0.3]),
        (EARLY, [0.9, 0.9, 0.9]),
        (EARLY, [0.65, 0.65, 0.65]),
    )
    found = route(some, Thresholds((1, 3), 0.95, {POOL: limits(0.6, 0.7)}), TREE)
    assert found.routes.tolist() == ["auto", "partial", "review", "auto", "auto"]
    assert found.nodes.tolist() == [4, 0, -1, 1, 1]
    assert found.passed.tolist() == [3, 1, 0, 3, 1]


def test_the_level_above_must_be_reached_too():
    some = paths((FULL, [0.5, 0.5, 0.5]))
    found = route(some, Thresholds((1, 3), 0.95, {POOL: limits(0.6, 0.4)}), TREE)
    assert found.routes.tolist() == ["review"]


def test_without_a_target_for_the_last_level_codes_stay_partial():
    some = paths((FULL, [0.99, 0.99, 0.99]), (EARLY, [0.99, 0.99, 0.99]))
    found = route(some, Thresholds((2,), 0.95, {POOL: limits(0.5)}), TREE)
    assert found.routes.tolist() == ["partial", "auto"]
    assert found.nodes.tolist() == [2, 1]


def test_blank_records_and_unkept_promises_go_to_people():
    some = paths((FULL, [1.0, 1.0, 1.0]))
    sure = Thresholds((3,), 0.95, {POOL: limits(0.5)})
    assert route(some, sure, TREE, np.array([True])).nodes.tolist() == [-1]
    never = Thresholds((3,), 0.95, {POOL: limits(math.inf)})
    assert route(some, never, TREE).routes.tolist() == ["review"]


def test_groups_have_their_own_thresholds_and_new_ones_those_of_the_pool():
    some = paths((FULL, [0.7, 0.7, 0.7]), (EARLY, [0.7, 0.7, 0.7]))
    groups = {POOL: limits(0.8), 0: limits(0.6)}
    found = route(some, Thresholds((1,), 0.95, groups, group_level=1), TREE)
    assert found.routes.tolist() == ["partial", "review"]


@given(
    arrays.arrays(float, (6, 4), elements=st.floats(0.01, 1)),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_what_a_route_says_is_true_of_the_tree(values, cuts):
    """Any probabilities, any thresholds: sets are nested, codes on the path, safe."""
    leaves = values / values.sum(axis=1, keepdims=True)
    logs = np.log(TREE.sum_leaves(leaves))
    some = coded_paths(logs, TREE)
    thresholds = Thresholds((1, 2, 3), 0.95, {POOL: limits(*cuts)})
    found = route(some, thresholds, TREE)
    for row, (node, passed) in enumerate(zip(found.nodes, found.passed, strict=True)):
        if passed:
            assert node == some.nodes[row, passed - 1]
            assert (some.probabilities[row, :passed] >= cuts[:passed]).all()
        if passed < 3:
            assert some.probabilities[row, passed] < cuts[passed]
        is_full = node >= 0 and TREE.child_counts[node] == 0
        assert (found.routes[row] == "auto") == is_full
        assert (found.routes[row] == "review") == (passed == 0)


def test_a_tree_of_one_level_is_auto_or_review():
    tree = Taxonomy(["A", "B"], [-1, -1])
    some = paths(([0], [0.9]), ([1], [0.4]))
    found = route(some, Thresholds((1,), 0.95, {POOL: limits(0.5)}), tree)
    assert found.routes.tolist() == ["auto", "review"]


@pytest.mark.parametrize(
    "name, level", [("1", 1), ("3", 3), ("leaf", 3), ("2d", 2), ("3d", 3)]
)
def test_levels_by_name(name, level):
    assert find_level(name, TREE) == level


@pytest.mark.parametrize("name", ["0", "4", "d", "9d", "", "two", "-1", "²"])
def test_levels_that_are_not_there(name):
    with pytest.raises(InputError, match=r"There is no level .* 2 \(codes of 2 char"):
        find_level(name, TREE)


def test_ambiguous_code_lengths_are_no_level():
    tree = Taxonomy(["1", "2"], [-1, 0])
    with pytest.raises(InputError, match="There is no level '1d'"):
        find_level("1d", tree)


# Figures of a plan


def workload(weights=None):
    some = paths(
        (FULL, [0.9, 0.8, 0.7]),
        (FULL, [0.9, 0.8, 0.2]),
        (FULL, [0.3, 0.3, 0.3]),
        (FULL, [1.0, 1.0, 1.0]),  # blank
    )
    truth = np.array([[0, 2, 4], [0, 2, -1], [0, 3, 6], [-1, -1, -1]])
    return Workload(some, truth, np.array([0, 0, 0, 1], bool), weights)


def figures(weights=None):
    thresholds = Thresholds((1, 3), 0.95, {POOL: limits(0.6, 0.7)})
    tested = LabelledPaths(workload().paths, workload().truth)
    return plan(
        Rules(thresholds),
        tested,
        workload(weights),
        TREE,
        minutes=ClerkMinutes(review=6, partial=3),
    )


def test_a_plan_counts_what_it_says():
    found = figures()
    assert {r: part["records"] for r, part in found["routes"].items()} == {
        "auto": 1,
        "partial": 1,
        "review": 2,
    }
    assert found["manual_records"] == 3 and found["clerk_hours"] == 0.25
    assert found["blank"] == 1 and found["labelled"] == 3
    one, _, three = found["levels"]
    assert (one["records"], one["data"]["right"], one["data"]["known"]) == (2, 2, 2)
    assert (three["records"], three["ends_here"]) == (1, 1)
    assert one["data"]["interval"][0] == pytest.approx(0.025**0.5)  # 2 of 2
    assert [group["code"] for group in found["groups"]] == ["1", ""]
    assert sum(group["records"] for group in found["groups"]) == 4


def test_a_plan_weighs_where_there_are_weights():
    found = figures(np.array([5.0, 3.0, 2.0, 0.0]))
    assert found["routes"]["auto"]["weighted_share"] == pytest.approx(0.5)
    assert found["routes"]["partial"]["weighted_share"] == pytest.approx(0.3)
    assert found["levels"][0]["data"]["weighted_accuracy"] == 1.0
    assert "weighted_share" not in figures()["routes"]["auto"]
