"""Keys of answers are those of the text encoder, computed once."""

import numpy as np
import pytest
from hypothesis import given
from support.stage_answers import FIELDS, NONE, answers

from han.errors import InputError
from han.stages import answer_texts
from han.stages.answer_texts import Answers
from han.text.distinct_texts import text_keys


@given(answers())
def test_keys_are_those_of_the_text_encoder(given_answers):
    assert given_answers.keys(FIELDS) == text_keys(given_answers.fields, NONE)
    turned = {name: given_answers.fields[name] for name in FIELDS[::-1]}
    assert given_answers.keys(FIELDS[::-1]) == text_keys(turned, NONE)


@given(answers())
def test_some_answers_have_the_keys_that_they_had(given_answers):
    keys = given_answers.keys(FIELDS)
    places = np.arange(len(given_answers))[::-2]
    assert given_answers.take(places).keys(FIELDS) == [keys[k] for k in places]


def test_texts_are_normalised_once(monkeypatch):
    calls = []

    def counted(columns, non_answers):
        calls.append(list(columns))
        return text_keys(columns, non_answers)

    monkeypatch.setattr(answer_texts, "text_keys", counted)
    found = Answers({"job": ["Pan", "Sal"], "firm": ["", "X"]})
    assert found.keys(["job"]) == ["pan", "sal"]
    assert found.keys(["job", "firm"]) == ["pan\x1f", "sal\x1fx"]
    assert found.take(np.array([1])).keys(["firm"]) == ["x"]
    assert calls == [["job"], ["firm"]]


def test_what_is_missing_is_named():
    found = Answers({"job": ["pan"]}, {"age": ["7"]})
    with pytest.raises(InputError, match=r"no field 'firm'\. Found: 'job'"):
        found.keys(["firm"])
    with pytest.raises(InputError, match="no column 'x', which rule 'R1' tests"):
        found.cells("x", "rule 'R1' tests")


@pytest.mark.parametrize("fields", [{}, {"job": ["pan"], "firm": []}])
def test_fields_have_equal_lengths(fields):
    with pytest.raises(InputError, match="at least one field, and as many cells"):
        Answers(fields)
