"""Opens the database of a queue: a file of SQLite, or a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from han.errors import InputError
from han.reviewing.queue_tables import TABLES, VERSION, settings
from han.tables.database_engine import Noun, OpenDatabase, is_file_of_sqlite
from han.tables.whole_files import whole_file

QUEUE = Noun("queue", "review.db", lock=22)


def now() -> datetime:
    """The time in UTC, as the tables hold it: without a zone, whole milliseconds."""
    at = datetime.now(UTC).replace(tzinfo=None)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class QueueDatabase(OpenDatabase):
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
        super().__init__(str(place), QUEUE)
        if is_file_of_sqlite(str(place)) and not Path(self.file).is_file():
            raise _no_queue(self.place)
        self.settings = self._settings()

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

    def compact(self, tables: str = "texts, comments, answer_rows, answers") -> None:
        """As of `OpenDatabase`; the tables are those that can be forgotten."""
        super().compact(tables)


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
    database = OpenDatabase(str(place), QUEUE, once=True)
    rows = [{"name": name, "value": value} for name, value in values.items()]

    def make(database: OpenDatabase) -> None:
        with database.faults_named(), database.engine.begin() as connection:
            _refuse_queue(place, connection)
            TABLES.create_all(connection)
            version = {"name": "version", "value": VERSION}
            connection.execute(sa.insert(settings), [version, *rows])
            fill(connection)

    if is_file_of_sqlite(str(place)):
        check_free(place)
        with whole_file(Path(database.file)) as temporary:
            make(OpenDatabase(str(temporary), QUEUE, once=True))
            check_free(place)  # another command may have been faster
    else:
        make(database)
    return QueueDatabase(place)


def check_free(place: str | Path) -> None:
    """Finds out whether a queue can be made, before the work that it takes.

    Raises:
        InputError: If there is a queue or another file, or no way to the server.
    """
    database = OpenDatabase(str(place), QUEUE, once=True)
    if is_file_of_sqlite(str(place)):
        if os.path.lexists(database.file):
            raise _file_there(Path(database.file))
        return
    with database.faults_named(), database.engine.connect() as connection:
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


def _no_queue(place: str) -> InputError:
    return InputError(
        f"{place}: there is no queue. Make one with `python -m han.review out`."
    )
