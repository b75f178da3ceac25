"""Things, the steps that used and made them, and the way from one to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Kind = Literal[
    "source",
    "file",
    "vectors",
    "code_list",
    "model",
    "run",
    "job",
    "queue",
]
StepKind = Literal[
    "fetch", "scrub", "make", "train", "plan", "code", "review", "lessons"
]


@dataclass(frozen=True)
class Thing:
    """Something that was used or made: the same content is the same thing.

    Attributes:
        kind: What it is.
        digest: SHA-256 of its content, or of what identifies it.
        name: Its name, for people.
        place: Where it was when it was seen last: a path or an address.
        facts: What else is known, as JSON: publisher, licence, counts; no texts.
    """

    kind: Kind
    digest: str
    name: str
    place: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What tells it from others.

        Example:
            >>> Thing("run", "ab12", "demo").key
            'run:ab12'
        """
        return f"{self.kind}:{self.digest}"


@dataclass(frozen=True)
class Link:
    """A thing that a step used or made.

    Attributes:
        thing: Key of the thing.
        role: What it was to the step: `train`, `code_list`, `run`, `out`.
        made: Whether the step made it; else it was used.
    """

    thing: str
    role: str
    made: bool = False


@dataclass(frozen=True)
class Step:
    """Something that was done.

    A step that is told of twice is one, with the links of both.

    Attributes:
        kind: What.
        digest: What tells it from others of its kind, such as the digest of what it
            made.
        links: What it used and made.
        at: When it ended, in UTC, as ISO 8601; "" if nobody knows.
        who: Who did it, on which machine; "" if nobody knows.
        program: By what, with its version.
        facts: Settings and counts, as JSON; no texts.
    """

    kind: StepKind
    digest: str
    links: tuple[Link, ...]
    at: str = ""
    who: str = ""
    program: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.kind}:{self.digest}"


@dataclass(frozen=True)
class Graph:
    """Things and steps.

    Attributes:
        things: By their keys.
        steps: By their keys.

    Example:
        >>> answers, run = Thing("file", "1", "a.csv"), Thing("run", "2", "demo")
        >>> used, made = Link(answers.key, "train"), Link(run.key, "run", made=True)
        >>> graph = Graph.of([answers, run], [Step("train", "2", (used, made))])
        >>> [step.kind for step in graph.makers(run.key)]
        ['train']
    """

    things: dict[str, Thing]
    steps: dict[str, Step]

    @classmethod
    def of(cls, things: Iterable[Thing], steps: Iterable[Step]) -> Graph:
        """Of things and steps in any order; of equal ones the last is kept."""
        return cls({one.key: one for one in things}, {one.key: one for one in steps})

    def joined(self, other: Graph) -> Graph:
        """With all of another one, which is the newer."""
        return Graph(self.things | other.things, self.steps | other.steps)

    def makers(self, thing: str) -> list[Step]:
        """Steps that made a thing, the earliest first."""
        return self._steps_by_thing[thing, True]

    def users(self, thing: str) -> list[Step]:
        """Steps that used it, the earliest first."""
        return self._steps_by_thing[thing, False]

    def around(self, thing: str) -> Graph:
        """What a thing comes from, and what has come of it; nothing beside."""
        up, down = set(self._walk(thing, up=True)), set(self._walk(thing, up=False))
        steps = {key: self.steps[key] for key in self.steps if key in up | down}
        linked = {one.thing for step in steps.values() for one in step.links}
        things = {k: v for k, v in self.things.items() if k in linked | {thing}}
        return Graph(things, steps)

    def _walk(self, thing: str, *, up: bool) -> Iterator[str]:
        """Keys of the steps on all ways from a thing; each once, circles or not."""
        waiting, seen = [thing], {thing}
        while waiting:
            at = waiting.pop()
            for step in self.makers(at) if up else self.users(at):
                yield step.key
                beyond = {one.thing for one in step.links if one.made != up}
                waiting += sorted(beyond - seen)
                seen |= beyond

    @cached_property
    def _steps_by_thing(self) -> defaultdict[tuple[str, bool], list[Step]]:
        found: defaultdict[tuple[str, bool], list[Step]] = defaultdict(list)
        for step in sorted(self.steps.values(), key=lambda step: (step.at, step.key)):
            for one in step.links:
                found[one.thing, one.made].append(step)
        return found
