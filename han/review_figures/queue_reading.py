"""Reads the database of a queue into arrays, without a word of a respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.review_figures.decision_times import DecisionLog, work_seconds
from han.review_figures.reviewed_answers import (
    MISSING,
    UNCODABLE,
    CodeTree,
    ReviewedAnswers,
    ReviewedQueue,
    Stratum,
)
from han.reviewing.answer_states import ADJUDICATOR, AnswerState, answer_states
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import (
    answers,
    codes,
    decisions,
    people,
    skips,
    strata,
)

Rows = Sequence[sa.Row[Any]]
IMPORT = "import"  # the way of decisions from files: nobody measured them


@dataclass(frozen=True)
class QueueRecords:
    """What is in a queue.

    Attributes:
        queue: Strata, codes and answers.
        log: Decisions.
        names: Names of people by number.
        coders: Numbers of those who may code second seats now.
    """

    queue: ReviewedQueue
    log: DecisionLog
    names: dict[int, str]
    coders: list[int]


def read_queue(database: QueueDatabase) -> QueueRecords:
    """Reads a queue at one moment.

    Raises:
        InputError: If the database does not answer.
    """
    with database.reading() as connection:
        states = answer_states(connection)
        found = {
            table.name: connection.execute(sa.select(table)).all()
            for table in (codes, strata, people, skips)
        }
        drawn = _drawn(connection)
        given = connection.execute(sa.select(decisions).order_by(decisions.c.id)).all()
    places = {row.node: place for place, row in enumerate(found["codes"])}
    skipped = {row.answer for row in found["skips"]}
    answer_places = {row.id: place for place, row in enumerate(drawn)}
    queue = ReviewedQueue(
        [_stratum(row) for row in found["strata"]],
        _tree(found["codes"], places),
        _answers(drawn, states, places, found["strata"], skipped),
    )
    log = _log(given, places, answer_places)
    names = {row.id: row.name for row in found["people"]}
    coders = [p.id for p in found["people"] if p.active and p.role == "coder"]
    return QueueRecords(queue, log, names, coders)


def _drawn(connection: Connection) -> Rows:
    """The answers in the order of the queue."""
    names = "id stratum part batch rows weight seats gold suggestions machine_node"
    columns = [answers.c[name] for name in [*names.split(), "candidates"]]
    return connection.execute(sa.select(*columns).order_by(answers.c.place)).all()


def _stratum(row: sa.Row[Any]) -> Stratum:
    names = ("name", "coded", "method", "level", "answers", "rows", "weight")
    return Stratum(**{name: getattr(row, name) for name in names})


def _tree(rows: Rows, places: dict[int, int]) -> CodeTree:
    parents = {row.node: row.parent for row in rows}
    paths = np.full((len(rows), max((row.level for row in rows), default=1)), -1)
    for node, place in places.items():
        path: list[int] = []
        above: int | None = node
        while above is not None:
            path.insert(0, places[above])
            above = parents[above]
        paths[place, : len(path)] = path
    return CodeTree(paths)


def _answers(
    rows: Rows,
    states: dict[int, AnswerState],
    places: dict[int, int],
    groups: Rows,
    skipped: set[int],
) -> ReviewedAnswers:
    def column(name: str, kind: Any) -> Any:
        return np.array([getattr(row, name) for row in rows], kind)

    numbers = {row.name: number for number, row in enumerate(groups)}
    coded = {row.name: row.coded for row in groups}
    given = [_decisions(states[row.id], places) for row in rows]
    seats = np.array(given, np.int64).reshape(len(rows), 3)
    machine = [_machine(row, coded[row.stratum]) for row in rows]
    return ReviewedAnswers(
        stratum=np.array([numbers[row.stratum] for row in rows], np.int64),
        part=column("part", str),
        batch=column("batch", np.int64),
        rows=column("rows", float),
        weight=column("weight", float),
        machine=np.array([_place(node, places) for node in machine], np.int64),
        first=seats[:, 0],
        second=seats[:, 1],
        settled=seats[:, 2],
        double=column("seats", np.int64) > 1,
        gold=column("gold", bool),
        skipped=np.array([row.id in skipped for row in rows], bool),
        suggested=column("suggestions", bool),
    )


def _machine(row: sa.Row[Any], is_coded: bool) -> int | None:
    """What the machine coded, or its first candidate for people."""
    if row.candidates and not is_coded:
        return int(row.candidates[0][0])
    node: int | None = row.machine_node
    return node


def _decisions(state: AnswerState, places: dict[int, int]) -> list[int]:
    """Codes of the first coder, the second one and the adjudicator."""
    coders = sorted(seat for seat in state.given if seat != ADJUDICATOR)
    seats = [*[*coders, None, None][:2], ADJUDICATOR]
    given = [state.given.get(seat) if seat else None for seat in seats]
    return [MISSING if one is None else _place(one.node, places) for one in given]


def _place(node: int | None, places: dict[int, int]) -> int:
    return UNCODABLE if node is None else places[node]


def _log(
    rows: Rows, places: dict[int, int], answer_places: dict[int, int]
) -> DecisionLog:
    def column(values: list[Any], kind: Any = np.int64) -> Any:
        return np.array(values, kind)

    nodes = [_place(row.node, places) for row in rows]
    seconds = column(_times(rows), float)
    way = column([row.way for row in rows], str)
    person = column([row.person for row in rows])
    at = column([_seconds(row.decided_at) for row in rows], float)
    return DecisionLog(
        answer=column([answer_places[row.answer] for row in rows]),
        seat=column([row.seat for row in rows]),
        person=person,
        way=way,
        rank=column([row.rank or 0 for row in rows]),
        suggestions=column([row.suggestions for row in rows], bool),
        at=at,
        seconds=seconds,
        stands=column([row.replaced_at is None for row in rows], bool),
        node=column(nodes),
        work=work_seconds(person, at, seconds, way != IMPORT),
    )


def _times(rows: Rows) -> list[float | None]:
    """Seconds of decisions; a change on the page has those of the first one."""
    first: dict[tuple[int, int], float | None] = {}
    found = []
    for row in rows:
        before = first.get((row.answer, row.person))
        on_page = row.way != IMPORT
        found.append(before if row.seconds is None and on_page else row.seconds)
        first[row.answer, row.person] = found[-1]
    return found


def _seconds(at: datetime) -> float:
    return at.replace(tzinfo=UTC).timestamp()
