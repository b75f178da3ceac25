"""Accuracy of machine, clerks and the whole from answers that are counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from han.review_figures.clerk_estimates import (
    CODED,
    clerk_accuracy,
    decided_size,
    whole_accuracy,
)
from han.review_figures.finished_batches import coded_once, coded_twice, seen_as_gold
from han.review_figures.machine_estimates import machine_accuracy
from han.review_figures.reviewed_answers import (
    MISSING,
    UNCODABLE,
    CodeTree,
    ReviewedAnswers,
    ReviewedQueue,
    Stratum,
)

TREE = CodeTree(np.array([[0, -1], [1, -1], [0, 2], [0, 3], [1, 4]]))
STRATA = [
    Stratum("exact:2", True, "exact", 2, 300, 900, 900.0),
    Stratum("model:2", True, "model", 2, 100, 100, 100.0),
    Stratum("model:1", True, "model", 1, 50, 50, 50.0),
    Stratum("clerk:first", False, "clerk", None, 40, 80, 80.0),
    Stratum("clerk:rest", False, "clerk", None, 200, 200, 200.0),
]
ALL = np.array([0, 1])
# Stratum, part, batch, rows, machine, first, second, adjudicator, gold; times.
CHECKS = [
    ((0, "check", 1, 1, 2, 2, 2, 2, True), 20),
    ((0, "check", 2, 3, 2, 3, 2, 2, False), 5),  # the first coder erred
    ((1, "check", 1, 1, 4, 4, 4, MISSING, False), 20),
    ((1, "check", 2, 1, 4, 2, 2, MISSING, False), 5),  # the machine erred
]
PEOPLE = [
    ((3, "work", 1, 2, 2, 3, MISSING, MISSING, False), 20),  # one person alone
    ((3, "work", 2, 2, 2, 3, 3, MISSING, False), 15),
    ((3, "work", 2, 2, 2, 2, 3, 3, False), 5),
    ((4, "sample", 1, 1, 2, 2, MISSING, MISSING, False), 10),
    ((4, "sample", 2, 1, 2, UNCODABLE, UNCODABLE, UNCODABLE, True), 10),
]


def queue(rows):
    table = [row for row, times in rows for _ in range(times)]
    columns = list(zip(*table, strict=True))
    stratum, part, batch, counts, machine, first, second, settled, gold = columns
    double = np.array(second) != MISSING
    answers = ReviewedAnswers(
        stratum=np.array(stratum),
        part=np.array(part),
        batch=np.array(batch),
        rows=np.array(counts, float),
        weight=np.array(counts, float),
        machine=np.array(machine),
        first=np.array(first),
        second=np.array(second),
        settled=np.array(settled),
        double=double,
        gold=np.array(gold),
        skipped=np.zeros(len(table), bool),
        suggested=np.ones(len(table), bool),
    )
    return ReviewedQueue(STRATA, TREE, answers)


def test_strata_have_their_known_size_whatever_was_drawn():
    found = machine_accuracy(queue(CHECKS), ALL, ("check",), "answers", None, 10)
    # exact: all are right (the adjudicator says so); model: 20 of 25.
    assert found.estimate.against == "gold" and found.answers == 400
    same = (300 * 20 / 25 + 100 * 20 / 25) / 400
    assert found.estimate.same.value == pytest.approx(same)
    # Where the first coder says something else (a fifth), exact weighs three of four.
    assert found.estimate.value == pytest.approx(same + (1 - same) * 0.75)


def test_rows_weigh_answers_inside_their_stratum():
    found = machine_accuracy(queue(CHECKS), ALL, ("check",), "rows", None, 10)
    wanted = (900 * 20 / (20 + 15) + 100 * 20 / 25) / 1000
    assert found.estimate.same.value == pytest.approx(wanted)
    assert found.size == 1000


def test_a_code_may_be_right_at_the_top_alone():
    siblings = [((1, "check", 1, 1, 2, 3, 3, MISSING, False), 30)]
    given = queue(siblings)
    only = np.array([1])
    shares = [
        machine_accuracy(given, only, ("check",), "answers", level, 10).estimate.value
        for level in (None, 1, 2)
    ]
    assert shares == [0, 1, 0]


def test_a_partial_code_of_the_machine_is_right_as_far_as_it_goes():
    above = queue([((2, "check", 1, 1, 0, 2, 2, MISSING, False), 30)])
    found = machine_accuracy(above, np.array([2]), ("check",), "answers", None, 10)
    assert found.estimate.value == 1
    below = queue([((1, "check", 1, 1, 2, 0, 0, MISSING, False), 30)])
    found = machine_accuracy(below, np.array([1]), ("check",), "answers", None, 10)
    assert found.estimate.value == 0  # it says more than the answer does


def test_a_stratum_of_which_nothing_was_looked_at_may_be_anything():
    only_model = queue(CHECKS[2:])
    found = machine_accuracy(only_model, ALL, ("check",), "answers", None, 10)
    part = machine_accuracy(only_model, ALL[1:], ("check",), "answers", None, 10)
    assert found.unmeasured == pytest.approx(0.75) and part.unmeasured == 0
    assert found.estimate.low == pytest.approx(part.estimate.low / 4)
    assert found.estimate.high == pytest.approx(part.estimate.high / 4 + 0.75)


def test_batches_half_done_do_not_count():
    given = queue(CHECKS)
    first = given.answers.first.copy()
    first[np.flatnonzero(given.answers.batch == 2)[0]] = MISSING
    half = replace(given, answers=replace(given.answers, first=first))
    assert coded_once(half.answers).sum() == 40
    found = machine_accuracy(half, ALL, ("check",), "answers", None, 10)
    assert found.estimate.records == 40
    skipped = first == MISSING
    answers = replace(half.answers, skipped=skipped)
    assert coded_once(answers).all() and coded_twice(answers).all()
    waiting = replace(given.answers, second=np.where(skipped, MISSING, 2))
    assert coded_once(waiting).all() and coded_twice(waiting).sum() == 40
    unseen = replace(given.answers, settled=np.full(50, MISSING))
    assert coded_twice(unseen).all() and not seen_as_gold(unseen).any()


def test_one_clerk_alone_is_measured_where_two_coded():
    found = clerk_accuracy(queue(CHECKS + PEOPLE), "answers", None, 10)
    # Work: 40 answers, of 20 pairs a quarter has one error of two. Sample: 20, none.
    errors = (40 * 5 / 20 * 0.5) / 60
    assert found.value == pytest.approx(1 - errors)
    assert found.against == "gold" and found.doubles == 30
    assert not clerk_accuracy(queue(CHECKS + PEOPLE), "answers", None, 31).is_known


def test_gold_shows_that_two_who_agree_err():
    rows = [((3, "work", 1, 1, 2, 2, 2, truth, True), 20) for truth in (2, 3)]
    found = clerk_accuracy(queue(rows), "answers", None, 10)
    assert found.value == pytest.approx(0.5) and found.against == "gold"
    assert clerk_accuracy(queue(rows), "answers", None, 41).against == "one"


def test_the_whole_is_machine_one_person_two_and_the_adjudicator():
    given = queue(CHECKS + PEOPLE)
    machine = machine_accuracy(given, ALL, ("check",), "rows", None, 10)
    found = whole_accuracy(given, machine, "rows", None, 10)
    assert found.sizes == {
        "machine": 1000,
        "single": 20 * 2 + 10,
        "agreed": 15 * 2,
        "settled": 5 * 2,
        "uncodable": 10,
        "open": 280 - 100,
    }
    clerks = clerk_accuracy(given, "rows", None, 10).value
    right = 1000 * machine.estimate.value + 50 * clerks + 30 + 10
    assert found.estimate.value == pytest.approx(right / 1090)
    assert found.estimate.low < found.estimate.value < found.estimate.high


def test_without_clerks_measured_there_is_no_figure_of_the_whole():
    given = queue(CHECKS + PEOPLE[:1])
    machine = machine_accuracy(given, ALL, ("check",), "rows", None, 10)
    assert machine.estimate.is_known
    assert not whole_accuracy(given, machine, "rows", None, 10).estimate.is_known
    alone = queue(CHECKS)
    machine = machine_accuracy(alone, ALL, ("check",), "rows", None, 10)
    found = whole_accuracy(alone, machine, "rows", None, 10).estimate
    assert found.value == pytest.approx(machine.estimate.value)


def test_doubles_that_the_second_coder_skips_may_be_right_or_wrong():
    pairs = queue([((3, "work", 1, 1, 2, 2, 2, MISSING, False), 40)])
    second = np.where(np.arange(40) < 10, MISSING, 2)
    answers = replace(pairs.answers, second=second, skipped=second == MISSING)
    all_told = clerk_accuracy(pairs, "answers", None, 10)
    found = clerk_accuracy(replace(pairs, answers=answers), "answers", None, 10)
    assert (found.doubles, found.unknown) == (30, 10) and all_told.unknown == 0
    assert found.value == pytest.approx(1 - 0.5 * 10 / 40)
    assert found.low < 0.75 < 1 == found.high


def test_what_weighs_nothing_measures_no_weight():
    given = queue([((0, "check", 1, 1, 2, 3, 3, MISSING, False), 30), *CHECKS[2:]])
    weight = np.where(given.answers.stratum == 0, 0.0, 1.0)
    light = replace(given, answers=replace(given.answers, weight=weight))
    found = machine_accuracy(light, ALL, ("check",), "weight", None, 10)
    assert found.unmeasured == pytest.approx(0.9) and found.estimate.low < 0.1
    assert machine_accuracy(light, ALL, ("check",), "rows", None, 10).unmeasured == 0


def test_a_clerks_figure_is_of_what_counts_and_of_no_more_than_there_is():
    given = queue(PEOPLE)
    weight = np.where(given.answers.stratum == 3, 0.0, 1.0)  # all of the work: nothing
    light = replace(given, answers=replace(given.answers, weight=weight))
    found = clerk_accuracy(light, "weight", None, 10)
    assert (found.records, found.doubles, found.value) == (10, 10, 1.0)
    assert not clerk_accuracy(light, "weight", None, 11).is_known
    every = clerk_accuracy(given, "answers", None, 10)
    assert every.records == 30 <= decided_size(given, "answers") == 60
    # Ten cannot be coded, so that they are not among what has a code.
    machine = machine_accuracy(given, ALL, ("check",), "answers", None, 10)
    whole = whole_accuracy(given, machine, "answers", None, 10)
    assert whole.estimate.records == 50 == sum(whole.sizes[name] for name in CODED)
