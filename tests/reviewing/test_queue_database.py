"""The database of a queue opens, says what is wrong, and keeps states of answers."""

import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from support.postgres import new_database

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


def test_readers_do_not_wait_for_each_other(queue_place):
    queue = make_queue(queue_place, {})
    with queue.reading() as one, queue.reading() as other:
        for connection in (one, other):
            assert connection.execute(sa.select(settings)).all()


def test_writers_come_one_after_the_other(queue_place):
    queue = make_queue(queue_place, {"count": 0})
    count = settings.c.name == "count"

    def add_one(_):
        with queue.writing() as connection:
            found = connection.scalar(sa.select(settings.c.value).where(count))
            time.sleep(0.01)
            add = sa.update(settings).where(count).values(value=found + 1)
            connection.execute(add)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(12)))
    assert QueueDatabase(queue_place).settings["count"] == 12


@pytest.mark.postgres
def test_a_reader_sees_one_state_while_others_write(postgres_server):
    """In SQLite the writer waits for the reader."""
    queue = make_queue(new_database(postgres_server), {"count": 0})
    count = sa.select(settings.c.value).where(settings.c.name == "count")
    with queue.reading() as reader:
        before = reader.scalar(count)
        with queue.writing() as writer:
            writer.execute(sa.update(settings).values(value=7))
        assert reader.scalar(count) == before


def test_what_fails_leaves_nothing(queue_place):
    queue = make_queue(queue_place, {})
    row = {"name": "half", "value": 1}
    with pytest.raises(ZeroDivisionError), queue.writing() as connection:
        connection.execute(sa.insert(settings), row)
        1 / 0  # noqa: B018
    assert "half" not in QueueDatabase(queue_place).settings


def test_a_queue_is_whole_or_not_there(queue_place, tmp_path):
    def half(connection):
        connection.execute(sa.insert(settings), {"name": "half", "value": 1})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_queue(queue_place, {}, half)
    with pytest.raises(InputError, match="there is no queue"):
        QueueDatabase(queue_place)
    assert not list(tmp_path.iterdir())
    make_queue(queue_place, {})


def test_a_killed_command_leaves_no_queue(tmp_path):
    def seen(connection):
        assert not (tmp_path / "review.db").exists()

    make_queue(tmp_path / "review.db", {}, seen)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    def fill(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 60")
        row = {"name": "much", "value": "x" * 1_000_000}
        connection.execute(sa.insert(settings), row)

    with pytest.raises(InputError, match="the disk is full"):
        make_queue(tmp_path / "review.db", {}, fill)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["q?x=1.db", "q%41.db"])
def test_a_file_has_the_name_that_was_given(tmp_path, name):
    make_queue(tmp_path / name, {})
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert QueueDatabase(tmp_path / name).settings


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


def test_other_versions_and_places_that_are_taken_are_refused(queue_place):
    queue = make_queue(queue_place, {})
    with pytest.raises(InputError, match=r"such a file already|a queue already"):
        make_queue(queue_place, {})
    with queue.writing() as connection:
        version = sa.update(settings).where(settings.c.name == "version")
        connection.execute(version.values(value=99))
    with pytest.raises(InputError, match="version 99"):
        QueueDatabase(queue_place)


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
