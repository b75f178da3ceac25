"""`OpenDatabase`: a file of SQLite or a database on a server, that we write ourselves.

SQLite keeps a rollback journal: a write-ahead log would need shared memory, which
network file systems do not have.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from han.errors import InputError
from han.tables.locations import data_location, expanded, is_database
from han.tables.whole_files import ADVICE

WAIT = 30  # seconds that a writer waits for another


@dataclass(frozen=True)
class Noun:
    """What a database is, for messages.

    Attributes:
        name: Such as `queue`.
        file: A file that could be one.
        lock: The lock of its writers in a database of PostgreSQL.
    """

    name: str
    file: str
    lock: int


class OpenDatabase:
    """A database and its transactions.

    Args:
        place: A file, or the SQLAlchemy address of a database
            (`postgresql+psycopg://user@server/name`; `${NAME}` stands for a variable of
            the environment).
        noun: What it is.
        once: Whether connections are closed at once, as for a file that is renamed.

    Attributes:
        place: As given, without a password: for messages.
        engine: For those who write their own queries.

    Raises:
        InputError: If there is no way to it.
    """

    def __init__(self, place: str, noun: Noun, *, once: bool = False) -> None:
        self.place, self.noun = place, noun
        self.engine = self._engine({"poolclass": sa.pool.NullPool} if once else {})
        weakref.finalize(self, self.engine.dispose)  # connections to a server

    @property
    def file(self) -> str:
        """Its file, of SQLite."""
        return str(self.engine.url.database)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries; nothing is kept of what it writes."""
        options: dict[str, Any] = {"han_reads": True}
        if self.engine.dialect.name == "postgresql":
            # All queries see the same rows, as in SQLite.
            options["isolation_level"] = "REPEATABLE READ"
        with self.faults_named(), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing.

        Writers come one after the other: SQLite locks its file at once, not at the
        first write, when another could have read the same; in PostgreSQL they wait for
        one lock, so that nobody decides by what another is changing.
        """
        with self.faults_named(), self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                waits = sa.func.set_config("lock_timeout", f"{WAIT}s", True)
                connection.execute(sa.select(waits))
                lock = sa.func.pg_advisory_xact_lock(self.noun.lock)
                connection.execute(sa.select(lock))
            yield connection

    def compact(self, tables: str) -> None:
        """Gives back the room of what was deleted, and overwrites it.

        Args:
            tables: Those of a server, as `VACUUM` names them.

        Raises:
            InputError: If others use the database for too long.
        """
        is_file = self.engine.dialect.name == "sqlite"
        alone = {"han_alone": True} if is_file else {"isolation_level": "AUTOCOMMIT"}
        named = "" if is_file else f" FULL {tables}"
        with self.faults_named(), self.engine.connect() as connection:
            connection.execution_options(**alone).exec_driver_sql(f"VACUUM{named}")

    def _engine(self, options: dict[str, Any]) -> Engine:
        data_location(self.place)  # a password in the address is an error
        # A name of a file is no part of an address: `?` and `%` are characters of it.
        file = sa.URL.create("sqlite", database=self.place)
        address = expanded(self.place) if is_database(self.place) else file
        with self.faults_named():
            # Its messages have no texts of respondents.
            engine = sa.create_engine(address, hide_parameters=True, **options)
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", _begin_ourselves)
            sa.event.listen(engine, "begin", _begin_at_once)
        return engine

    @contextmanager
    def faults_named(self) -> Iterator[None]:
        """Faults of the database as messages, without what a respondent said."""
        name, file = self.noun.name, self.noun.file
        try:
            yield
        except sa.exc.IntegrityError:
            raise  # for who writes: somebody else was first
        except ModuleNotFoundError as error:
            raise InputError(
                f"{self.place}: the driver {error.name} is not installed. For "
                "PostgreSQL: pip install 'psycopg[binary]', and an address of "
                "postgresql+psycopg://."
            ) from None
        except (sa.exc.NoSuchModuleError, sa.exc.ArgumentError):
            raise InputError(
                f"{self.place}: no place of a {name}. Expected a file such as {file}, "
                "or an address such as postgresql+psycopg://user@server/name."
            ) from None
        except sa.exc.DatabaseError as error:
            if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL":
                raise InputError(
                    f"{self.place}: cannot be written: the disk is full. {ADVICE}"
                ) from None
            raise InputError(
                f"{self.place}: the database does not answer as it should "
                f"({type(error.orig).__name__}). Check the address, your rights, that "
                f"the server runs, and that the file is a {name}."
            ) from None


def is_file_of_sqlite(place: str) -> bool:
    """Whether a place is a file, and not an address of a server.

    Example:
        >>> is_file_of_sqlite("review.db"), is_file_of_sqlite("postgresql://a/b")
        (True, False)
    """
    return not is_database(place) or expanded(place).startswith("sqlite")


def _begin_ourselves(connection: sqlite3.Connection, _: object) -> None:
    """Python's driver must not begin transactions: see `_begin_at_once`."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is forgotten must not lie on the disk.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_at_once(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("han_alone"):  # VACUUM is no part of a transaction
        reads = options.get("han_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
