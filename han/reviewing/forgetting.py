"""Removes what respondents said from a queue; codes and counts stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.errors import InputError, listing
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import (
    answer_rows,
    answers,
    comments,
    decisions,
    texts,
)

MOST = 500  # ids in one statement


@dataclass(frozen=True)
class Forgotten:
    """What was removed.

    Attributes:
        rows: Keys of rows.
        answers: Answers whose texts were removed.
        comments: Comments of clerks.
        shared: Answers whose texts stay, since others have said the same.
    """

    rows: int
    answers: int
    comments: int
    shared: int


def forget(queue: QueueDatabase, keys: Mapping[str, str] | None = None) -> Forgotten:
    """Removes texts, comments and keys; decisions, codes and counts stay.

    The keys of the rows go, and comments on their answers. The text of an answer goes
    with its last row: where others have said the same, it is theirs, too. Nothing is
    left in the file of SQLite; a server may have older states in its log and backups,
    and so may copies of the file.

    Args:
        queue: The queue.
        keys: Key columns and their cells; rows that have all of these are forgotten.
            All rows if None.

    Raises:
        InputError: If no row has these keys, or others use the queue for too long.
    """
    with queue.writing() as connection:
        if keys is None:
            found = _forget_all(connection)
        else:
            found = _forget_rows(connection, keys, queue.place)
    queue.compact()
    return found


def _forget_all(connection: Connection) -> Forgotten:
    every = list(connection.scalars(sa.select(texts.c.answer).distinct()))
    said = connection.execute(sa.delete(comments)).rowcount
    rows = connection.execute(sa.delete(answer_rows)).rowcount
    connection.execute(sa.delete(texts))
    # A digest tells whether somebody guessed a text right.
    connection.execute(sa.update(answers).values(digest=_no_digest()))
    return Forgotten(rows, len(every), said, 0)


def _forget_rows(
    connection: Connection, keys: Mapping[str, str], place: str
) -> Forgotten:
    # Compared here: names of columns may have quotes, and databases read them apart.
    rows = connection.execute(sa.select(answer_rows)).all()
    meant = [row for row in rows if keys.items() <= row.keys.items()]
    if not meant:
        raise InputError(
            f"{place}: no row of the queue has these keys. Expected the columns and "
            f"cells of its rows, with the columns {listing(_known(connection))}."
        )
    for row in meant:
        own = (answer_rows.c.answer == row.answer, answer_rows.c.number == row.number)
        connection.execute(sa.delete(answer_rows).where(*own))
    touched = sorted({row.answer for row in meant})
    shared = _with_rows(connection, touched)
    alone = [answer for answer in touched if answer not in shared]
    said = _delete_of(connection, touched, alone)
    return Forgotten(len(meant), len(alone), said, len(shared))


def _known(connection: Connection) -> list[str]:
    first = connection.scalar(sa.select(answer_rows.c["keys"]).limit(1))
    return sorted(first or ["none: all were forgotten"])


def _with_rows(connection: Connection, touched: Collection[int]) -> set[int]:
    found: set[int] = set()
    for some in _parts(touched):
        rows = sa.select(answer_rows.c.answer).where(answer_rows.c.answer.in_(some))
        found.update(connection.scalars(rows))
    return found


def _delete_of(
    connection: Connection, touched: Collection[int], alone: Collection[int]
) -> int:
    """Comments on some answers, texts of others; the number of comments."""
    said = 0
    for some in _parts(touched):
        made = sa.select(decisions.c.id).where(decisions.c.answer.in_(some))
        gone = sa.delete(comments).where(comments.c.decision.in_(made))
        said += connection.execute(gone).rowcount
    for some in _parts(alone):
        connection.execute(sa.delete(texts).where(texts.c.answer.in_(some)))
        known = sa.update(answers).where(answers.c.id.in_(some))
        connection.execute(known.values(digest=_no_digest()))
    return said


def _no_digest() -> sa.ColumnElement[str]:
    return sa.literal("forgotten ") + sa.cast(answers.c.id, sa.String)


def _parts(ids: Collection[int]) -> list[list[int]]:
    every = list(ids)
    return [every[k : k + MOST] for k in range(0, len(every), MOST)]
