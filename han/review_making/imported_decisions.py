"""Decisions from a file, taken into the queue: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.review_making.exported_answers import CodeNames, exported_answers
from han.review_making.filled_rows import FilledRow, read_filled
from han.review_making.given_seats import person_id
from han.review_making.label_studio import read_tasks
from han.review_making.review_sheets import check_ending
from han.review_making.row_faults import Fault, Filled, Held, checked_rows
from han.reviewing.answer_states import ADJUDICATOR
from han.reviewing.queue_database import QueueDatabase, now
from han.reviewing.queue_tables import answers, comments, decisions, seats

WAY = "import"


@dataclass(frozen=True)
class Imported:
    """What came of a file.

    Attributes:
        taken: Decisions that were taken in.
        same: Rows that say what the queue knows already.
        open: Rows without a decision.
        faults: All that is wrong.
    """

    taken: int
    same: int
    open: int
    faults: list[Fault] = field(default_factory=list)


def import_decisions(
    queue: QueueDatabase,
    file: Path,
    name: str,
    *,
    accept_rest: bool = False,
    encoding: str | None = None,
) -> Imported:
    """Takes the decisions of a file into the queue.

    Where a row has a fault nothing is taken in, unless the rest is to be accepted. A
    decision that differs from an earlier one that the same person imported replaces it;
    one of the page stands.

    Args:
        queue: The queue.
        file: What was exported, filled in.
        name: Who coded.
        accept_rest: Whether to take in the rows without a fault.
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
            return Imported(0, 0, left_open, faults)
        new = [one for one in found if _store(connection, person, one, held)]
    return Imported(len(new), len(found) - len(new), left_open, faults)


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
    third = sa.select(seats.c.answer).where(seats.c.seat == ADJUDICATOR)
    closed = set(connection.execute(third).scalars()) & set(until)
    known = connection.execute(sa.select(answers.c.id)).scalars()
    return Held(
        name,
        {one.id: one for one in exported_answers(connection, list(until))},
        frozenset(answer for answer, at in until.items() if at is not None),
        frozenset(closed),
        frozenset(known),
        _on_page(connection, person),
    )


def _on_page(connection: Connection, person: int) -> dict[int, Filled]:
    """Decisions of a person that came from no file."""
    standing = (decisions.c.person == person) & decisions.c.replaced_at.is_(None)
    of_coder = standing & (decisions.c.seat != ADJUDICATOR) & (decisions.c.way != WAY)
    wanted = _with_comments().where(of_coder)
    return {
        row.answer: Filled(row.answer, row.node, row.text or "")
        for row in connection.execute(wanted)
    }


def _with_comments() -> sa.Select[Any]:
    said = comments.c.decision == decisions.c.id
    return sa.select(decisions, comments.c.text).outerjoin(comments, said)


def _store(connection: Connection, person: int, one: Filled, held: Held) -> bool:
    """Stores a decision; False if the queue has it already."""
    if one.answer in held.on_page:
        return False  # it says the same
    outcome = "uncodable" if one.node is None else "code"
    mine = (decisions.c.answer == one.answer) & (decisions.c.person == person)
    standing = mine & decisions.c.replaced_at.is_(None)
    before = connection.execute(_with_comments().where(standing)).first()
    said = (outcome, one.node, one.comment)
    if before and (before.outcome, before.node, before.text or "") == said:
        return False
    at = now()
    connection.execute(sa.update(decisions).where(standing).values(replaced_at=at))
    here = (seats.c.answer == one.answer) & (seats.c.person == person)
    seat = connection.execute(sa.select(seats.c.seat).where(here)).scalar_one()
    shown = held.answers[one.answer].candidates
    row = {
        "answer": one.answer,
        "seat": seat,
        "person": person,
        "outcome": outcome,
        "node": one.node,
        "way": WAY,
        "rank": shown.index(one.node) + 1 if one.node in shown else None,
        "suggestions": bool(shown),
        "decided_at": at,
    }
    stored = connection.execute(sa.insert(decisions).values(row))
    if one.comment:
        (number,) = stored.inserted_primary_key or (None,)
        note = {"decision": number, "text": one.comment}
        connection.execute(sa.insert(comments), note)
    connection.execute(sa.update(seats).where(here).values(until=None))
    return True
