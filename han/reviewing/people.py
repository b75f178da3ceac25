"""People of a queue: who may decide, and as what."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import sqlalchemy as sa
from werkzeug.security import check_password_hash, generate_password_hash

from han.errors import InputError, listing, printable
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import people, seats, sessions

Role = Literal["coder", "adjudicator"]
SHORTEST = 10  # characters of a password
LONGEST = 200  # more would only keep the server busy


@dataclass(frozen=True)
class Person:
    """Somebody who works on a queue.

    Attributes:
        id: Number in the queue.
        name: With which they sign in.
        role: `coder`, or `adjudicator`, who codes too and decides where coders differ.
        active: Whether they may sign in.
    """

    id: int
    name: str
    role: Role
    active: bool


def plain_name(name: str) -> str:
    r"""A name as the queue keeps it: one form of each letter, single blanks.

    Raises:
        InputError: If it is none.

    Example:
        >>> plain_name(" Ana  Mun\u0303oz ") == "Ana Mu\u00f1oz"
        True
    """
    name = same_name(name)
    if not 0 < len(name) <= 60 or printable(name) != name:
        raise InputError("A name has 1 to 60 visible characters. Give another one.")
    return name


def same_name(name: str) -> str:
    """The same for a name that may be none."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """What names are compared by: capital letters do not tell people apart.

    Example:
        >>> name_key("ANA  Ruiz") == name_key("Ana ruiz")
        True
    """
    return same_name(same_name(name).casefold())


def known_name(known: Collection[str], name: str) -> str | None:
    """The name of a queue that is meant by one that is typed; None if there is none.

    Older queues may have two that differ in capital letters: each goes by its own.
    """
    names = {name_key(one): one for one in known} | {one: one for one in known}
    return names.get(same_name(name)) or names.get(name_key(name))


def add_person(queue: QueueDatabase, name: str, role: str, password: str) -> Person:
    """Adds somebody to a queue.

    Raises:
        InputError: If the name is taken or none, the role unknown, or the password too
            short or too long.
    """
    name = plain_name(name)
    if role not in get_args(Role):
        raise InputError(f"{role!r} is no role: expected coder or adjudicator.")
    row = {
        "name": name,
        "role": role,
        "password": _hash(password),
        "active": True,
        "made_at": now(),
    }
    with queue.writing() as connection:  # one after the other: nobody comes between
        known = connection.execute(sa.select(people.c.name)).scalars().all()
        if taken := known_name(known, name):
            raise InputError(
                f"{queue.place}: there is a {taken!r} already. Give another name; "
                "decisions stay with whoever made them, so a name is not given twice."
            )
        connection.execute(sa.insert(people), row)
    return person_named(queue, name)


def people_of(queue: QueueDatabase) -> list[Person]:
    """Everybody, in the order in which they were added."""
    with queue.reading() as connection:
        found = connection.execute(_all().order_by(people.c.id)).all()
    return [Person(row.id, row.name, row.role, row.active) for row in found]


def person_named(queue: QueueDatabase, name: str) -> Person:
    """Somebody by name.

    Raises:
        InputError: If there is nobody of this name.
    """
    everybody = {person.name: person for person in people_of(queue)}
    found = known_name(everybody.keys(), name)
    if found is None:
        known = listing(everybody) or "nobody yet"
        raise InputError(
            f"{queue.place}: nobody is called {same_name(name)!r}. Expected: {known}."
        )
    return everybody[found]


def deactivate(queue: QueueDatabase, name: str) -> Person:
    """Ends what somebody may do; their decisions stay, the answers they hold go back.

    Raises:
        InputError: If there is nobody of this name.
    """
    found = person_named(queue, name)
    with queue.writing() as connection:
        mine = people.c.id == found.id
        connection.execute(sa.update(people).where(mine).values(active=False))
        connection.execute(sa.delete(sessions).where(sessions.c.person == found.id))
        held = (seats.c.person == found.id) & seats.c.until.is_not(None)
        connection.execute(sa.delete(seats).where(held))
    return person_named(queue, name)


def activate(queue: QueueDatabase, name: str) -> Person:
    """Lets somebody who was deactivated work again, with the old password.

    Raises:
        InputError: If there is nobody of this name.
    """
    found = person_named(queue, name)
    with queue.writing() as connection:
        mine = sa.update(people).where(people.c.id == found.id)
        connection.execute(mine.values(active=True))
    return person_named(queue, name)


def set_password(queue: QueueDatabase, name: str, password: str) -> None:
    """Gives somebody another password; sessions with the old one end.

    Raises:
        InputError: If there is nobody of this name, or the password is too short.
    """
    found, kept = person_named(queue, name), _hash(password)
    with queue.writing() as connection:
        mine = people.c.id == found.id
        connection.execute(sa.update(people).where(mine).values(password=kept))
        connection.execute(sa.delete(sessions).where(sessions.c.person == found.id))


def person_with_password(
    queue: QueueDatabase, name: str, password: str
) -> Person | None:
    """Who signs in, or None; it takes as long where there is no such name."""
    with queue.reading() as connection:
        rows = connection.execute(_all().add_columns(people.c.password)).all()
    everybody = {row.name: row for row in rows}
    meant = everybody.get(known_name(everybody.keys(), name) or "")
    *found, kept = meant or (None, _nobodys_hash())
    is_right = check_password_hash(kept, password[:LONGEST])
    return Person(*found) if meant and is_right and found[3] else None


def _all() -> sa.Select[tuple[int, str, Role, bool]]:
    return sa.select(people.c.id, people.c.name, people.c.role, people.c.active)


def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"A password has {SHORTEST} to {LONGEST} characters. Give another one: a "
            "few words that nobody guesses."
        )
    return generate_password_hash(password)  # scrypt, with a salt


@cache
def _nobodys_hash() -> str:
    return generate_password_hash("nobody")
