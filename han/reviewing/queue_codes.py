"""The code list of a queue, in memory: it does not change while people work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import codes


@dataclass(frozen=True)
class QueueCode:
    """A code.

    Attributes:
        node: Its id.
        code: As it stands in the list.
        parent: Node above; None at the top.
        level: From 1.
        title: What it is called.
        titles: What else it is called.
        description: A note.
        includes: A note on what belongs to it.
        excludes: A note on what does not.
        children: Nodes below.
    """

    node: int
    code: str
    parent: int | None
    level: int
    title: str
    titles: tuple[str, ...]
    description: str
    includes: str
    excludes: str
    children: tuple[int, ...]

    @property
    def is_partial(self) -> bool:
        """Whether it is no full code."""
        return bool(self.children)


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
            row.node: QueueCode(
                **{**row._mapping, "titles": tuple(row.titles)},
                children=tuple(children.get(row.node, ())),
            )
            for row in rows
        }

    def __getitem__(self, node: int) -> QueueCode:
        return self._codes[node]

    def __contains__(self, node: object) -> bool:
        return node in self._codes

    def __iter__(self) -> Iterator[QueueCode]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def path(self, node: int) -> list[QueueCode]:
        """A code and those above it, the top first."""
        found: list[QueueCode] = []
        at: int | None = node
        while at is not None:
            found.insert(0, self._codes[at])
            at = self._codes[at].parent
        return found

    def children(self, node: int | None) -> list[QueueCode]:
        """Codes right below one; those of the first level if None."""
        below = self.top if node is None else self._codes[node].children
        return [self._codes[child] for child in below]
