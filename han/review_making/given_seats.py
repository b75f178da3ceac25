"""Seats of who codes in a file: the page gives those answers to nobody else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from secrets import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.errors import InputError, listing
from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.people import known_name, plain_name
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, decisions, people, seats, texts

NO_PASSWORD = "!"  # the hash of no password: who has it cannot sign in
TRIES = 20


def take_seats(
    queue: QueueDatabase,
    name: str,
    batches: range | None,
    until: datetime,
    share: float = 1.0,
) -> list[int]:
    """Seats somebody at free answers of some batches, until a deadline.

    What the person holds already is kept until then, too; what was decided is left out.
    A person whom the queue does not know is added as a coder without a password.

    An answer that somebody else codes, too, is given only with others of its batch that
    this person codes alone, and no more of the one than of the other: a file of
    nothing else would say which answers two people code.

    Args:
        queue: The queue.
        name: Who codes.
        batches: Numbers of batches; None for all.
        until: The deadline, in UTC.
        share: Share of what one person codes in each batch; what is taken is drawn.

    Returns:
        Ids of the answers, in the order of the queue.

    Raises:
        InputError: If there are no such batches, or nothing is left in them.
    """
    for _ in range(TRIES):
        try:
            with queue.writing() as connection:
                person = _added(connection, name)
                found = _taken(connection, person, batches, until, share)
                if not found:
                    raise InputError(
                        f"{queue.place}: nothing is left for {name!r} in these "
                        "batches: each answer is decided, somebody has it, or two code "
                        "it, which a file of nothing else would say. Give other "
                        "batches, and of these a --share to each person."
                    )
                return found
        except sa.exc.IntegrityError:  # somebody was faster: PostgreSQL
            continue
    raise InputError(
        f"{queue.place}: others take answers at the same time. Give the command again."
    )


def give_back(
    connection: Connection, person: int, ids: Collection[int] | None = None
) -> int:
    """Ends what is kept for somebody who codes in a file; what was decided stays.

    Args:
        connection: Of `QueueDatabase.writing()`.
        person: Who; see `person_id`.
        ids: Answers; None for all that went out to them.

    Returns:
        How many answers others may have now.
    """
    mine = (seats.c.person == person) & seats.c.exported & seats.c.until.is_not(None)
    held = connection.execute(sa.select(seats.c.answer).where(mine)).scalars().all()
    given = held if ids is None else sorted({*held} & {*ids})
    for answer in given:
        connection.execute(sa.delete(seats).where(mine, seats.c.answer == answer))
    return len(given)


def person_id(connection: Connection, name: str) -> int:
    """Id of a person who may decide.

    Raises:
        InputError: If nobody is called so, or they are not active any more.
    """
    known = {row.name: row for row in connection.execute(sa.select(people))}
    if (found := known.get(known_name(known.keys(), name) or "")) is None:
        raise InputError(
            f"Nobody is called {name!r} in this queue. Found: "
            f"{listing(known) or 'nobody'}. Give the name of the export."
        )
    _check_active(found)
    return int(found.id)


def _check_active(person: Any) -> None:
    if not person.active:
        raise InputError(f"{person.name!r} is not active any more in this queue.")


def _added(connection: Connection, name: str) -> Any:
    name = plain_name(name)
    known = connection.execute(sa.select(people.c.name)).scalars().all()
    name = known_name(known, name) or name
    wanted = sa.select(people).where(people.c.name == name)
    if (found := connection.execute(wanted).first()) is None:
        row = {
            "name": name,
            "role": "coder",
            "password": NO_PASSWORD,
            "active": True,
            "made_at": now(),
        }
        connection.execute(sa.insert(people), row)
        found = connection.execute(wanted).one()
    _check_active(found)
    return found


def _taken(
    connection: Connection,
    person: Any,
    batches: range | None,
    until: datetime,
    share: float,
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
    found, free_ones = [], []
    for row in asked:
        sitting = taken.get(row.id, {})
        if row.id in decided or (person.role == "adjudicator" and row.seats > 1):
            continue  # an adjudicator decides on what others coded
        if person.id in sitting:
            found += [row.id] if sitting[person.id] != ADJUDICATOR else []
        elif free := set(range(1, row.seats + 1)) - set(sitting.values()):
            free_ones.append((row, min(free), len(sitting)))
    kept = mine & within & held & (seats.c.seat != ADJUDICATOR)
    connection.execute(sa.update(seats).where(kept).values(until=until, exported=True))
    chosen = _chosen(free_ones, share)
    if chosen:
        new = [_seat(k, seat, person.id, at, until) for k, seat in chosen.items()]
        connection.execute(sa.insert(seats), new)
    mixed = {*found, *chosen}
    return [row.id for row in asked if row.id in mixed]


def _chosen(free: Iterable[tuple[Any, int, int]], share: float) -> dict[int, int]:
    """Seats by answer: of each batch a share of what one person codes.

    What somebody else codes, too, comes among these, and is not the larger part.
    """
    chosen: dict[int, int] = {}
    batches: dict[int, list[tuple[Any, int, int]]] = defaultdict(list)
    for row, seat, others in free:
        batches[row.batch].append((row, seat, others))
    for rows in batches.values():
        single = [(row.id, seat) for row, seat, _ in rows if row.seats == 1]
        first = [(r.id, seat) for r, seat, others in rows if r.seats > 1 and not others]
        second = [(row.id, seat) for row, seat, others in rows if others]
        alone = dict(SystemRandom().sample(single, math.ceil(share * len(single))))
        among = [one for one in second if alone and min(alone) < one[0] < max(alone)]
        chosen |= alone | dict(first) | dict(among[: len(alone)])
    return chosen


def _wanted(
    connection: Connection, batches: range | None
) -> sa.Select[tuple[int, int, int]]:
    """Answers of some batches, and their seats."""
    most = connection.scalar(sa.select(sa.func.max(answers.c.batch))) or 0
    if batches is not None and not 1 <= batches.start < batches.stop <= most + 1:
        raise InputError(f"--batches: this queue has the batches 1 to {most}.")
    has_texts = sa.exists().where(texts.c.answer == answers.c.id)  # not forgotten
    columns = answers.c.id, answers.c.batch, answers.c.seats
    wanted = sa.select(*columns).where(has_texts)
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
