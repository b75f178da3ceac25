"""The database of a queue opens, says what is wrong, and keeps states of answers."""

import stat

import pytest
import sqlalchemy as sa

from han.errors import InputError
from han.reviewing.answer_states import AnswerState, Given, answer_states
from han.reviewing.queue_database import QueueDatabase, make_queue
from han.reviewing.queue_tables import settings


def test_a_queue_is_its_owners_alone_and_opens_again(tmp_path):
    file = tmp_path / "review.db"
    make_queue(file, {"language": "es"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = QueueDatabase(file)
    assert again.settings == {"version": 1, "language": "es"}
    with again.reading() as connection:
        assert answer_states(connection) == {}


def test_readers_do_not_wait_for_each_other_and_writers_do(tmp_path):
    queue = make_queue(tmp_path / "review.db", {})
    with queue.reading() as one, queue.reading() as other:
        for connection in (one, other):
            assert connection.execute(sa.select(settings)).all()


def test_what_fails_leaves_nothing(tmp_path):
    queue = make_queue(tmp_path / "review.db", {})
    row = {"name": "half", "value": 1}
    with pytest.raises(ZeroDivisionError), queue.writing() as connection:
        connection.execute(sa.insert(settings), row)
        1 / 0  # noqa: B018
    assert "half" not in QueueDatabase(tmp_path / "review.db").settings


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("none.db", "there is no queue"),
        ("empty.db", "there is no queue"),
        ("text.db", "DatabaseError"),
        ("foo://x", "no place of a queue"),
        ("postgresql+psycopg://a:secret@host/x", "password"),
        ("postgresql+psycopg://a@127.0.0.1:1/x", "OperationalError"),
    ],
)
def test_what_is_no_queue_is_said(tmp_path, monkeypatch, place, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("folio,text\n1,vende tacos\n" * 200)
    with pytest.raises(InputError, match=said) as caught:
        QueueDatabase(place)
    assert "secret" not in str(caught.value) and "tacos" not in str(caught.value)


def test_other_versions_and_places_that_are_taken_are_refused(tmp_path):
    file = tmp_path / "review.db"
    queue = make_queue(file, {})
    with pytest.raises(InputError, match="such a file already"):
        make_queue(file, {})
    with queue.writing() as connection:
        version = sa.update(settings).where(settings.c.name == "version")
        connection.execute(version.values(value=99))
    with pytest.raises(InputError, match="version 99"):
        QueueDatabase(file)


YES, NO = Given(1, 1, "code", 5), Given(2, 2, "uncodable", None)


@pytest.mark.parametrize(
    ("seats", "gold", "given", "state", "decided", "asked"),
    [
        (1, False, {}, "open", None, False),
        (1, False, {1: YES}, "single", YES, False),
        (2, False, {2: YES}, "waiting", None, False),
        (2, False, {1: YES, 2: YES}, "agreed", YES, False),
        (2, True, {1: YES, 2: YES}, "agreed", YES, True),
        (2, False, {1: YES, 2: NO}, "disputed", None, True),
        (2, True, {1: YES, 2: NO, 3: NO}, "settled", NO, False),
    ],
)
def test_states_of_an_answer(seats, gold, given, state, decided, asked):
    found = AnswerState(1, seats, gold, given)
    assert (found.state, found.decided) == (state, decided)
    assert found.needs_adjudicator == asked
