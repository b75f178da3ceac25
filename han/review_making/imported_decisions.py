"""Decisions from a file, taken into the queue: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.review_making.exported_answers import CodeNames, exported_answers
from han.review_making.filled_rows import FilledRow, read_filled
from han.review_making.given_seats import give_back, person_id
from han.review_making.label_studio import read_tasks
from han.review_making.review_sheets import MOMENT, check_ending
from han.review_making.row_faults import Fault, Filled, Held, Standing, checked_rows
from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, comments, decisions, seats

WAY = "import"


@dataclass(frozen=True)
class Imported:
    """What came of a file.

    Attributes:
        taken: Decisions that were taken in.
        replaced: Those of them in the place of an earlier one.
        same: Rows that say what the queue knows already.
        open: Rows without a decision, also in the queue.
        decided: Rows left open of answers that the person has decided before.
        given_back: Those of them that others may have now.
        faults: All that is wrong.
    """

    taken: int
    replaced: int
    same: int
    open: int
    decided: int
    given_back: int
    faults: list[Fault] = field(default_factory=list)


def import_decisions(
    queue: QueueDatabase,
    file: Path,
    name: str,
    *,
    accept_rest: bool = False,
    gives_back: bool = False,
    encoding: str | None = None,
) -> Imported:
    """Takes the decisions of a file into the queue.

    Where a row has a fault nothing is taken in, unless the rest is to be accepted. A
    decision that differs from an earlier one that the same person imported replaces it,
    unless that came from a file that was exported later; one of the page stands.

    Args:
        queue: The queue.
        file: What was exported, filled in.
        name: Who coded.
        accept_rest: Whether to take in the rows without a fault.
        gives_back: Whether others may have the answers of rows that were left open.
        encoding: Encoding of a text file.

    Raises:
        InputError: If the file cannot be read or nobody is called so.
    """
    check_ending(file)
    with queue.reading() as connection:
        names = CodeNames.of(connection)
    rows = _rows(file, list(queue.settings.get("fields", [])), names, encoding)
    with queue.writing() as connection:
        person = person_id(connection, name)
        held = _held(connection, person, name)
        found, faults, left_open = checked_rows(rows, held, names)
        if faults and not accept_rest:
            return Imported(0, 0, 0, 0, 0, 0, faults)
        new = [one for one in found if not held.knows(one)]
        at = {int(row.id): row.exported.strip() for row in rows if row.id.isdecimal()}
        for one in new:
            shown_at = datetime.strptime(at[one.answer], MOMENT)
            _store(connection, person, one, held, shown_at)
        given = give_back(connection, person, left_open) if gives_back else 0
    replaced = sum(one.answer in held.standing for one in new)
    same, left = len(found) - len(new), len(held.waiting & {*left_open})
    decided = len(left_open) - left
    return Imported(len(new), replaced, same, left, decided, given, faults)


def _rows(
    file: Path, fields: Sequence[str], names: CodeNames, encoding: str | None
) -> list[FilledRow]:
    if file.suffix.lower() == ".json":
        return read_tasks(file, fields, names)
    return read_filled(file, encoding)


def _held(connection: Connection, person: int, name: str) -> Held:
    mine = (seats.c.person == person) & (seats.c.seat != ADJUDICATOR)
    sitting = connection.execute(sa.select(seats.c.answer, seats.c.until).where(mine))
    until = {row.answer: row.until for row in sitting}
    third = sa.select(decisions.c.answer).where(decisions.c.seat == ADJUDICATOR)
    closed = set(connection.execute(third).scalars()) & set(until)
    known = connection.execute(sa.select(answers.c.id)).scalars()
    return Held(
        name,
        {one.id: one for one in exported_answers(connection, list(until))},
        frozenset(answer for answer, at in until.items() if at is not None),
        frozenset(closed),
        frozenset(known),
        _standing(connection, person),
    )


def _standing(connection: Connection, person: int) -> dict[int, Standing]:
    """What a person has decided as a coder."""
    standing = (decisions.c.person == person) & decisions.c.replaced_at.is_(None)
    wanted = _with_comments().where(standing, decisions.c.seat != ADJUDICATOR)
    return {
        row.answer: Standing(
            Filled(row.answer, row.node, row.text or ""),
            row.shown_at if row.way == WAY else None,
        )
        for row in connection.execute(wanted)
    }


def _with_comments() -> sa.Select[Any]:
    said = comments.c.decision == decisions.c.id
    return sa.select(decisions, comments.c.text).outerjoin(comments, said)


def _store(
    connection: Connection, person: int, one: Filled, held: Held, shown_at: datetime
) -> None:
    """Stores a decision in the place of an earlier one."""
    mine = (decisions.c.answer == one.answer) & (decisions.c.person == person)
    standing = mine & decisions.c.replaced_at.is_(None)
    at = now()
    connection.execute(sa.update(decisions).where(standing).values(replaced_at=at))
    here = (seats.c.answer == one.answer) & (seats.c.person == person)
    seat = connection.execute(sa.select(seats.c.seat).where(here)).scalar_one()
    shown = held.answers[one.answer].candidates
    row = {
        "answer": one.answer,
        "seat": seat,
        "person": person,
        "outcome": "uncodable" if one.node is None else "code",
        "node": one.node,
        "way": WAY,
        "rank": shown.index(one.node) + 1 if one.node in shown else None,
        "suggestions": bool(shown),
        "shown_at": shown_at,  # a later import of an older file must not undo it
        "decided_at": at,
    }
    stored = connection.execute(sa.insert(decisions).values(row))
    if one.comment:
        (number,) = stored.inserted_primary_key or (None,)
        note = {"decision": number, "text": one.comment}
        connection.execute(sa.insert(comments), note)
    connection.execute(sa.update(seats).where(here).values(until=None))
