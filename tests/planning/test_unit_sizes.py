"""Units of calibration records weigh what they have among the records to be coded."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from han.code_list.taxonomy import Taxonomy
from han.decisions.budget import Pile, budget_thresholds
from han.decisions.frequent_texts import own_promises
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths
from han.planning.answers import Answers
from han.planning.calibration_records import CalibrationRecords
from han.planning.rules import Goal, choose_rules
from han.planning.unit_sizes import sized_by
from han.planning.workload import Workload

TREE = Taxonomy(["1", "2"], [-1, -1])


def labelled(texts, sure, right):
    nodes = np.zeros((len(texts), 1), np.int32)
    truth = np.where(right[texts], 0, 1)[:, None]
    return LabelledPaths(CodedPaths(nodes, sure[texts][:, None]), truth, texts)


def answers(sizes, records=None):
    texts = np.repeat(np.arange(len(sizes)), sizes)
    keys = [str(text) for text in texts.tolist()]
    return Answers(texts, texts, keys, sizes[texts], records or len(texts))


def known(texts, part, sure, right, file="f.csv", drawn_from=1):
    """Calibration records of these texts, a row each; `part` tests."""
    parts = [labelled(texts[rows], sure, right) for rows in (part, ~part)]
    keys = [tuple(map(str, one.units.tolist())) for one in parts]
    return CalibrationRecords(
        *parts, np.zeros(0), None, *keys, "text", drawn_from, file, seen=0.0
    )


@pytest.mark.parametrize("drawn", [[1, 1, 1, 1], [2, 1, 2, 1]])
def test_texts_that_are_drawn_twice_count_once(drawn):
    sizes = np.array([1, 4, 2, 3])
    texts = np.repeat(np.arange(4), sizes * drawn)
    ones, part = np.ones(4), np.ones(len(texts), bool)
    found = sized_by(known(texts, part, ones, ones > 0), answers(sizes))
    assert found.tested.units.tolist() == np.repeat(np.arange(4), sizes).tolist()
    assert set(found.tested.scale) == {1.0} and found.drawn_from == 10
    assert len(found.keys) == len(found.tested) == 10


def test_texts_of_a_list_have_the_sizes_that_they_have_in_the_data():
    sizes, ones = np.array([1, 4, 2, 3]), np.ones(4)
    records = known(np.arange(4), np.ones(4, bool), ones, ones > 0)
    found = sized_by(records, answers(sizes))
    assert found.tested.repeats.tolist() == found.tested.scale.tolist() == [1, 4, 2, 3]
    totals = found.tested.drawn_as(4.0).totals()
    assert Counter(totals.tolist()) == Counter(sizes.tolist())


@pytest.mark.parametrize(
    "texts",
    [np.arange(6), np.array([0, 0, 0, 1, 2, 2])],  # others; records drawn one by one
)
def test_other_files_are_no_lists_of_texts(texts):
    ones = np.ones(6)
    records = known(texts, np.ones(6, bool), ones, ones > 0)
    found = sized_by(records, answers(np.array([40, 3, 5, 1])))
    assert found.tested is records.tested


@pytest.mark.parametrize("target", [0.85, 0.9])
def test_distinct_texts_promise_records(target):
    """Clerks code each text once; small texts are worse than their records' mean."""
    rng = np.random.default_rng(3)
    sizes = np.where(np.arange(2000) % 2 == 0, 1, 10)
    right = rng.random(2000) < np.where(sizes == 1, 0.78, 1.0)
    sure, pile = rng.random(2000), answers(sizes)
    every = Workload(
        CodedPaths(np.zeros((len(pile.texts), 1), np.int32), sure[pile.texts][:, None]),
        np.zeros((len(pile.texts), 1), np.int32),
        np.zeros(len(pile.texts), bool),
        answers=pile,
    )
    failed = 0
    for _ in range(20):
        texts = rng.permutation(2000)[:1000]
        records = known(texts, rng.random(1000) < 2 / 3, sure, right)
        rules = choose_rules(sized_by(records, pile), None, Goal({1: target}))
        accepted = rules.route(every, TREE).passed == 1
        assert accepted.mean() > 0.9
        failed += right[pile.texts][accepted].mean() < target
    assert not failed


def test_a_text_that_stands_once_in_a_small_file_may_be_a_frequent_one():
    rng = np.random.default_rng(4)
    sizes = np.where(np.arange(3000) < 2700, 1, 20)  # 300 texts are most records
    right = np.where(sizes == 1, True, False)
    sure = rng.random(3000)
    texts = np.repeat(np.arange(3000), sizes)
    part = (rng.random(3000) < 2 / 3)[texts]
    whole = known(texts, part, sure, right, "", len(texts))
    assert sized_by(whole, answers(sizes)) is whole
    small = answers(np.ones(400, int))
    found = sized_by(whole, small)
    assert found.drawn_from == 400 and set(found.tested.repeats) == {1}
    share = 400 / len(texts)
    assert found.tested.scale.min() == pytest.approx((1 - share) ** 19)
    one = choose_rules(whole, None, Goal({1: 0.85})).thresholds
    other = choose_rules(found, None, Goal({1: 0.85})).thresholds
    assert one.promises_anything and not other.promises_anything


def test_a_small_file_keeps_budgets_and_own_promises_honest():
    sizes = np.where(np.arange(600) < 599, 1, 400)
    texts, ones = np.repeat(np.arange(600), sizes), np.ones(600)
    whole = known(texts, np.ones(len(texts), bool), ones, ones > 0, "", len(texts))
    found = sized_by(whole, answers(np.ones(100, int)))
    assert own_promises(found.tested, {1: 0.9}, 0.05) == {599: 1}
    pile = Pile(np.ones(6), np.array([1, 1, 1, 3, 3, 3]), np.array([0, 1, 2, 3, 3, 3]))
    limits = budget_thresholds(found.tested, found.reference, pile, 1, 0.95)
    assert limits.most_rows == 1  # nothing is known of texts that stand there twice
    weighted = replace(found.tested, weights=np.ones(len(found.tested)))
    assert weighted.largest_unit(1, 2.0) == pytest.approx(2 * found.tested.largest)


def test_a_few_large_firms_do_not_close_the_promise_for_small_ones():
    rng = np.random.default_rng(5)
    sizes = np.where(np.arange(1500) < 3, 400, rng.integers(1, 4, 1500))
    units = np.repeat(np.arange(1500), sizes)
    right, sure = np.ones(1500, bool), np.ones(1500)
    part = (np.arange(1500) % 3 > 0)[units]
    records = known(units, part, sure, right)
    firms = CalibrationRecords(
        records.tested, records.reference, np.zeros(0), unit="firm", drawn_from=9
    )
    found = choose_rules(firms, None, Goal({1: 0.9}))
    assert found.thresholds.promises_anything and found.limit.most_rows == 3
