"""The code list of a queue, in memory: it does not change while people work."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from han.code_search.code_card import CodeCard
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import codes


class QueueCodes:
    """All codes of a queue.

    Args:
        queue: It is read once.

    Attributes:
        top: Nodes of the first level.
    """

    def __init__(self, queue: QueueDatabase) -> None:
        with queue.reading() as connection:
            rows = connection.execute(sa.select(codes).order_by(codes.c.node)).all()
        children: dict[int | None, list[int]] = {}
        for row in rows:
            children.setdefault(row.parent, []).append(row.node)
        self.top = tuple(children.get(None, ()))
        self._codes = {
            row.node: CodeCard(
                **{**row._mapping, "titles": tuple(row.titles)},
                children=tuple(children.get(row.node, ())),
            )
            for row in rows
        }

    def __getitem__(self, node: int) -> CodeCard:
        return self._codes[node]

    def __contains__(self, node: object) -> bool:
        return node in self._codes

    def __iter__(self) -> Iterator[CodeCard]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def path(self, node: int) -> list[CodeCard]:
        """A code and those above it, the top first."""
        found: list[CodeCard] = []
        at: int | None = node
        while at is not None:
            found.insert(0, self._codes[at])
            at = self._codes[at].parent
        return found

    def children(self, node: int | None) -> list[CodeCard]:
        """Codes right below one; those of the first level if None."""
        below = self.top if node is None else self._codes[node].children
        return [self._codes[child] for child in below]
