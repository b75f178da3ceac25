"""What is said of one code: titles, notes, its place in the tree."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CodeCard:
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
