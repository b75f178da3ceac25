"""Answers that come again in another block are coded once, and get the same."""

import pandas as pd
import pytest
from support.routed_runs import apply
from support.runs import copied_run

import han
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.unit_repeats import UnitCounts, unit_hashes
from han.runs import coded_answers
from han.runs.classifier import Classifier
from han.runs.coded_answers import CodedAnswers

BLOCKS = [
    ["pan", "queso", "", "pan"],
    ["queso", "clavo de acero", "pan"],
    ["pan", "queso"],
    ["", "martillo"],
]


@pytest.fixture
def run(baseline_run, tmp_path):
    return copied_run(baseline_run, tmp_path)


@pytest.mark.parametrize(("most", "coded"), [(10**6, [3, 1, 1]), (0, [3, 3, 2, 2])])
def test_equal_answers_are_coded_once(run, monkeypatch, most, coded):
    monkeypatch.setattr(coded_answers, "MOST_CHARACTERS", most)
    classifier, asked, cells = han.load(run), [], Classifier.cells

    def counted(self, tables, *more, **options):
        asked.append(len(tables[0]["text"]))
        return cells(self, tables, *more, **options)

    expected = [classifier.predict(texts, top_k=2) for texts in BLOCKS]
    monkeypatch.setattr(Classifier, "cells", counted)
    answers = CodedAnswers(classifier, top_k=2)
    for texts, table in zip(BLOCKS, expected, strict=True):
        pd.testing.assert_frame_equal(answers.predict({"text": texts}, {}), table)
    assert asked == coded


def test_what_is_known_of_an_answer_is_that_of_its_number(run):
    apply(run, limit=RepeatLimit(1, 9))
    classifier, texts = han.load(run), ["pan", "queso", "pan"]
    answers = CodedAnswers(classifier, top_k=1)
    for all_texts in (texts, [*texts, "queso"]):  # another number of times
        counts = UnitCounts(unit_hashes(all_texts), RepeatLimit(1, 9))
        repeats = counts.of(0, 3)
        found = answers.predict({"text": texts}, {}, repeats)
        expected = classifier.predict({"text": texts}, top_k=1, repeats=repeats)
        pd.testing.assert_frame_equal(found, expected)
        assert found["repeats"].tolist() == repeats.counts.tolist()
