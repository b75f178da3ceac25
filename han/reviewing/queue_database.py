"""Opens the database of a queue: a file of SQLite, or a server."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from han.errors import InputError
from han.reviewing.queue_tables import TABLES, VERSION, settings
from han.tables.locations import data_location, expanded, is_database
from han.tables.whole_files import ADVICE, whole_file

WRITERS = 22  # the lock of writers in a database of PostgreSQL
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
        weakref.finalize(self, self.engine.dispose)  # connections to a server
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
        options: dict[str, Any] = {"han_reads": True}
        if self.engine.dialect.name == "postgresql":
            # All queries see the same decisions, as in SQLite.
            options["isolation_level"] = "REPEATABLE READ"
        with _faults_named(self.place), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing.

        Writers come one after the other: SQLite locks its file at once, not at the
        first write, when another could have read the same; in PostgreSQL they wait for
        one lock, so that nobody decides by what another is changing.
        """
        with _faults_named(self.place), self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                waits = sa.func.set_config("lock_timeout", f"{WAIT}s", True)
                connection.execute(sa.select(waits))
                lock = sa.func.pg_advisory_xact_lock(WRITERS)
                connection.execute(sa.select(lock))
            yield connection

    def compact(self) -> None:
        """Gives back the room of what was deleted, and overwrites it.

        Raises:
            InputError: If others use the queue for too long.
        """
        is_file = self.engine.dialect.name == "sqlite"
        alone = {"han_alone": True} if is_file else {"isolation_level": "AUTOCOMMIT"}
        tables = "" if is_file else " FULL texts, comments, answer_rows, answers"
        with _faults_named(self.place), self.engine.connect() as connection:
            connection.execution_options(**alone).exec_driver_sql(f"VACUUM{tables}")


def make_queue(
    place: str | Path,
    values: dict[str, Any],
    fill: Callable[[Connection], object] = lambda connection: None,
) -> QueueDatabase:
    """Makes a queue: all of it is there, or nothing.

    A file gets its name once it is whole; until then only its owner may read it, too.

    Args:
        place: As of `QueueDatabase`; the file must not exist, the database must have no
            queue.
        values: What stands in `settings` beside the version.
        fill: Fills the tables.

    Raises:
        InputError: If there is a queue or another file, or no way to write.
    """
    engine = _engine(str(place), poolclass=sa.pool.NullPool)
    rows = [{"name": name, "value": value} for name, value in values.items()]

    def make(engine: Engine) -> None:
        with _faults_named(str(place)), engine.begin() as connection:
            _refuse_queue(place, connection)
            TABLES.create_all(connection)
            version = {"name": "version", "value": VERSION}
            connection.execute(sa.insert(settings), [version, *rows])
            fill(connection)

    if is_file_of_sqlite(str(place)):
        file = Path(str(engine.url.database))
        check_free(place)
        with whole_file(file) as temporary:
            make(_engine(str(temporary), poolclass=sa.pool.NullPool))
            check_free(place)  # another command may have been faster
    else:
        make(engine)
    return QueueDatabase(place)


def check_free(place: str | Path) -> None:
    """Finds out whether a queue can be made, before the work that it takes.

    Raises:
        InputError: If there is a queue or another file, or no way to the server.
    """
    engine = _engine(str(place), poolclass=sa.pool.NullPool)
    if is_file_of_sqlite(str(place)):
        if os.path.lexists(str(engine.url.database)):
            raise _file_there(Path(str(engine.url.database)))
        return
    with _faults_named(str(place)), engine.connect() as connection:
        _refuse_queue(place, connection)


def _refuse_queue(place: str | Path, connection: Connection) -> None:
    if sa.inspect(connection).has_table(settings.name):
        raise InputError(
            f"{place}: there is a queue already. Give another place, or remove it "
            "with what was decided in it."
        )


def _file_there(file: Path) -> InputError:
    return InputError(
        f"{file}: there is such a file already. Give another name, or remove it "
        "with what was decided in it."
    )


def is_file_of_sqlite(place: str) -> bool:
    """Whether a place is a file, and not an address of a server."""
    return not is_database(place) or expanded(place).startswith("sqlite")


def _engine(place: str, **options: Any) -> Engine:
    data_location(place)  # a password in the address is an error
    # A name of a file is no part of an address: `?` and `%` are characters of it.
    file = sa.URL.create("sqlite", database=place)
    address = expanded(place) if is_database(place) else file
    with _faults_named(place):
        # Its messages have no texts of respondents.
        engine = sa.create_engine(address, hide_parameters=True, **options)
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
    options = connection.get_execution_options()
    if not options.get("han_alone"):  # VACUUM is no part of a transaction
        reads = options.get("han_reads")
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
        if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_FULL":
            raise InputError(
                f"{place}: cannot be written: the disk is full. {ADVICE}"
            ) from None
        raise InputError(
            f"{place}: the database does not answer as it should "
            f"({type(error.orig).__name__}). Check the address, your rights, that the "
            "server runs, and that the file is a queue."
        ) from None
