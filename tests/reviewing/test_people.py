"""People, their passwords and their sessions."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.example_queue import make_example_queue

from han.errors import InputError
from han.reviewing.assignment import next_answer
from han.reviewing.people import (
    add_person,
    deactivate,
    people_of,
    person_with_password,
    set_password,
)
from han.reviewing.queue_database import now
from han.reviewing.queue_tables import people, seats, sessions
from han.reviewing.sessions import IDLE, close_session, open_session, person_of

PASSWORD = "pan con queso"


@pytest.fixture
def queue(queue_place):
    return make_example_queue(queue_place, 12)


def rows_of(queue, table):
    with queue.reading() as connection:
        return connection.execute(sa.select(table)).all()


def test_who_signs_in_is_told_by_the_password_alone(queue):
    ana = add_person(queue, " ana ", "coder", PASSWORD)
    assert (ana.name, ana.role, ana.active) == ("ana", "coder", True)
    assert person_with_password(queue, "ana", PASSWORD) == ana
    assert person_with_password(queue, "ana", PASSWORD + "!") is None
    munoz = add_person(queue, "Eva  Mun\u0303oz", "coder", PASSWORD)
    assert person_with_password(queue, " Eva Mu\u00f1oz", PASSWORD) == munoz
    assert person_with_password(queue, "eva", PASSWORD) is None
    assert person_with_password(queue, "EVA MU\u00d1OZ", PASSWORD) == munoz
    kept, _ = (row.password for row in rows_of(queue, people))
    assert kept.startswith("scrypt:") and PASSWORD not in kept


def test_a_name_is_the_same_in_all_its_forms(queue):
    ana = add_person(queue, "Ana  Mun\u0303oz", "coder", PASSWORD)
    assert ana.name == "Ana Mu\u00f1oz"
    for name in ("Ana Mu\u00f1oz", " Ana Mun\u0303oz ", "ana MU\u00d1OZ"):
        assert person_with_password(queue, name, PASSWORD) == ana
        with pytest.raises(InputError, match="already"):
            add_person(queue, name, "coder", PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("", "coder", PASSWORD, "1 to 60 visible"),
        ("a\x1b[2J", "coder", PASSWORD, "1 to 60 visible"),
        ("eva", "chief", PASSWORD, "coder or adjudicator"),
        ("eva", "coder", "short", "10 to 200 characters"),
        ("ana", "coder", PASSWORD, "there is a 'ana' already"),
    ],
)
def test_who_cannot_be_added_is_said(queue, name, role, password, said):
    add_person(queue, "ana", "coder", PASSWORD)
    with pytest.raises(InputError, match=said) as caught:
        add_person(queue, name, role, password)
    assert password not in str(caught.value)
    assert [person.name for person in people_of(queue)] == ["ana"]


def test_who_is_deactivated_is_out_at_once_and_holds_nothing(queue):
    ana = add_person(queue, "ana", "coder", PASSWORD)
    token = open_session(queue, ana)
    assert next_answer(queue, ana, "code") == 1
    assert not deactivate(queue, "ana").active
    assert person_of(queue, token) is None
    assert person_with_password(queue, "ana", PASSWORD) is None
    assert rows_of(queue, seats) == []
    with pytest.raises(InputError, match=r"nobody is called 'eva'\. Expected: ana"):
        deactivate(queue, "eva")


def test_a_new_password_ends_what_the_old_one_began(queue):
    ana = add_person(queue, "ana", "coder", PASSWORD)
    token = open_session(queue, ana)
    set_password(queue, "ana", "queso con pan")
    assert person_of(queue, token) is None
    assert person_with_password(queue, "ana", PASSWORD) is None
    assert person_with_password(queue, "ana", "queso con pan") == ana


def test_the_database_has_no_token_that_signs_in(queue):
    ana = add_person(queue, "ana", "coder", PASSWORD)
    token = open_session(queue, ana)
    assert person_of(queue, token) == ana
    (row,) = rows_of(queue, sessions)
    assert token != row.token and person_of(queue, row.token) is None
    close_session(queue, token, ana)
    assert person_of(queue, token) is None


@pytest.mark.parametrize("column", ["seen_at", "made_at"])
def test_sessions_end_when_nobody_is_there_and_after_a_day(queue, column):
    ana = add_person(queue, "ana", "coder", PASSWORD)
    token = open_session(queue, ana)
    _put_back(queue, {"seen_at": now() - IDLE + timedelta(minutes=5)})
    assert person_of(queue, token) == ana  # and was seen now
    assert now() - rows_of(queue, sessions)[0].seen_at < timedelta(minutes=1)
    _put_back(queue, {column: now() - timedelta(hours=13)})
    assert person_of(queue, token) is None
    open_session(queue, ana)
    assert len(rows_of(queue, sessions)) == 1  # the old one is gone


def _put_back(queue, values):
    with queue.writing() as connection:
        connection.execute(sa.update(sessions).values(values))
