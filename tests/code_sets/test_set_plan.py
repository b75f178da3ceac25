"""Plans for sets: routes against a slow oracle, promises simulated."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from support.code_sets import ancestors, coherent_logs
from support.trees import tree_of

from han import Taxonomy
from han.code_sets import list_limit
from han.code_sets.level_codes import JudgedSets
from han.code_sets.set_plan import SetPlan, route_sets
from han.code_sets.set_plan_choice import promised_levels
from han.decisions.guarantee import Promise
from han.decisions.repeat_limit import RepeatLimit
from han.errors import InputError

TREE = tree_of([-1, -1, -1, 0, 0, 1, 1, 3, 3, 4, 5])
RULE = np.array([0.4, 0.3, 0.35])


def promise(threshold):
    return Promise(0.9, threshold, 50, 48, 40)


def plan_of(levels, thresholds, most=3, **more):
    kept = tuple(map(promise, thresholds))
    return SetPlan(RULE, levels, kept, 0.95, most, **more)


def slow_route(p, tree, plan, repeats):
    """Route and safe codes of one record, as a person would find them."""
    given = {n for n in range(tree.num_nodes) if is_given(n, p, tree, plan.rule)}
    if not given:
        given = ancestors([max(tree.leaves, key=lambda n: p[n])], tree)
    codes = {n for n in given if not given & children(n, tree)}
    passed = 0
    if len(codes) * repeats <= plan.most_codes:
        for level, kept in zip(plan.levels, plan.promises, strict=True):
            cut = {at_level(n, level, tree) for n in codes}
            if None in cut or min(p[n] for n in cut) < kept.threshold:
                break
            passed = level
    safe = {at_level(n, passed, tree) for n in codes} if passed else set()
    if not safe:
        return "review", safe
    return "auto" if not any(children(n, tree) for n in safe) else "partial", safe


def is_given(node, p, tree, rule):
    return all(p[a] >= rule[tree.levels[a] - 1] for a in ancestors([node], tree))


def children(node, tree):
    return set(np.flatnonzero(tree.parents == node).tolist())


def at_level(node, level, tree):
    """The ancestor at a level; a full code above stands for itself."""
    found = [a for a in ancestors([node], tree) if tree.levels[a] == level]
    return found[0] if found else (None if children(node, tree) else node)


@pytest.mark.parametrize(
    ("levels", "thresholds"),
    [((3,), (0.5,)), ((1, 3), (0.6, 0.4)), ((2,), (0.45,)), ((1, 2), (0.5, math.inf))],
)
def test_records_go_where_the_promise_says(levels, thresholds):
    rng = np.random.default_rng(4)
    logs, plan = coherent_logs(TREE, 150, rng, least=0.3), plan_of(levels, thresholds)
    repeats = rng.choice([1, 1, 2], 150)
    found = route_sets(logs, TREE, plan, repeats=repeats)
    for row in range(150):
        route, safe = slow_route(np.exp(logs[row]), TREE, plan, repeats[row])
        assert found.routes[row] == route
        assert {*found.codes[row].tolist()} - {-1} == safe
    assert (found.loads > plan.most_codes).any()
    assert len({*found.routes.tolist()}) > 1
    manual = np.arange(150) % 2 == 0
    again = route_sets(logs, TREE, plan, repeats=repeats, manual=manual)
    assert (again.routes[manual] == "review").all()
    assert (again.routes[~manual] == found.routes[~manual]).all()


def test_lists_are_cut_and_have_the_likeliest_first():
    rng = np.random.default_rng(1)
    logs = coherent_logs(TREE, 300, rng)
    limit = list_limit(logs, rng.choice(TREE.leaves, 300), TREE, 0.8)
    plan = plan_of((), (), lists=limit, most_listed=2)
    found = route_sets(logs, TREE, plan)
    assert (found.routes == "review").all() and found.listed.shape == (300, 2)
    shown = (found.listed >= 0).sum(axis=1)
    assert (shown == np.minimum(found.list_sizes, 2)).all() and shown.max() == 2
    both = np.flatnonzero(shown == 2)
    first, second = (logs[both, found.listed[both, k]] for k in (0, 1))
    assert (first >= second).all()
    none = replace(plan, lists=replace(limit, limit=math.inf))
    assert route_sets(logs, TREE, none).listed.shape == (300, 0)


def test_a_plan_is_read_again_and_a_damaged_one_refused():
    logs = coherent_logs(TREE, 200, np.random.default_rng(0))
    lists = list_limit(logs, np.full(200, 8), TREE, 0.9)
    limit = RepeatLimit(3, 100)
    plan = plan_of((1, 3), (0.6, math.inf), lists=lists, limit=limit)
    form = json.loads(json.dumps(plan.to_dict()))
    assert SetPlan.from_dict(form).to_dict() == plan.to_dict()
    with pytest.raises(InputError, match="for each level with a target"):
        SetPlan.from_dict({**form, "levels": [3, 1]})
    with pytest.raises(InputError, match="one for each of the 1 levels"):
        route_sets(np.zeros((1, 1)), Taxonomy(["1"], [-1]), plan)


def drawn(rng, records, repeats):
    """Texts of up to three codes, all of them right or wrong together, at two levels.

    The share of right ones grows with the confidence; a text stands several times.
    """
    sure = np.repeat(rng.random(records // repeats), repeats)
    one, two = (rng.random(records // repeats) for _ in range(2))
    top = np.repeat(one < 0.7 + 0.3 * sure[::repeats], repeats)
    low = top & np.repeat(two < 0.8 + 0.2 * sure[::repeats], repeats)
    size = np.repeat(rng.integers(1, 4, records // repeats), repeats)
    is_code = np.arange(3) < size[:, None]
    outcomes = np.stack([top, low], axis=1)[:, None, :] & is_code[:, :, None]
    outcomes = np.where(is_code[:, :, None], outcomes, -1).astype(np.int8)
    units = np.arange(records) // repeats
    return JudgedSets(np.stack([sure, sure], axis=1), outcomes, size, units)


def accuracies(threshold):
    """Share of right codes at both levels among all that are so sure."""
    sure = np.linspace(threshold, 1, 1001)
    top = 0.7 + 0.3 * sure
    return top.mean(), (top * (0.8 + 0.2 * sure)).mean()


@pytest.mark.parametrize("repeats", [1, 3])
def test_promises_of_two_levels_hold_together(repeats):
    rng, drawings, failed, kept = np.random.default_rng(8), 40, 0, 0
    for _ in range(drawings):
        tested, others = (drawn(rng, n * repeats, repeats) for n in (1500, 700))
        most, found = promised_levels(tested, others, {1: 0.9, 2: 0.8}, 0.9)
        assert most <= 3 * repeats
        limits = [one.threshold for one in found]
        if math.isfinite(limits[0]):
            failed += accuracies(limits[0])[0] < 0.9
        if math.isfinite(limits[1]):
            failed += accuracies(max(limits))[1] < 0.8
            kept += 1
    assert failed <= drawings * 0.1 + 3 * math.sqrt(drawings * 0.09)
    assert kept > drawings / 3
