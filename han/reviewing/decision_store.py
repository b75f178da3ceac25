"""Decisions of people: stored at once, replaced where somebody thinks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.assignment import HELD, Desk, has_texts, seats_of
from han.reviewing.people import Person
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, comments, decisions, seats

Way = Literal["candidate", "search", "tree", "equal", "coder", "none"]
Stored = Literal["stored", "known", "lost", "closed"]


@dataclass(frozen=True)
class Choice:
    """What somebody says of an answer.

    Attributes:
        node: The code's node; None if it cannot be coded.
        way: How it was found; `none` where there is no code, `coder` where an
            adjudicator follows one of the coders.
        rank: Of the candidate that was taken, from 1.
        suggestions: Whether candidates were shown.
        comment: What the person adds; it may be empty.
    """

    node: int | None
    way: Way
    rank: int | None = None
    suggestions: bool = False
    comment: str = ""


def decide(
    queue: QueueDatabase,
    person: Person,
    desk: Desk,
    answer: int,
    choice: Choice,
    replaces: int | None = None,
) -> Stored:
    """Stores a decision of somebody who sits at the answer.

    Args:
        queue: The queue.
        person: Who decides.
        desk: Where they sit.
        answer: Its id.
        choice: What they say.
        replaces: Id of their own decision that this one takes the place of; it stays
            in the table with the time when it was replaced.

    Returns:
        Stored: `stored`; `known` if they decided it before and this replaces nothing,
        as when a browser sends twice, or says the same once more; `lost` if the seat
        is another's by now; `closed` if an adjudicator has decided on what coders said,
        which must not change then: figures count how often it was right.
    """
    with queue.writing() as connection:
        place = sa.select(answers.c.id).where(answers.c.id == answer)
        connection.execute(place.with_for_update())
        mine = (seats.c.answer == answer) & (seats.c.person == person.id)
        mine &= seats_of(desk)
        seat = connection.execute(sa.select(seats).where(mine)).first()
        if seat is None:
            return "lost"
        if (refused := _refusal(connection, seat, choice, replaces)) is not None:
            return refused
        _store(connection, seat, choice, replaces)
        connection.execute(sa.update(seats).where(mine).values(until=None))
    return "stored"


def _refusal(
    connection: Connection,
    seat: sa.Row[tuple[object, ...]],
    choice: Choice,
    replaces: int | None,
) -> Stored | None:
    standing = _standing(connection, seat.answer, seat.person)
    if (standing and standing.id) != replaces:
        return "known"
    if standing is None:
        return None
    if (standing.node, standing.text or "") == (choice.node, choice.comment.strip()):
        return "known"  # also where it is settled: nobody learns that so
    if seat.seat == ADJUDICATOR:
        return None
    third = (decisions.c.answer == seat.answer) & (decisions.c.seat == ADJUDICATOR)
    settled = connection.execute(sa.select(decisions.c.id).where(third)).first()
    return "closed" if settled else None


def _standing(connection: Connection, answer: int, person: int) -> Any:
    """The decision that stands, with its comment; None if there is none."""
    mine = (decisions.c.answer == answer) & (decisions.c.person == person)
    return connection.execute(
        sa.select(decisions.c.id, decisions.c.node, comments.c.text)
        .outerjoin(comments, comments.c.decision == decisions.c.id)
        .where(mine, decisions.c.replaced_at.is_(None))
    ).first()


def _store(
    connection: Connection,
    seat: sa.Row[tuple[object, ...]],
    choice: Choice,
    replaces: int | None,
) -> None:
    at = now()
    if replaces is not None:
        old = decisions.c.id == replaces
        connection.execute(sa.update(decisions).where(old).values(replaced_at=at))
    row = {
        "answer": seat.answer,
        "seat": seat.seat,
        "person": seat.person,
        "outcome": "uncodable" if choice.node is None else "code",
        "node": choice.node,
        "way": choice.way,
        "rank": choice.rank,
        "suggestions": choice.suggestions,
        "shown_at": seat.taken_at,
        "decided_at": at,
        "seconds": _seconds(seat.taken_at, at) if replaces is None else None,
    }
    stored = sa.insert(decisions).values(row).returning(decisions.c.id)
    number = connection.execute(stored).scalar_one()
    if choice.comment.strip() and _is_there(connection, seat.answer):
        note = {"decision": number, "text": choice.comment.strip()}
        connection.execute(sa.insert(comments), note)


def _is_there(connection: Connection, answer: int) -> bool:
    """Whether it was not forgotten: a comment may quote it."""
    return bool(connection.scalar(sa.select(has_texts(sa.literal(answer)))))


def _seconds(shown: datetime, at: datetime) -> float | None:
    """How long it took; nobody knows where the person was away."""
    spent = at - shown  # below zero where a clock was put back
    return spent.total_seconds() if timedelta(0) <= spent <= HELD else None


@dataclass(frozen=True)
class OwnDecision:
    """A decision of one's own that stands.

    Attributes:
        id: Of the decision.
        answer: What it is about.
        node: The code's node; None if it could not be coded.
        comment: May be empty.
        seconds: How long it took, if that is known.
        decided_at: When, in UTC.
        is_change: Whether it took the place of an earlier one.
    """

    id: int
    answer: int
    node: int | None
    comment: str
    seconds: float | None
    decided_at: datetime
    is_change: bool


def own_decisions(
    queue: QueueDatabase, person: Person, desk: Desk, limit: int
) -> list[OwnDecision]:
    """Decisions of somebody that stand, the latest answer first.

    The order is that in which the answers were decided first, so that going back leads
    to the one before also after changes.
    """
    first = sa.func.min(decisions.c.id).label("first")
    is_third = decisions.c.seat == ADJUDICATOR
    mine = (decisions.c.person == person.id) & (
        is_third if desk == "adjudicate" else ~is_third
    )
    order = (
        sa.select(decisions.c.answer, first)
        .where(mine)
        .group_by(decisions.c.answer)
        .order_by(first.desc())
        .limit(limit)
        .subquery()
    )
    columns = decisions.c.id, decisions.c.answer, decisions.c.node, comments.c.text
    times = decisions.c.seconds, decisions.c.decided_at
    wanted = (
        sa.select(*columns, *times, decisions.c.id != order.c.first)
        .join(order, order.c.answer == decisions.c.answer)
        .outerjoin(comments, comments.c.decision == decisions.c.id)
        .where(mine, decisions.c.replaced_at.is_(None))
        .order_by(order.c.first.desc())
    )
    with queue.reading() as connection:
        rows = connection.execute(wanted).all()
    return [OwnDecision(r.id, r.answer, r.node, r.text or "", *r[4:]) for r in rows]
