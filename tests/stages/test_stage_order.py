"""The first stage that can decides, whatever stands beside an answer or after it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.stage_answers import NONE, answers, stage_lists

from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.non_answer_stage import NonAnswerStage
from han.stages.stage_order import decide_all
from han.stages.verdicts import Outcome, Verdicts


def rows_of(found):
    """Everything that is said of each answer."""
    return [
        (
            found.methods[k],
            found.reasons[k],
            int(found.nodes[k]),
            int(found.outcomes[k]),
            str(found.scores[k]),
            found.declined(k),
        )
        for k in range(len(found))
    ]


@settings(max_examples=60)
@given(stage_lists, answers())
def test_the_first_that_can_decides(stages, given_answers):
    alone = [stage.decide(given_answers) for stage in stages]
    found = decide_all(stages, given_answers)
    for k in range(len(given_answers)):
        said = [verdicts.outcomes[k] != Outcome.DECLINED for verdicts in alone]
        first = said.index(True) if True in said else len(stages)
        asked = {s.name: v.reasons[k] for s, v in zip(stages, alone, strict=True)}
        before = [stage.name for stage in stages[:first]]
        assert found.declined(k) == {name: asked[name] for name in before}
        if first == len(stages):
            assert (found.methods[k], found.reasons[k]) == ("", "")
            assert (found.nodes[k], found.outcomes[k]) == (-1, Outcome.DECLINED)
        else:
            assert found.methods[k] == stages[first].name
            assert found.reasons[k] == alone[first].reasons[k]
            assert found.nodes[k] == alone[first].nodes[k]
            assert found.outcomes[k] == alone[first].outcomes[k]


@settings(max_examples=40)
@given(stage_lists, answers())
def test_a_stage_at_the_end_changes_nothing_that_was_decided(stages, given_answers):
    fewer = decide_all(stages[:-1], given_answers)
    found = decide_all(stages, given_answers)
    is_decided = fewer.outcomes != Outcome.DECLINED
    before, after = rows_of(fewer), rows_of(found)
    for k in np.flatnonzero(is_decided).tolist():
        assert before[k] == after[k]


@settings(max_examples=40)
@given(stage_lists, answers(), st.randoms(use_true_random=False))
def test_what_is_said_depends_on_the_answer_alone(stages, given_answers, random):
    whole = rows_of(decide_all(stages, given_answers))
    order = list(range(len(given_answers)))
    random.shuffle(order)
    cut = random.randint(0, len(order))
    for part in (order[:cut], order[cut:], order * 2):
        taken = given_answers.take(np.array(part, np.int64))
        # Also of texts that nobody has normalised before.
        fresh = Answers(taken.fields, taken.columns, taken.non_answers)
        for some in (taken, fresh):
            assert rows_of(decide_all(stages, some)) == [whole[k] for k in part]


def test_no_stage_and_no_answers():
    found = decide_all([], Answers({"job": ["pan"]}))
    assert (found.methods, found.reasons, found.declined(0)) == ([""], [""], {})
    found = decide_all([NonAnswerStage()], Answers({"job": []}))
    assert (len(found), found.methods, found.reasons) == (0, [], [])


def test_names_tell_stages_apart():
    with pytest.raises(InputError, match=r"called 'non_answer'.*give each another"):
        decide_all([NonAnswerStage()] * 2, Answers({"job": ["pan"]}))


def test_a_verdict_does_not_contradict_itself():
    with pytest.raises(ValueError, match="if, and only if"):
        Verdicts(np.array([-1]), ["rule:R1"], np.array([1], np.uint8))
    with pytest.raises(ValueError, match=r"\[1, 2\]"):
        Verdicts.of([1, -1], ["no_entry"])


def test_reasons_of_answers_without_words():
    given_answers = Answers(
        {"job": ["ns", "", "ns", "", "---"], "firm": ["-", "11", "pan", " ", ""]},
        non_answers=NONE,
    )
    said = NonAnswerStage().decide(given_answers)
    flags = ["non_answer", "bare_code", "has_answer", "blank", "non_answer"]
    assert said.reasons == flags
    is_none = np.array(flags) != "has_answer"
    assert (said.outcomes == np.where(is_none, Outcome.NO_ANSWER, 0)).all()
    assert (said.nodes == -1).all()
