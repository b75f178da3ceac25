"""Opens the database of a queue: a file of SQLite, or a server."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from han.errors import InputError
from han.reviewing.queue_tables import TABLES, VERSION, settings
from han.tables.locations import data_location, expanded, is_database

WAIT = 30  # seconds that a writer waits for another


def now() -> datetime:
    """The time in UTC, as the tables hold it: without a zone, whole milliseconds."""
    at = datetime.now(UTC).replace(tzinfo=None)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class QueueDatabase:
    """A queue that is there.

    Args:
        place: A file (`review.db`), or the SQLAlchemy address of a database
            (`postgresql+psycopg://user@server/name`; `${NAME}` stands for a variable of
            the environment).

    Attributes:
        place: As given, without a password: for messages.
        engine: For those who write their own queries.

    Raises:
        InputError: If there is no queue, one of another version, or no way to it.

    Example:
        >>> QueueDatabase("nowhere.db")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        han.errors.InputError: nowhere.db: there is no queue. Make one with ...
    """

    def __init__(self, place: str | Path) -> None:
        self.place, self.engine = str(place), _engine(str(place))
        if is_file_of_sqlite(str(place)) and not Path(self._file).is_file():
            raise _no_queue(self.place)
        self.settings = self._settings()

    @property
    def _file(self) -> str:
        return str(self.engine.url.database)

    def _settings(self) -> dict[str, Any]:
        with self.reading() as connection:
            if not sa.inspect(connection).has_table(settings.name):
                raise _no_queue(self.place)
            found = connection.execute(sa.select(settings.c.name, settings.c.value))
            values = {name: value for name, value in found}
        if values.get("version") != VERSION:
            raise InputError(
                f"{self.place}: a queue of version {values.get('version')}; this han "
                f"reads version {VERSION}. Export it with the han that made it."
            )
        return values

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries; nothing is kept of what it writes."""
        with _faults_named(self.place), self.engine.connect() as connection:
            yield connection.execution_options(han_reads=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing.

        Writers come one after the other: SQLite locks its file at once, not at the
        first write, when another could have read the same.
        """
        with _faults_named(self.place), self.engine.begin() as connection:
            yield connection


def make_queue(place: str | Path, values: dict[str, Any]) -> QueueDatabase:
    """Makes empty tables for a queue.

    Args:
        place: As of `QueueDatabase`; the file must not exist, the database must have no
            queue.
        values: What stands in `settings` beside the version.

    Raises:
        InputError: If there is a queue or another file, or no way to write.
    """
    engine = _engine(str(place))
    if is_file_of_sqlite(str(place)):
        _claim_file(Path(str(engine.url.database)))
    with _faults_named(str(place)), engine.begin() as connection:
        if sa.inspect(connection).has_table(settings.name):
            raise InputError(
                f"{place}: there is a queue already. Give another place, or remove it "
                "with what was decided in it."
            )
        TABLES.create_all(connection)
        rows = [{"name": n, "value": v} for n, v in values.items()]
        connection.execute(
            sa.insert(settings), [{"name": "version", "value": VERSION}, *rows]
        )
    return QueueDatabase(place)


def is_file_of_sqlite(place: str) -> bool:
    """Whether a place is a file, and not an address of a server."""
    return not is_database(place) or expanded(place).startswith("sqlite")


def _claim_file(file: Path) -> None:
    """An empty file that only its owner may read: it will hold answers."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise InputError(
            f"{file}: there is such a file already. Give another name, or remove it "
            "with what was decided in it."
        ) from None
    except OSError as error:
        raise InputError(
            f"{file}: {error.strerror}. Give a place where you can write."
        ) from None


def _engine(place: str) -> Engine:
    data_location(place)  # a password in the address is an error
    address = expanded(place) if is_database(place) else f"sqlite:///{place}"
    with _faults_named(place):
        engine = sa.create_engine(address)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _begin_ourselves)
        sa.event.listen(engine, "begin", _begin_at_once)
    return engine


def _begin_ourselves(connection: sqlite3.Connection, _: object) -> None:
    """Python's driver must not begin transactions: see `_begin_at_once`."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is forgotten must not lie on the disk; a write-ahead log would need shared
    # memory, which network file systems do not have.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_at_once(connection: Connection) -> None:
    reads = connection.get_execution_options().get("han_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _no_queue(place: str) -> InputError:
    return InputError(
        f"{place}: there is no queue. Make one with `python -m han.review out`."
    )


@contextmanager
def _faults_named(place: str) -> Iterator[None]:
    """Faults of the database as messages, without what a respondent said."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise  # for who writes: somebody else was first
    except ModuleNotFoundError as error:
        raise InputError(
            f"{place}: the driver {error.name} is not installed. For PostgreSQL: "
            "pip install 'psycopg[binary]', and an address of postgresql+psycopg://."
        ) from None
    except (sa.exc.NoSuchModuleError, sa.exc.ArgumentError):
        raise InputError(
            f"{place}: no place of a queue. Expected a file such as review.db, or an "
            "address such as postgresql+psycopg://user@server/name."
        ) from None
    except sa.exc.DatabaseError as error:
        raise InputError(
            f"{place}: the database does not answer as it should "
            f"({type(error.orig).__name__}). Check the address, your rights, that the "
            "server runs, and that the file is a queue."
        ) from None
