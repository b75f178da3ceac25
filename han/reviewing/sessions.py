"""Sessions of the page: who is signed in, for how long. The database has hashes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from han.reviewing.assignment import of_the_page
from han.reviewing.people import Person
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import people, seats, sessions

IDLE = timedelta(hours=1)
LONGEST_SESSION = timedelta(hours=12)
_SEEN = timedelta(minutes=1)  # as exact as `seen_at` is, to spare the disk


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def open_session(queue: QueueDatabase, person: Person) -> str:
    """Signs somebody in, and forgets sessions that are over.

    Returns:
        str: The token for the browser; the queue keeps its hash.
    """
    token, at = new_token(), now()
    row = {"token": _hash(token), "person": person.id, "made_at": at, "seen_at": at}
    with queue.writing() as connection:
        connection.execute(sa.delete(sessions).where(~_valid(at)))
        connection.execute(sa.insert(sessions), row)
    return token


def person_of(queue: QueueDatabase, token: str) -> Person | None:
    """Who is signed in with a token; None if nobody, or no longer."""
    at, mine = now(), sessions.c.token == _hash(token)
    columns = people.c.id, people.c.name, people.c.role, people.c.active
    wanted = (
        sa.select(*columns, sessions.c.seen_at)
        .join(sessions, sessions.c.person == people.c.id)
        .where(mine, people.c.active, _valid(at))
    )
    with queue.reading() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        return None
    if at - row.seen_at > _SEEN:
        with queue.writing() as connection:
            connection.execute(sa.update(sessions).where(mine).values(seen_at=at))
    return Person(*row[:4])


def close_session(queue: QueueDatabase, token: str, person: Person) -> None:
    """Signs somebody out; what they hold goes to others, unless they are still here.

    Another browser of theirs may show it, and what was exported is in their file.
    """
    with queue.writing() as connection:
        mine = sessions.c.token == _hash(token)
        connection.execute(sa.delete(sessions).where(mine))
        others = (sessions.c.person == person.id) & _valid(now())
        if connection.execute(sa.select(sessions.c.token).where(others)).first():
            return
        held = (seats.c.person == person.id) & of_the_page()
        connection.execute(sa.delete(seats).where(held))


def _valid(at: datetime) -> sa.ColumnElement[bool]:
    return (sessions.c.seen_at > at - IDLE) & (
        sessions.c.made_at > at - LONGEST_SESSION
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
