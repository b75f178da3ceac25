"""`Catalogue`: things, steps and stages in a database."""

from __future__ import annotations

import getpass
import os
import socket
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.catalogue.graph import Graph, Link, Step, StepKind, Thing
from han.catalogue.table_versions import check_version, upgrade_tables
from han.errors import InputError
from han.tables.database_engine import Noun, OpenDatabase, is_file_of_sqlite

Stage = Literal["candidate", "approved", "retired"]
CATALOGUE = Noun("catalogue", "catalogue.db", lock=23)
things = sa.table(
    "things",
    *(sa.column(name, sa.String) for name in "key kind digest name".split()),
    *(sa.column(name, sa.String) for name in "place seen".split()),
    sa.column("facts", sa.JSON),
)
steps = sa.table(
    "steps",
    *(sa.column(name, sa.String) for name in "key kind digest".split()),
    *(sa.column(name, sa.String) for name in "at who program".split()),
    sa.column("facts", sa.JSON),
)
links = sa.table(
    "links",
    *(sa.column(name, sa.String) for name in ("step", "thing", "role")),
    sa.column("made", sa.Boolean),
)
stages = sa.table(
    "stages",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.String) for name in "run stage who at why".split()),
)


@dataclass(frozen=True)
class Decided:
    """What somebody decided of a run.

    Attributes:
        stage: What it is since then.
        who: Who decided.
        at: When, in UTC, as ISO 8601.
        why: Why.
    """

    stage: Stage
    who: str
    at: str
    why: str


class Catalogue(OpenDatabase):
    """A catalogue that is there.

    Args:
        place: A file (`catalogue.db`), or the SQLAlchemy address of a database.

    Raises:
        InputError: If there is no catalogue, one of another version, or no way to it.

    Example:
        >>> Catalogue("nowhere.db")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        han.errors.InputError: nowhere.db: there is no catalogue. Make one with ...
    """

    def __init__(self, place: str | Path) -> None:
        super().__init__(str(place), CATALOGUE)
        if is_file_of_sqlite(str(place)) and not Path(self.file).is_file():
            raise _none(self.place)
        with self.reading() as connection:
            if not sa.inspect(connection).has_table("things"):
                raise _none(self.place)
            check_version(connection, self.place)

    def add(self, graph: Graph, who: str = "", own: Collection[StepKind] = ()) -> int:
        """Adds what is new, and takes places and facts of what is known.

        Args:
            graph: Things and steps.
            who: Who has done the steps of the kinds in `own`.
            own: These kinds; of other steps nobody knows.

        Returns:
            The number of new things and steps.
        """
        with self.writing() as connection:
            new = sum(_put_thing(connection, one) for one in graph.things.values())
            for step in graph.steps.values():
                by = who if step.kind in own else step.who
                new += _put_step(connection, replace(step, who=by))
        return new

    def graph(self) -> Graph:
        """All things and steps."""
        with self.reading() as connection:
            found = [_thing(row) for row in connection.execute(sa.select(things))]
            ends: dict[str, list[Link]] = {}
            for row in connection.execute(sa.select(links)):
                ends.setdefault(row.step, []).append(
                    Link(row.thing, row.role, bool(row.made))
                )
            done = [
                _step(row, ends.get(row.key, ()))
                for row in connection.execute(sa.select(steps))
            ]
        return Graph.of(found, done)

    def decide(self, run: str, stage: Stage, who: str, why: str) -> None:
        """Keeps what somebody decided of a run.

        Args:
            run: Its key.
            stage: What it is from now on.
            who: Who decided.
            why: Why.
        """
        row = {"run": run, "stage": stage, "who": who, "at": now(), "why": why}
        with self.writing() as connection:
            connection.execute(sa.insert(stages), [row])

    def decisions(self) -> dict[str, list[Decided]]:
        """What was decided of each run, the latest last, by its key."""
        found: dict[str, list[Decided]] = {}
        query = sa.select(stages).order_by(stages.c.id)
        with self.reading() as connection:
            for row in connection.execute(query):
                one = Decided(row.stage, row.who, row.at, row.why)
                found.setdefault(row.run, []).append(one)
        return found


def make_catalogue(place: str | Path) -> Catalogue:
    """Makes a catalogue, or brings the tables of one up to this version.

    Raises:
        InputError: If the place cannot be written, or it is of a newer version.
    """
    database = OpenDatabase(str(place), CATALOGUE, once=True)
    with database.writing() as connection:
        _refuse_others(connection, str(place))
        upgrade_tables(connection, str(place))
    return Catalogue(place)


def _refuse_others(connection: Connection, place: str) -> None:
    """A queue or another database does not become a catalogue."""
    names = set(sa.inspect(connection).get_table_names())
    if names and "things" not in names and is_file_of_sqlite(place):
        raise InputError(
            f"{place}: this file is another database. Give the catalogue a file of its "
            "own."
        )


def now() -> str:
    """The time in UTC, as ISO 8601.

    Example:
        >>> now()  # doctest: +SKIP
        '2026-12-01T13:00:00+00:00'
    """
    return datetime.now(UTC).isoformat(timespec="seconds")


def this_person() -> str:
    """Who works, and on which machine.

    Example:
        >>> "@" in this_person()
        True
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container may know no name
        name = str(os.getuid())
    return f"{name}@{socket.gethostname()}"


def _put_thing(connection: Connection, thing: Thing) -> bool:
    known = connection.execute(sa.select(things).where(things.c.key == thing.key))
    row = known.one_or_none()
    if row is None:
        values = {
            **{name: getattr(thing, name) for name in ("key", "kind", "digest")},
            **{"name": thing.name, "place": thing.place, "seen": now()},
            "facts": dict(thing.facts),
        }
        connection.execute(sa.insert(things), [values])
        return True
    facts = {**row.facts, **thing.facts}
    values = {"place": thing.place or row.place, "facts": facts}
    connection.execute(
        sa.update(things).where(things.c.key == thing.key).values(values)
    )
    return False


def _put_step(connection: Connection, step: Step) -> bool:
    query = sa.select(steps.c.key).where(steps.c.key == step.key)
    is_new = connection.execute(query).one_or_none() is None
    if is_new:
        names = ("key", "kind", "digest", "at", "who", "program")
        values: dict[str, Any] = {name: getattr(step, name) for name in names}
        values["facts"] = dict(step.facts)
        connection.execute(sa.insert(steps), [values])
    query = sa.select(links).where(links.c.step == step.key)
    known = {
        Link(row.thing, row.role, bool(row.made)) for row in connection.execute(query)
    }
    rows = [
        {"step": step.key, "thing": one.thing, "role": one.role, "made": one.made}
        for one in dict.fromkeys(step.links)
        if one not in known
    ]
    if rows:
        connection.execute(sa.insert(links), rows)
    return is_new


def _thing(row: Any) -> Thing:
    return Thing(row.kind, row.digest, row.name, row.place, row.facts)


def _step(row: Any, ends: Sequence[Link]) -> Step:
    return Step(
        row.kind, row.digest, tuple(ends), row.at, row.who, row.program, row.facts
    )


def counted(graph: Graph) -> Mapping[str, int]:
    """Number of things of each kind.

    Example:
        >>> counted(Graph.of([Thing("file", "1", "a.csv")], []))
        Counter({'file': 1})
    """
    return Counter(thing.kind for thing in graph.things.values())


def _none(place: str) -> InputError:
    return InputError(
        f"{place}: there is no catalogue. Make one with `python -m han.store init`."
    )
