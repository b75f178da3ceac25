"""The view of a queue has what clerks decided, and nothing else."""

import pandas as pd
import pytest
import sqlalchemy as sa
from support.decided_answers import add_people, decide
from support.example_queue import NODES, make_example_queue

from han.errors import InputError
from han.reviewing.answer_states import answer_states
from han.reviewing.decided_view import check_fields, field_columns, make_decided_view
from han.reviewing.queue_database import make_queue
from han.reviewing.queue_tables import answers, codes, strata, texts

LEAF, OTHER, PARENT = NODES["511"], NODES["722"], NODES["72"]
# What is decided of an answer: seat and node; None cannot be coded.
GIVEN = [
    [],
    [(1, LEAF)],
    [(1, None)],
    [(1, PARENT)],
    [(1, LEAF), (2, LEAF)],
    [(1, LEAF), (2, OTHER)],
    [(1, LEAF), (2, None)],
    [(1, None), (2, None)],
    [(1, LEAF), (2, LEAF), (3, OTHER)],
    [(1, LEAF), (2, OTHER), (3, None)],
    [(2, LEAF)],
]


def read_decided(queue):
    with queue.reading() as connection:
        return pd.read_sql(sa.text("SELECT * FROM decided ORDER BY answer"), connection)


@pytest.mark.parametrize("seats", [1, 2])
def test_the_view_says_what_the_states_say(queue_place, seats):
    queue = make_example_queue(queue_place, answers=len(GIVEN))
    add_people(queue)
    with queue.writing() as connection:
        connection.execute(sa.update(answers).values(seats=seats))
    for answer, given in enumerate(GIVEN, 1):
        for seat, node in given:
            decide(queue, answer, seat, node)
        decide(queue, answer, 1, NODES["9"], replaced=True)
    with queue.reading() as connection:
        states = answer_states(connection)
        texts_of = dict(
            connection.execute(
                sa.select(texts.c.answer, texts.c.text).where(texts.c.place == 0)
            ).all()
        )
    found = read_decided(queue).set_index("answer")
    wanted = {
        answer: (state.state, state.decided.node)
        for answer, state in states.items()
        if state.decided and state.decided.outcome == "code"
    }
    names = {node: code for code, node in NODES.items()}
    assert found.index.tolist() == sorted(wanted)
    for answer, (state, node) in wanted.items():
        row, code = found.loc[answer], names[node]
        assert (row["state"], row["code"]) == (state, code)
        assert row["oficio"] == texts_of[answer]
        path = [code[:k] if len(code) >= k else "" for k in (1, 2, 3)]
        assert row[["level_1", "level_2", "level_3"]].tolist() == path


def test_fields_with_names_of_the_view_and_odd_ones_are_told_apart(queue_place):
    fields = ["rows", "it's: 100 %", "level_1"]
    assert list(field_columns(fields, 1).values()) == [
        "text_rows",
        "it's: 100 %",
        "text_level_1",
    ]
    queue = make_queue(queue_place, {"fields": fields})
    with queue.writing() as connection:
        connection.execute(sa.insert(codes), [_code()])
        connection.execute(sa.insert(strata), [_stratum()])
        connection.execute(sa.insert(answers), [_answer()])
        rows = [
            {"answer": 1, "field": name, "place": k, "text": f"{k}", "evidence": []}
            for k, name in enumerate(fields)
        ]
        connection.execute(sa.insert(texts), rows)
        make_decided_view(connection)
        make_decided_view(connection)  # it is there
    add_people(queue)
    decide(queue, 1, 1, 0)
    row = read_decided(queue).iloc[0]
    assert row[["text_rows", "it's: 100 %", "text_level_1"]].tolist() == ["0", "1", "2"]


def _code():
    blank = dict.fromkeys(("title", "description", "includes", "excludes"), "")
    return {"node": 0, "code": "007", "parent": None, "level": 1, "titles": [], **blank}


def _stratum():
    numbers = dict.fromkeys(("answers", "rows", "weight"), 1)
    return {"name": "s", "coded": False, "method": "clerk", "level": None, **numbers}


def _answer():
    numbers = dict.fromkeys(
        ("batch", "place", "inclusion", "seats", "rows", "weight", "doubt", "priority"),
        1,
    )
    flags = dict.fromkeys(("gold", "suggestions"), False)
    named = {"id": 1, "stratum": "s", "part": "work", "digest": "d", "candidates": []}
    return {**named, **numbers, **flags}


@pytest.mark.parametrize(
    "fields", [["Code"], ["ROWS", "oficio"], ["OFICIO", "oficio"], ["LEVEL_12"]]
)
def test_fields_are_not_named_as_columns_are(fields):
    with pytest.raises(InputError, match=f"text fields {fields[0]}"):
        check_fields(fields)
    check_fields(["oficio", "detalle", "level"])
