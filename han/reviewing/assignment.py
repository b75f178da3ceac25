"""Who gets which answer: a seat is one person's for a time, and for good once decided.

Two people never sit at one seat: the database allows one row for each (answer, seat)
and for each (answer, person). Whoever comes second tries again.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.people import Person
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import (
    answers,
    decisions,
    people,
    seats,
    skips,
    texts,
)

Desk = Literal["code", "adjudicate"]
HELD = timedelta(minutes=30)  # without a decision; then others may have the answer
CHANCE = random.SystemRandom()  # of second seats: nobody foresees it
KEPT = 10  # answers of one coder that hide the second seats of others at the end
END = 100  # answers of one coder that nobody has: so few, and some are kept
_TRIES = 50  # each is lost to somebody who got an answer


class _SomebodyFaster(Exception):
    """On PostgreSQL the seat was taken since we looked."""


def next_answer(queue: QueueDatabase, person: Person, desk: Desk) -> int | None:
    """The answer that somebody works on next; the same one until it is decided.

    First what they hold, also after a fall of the server; then the first in the order
    of the queue that nobody has, with second seats of others by chance among them;
    then, the longest ago first, what they skipped.

    Args:
        queue: The queue.
        person: Who asks.
        desk: `code`, or `adjudicate`: what coders differ on, and gold.

    Returns:
        int | None: The answer's id; None if nothing is left for this person.
    """
    for _ in range(_TRIES):
        try:
            with queue.writing() as connection:
                return _seated(connection, person, desk)
        except (sa.exc.IntegrityError, _SomebodyFaster):
            continue
    raise RuntimeError("no seat was got: others were faster every time")


def skip(queue: QueueDatabase, person: Person, answer: int) -> None:
    """Gives back an answer that is not decided; it comes again after all others."""
    with queue.writing() as connection:
        mine = (seats.c.answer == answer) & (seats.c.person == person.id)
        held = mine & of_the_page()
        if not connection.execute(sa.delete(seats).where(held)).rowcount:
            return
        skipped = (skips.c.answer == answer) & (skips.c.person == person.id)
        connection.execute(sa.delete(skips).where(skipped))
        row = {"answer": answer, "person": person.id, "at": now()}
        connection.execute(sa.insert(skips), row)


def sits(queue: QueueDatabase, person: Person, desk: Desk, answer: int) -> bool:
    """Whether somebody holds an answer, or decided it: they may see it."""
    mine = (seats.c.answer == answer) & (seats.c.person == person.id) & seats_of(desk)
    with queue.reading() as connection:
        found = connection.execute(sa.select(seats.c.seat).where(mine))
        return found.first() is not None


def _seated(connection: Connection, person: Person, desk: Desk) -> int | None:
    at = now()
    if (answer := _held(connection, person, desk, at)) is not None:
        return answer
    wanted = _to_adjudicate if desk == "adjudicate" else _to_code
    free = wanted(connection, person, at)
    if free is None:
        return None
    answer, places = free
    over = (seats.c.answer == answer) & (seats.c.until <= at)
    connection.execute(sa.delete(seats).where(over))
    taken = sa.select(seats.c.seat).where(seats.c.answer == answer)
    occupied = set(connection.execute(taken).scalars())
    if not (left := set(places) - occupied):
        raise _SomebodyFaster
    row = {
        "answer": answer,
        "seat": min(left),
        "person": person.id,
        "taken_at": at,
        "until": at + HELD,
    }
    connection.execute(sa.insert(seats), row)
    return answer


def _held(
    connection: Connection, person: Person, desk: Desk, at: datetime
) -> int | None:
    """What a person holds already, for longer now; a long pause is no work."""
    mine = (seats.c.person == person.id) & of_the_page() & seats_of(desk)
    row = connection.execute(
        sa.select(seats.c.answer, seats.c.taken_at, seats.c.until)
        .where(mine, has_texts(seats.c.answer))
        .order_by(seats.c.taken_at)
        .limit(1)
    ).first()
    if row is None:
        return None
    taken = at if row.until <= at else row.taken_at
    connection.execute(
        sa.update(seats)
        .where(mine, seats.c.answer == row.answer)
        .values(until=at + HELD, taken_at=taken)
    )
    return int(row.answer)


def _to_code(
    connection: Connection, person: Person, at: datetime
) -> tuple[int, range] | None:
    """An answer with a free seat for a coder, and its seats.

    Second seats come now and then among first ones, the same heading preferred: who
    comes later must not get them in a row, and know by that which two people code. So
    some first ones are kept for whoever is to take the second seats.
    """
    # Whoever coded an answer cannot adjudicate it: adjudicators code none of those.
    alone = [answers.c.seats == 1] if person.role == "adjudicator" else []
    fresh, left = _fresh(connection, person, at, *alone)
    node = None if fresh is None else fresh.machine_node
    coders = _coders(at)
    begun = answers.c.seats > 1, coders > 0, coders < answers.c.seats, *alone
    second = _first(connection, person, at, *begun, near=node)
    takes_fresh = left > 0 and not _turn(connection, fresh, second, left)
    row = fresh if takes_fresh else second
    return None if row is None else (row.id, range(1, row.seats + 1))


def _fresh(
    connection: Connection,
    person: Person,
    at: datetime,
    *alone: sa.ColumnElement[bool],
) -> tuple[Any, int]:
    """The first answer without a coder that is not kept for others; how many are so."""
    free = ~_sits_one(seats_of("code"), at), *alone
    row = _first(connection, person, at, *free)
    kept = _kept(connection, person, row.single, at) if row else 0
    if row and 0 < kept == row.single:
        kept, row = 0, _first(connection, person, at, *free, answers.c.seats > 1)
    return row, row.left - kept if row else 0


def _turn(connection: Connection, fresh: Any, second: Any, left: int) -> bool:
    """Whether a second seat comes before a first one; skipped answers come last.

    By chance: twice the share of doubles, so that no heap of them is left for the end,
    or their share of what is `left` for this person where that is more, as for who
    comes late.
    """
    if second is None or (fresh.at is None) != (second.at is None):
        return second is not None and second.at is None
    count = sa.select(sa.func.count(), sa.func.sum(sa.case((answers.c.seats > 1, 1))))
    every, double = connection.execute(count.select_from(answers)).one()
    share = second.left / (second.left + left)
    return bool(CHANCE.random() < max(min(2 * double / every, 0.5), share))


def _coders(at: datetime) -> sa.ScalarSelect[int]:
    """How many coders sit at an answer."""
    return (
        sa.select(sa.func.count())
        .where(seats.c.answer == answers.c.id, seats_of("code"), _sat_on(at))
        .correlate(answers)
        .scalar_subquery()
    )


def _kept(connection: Connection, person: Person, single: int, at: datetime) -> int:
    """How many of the `single` answers are kept for others, if there are any.

    They hide second seats at the end: as many as answers of two coders need somebody
    else, also those that nobody has begun. Far from the end none need be counted.
    """
    if not 0 < single <= END:
        return 0
    others = people.c.active & (people.c.role == "coder") & (people.c.id != person.id)
    number = connection.scalar(sa.select(sa.func.count()).where(others)) or 0
    if number < (2 if person.role == "adjudicator" else 1):
        return 0  # nobody may take them
    coders, is_own = _coders(at), _sits_one(seats.c.person == person.id, at)
    wanted = answers.c.seats > 1, coders < answers.c.seats, (coders == 0) | is_own
    count = sa.select(sa.func.count()).select_from(answers)
    waiting = connection.scalar(count.where(*wanted, has_texts(answers.c.id)))
    return min(single, waiting or 0, KEPT)


def left_to_adjudicate(connection: Connection, person: Person) -> int:
    """Answers that wait for this adjudicator, or another one."""
    mine, is_third = seats.c.person == person.id, seats.c.seat == ADJUDICATOR
    settled = is_third & seats.c.until.is_(None)
    out = sa.exists().where(seats.c.answer == answers.c.id, settled | mine & ~is_third)
    wanted = answers.c.id.in_(_for_adjudicators()), ~out, has_texts(answers.c.id)
    number = sa.select(sa.func.count()).select_from(answers).where(*wanted)
    return connection.execute(number).scalar_one()


def _for_adjudicators() -> sa.Select[tuple[int]]:
    """Answers whose coders are done and differ, or that are gold.

    As `AnswerState.needs_adjudicator`: where there is no code it is uncodable.
    """
    node = sa.func.coalesce(decisions.c.node, -1)
    return (
        sa.select(decisions.c.answer)
        .join(answers, answers.c.id == decisions.c.answer)
        .where(decisions.c.replaced_at.is_(None), decisions.c.seat != ADJUDICATOR)
        .where(answers.c.seats > 1)
        .group_by(decisions.c.answer, answers.c.seats, answers.c.gold)
        .having(sa.func.count() >= answers.c.seats)
        .having((sa.func.min(node) != sa.func.max(node)) | answers.c.gold)
    )


def _to_adjudicate(
    connection: Connection, person: Person, at: datetime
) -> tuple[int, range] | None:
    """The first answer that nobody adjudicates yet, and the seat."""
    sat = _sits_one(seats_of("adjudicate"), at)
    row = _first(connection, person, at, answers.c.id.in_(_for_adjudicators()), ~sat)
    return None if row is None else (row.id, range(ADJUDICATOR, ADJUDICATOR + 1))


def _first(
    connection: Connection,
    person: Person,
    at: datetime,
    *conditions: sa.ColumnElement[bool],
    near: int | None = None,
) -> Any:
    """The first of some answers that this person has not seen; skipped ones last.

    With how many are `left`, and how many of these have one seat (`single`). Those of
    the machine's code `near` come before others.
    """
    mine = _sits_one(seats.c.person == person.id, at)
    skipped = (skips.c.answer == answers.c.id) & (skips.c.person == person.id)
    single = sa.func.sum(sa.case((answers.c.seats == 1, 1), else_=0)).over()
    elsewhere = sa.case((answers.c.machine_node == near, 0), else_=1)
    wanted = (
        sa.select(answers.c.id, answers.c.seats, answers.c.machine_node, skips.c.at)
        .add_columns(sa.func.count().over().label("left"), single.label("single"))
        .outerjoin(skips, skipped)
        .where(*conditions, ~mine, has_texts(answers.c.id))
        .order_by(skips.c.at.is_not(None), skips.c.at, elsewhere, answers.c.place)
        .limit(1)
    )
    return connection.execute(wanted).first()


def _sits_one(who: sa.ColumnElement[bool], at: datetime) -> sa.ColumnElement[bool]:
    """Whether one of these sits at an answer."""
    return sa.exists().where(seats.c.answer == answers.c.id, who, _sat_on(at))


def has_texts(answer: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Nobody can code what was forgotten."""
    return sa.exists().where(texts.c.answer == answer)


def seats_of(desk: Desk) -> sa.ColumnElement[bool]:
    """Seats of coders, or that of the adjudicator."""
    is_adjudicator = seats.c.seat == ADJUDICATOR
    return is_adjudicator if desk == "adjudicate" else ~is_adjudicator


def of_the_page() -> sa.ColumnElement[bool]:
    """Held and not decided; what was exported to a person is in a file of theirs."""
    return seats.c.until.is_not(None) & ~seats.c.exported


def _sat_on(at: datetime) -> sa.ColumnElement[bool]:
    """Decided, or held."""
    return seats.c.until.is_(None) | (seats.c.until > at)
