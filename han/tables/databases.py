"""Tables and queries of a database, read as text in blocks of rows."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pandas as pd

from han.errors import InputError, listing
from han.tables.columns import Columns, check_header
from han.tables.locations import DataLocation, expanded
from han.tables.typed_cells import cell_text

BLOCK = 1 << 13  # rows that are fetched at once
_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_READS = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_DRIVERS = {  # what pip calls them, where that is another name
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
}


def database_blocks(
    place: DataLocation, columns: Columns, *, rows: int | None = None
) -> Iterator[pd.DataFrame]:
    """The needed columns of a table or query, a block of rows at a time.

    Rows of a table come in the order of its primary key; of a table without one in that
    of SQLite, in other databases and of a view in that of their cells. Nothing is
    written to the database.

    Args:
        place: The database, and the table or the query. Without either, its only
            table.
        columns: Which columns to read; the table may have more.
        rows: Rows of a block; chosen here if None.

    Raises:
        InputError: As `read_table`; and for a database that cannot be reached.
    """
    with _connected(place) as connection:
        names, found = _rows(place, connection, columns.needed)
        check_header(place, names, columns, is_sure=True)
        places = [names.index(name) for name in columns.needed]
        for part in found.partitions(rows or BLOCK):
            table = [[_text(place, row[k], names[k]) for k in places] for row in part]
            yield pd.DataFrame(table, columns=columns.needed, dtype=str)


def database_names(place: DataLocation) -> list[str]:
    """Names of the columns of a table or query."""
    with _connected(place) as connection:
        return _rows(place, connection, [])[0]


def database_digest(place: DataLocation) -> str:
    """SHA-256 of all rows of a table or query, in their order."""
    with _connected(place) as connection:
        names, found = _rows(place, connection, None)
        digest = hashlib.sha256(repr(names).encode())
        for row in found:
            texts = [_text(place, c, n) for c, n in zip(row, names, strict=True)]
            digest.update(repr(texts).encode())
        return digest.hexdigest()


def _text(place: DataLocation, cell: object, name: str) -> str:
    return cell_text(cell, f"{place}: column {name!r}")


@contextmanager
def _connected(place: DataLocation) -> Iterator[Any]:
    """A connection that only reads; faults of the database become messages."""
    import sqlalchemy as sa

    address = expanded(place.address)
    try:
        engine = _engine(place, address)
        options = {"stream_results": True, "max_row_buffer": BLOCK}
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                options["postgresql_readonly"] = True
            yield connection.execution_options(**options)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{place}: the driver {error.name} is not installed. Install it: pip "
            f"install {_DRIVERS.get(str(error.name), error.name)}."
        ) from None
    except InputError:
        raise
    except (TypeError, ValueError):  # of SQLAlchemy; it may show a cell
        raise InputError(
            f"{place}: a cell is not of the type of its column, such as text in a "
            "column of dates. Correct it, or give a query with CAST(column AS TEXT)."
        ) from None
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        raise InputError(f"{place}: {_what(error, address)}") from None


def _what(error: Exception, address: str) -> str:
    """The first line of what the driver says, without a password."""
    import sqlalchemy as sa

    if isinstance(error, sa.exc.NoSuchModuleError | sa.exc.ArgumentError):
        return (
            "no address of a database that can be read. Expected one such as "
            "sqlite:///survey.db or postgresql://user@server/name."
        )
    if isinstance(error, sa.exc.DataError):  # it may show a cell
        return "a cell cannot be converted as the query asks. Check the query."
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    line = said[0] if said else type(error).__name__
    password = sa.engine.make_url(address).password
    line = line.replace(str(password), "***") if password else line
    return (
        f"the database says: {line.rstrip('.')}. Check the address, the table or the "
        "query, and your rights."
    )


def _engine(place: DataLocation, address: str) -> Any:
    import sqlalchemy as sa

    url = sa.engine.make_url(address)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(address, poolclass=sa.pool.NullPool)
    # SQLite would make a file that is not there, and lock one that is.
    if not place.path.is_file():
        raise InputError(f"{place}: there is no file {place.path}. Check its path.")
    file = f"file:{quote(str(place.path))}?mode=ro"
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(file, uri=True),
        poolclass=sa.pool.NullPool,
    )


def _rows(
    place: DataLocation, connection: Any, needed: list[str] | None
) -> tuple[list[str], Any]:
    """Names of the columns and rows in a stable order.

    Args:
        place: The table or query.
        connection: To the database.
        needed: Columns of the table that are read, if it has them; all if None.
    """
    import sqlalchemy as sa

    if place.query:
        _check_query(place)
        # A colon stands for itself: there are no values to be filled in.
        found = connection.execute(sa.text(place.query.replace(":", r"\:")))
        return list(found.keys()), found
    table = _table(place, connection)
    names = [column.name for column in table.columns]
    chosen = [table.columns[n] for n in dict.fromkeys(needed or names) if n in names]
    order: list[Any] = list(table.primary_key.columns)
    if not order and table.info["in_order"]:
        order = [sa.literal_column("rowid")]
    statement = sa.select(*chosen).order_by(*(order or chosen))
    if needed is not None and len(chosen) < len(set(needed)):
        return names, None  # the header is at fault, which is said next
    if not needed:
        return names, connection.execute(statement) if needed is None else None
    found = connection.execute(statement)
    return list(found.keys()), found


def _check_query(place: DataLocation) -> None:
    if not _READS.match(str(place.query)):
        raise InputError(
            f"{place}: expected a query that reads: SELECT ... FROM ... ORDER BY ..."
        )
    if not _ORDER.search(str(place.query)):
        raise InputError(
            f"{place}: the query has no ORDER BY, so that its rows may come in another "
            "order each time. End it with ORDER BY and columns that tell rows apart."
        )


def _table(place: DataLocation, connection: Any) -> Any:
    """The table of a location, with what the database knows of its columns."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    tables, views = inspector.get_table_names(), inspector.get_view_names()
    known = [*tables, *views]
    if place.table is None and len(known) != 1:
        raise InputError(
            f"{place}: the database has {listing(map(repr, known)) or 'no tables'}. "
            f"Name one table: {place.address}#TABLE, or `data.table` or --table."
        )
    name, schema = place.table or known[0], None
    if name not in known and "." in name:
        schema, name = name.rsplit(".", 1)
    elif name not in known:
        raise InputError(
            f"{place}: there is no table {name!r}. The database has: "
            f"{listing(map(repr, known))}."
        )
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
    if connection.dialect.name == "sqlite":
        for column in table.columns:  # or 111 is read as 111.0000000000
            kind = column.type
            if isinstance(kind, sa.Numeric) and kind.scale is None:
                column.type = sa.types.NullType()
    table.info["in_order"] = connection.dialect.name == "sqlite" and name in tables
    return table
