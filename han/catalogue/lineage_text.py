"""Lineage as lines that people read: what a thing comes from, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from han.catalogue.catalogue_database import Decided
from han.catalogue.graph import Graph, Step, Thing
from han.catalogue.recognised import keys_at, short
from han.errors import InputError
from han.languages.words import Words

_INDENT = "  "
_SHOWN = "publisher licence date language rows validation test".split()


@dataclass
class LineageText:
    """Writes the lines.

    Attributes:
        graph: What is known.
        decided: What was decided of runs, by key.
        words: Those of the store.
    """

    graph: Graph
    decided: Mapping[str, Sequence[Decided]]
    words: Words
    _seen: set[str] = field(default_factory=set)

    def lines(self, key: str) -> list[str]:
        """What a thing comes from, then what has come of it.

        Args:
            key: Key of the thing.
        """
        self._seen.clear()
        found = list(self._up(key, "", ""))
        self._seen = {key}
        below = list(self._down(key, _INDENT))
        if below:
            return [*found, "", self.words.say("what_came"), *below]
        return [*found, "", self.words.say("nothing_came")]

    def _up(self, key: str, role: str, indent: str) -> Iterator[str]:
        thing = self.graph.things[key]
        label = f"{role}: " if role else ""
        makers = self.graph.makers(key)
        is_again = key in self._seen
        self._seen.add(key)
        again = f" {self.words.say('goes_on')}" if is_again and makers else ""
        yield f"{indent}{label}{self._named(thing)}{again}"
        if is_again:
            return
        yield from self._about(thing, indent + _INDENT)
        for step in makers:
            yield f"{indent}{_INDENT}{self._done(step)} {self.words.say('of')}"
            used = [one for one in step.links if not one.made]
            for one in used:
                yield from self._up(one.thing, one.role, indent + 2 * _INDENT)

    def _down(self, key: str, indent: str) -> Iterator[str]:
        for step in self.graph.users(key):
            yield f"{indent}{self._done(step)}"
            for one in step.links:
                if not one.made or one.thing in self._seen:
                    continue
                self._seen.add(one.thing)
                thing = self.graph.things[one.thing]
                yield f"{indent}{_INDENT}{one.role}: {self._named(thing)}"
                yield from self._about(thing, indent + 2 * _INDENT)
                yield from self._down(one.thing, indent + 2 * _INDENT)

    def _named(self, thing: Thing) -> str:
        kind = self.words.say(thing.kind)
        place = _from_here(thing.place)
        return f"{kind} {thing.name} [{short(thing.key)}] {place}".rstrip()

    def _about(self, thing: Thing, indent: str) -> Iterator[str]:
        """What else is known of a thing: who published or approved it, what it is."""
        facts = {**thing.facts, **thing.facts.get("scores", {})}
        said = [f"{name}: {facts[name]}" for name in _SHOWN if facts.get(name)]
        if said:
            yield indent + "; ".join(said)
        for one in self.decided.get(thing.key, ())[-1:]:
            given = {"at": one.at, "who": one.who, "why": one.why}
            yield indent + self.words.say(one.stage, **given)
        if fault := self._changed(thing):
            yield indent + fault

    def _changed(self, thing: Thing) -> str:
        """What has become of a thing where it was."""
        if thing.kind not in ("file", "run", "job") or not thing.place:
            return ""
        if not Path(thing.place).exists():
            return self.words.say("gone")
        try:
            now = keys_at(thing.place)
        except InputError as error:
            return str(error)
        digests = {key.partition(":")[2] for key in now}
        if thing.digest in digests:
            return ""
        return self.words.say("now_other", now=short(now[0]))

    def _done(self, step: Step) -> str:
        parts = [self.words.say(step.kind), step.at]
        if step.who:
            parts.append(self.words.say("by", who=step.who))
        if step.program:
            parts.append(self.words.say("with", program=step.program))
        if asked := step.facts.get("asked"):
            parts.append(f"({asked})")
        return " ".join(part for part in parts if part)


def _from_here(place: str) -> str:
    """A path from the folder where the command runs, if it is in there."""
    path = Path(place)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return str(path.relative_to(Path.cwd()))
    return place
