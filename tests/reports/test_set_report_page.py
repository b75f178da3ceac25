"""The page of an evaluation of sets of codes."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from support.code_sets import ancestors, below_partial, coherent_logs, drawn_members
from support.trees import tree_of

from han import Taxonomy
from han.code_sets import set_ranking, set_reliability
from han.code_sets.coded_sets import CodedSets
from han.code_sets.set_decoding import codes_by_thresholds
from han.languages.number_format import Numbers
from han.reports import set_report_english, set_report_spanish
from han.reports.report_page import About
from han.reports.set_mistakes import code_numbers, missed_codes, wrong_codes
from han.reports.set_report_page import set_report_page

TREE = tree_of([-1, -1, 0, 0, 1, 1, 2, 2])


def coded_sets(tree=TREE, rows=300):
    rng = np.random.default_rng(3)
    logs = coherent_logs(tree, rows, rng)
    members = drawn_members(logs, tree, rng)
    true = np.where(members, np.arange(tree.num_nodes), -1)
    true = true[members.any(axis=1)]
    logs, weights = logs[members.any(axis=1)], np.ones(len(true))
    return CodedSets(
        tree,
        true,
        codes_by_thresholds(logs, 0.4, tree),
        set_ranking(logs, true, tree),
        set_reliability([(logs, true, weights)], tree),
        weights,
        np.arange(len(true)) // 2,
    )


def page_of(coded, language="en"):
    result = coded.scores()
    about = About("runs/one", "han", "sets.csv", "test", "test")
    return set_report_page(coded, result, about, language), result


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_marked_number_is_that_of_metrics_json(language):
    page, result = page_of(coded_sets(), language)
    result = json.loads(json.dumps(result))
    marked = re.findall(r'data-metric="([^"]+)">([^<]*)<', page)
    numbers = Numbers(language)
    assert len(marked) > 15
    for name, shown in marked:
        value = result
        for key in name.split("."):
            value = value[key]
        is_count = name == "rows"
        assert shown == (numbers.count(value) if is_count else numbers.decimal(value))
    assert "http" not in page and "<script" not in page and f'lang="{language}"' in page
    assert page == page_of(coded_sets(), language)[0]


def test_mistakes_are_those_of_the_closures():
    coded = coded_sets()
    true, given, missed, wrong = Counter(), Counter(), Counter(), Counter()
    for one, other in zip(coded.true, coded.given, strict=True):
        closed, found = ancestors(one, TREE), ancestors(other, TREE)
        found -= below_partial(one, TREE)
        true.update(closed)
        given.update(found)
        missed.update(closed - found)
        wrong.update(found - closed)
    for rows, of, count in (
        (missed_codes(coded), true, missed),
        (wrong_codes(coded), given, wrong),
    ):
        assert [(r.records, r.wrong) for r in rows] == [
            (of[r.node], count[r.node]) for r in rows
        ]
        assert [r.wrong for r in rows] == sorted(count.values(), reverse=True)


def test_numbers_of_codes_are_counted():
    coded = coded_sets()
    pairs = Counter(
        (min((one >= 0).sum(), 5), min((other >= 0).sum(), 5))
        for one, other in zip(coded.true, coded.given, strict=True)
    )
    table = code_numbers(coded)
    assert {(i + 1, j + 1): n for (i, j), n in np.ndenumerate(table) if n} == dict(
        pairs
    )


def test_titles_are_escaped_and_a_page_without_mistakes_says_so():
    tree = Taxonomy(["1", "2"], [-1, -1], titles=["<b>pan</b>", "queso"])
    page, _ = page_of(coded_sets(tree))
    assert "&lt;b&gt;pan" in page and "<b>pan" not in page
    logs = np.log([[0.9, 0.1]] * 4)
    true, ones = np.zeros((4, 1), np.int32), np.ones(4)
    reliability = set_reliability([(logs, true, ones)], tree)
    ranking = set_ranking(logs, true, tree)
    right = CodedSets(tree, true, true, ranking, reliability, ones, None)
    assert page_of(right)[0].count("None.") == 2


def test_languages_have_the_same_words():
    spanish, english = set_report_spanish.WORDS, set_report_english.WORDS
    assert spanish.keys() == english.keys()
    for name, text in spanish.items():
        holes = re.findall(r"{\w+}", text)
        assert sorted(holes) == sorted(re.findall(r"{\w+}", english[name]))
