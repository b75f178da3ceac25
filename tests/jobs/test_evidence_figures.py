"""Accuracy of stages against plain counting, and how often the promise holds."""

import numpy as np
import pytest
from scipy.stats import beta, binom

from han.code_list.taxonomy import Taxonomy
from han.jobs.evidence_codes import OUTSIDE, outcomes_of
from han.jobs.evidence_figures import FULL, PARTIAL, JudgedRecords

TREE = Taxonomy(["1", "2", "11", "12", "111"], [-1, -1, 0, 0, 2])
TRIALS = 100
ENOUGH = binom.ppf(0.01, TRIALS, 0.9)  # of them, at a confidence of 90 %


def right_path(node):
    """Codes from the top down to a node."""
    return [] if node < 0 else [*right_path(TREE.parents[node]), node]


def outcome(given, true):
    """Of one given and one right code, by their paths as lists."""
    mine, path = right_path(given), right_path(true)
    if mine == path[: len(mine)]:
        return 1
    return -1 if path == mine[: len(path)] and path else 0


def test_codes_are_judged_at_their_own_level():
    pairs = [(g, t) for g in range(5) for t in [*range(5), OUTSIDE]]
    given, true = np.array(pairs, np.int32).T
    found = outcomes_of(given, true[:, None], TREE).tolist()
    expected = [0 if t == OUTSIDE else outcome(g, t) for g, t in pairs]
    assert found == expected
    assert {*expected} == {1, 0, -1}


def test_of_several_right_codes_the_best_for_the_given_one_counts():
    rank = {1: 2, -1: 1, 0: 0}
    pairs = [(g, a, b) for g in range(5) for a in range(5) for b in [-1, *range(5)]]
    given, *true = np.array(pairs, np.int32).T
    found = outcomes_of(given, np.stack(true, axis=1), TREE).tolist()
    expected = [
        max((outcome(g, t) for t in ts if t >= 0), key=rank.get) for g, *ts in pairs
    ]
    assert found == expected


def judged(seed, size=400):
    generator = np.random.default_rng(seed)
    methods = generator.choice(["exact", "model", "clerk"], size).astype(object)
    coded = methods != "clerk"
    return JudgedRecords(
        methods,
        coded,
        coded & (generator.random(size) < 0.7),
        np.where(coded, generator.choice([1, 1, 1, 0, -1], size), -1).astype(np.int8),
        np.arange(size),
    )


def test_figures_are_those_of_plain_counting():
    records = judged(1)
    found = records.figures(["exact", "rules", "model"], 0.9)
    assert found["stages"]["rules"] == {FULL: None, PARTIAL: None}
    assert found["left"] == {"clerk": int((records.methods == "clerk").sum())}
    rows = list(
        zip(records.methods, records.is_automatic, records.outcomes, strict=True)
    )
    for stage in ("exact", "model"):
        for kind, is_full in ((FULL, True), (PARTIAL, False)):
            own = [o for m, a, o in rows if m == stage and a == is_full]
            part = found["stages"][stage][kind]
            right, wrong = own.count(1), own.count(0)
            assert (part["right"], part["records"]) == (right, right + wrong)
            assert part["units"] == right + wrong
            assert part["unjudged"] == own.count(-1)
            low, high = part["interval"]  # of Clopper and Pearson
            assert low == pytest.approx(beta.ppf(0.05, right, wrong + 1))
            assert high == pytest.approx(beta.ppf(0.95, right + 1, wrong))
    own = [o for _, a, o in rows if a]
    least = beta.ppf(0.1, own.count(1), own.count(0) + 1)
    assert found["automatic"]["least"] == pytest.approx(least)


def test_a_repeated_record_is_no_more_evidence():
    one = judged(2, 60)
    rows = np.repeat(np.arange(60), 40)
    many = JudgedRecords(
        one.methods[rows],
        one.is_coded[rows],
        one.is_automatic[rows],
        one.outcomes[rows],
        rows,
    )
    first, second = (r.figures(["exact"], 0.95) for r in (one, many))
    assert second["records"] == 40 * first["records"]
    assert second["units"] == first["units"]
    a, b = (f["stages"]["exact"][FULL]["interval"] for f in (first, second))
    assert b[0] <= a[0] and b[1] >= a[1]
    assert second["automatic"]["least"] < first["automatic"]["least"] + 0.01


def test_a_larger_unit_elsewhere_weakens_the_promise():
    records = judged(3)
    least = [records.figures([], 0.95, n)["automatic"]["least"] for n in (1, 3, 50)]
    assert least == sorted(least, reverse=True)
    assert least[0] > least[2] + 0.1


def test_nothing_is_shown_by_nothing():
    found = judged(4, 0).figures(["model"], 0.95)
    assert found["automatic"] is None
    assert found["stages"]["model"] == {FULL: None, PARTIAL: None}


def households(generator, units):
    """Records of households, the larger ones worse; right or wrong together mostly."""
    sizes = generator.integers(1, 6, units)
    share = np.where(sizes > 3, 0.80, 0.97)
    together = generator.random(units) < share
    number = np.repeat(np.arange(units), sizes)
    alone = generator.random(len(number)) < np.repeat(share, sizes)
    is_own = generator.random(len(number)) < 0.1
    return number, np.where(is_own, alone, together[number])


TRUE = (0.97 * (1 + 2 + 3) + 0.80 * (4 + 5)) / 15  # of the records of households


def held(draw, truth, is_alone=False):
    """Trials in which the bound and the interval hold, of `TRIALS`."""
    generator, bounds, intervals = np.random.default_rng(7), 0, 0
    for _ in range(TRIALS):
        units, right = draw(generator)
        every = np.ones(len(right), bool)
        methods = np.full(len(right), "model", object)
        numbers = np.arange(len(units)) if is_alone else units
        outcomes = right.astype(np.int8)
        records = JudgedRecords(methods, every, every, outcomes, numbers)
        elsewhere = 1 if is_alone else 5
        found = records.figures([], 0.9, elsewhere)["automatic"]
        bounds += found["least"] <= truth
        intervals += found["interval"][0] <= truth <= found["interval"][1]
    return bounds, intervals


def test_the_promise_holds_where_households_were_drawn():
    bounds, intervals = held(lambda g: households(g, 150), TRUE)
    assert bounds >= ENOUGH
    assert intervals >= ENOUGH


def test_counting_records_of_households_one_by_one_would_break_it():
    """So that the test above can fail."""
    _, intervals = held(lambda g: households(g, 150), TRUE, is_alone=True)
    assert intervals < ENOUGH


def test_the_promise_holds_by_texts_where_rows_were_drawn():
    """Texts of very unequal number, the commonest wrong: rows drawn one by one."""
    share = 1 / np.arange(1, 301)
    share /= share.sum()
    is_right = np.arange(300) % 9 != 2
    truth = float(share[is_right].sum())

    def draw(generator):
        texts = generator.choice(300, 200, p=share)
        return texts, is_right[texts]

    for is_alone in (False, True):
        bounds, intervals = held(draw, truth, is_alone)
        assert bounds >= ENOUGH
        assert intervals >= ENOUGH
