"""Promises about sets: simulated from a known population, whose codes hang together."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from support.code_sets import (
    ancestors,
    below_partial,
    coherent_logs,
    drawn_members,
    set_problems,
)
from support.trees import tree_of

from han import Taxonomy
from han.code_list.closure import closure
from han.code_sets import (
    GivenCodes,
    code_accuracy_bound,
    code_confidence,
    code_outcomes,
    list_limit,
    listed_nodes,
    promised_code_threshold,
)
from han.code_sets.set_lists import missing_scores
from han.decisions.guarantee import promised_thresholds
from han.decisions.unit_evidence import Units
from han.errors import InputError

TREE = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
CODES, TARGET, DELTA = 4, 0.9, 0.1


@given(set_problems())
@settings(deadline=None, max_examples=60)
def test_a_code_is_right_if_it_is_in_the_closure_of_the_truth(problem):
    tree, true, answers = problem
    found = code_outcomes(answers, true, tree)
    for row, (one, other) in enumerate(zip(true, answers, strict=True)):
        closed, hidden = ancestors(one, tree), below_partial(one, tree)
        for place, node in enumerate(other):
            is_open = node < 0 or not closed or node in hidden
            expected = -1 if is_open else int(node in closed)
            assert found[row, place] == expected


def drawn_codes(rng, rows, codes=CODES):
    """Records of several codes that are right or wrong together.

    The share of right ones grows with the confidence, from 0.7 to 1.
    """
    sure = rng.random(rows)
    right = rng.random(rows) < 0.7 + 0.3 * sure
    shape = np.ones((1, codes))
    return sure[:, None] * shape, (right[:, None] * shape).astype(np.int8)


def accuracy(threshold):
    """Share of right codes among all that reach a threshold."""
    return 0.7 + 0.3 * (1 + threshold) / 2 if threshold <= 1 else 1.0


def failures(drawings, promise):
    """How many of the drawings promise more than there is, and how many anything."""
    rng, failed, kept = np.random.default_rng(11), 0, 0
    for _ in range(drawings):
        known, others = (drawn_codes(rng, rows) for rows in (800, 400))
        threshold = promise(known, others)
        failed += accuracy(threshold) < TARGET
        kept += math.isfinite(threshold)
    return failed, kept


def by_records(known, others):
    tested, beside = (
        GivenCodes(*codes, Units.single(len(codes[0])), CODES)
        for codes in (known, others)
    )
    return promised_code_threshold(tested, beside, TARGET, DELTA).threshold


def by_codes(known, others):
    """As if every code had been drawn by itself."""
    flat = [part.reshape(-1, 1) for part in (*known, *others)]
    [found] = promised_thresholds(*flat, [TARGET], DELTA)
    return found.threshold


def test_promises_hold_by_records_and_break_by_codes():
    drawings = 150
    limit = most_failures(drawings)
    failed, kept = failures(drawings, by_records)
    assert failed <= limit and kept > drawings / 3
    failed, _ = failures(drawings, by_codes)
    assert failed > 1.2 * limit


def most_failures(drawings):
    """The share that may fail and three standard deviations, as a number."""
    return drawings * DELTA + 3 * math.sqrt(drawings * DELTA * (1 - DELTA))


def test_bounds_hold_by_records_and_break_by_codes():
    rng = np.random.default_rng(2)
    low = lone = 0
    for drawing in range(300):
        sure, right = drawn_codes(rng, 200, codes=10)
        flat = sure.reshape(-1, 1), right.reshape(-1, 1)
        by_code = GivenCodes(*flat, Units.single(2000), 1)
        lone += code_accuracy_bound(by_code, 0.0, DELTA) > accuracy(0.0)
        if drawing < 40:  # the others cost nothing
            by_record = GivenCodes(sure, right, Units.single(200), 10)
            low += code_accuracy_bound(by_record, 0.0, DELTA) > accuracy(0.0)
    assert low <= most_failures(40)
    assert lone > 1.5 * most_failures(300)


def test_units_of_several_records_and_records_of_many_codes():
    sure = np.array([[0.9, 0.8, 0.7], [0.6, np.nan, np.nan], [0.5, 0.4, np.nan]])
    right = np.array([[1, 1, 1], [0, -1, -1], [1, -1, -1]], np.int8)
    units = Units(np.array([0, 1, 1]), np.array([1.0, 2.0, 1.0]), 3.0)
    confidence, outcomes, of = GivenCodes(sure, right, units, 2).flat()
    assert confidence.tolist() == [0.6, 0.5, 0.4]  # three codes are for a person
    assert outcomes.tolist() == [0, 1, -1]
    assert of.numbers.tolist() == [1, 1, 1] and of.weights.tolist() == [2, 1, 1]
    assert of.largest == 6.0
    whole = GivenCodes(sure, right, units, 3, whole_records=True)
    assert whole.flat()[0].tolist() == [0.7] * 3 + [0.6, 0.4, 0.4]


def test_one_code_each_has_the_exact_test():
    sure, right = np.ones((59, 1)), np.ones((59, 1), np.int8)
    known = GivenCodes(sure, right, Units.single(59), 1)
    assert code_accuracy_bound(known, 0.5, 0.05) == pytest.approx(0.95, abs=1e-3)
    assert code_accuracy_bound(known, 1.5, 0.05) == 0


def test_mistakes_are_said():
    one = GivenCodes(np.ones((1, 1)), np.ones((1, 1), np.int8), Units.single(1), 1)
    two = GivenCodes(np.ones((1, 1)), np.ones((1, 1), np.int8), Units.single(1), 2)
    with pytest.raises(InputError, match="same `most_codes`"):
        promised_code_threshold(one, two, 0.9)
    with pytest.raises(InputError, match="`target` and `delta`"):
        promised_code_threshold(one, one, 1.0)
    with pytest.raises(InputError, match="1 or more"):
        GivenCodes(one.confidence, one.outcomes, one.units, 0)
    with pytest.raises(InputError, match="a unit for each of 1 records"):
        GivenCodes(one.confidence, one.outcomes, Units.single(2), 1)
    with pytest.raises(InputError, match="one shape"):
        GivenCodes(np.ones((1, 2)), one.outcomes, one.units, 1)
    with pytest.raises(InputError, match="equal length"):
        code_outcomes([[0]], [[0], [1]], TREE)
    with pytest.raises(InputError, match="`coverage`"):
        list_limit(np.zeros((1, 4)), [[0]], TREE, 1.0)


# --- lists that hold all right codes ---

WIDE = tree_of([-1, -1, -1, 0, 0, 1, 1, 2, 2, 2])


def listed_records(rng, rows):
    logs = coherent_logs(WIDE, rows, rng)
    members = drawn_members(logs - 0.3, WIDE, rng)  # the model is too sure
    return logs, np.where(members, np.arange(WIDE.num_nodes), -1)


def test_lists_hold_all_codes_as_often_as_promised():
    rng = np.random.default_rng(3)
    logs, true = listed_records(rng, 20_000)
    true_nodes = closure(true, WIDE).toarray()
    has_any = (true >= 0).any(axis=1)
    shares, by_code = [], []
    for _ in range(60):
        known = listed_records(rng, 200)
        limit = list_limit(*known, WIDE, 0.9)
        inside = listed_nodes(logs, limit, WIDE)
        shares.append((inside | ~true_nodes).all(axis=1)[has_any].mean())
        p = code_confidence(known[1], known[0], WIDE)
        lone = np.nanquantile(p, 0.1)  # 90 % of codes, not of records
        inside = np.exp(logs) >= lone
        by_code.append((inside | ~true_nodes).all(axis=1)[has_any].mean())
    # The mean coverage is the promise: from 0.9 to 0.9 + 1 / (n + 1).
    error = np.std(shares) / math.sqrt(len(shares))
    assert 0.9 - 3 * error <= np.mean(shares) <= 0.91 + 3 * error
    assert np.mean(by_code) < 0.88


def test_lists_are_closed_and_have_the_likeliest_code():
    logs, true = listed_records(np.random.default_rng(0), 300)
    limit = list_limit(logs, true, WIDE, 0.3)
    found = listed_nodes(logs, limit, WIDE)
    inner = WIDE.parents >= 0
    assert (found[:, inner] <= found[:, WIDE.parents[inner]]).all()
    best = WIDE.leaves[logs[:, WIDE.leaves].argmax(axis=1)]
    assert found[np.arange(300), best].all()
    assert not found.all(axis=1).any()
    few = list_limit(logs[:3], true[:3], WIDE, 0.9)
    assert not few.is_kept and listed_nodes(logs, few, WIDE).all()


def test_records_without_codes_and_codes_without_probability():
    logs = np.log(np.array([[0.5, 0.75, 0.25, 0.5]] * 3))
    logs[2, 2] = -np.inf
    scores = missing_scores(logs, [[0, 2], [-1, -1], [2, 1]], TREE)
    assert scores.tolist() == pytest.approx([0.75, np.nan, 1.0], nan_ok=True)


def test_units_are_promised_for_a_random_unit_too():
    """Ten records of each text: half the texts are hard."""
    rng = np.random.default_rng(5)
    units = np.repeat(np.arange(400), 10)
    hard = np.repeat(np.arange(400) % 20 < 3, 10)
    p = np.where(hard, 0.2, 0.9) + rng.uniform(0, 0.01, 4000)
    logs = np.log(np.stack([p, *np.full((3, 4000), 0.1)], axis=1))
    true = np.zeros((4000, 1), int)
    by_record = list_limit(logs, true, TREE, 0.84)
    by_unit = list_limit(logs, true, TREE, 0.84, units=units)
    assert by_record.limit < by_unit.limit
