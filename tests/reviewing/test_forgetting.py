"""What is forgotten is gone from the file, and codes and counts stay."""

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from support.decided_answers import add_people, decide, decide_all
from support.example_queue import make_example_queue, true_nodes

from han.errors import InputError
from han.reviewing.answer_states import answer_states
from han.reviewing.forgetting import forget
from han.reviewing.queue_tables import (
    answer_rows,
    answers,
    comments,
    decisions,
    texts,
)

SAID = "Preguntó por la vecina Eulalia"


def example(place):
    queue = make_example_queue(place, answers=12)
    add_people(queue)
    decide_all(queue, true_nodes(queue))
    decide(queue, 1, 3, 5, comment=SAID)
    decide(queue, 2, 3, 5, comment=SAID)
    return queue


def rows_of(queue, table):
    with queue.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def states(queue):
    with queue.reading() as connection:
        return answer_states(connection)


def test_all_is_forgotten_to_the_last_byte(queue_place):
    queue = example(queue_place)
    with queue.reading() as connection:
        # Words of the first field stand in the code list, too.
        second = sa.select(texts.c.text).where(texts.c.place == 1)
        words = list(connection.scalars(second))
        digests = list(connection.scalars(sa.select(answers.c.digest)))
    before, counts = states(queue), rows_of(queue, decisions)
    done = forget(queue)
    assert (done.answers, done.comments, done.shared) == (12, 2, 0)
    assert [rows_of(queue, t) for t in (texts, comments, answer_rows)] == [0, 0, 0]
    assert (states(queue), rows_of(queue, decisions)) == (before, counts)
    with queue.reading() as connection:
        assert not pd.read_sql(sa.text("SELECT * FROM decided"), connection).size
    if Path(queue.place).exists():
        left = Path(queue.place).read_bytes()
        for secret in [*words, *digests, SAID, "00001"]:
            assert secret.encode() not in left
    with pytest.raises(InputError, match="no row of the queue"):
        forget(queue, {"folio": "00001"})


def test_one_respondent_is_forgotten_and_who_said_the_same_is_not(queue_place):
    queue = example(queue_place)
    with queue.writing() as connection:
        connection.execute(sa.delete(answer_rows))
        rows = [(1, 1, "A"), (2, 1, "A"), (2, 2, "B"), (3, 1, "B")]
        connection.execute(
            sa.insert(answer_rows),
            [
                {"answer": answer, "number": number, "keys": {"folio": folio}}
                for answer, number, folio in rows
            ],
        )
        own = connection.scalar(
            sa.select(texts.c.text).where(texts.c.answer == 1, texts.c.place == 1)
        )
    done = forget(queue, {"folio": "A"})
    assert (done.rows, done.answers, done.comments, done.shared) == (2, 1, 2, 1)
    with queue.reading() as connection:
        left = set(connection.scalars(sa.select(texts.c.answer)))
        kept = connection.scalars(sa.select(answer_rows.c["keys"]))
        assert [*kept] == [{"folio": "B"}, {"folio": "B"}]
    assert left == set(range(2, 13))
    if Path(queue.place).exists():
        assert own.encode() not in Path(queue.place).read_bytes()
    with pytest.raises(InputError, match="columns folio"):
        forget(queue, {"folio": "nobody"})


def test_a_column_with_quotes_has_its_rows(queue_place):
    queue, name = example(queue_place), "fo\"li'o.$"
    with queue.writing() as connection:
        own = (answer_rows.c.answer == 1, answer_rows.c.number == 0)
        first = sa.update(answer_rows).where(*own)
        connection.execute(first.values(keys={name: "1"}))
    assert forget(queue, {name: "1"}).rows == 1
