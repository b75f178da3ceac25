"""Seats of who codes in a file: the page gives those answers to nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.errors import InputError, listing, printable
from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, decisions, people, seats, texts

NO_PASSWORD = "!"  # the hash of no password: who has it cannot sign in
TRIES = 20


def take_seats(
    queue: QueueDatabase, name: str, batches: range | None, until: datetime
) -> list[int]:
    """Seats somebody at all free answers of some batches, until a deadline.

    What the person holds already is kept until then, too; what was decided is left out.
    A person whom the queue does not know is added as a coder without a password.

    Args:
        queue: The queue.
        name: Who codes.
        batches: Numbers of batches; None for all.
        until: The deadline, in UTC.

    Returns:
        Ids of the answers, in the order of the queue.

    Raises:
        InputError: If there are no such batches, or nothing is left in them.
    """
    for _ in range(TRIES):
        try:
            with queue.writing() as connection:
                person = _added(connection, name)
                found = _taken(connection, person, batches, until)
                if not found:
                    raise InputError(
                        f"{queue.place}: nothing is left for {name!r} in these "
                        "batches: each answer is decided, or somebody has it."
                    )
                return found
        except sa.exc.IntegrityError:  # somebody was faster: PostgreSQL
            continue
    raise InputError(
        f"{queue.place}: others take answers at the same time. Give the command again."
    )


def person_id(connection: Connection, name: str) -> int:
    """Id of a person.

    Raises:
        InputError: If nobody is called so.
    """
    known = dict(connection.execute(sa.select(people.c.name, people.c.id)).all())
    if name not in known:
        raise InputError(
            f"Nobody is called {name!r} in this queue. Found: "
            f"{listing(known) or 'nobody'}. Give the name of the export."
        )
    return int(known[name])


def _added(connection: Connection, name: str) -> Any:
    columns = people.c.id, people.c.role, people.c.active
    wanted = sa.select(*columns).where(people.c.name == name)
    if (found := connection.execute(wanted).first()) is None:
        if not 0 < len(name) <= 60 or printable(name) != name or name != name.strip():
            raise InputError("A name has 1 to 60 visible characters. Give another one.")
        row = {
            "name": name,
            "role": "coder",
            "password": NO_PASSWORD,
            "active": True,
            "made_at": now(),
        }
        connection.execute(sa.insert(people), row)
        found = connection.execute(wanted).one()
    if not found.active:
        raise InputError(f"{name!r} is not active any more in this queue.")
    return found


def _taken(
    connection: Connection,
    person: Any,
    batches: range | None,
    until: datetime,
) -> list[int]:
    wanted = _wanted(connection, batches)
    asked = connection.execute(wanted.order_by(answers.c.place)).all()
    within = seats.c.answer.in_(wanted.with_only_columns(answers.c.id))
    at, mine = now(), seats.c.person == person.id
    held = seats.c.until.is_not(None)
    over = held & (seats.c.until <= at)
    connection.execute(sa.delete(seats).where(over, ~mine, within))
    taken: dict[int, dict[int, int]] = {}
    for row in connection.execute(sa.select(seats).where(within)):
        taken.setdefault(row.answer, {})[row.person] = row.seat
    decided = _decided(connection, person.id)
    found, new = [], []
    for row in asked:
        sitting = taken.get(row.id, {})
        if row.id in decided or (person.role == "adjudicator" and row.seats > 1):
            continue  # an adjudicator decides on what others coded
        if person.id in sitting:
            found += [row.id] if sitting[person.id] != ADJUDICATOR else []
        elif free := set(range(1, row.seats + 1)) - set(sitting.values()):
            found.append(row.id)
            new.append(_seat(row.id, min(free), person.id, at, until))
    kept = mine & within & held & (seats.c.seat != ADJUDICATOR)
    connection.execute(sa.update(seats).where(kept).values(until=until, exported=True))
    if new:
        connection.execute(sa.insert(seats), new)
    return found


def _wanted(
    connection: Connection, batches: range | None
) -> sa.Select[tuple[int, int]]:
    """Answers of some batches, and their seats."""
    most = connection.scalar(sa.select(sa.func.max(answers.c.batch))) or 0
    if batches is not None and not 1 <= batches.start < batches.stop <= most + 1:
        raise InputError(f"--batches: this queue has the batches 1 to {most}.")
    has_texts = sa.exists().where(texts.c.answer == answers.c.id)  # not forgotten
    wanted = sa.select(answers.c.id, answers.c.seats).where(has_texts)
    if batches is not None:
        between = answers.c.batch.between(batches.start, batches.stop - 1)
        wanted = wanted.where(between)
    return wanted


def _decided(connection: Connection, person: int) -> set[int]:
    standing = (decisions.c.person == person) & decisions.c.replaced_at.is_(None)
    wanted = sa.select(decisions.c.answer).where(standing)
    return set(connection.execute(wanted).scalars())


def _seat(
    answer: int, seat: int, person: int, at: datetime, until: datetime
) -> dict[str, object]:
    return {
        "answer": answer,
        "seat": seat,
        "person": person,
        "taken_at": at,
        "until": until,
        "exported": True,
    }
