"""Answers as they go out to a person: no part, no machine, no other coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.code_list.node_names import NodeNames
from han.reviewing.queue_tables import answer_rows, answers, codes, texts

LONGEST = 32_000  # characters of a cell that every spreadsheet takes


@dataclass(frozen=True)
class CodeNames:
    """What codes are called in files, and back.

    Attributes:
        nodes: Node ids, parents first.
        paths: Codes from the top down to each.
        titles: Its title.
        notes: Its notes: further titles, description, includes, excludes.
    """

    nodes: list[int]
    paths: list[tuple[str, ...]]
    titles: list[str]
    notes: list[tuple[str, str, str, str]]

    @classmethod
    def of(cls, connection: Connection) -> CodeNames:
        """The code list of a queue."""
        path_of: dict[int, tuple[str, ...]] = {}
        titles, notes = [], []
        for row in connection.execute(sa.select(codes).order_by(codes.c.node)):
            path_of[row.node] = (*path_of.get(row.parent, ()), row.code)
            titles.append(row.title)
            more = "; ".join(row.titles)
            notes.append((more, row.description, row.includes, row.excludes))
        return cls(list(path_of), list(path_of.values()), titles, notes)

    @cached_property
    def naming(self) -> NodeNames:
        """Names, which number codes by their place in the list."""
        return NodeNames(self.paths)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {node: place for place, node in enumerate(self.nodes)}

    def name(self, node: int) -> str:
        """The code, or its path where it stands under two parents."""
        return self.naming.names[self._places[node]]

    def titled(self, node: int) -> str:
        """The same with its title."""
        return f"{self.name(node)} {self.titles[self._places[node]]}"

    def find(self, cell: str) -> list[int]:
        """Nodes that a cell may mean; several where a code needs its path."""
        return [self.nodes[place] for place in self.naming.find(cell)]


@dataclass(frozen=True)
class ExportedAnswer:
    """An answer as a person gets it.

    Attributes:
        id: Its id in the queue.
        batch: Its batch.
        keys: Keys of its first row, by column.
        texts: Its texts, by field.
        candidates: Nodes, the most probable first; none where none are shown.
    """

    id: int
    batch: int
    keys: dict[str, str]
    texts: dict[str, str]
    candidates: list[int]


def exported_answers(
    connection: Connection, ids: Sequence[int]
) -> list[ExportedAnswer]:
    """Some answers, in the order of the queue.

    Only what the page shows as well goes out: whether an answer is work or a check, who
    else codes it and what the machine decided stay in the queue.
    """
    wanted = set(ids)
    told: dict[int, dict[str, str]] = {}
    for row in connection.execute(sa.select(texts).order_by(texts.c.place)):
        if row.answer in wanted:
            told.setdefault(row.answer, {})[row.field] = row.text
    first = sa.select(answer_rows).where(answer_rows.c.number == 0)
    keys = {row.answer: row.keys for row in connection.execute(first)}
    columns = (
        answers.c.id,
        answers.c.batch,
        answers.c.suggestions,
        answers.c.candidates,
    )
    found = connection.execute(sa.select(*columns).order_by(answers.c.place))
    return [
        ExportedAnswer(
            row.id,
            row.batch,
            keys.get(row.id, {}),
            told.get(row.id, {}),
            [node for node, _ in row.candidates] if row.suggestions else [],
        )
        for row in found
        if row.id in wanted
    ]
