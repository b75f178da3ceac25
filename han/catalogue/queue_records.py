"""A queue of clerks: what it was made of, and what came back of one row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.catalogue.file_records import whole
from han.catalogue.graph import Graph, Link, Step, Thing
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import (
    answer_rows,
    answers,
    codes,
    decisions,
    people,
)


@dataclass(frozen=True)
class ClerkDecision:
    """What one person said of an answer; it stands unless it was taken back.

    Attributes:
        who: The person's name in the queue.
        role: `coder` or `adjudicator`.
        at: When, in UTC, as ISO 8601.
        outcome: `code` or `uncodable`.
        code: The code; "" without one.
        way: How: `candidate`, `search`, `tree`, `import` and others.
        stands: Whether it was not taken back.
        batch: The batch of the answer.
    """

    who: str
    role: str
    at: str
    outcome: str
    code: str
    way: str
    stands: bool
    batch: int


def queue_graph(place: str) -> Graph:
    """A queue, the run and the job that it was made of.

    Args:
        place: A file, or the address of a database.

    Raises:
        InputError: If there is no queue.
    """
    queue = QueueDatabase(place)
    said = queue.settings
    thing = queue_thing(queue)
    run = Thing(
        "run",
        str(said["run_identity"]),
        Path(said["run"]).name,
        whole(Path(said["run"])),
    )
    used, links = [run], [Link(thing.key, "queue", made=True), Link(run.key, "run")]
    if job := said.get("job"):  # queues of earlier versions do not say it
        used.append(
            Thing("job", job["sha256"], str(job["name"]), whole(Path(job["folder"])))
        )
        links.append(Link(used[-1].key, "job"))
    step = Step(
        "review",
        thing.digest,
        tuple(links),
        at=f"{str(said['made_at'])[:19]}+00:00",
        facts={"rows": said["rows"], "budget": said.get("budget")},
    )
    return Graph.of([thing, *used], [step])


def queue_thing(queue: QueueDatabase) -> Thing:
    """A queue, by what never changes of it; its key of hashes stays secret."""
    digest = hashlib.sha256(f"queue {queue.settings['digest_key']}".encode())
    is_file = queue.engine.dialect.name == "sqlite"
    name = Path(queue.file).name if is_file else "queue"
    place = whole(Path(queue.file)) if is_file else queue.place
    return Thing("queue", digest.hexdigest(), name, place)


def clerk_decisions(place: str, keys: Mapping[str, str]) -> list[ClerkDecision] | None:
    """What people decided of a row, the earliest first; None if nobody is asked.

    Nothing of its text is looked at.

    Args:
        place: The queue.
        keys: Keys of the row.

    Raises:
        InputError: If there is no queue.
    """
    with QueueDatabase(place).reading() as connection:
        at = _answer_of(connection, keys)
        if at is None:
            return None
        query = (
            sa.select(decisions, people.c.name, people.c.role, codes.c.code)
            .add_columns(answers.c.batch)
            .join(people, people.c.id == decisions.c.person)
            .join(answers, answers.c.id == decisions.c.answer)
            .outerjoin(codes, codes.c.node == decisions.c.node)
            .where(decisions.c.answer == at)
            .order_by(decisions.c.id)
        )
        return [_decision(row) for row in connection.execute(query)]


def _answer_of(connection: Connection, keys: Mapping[str, str]) -> int | None:
    """The answer that a row gave; None if it is not in the queue, or forgotten."""
    found = connection.execute(sa.select(answer_rows.c.answer, answer_rows.c["keys"]))
    for answer, own in found:
        if all(str(own.get(name)) == value for name, value in keys.items()):
            return int(answer)
    return None


def _decision(row: Any) -> ClerkDecision:
    return ClerkDecision(
        who=row.name,
        role=row.role,
        at=f"{row.decided_at.isoformat(timespec='seconds')}+00:00",
        outcome=row.outcome,
        code=row.code or "",
        way=row.way,
        stands=row.replaced_at is None,
        batch=row.batch,
    )
