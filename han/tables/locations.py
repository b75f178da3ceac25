"""Where a table lies: a file, a sheet of a workbook, a table of a database."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote_plus, urlsplit

from han.errors import InputError

# What an experiment or a command may call the marks of a text file.
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "point": "."}
WORKBOOKS = (".xlsx", ".xlsm")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_DATABASE = re.compile(r"[A-Za-z][\w+.\-]*://")
_SECRET = re.compile(r"(?:password|passwd|pwd)\s*=(?!\s*\$\{\w+\})", re.IGNORECASE)


@dataclass(frozen=True)
class DataLocation:
    """Where a table lies, and what its content does not say about its form.

    It stands for a path where that is not enough, and has those attributes of one that
    all tables have: `name`, `suffix`, `is_file` and `resolve`.

    Attributes:
        address: A path, or the SQLAlchemy address of a database. `${NAME}` in an
            address is a variable of the environment.
        table: Sheet of a workbook or table of a database; found if there is only one.
        query: What to ask a database in place of a table.
        separator: Between cells of a text file; found in the file if None.
        decimal: Decimal mark of a text file; found in the file if None.
    """

    address: str
    table: str | None = None
    query: str | None = None
    separator: str | None = None
    decimal: str | None = None

    def __str__(self) -> str:
        """The location as the user named it, for messages and fingerprints."""
        if self.query:
            return f"{self.address} (query)"
        return f"{self.address}#{self.table}" if self.table else self.address

    @property
    def is_database(self) -> bool:
        """Whether it is a database."""
        return is_database(self.address)

    @property
    def path(self) -> Path:
        """The file; of a database the file of SQLite, if it is one."""
        if not self.is_database:
            return Path(self.address)
        scheme, _, rest = expanded(self.address).partition("://")
        is_sqlite = scheme.split("+")[0] == "sqlite"
        return Path(rest.removeprefix("/").split("?")[0] if is_sqlite else "")

    @property
    def name(self) -> str:
        """The last part of the path, and the table."""
        place = self.path.name or self.address.rpartition("/")[2]
        return f"{place}#{self.table}" if self.table else place

    @property
    def suffix(self) -> str:
        """Ending of the file; none of a database."""
        return "" if self.is_database else self.path.suffix

    def is_file(self) -> bool:
        """Whether it is there; of a database on a server nobody knows before."""
        return self.path.is_file() if self.path.name else self.is_database

    def resolve(self) -> DataLocation:
        """The same, whatever the folder where a command runs."""
        if self.is_database:
            return self
        return replace(self, address=str(self.path.resolve()))


DataFile: TypeAlias = Path | DataLocation


def data_location(
    address: str | Path | DataLocation,
    *,
    table: str | None = None,
    query: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> DataFile:
    """What an address means: `new.csv`, `book.xlsx#Sheet2`, `sqlite:///x.db#persons`.

    Args:
        address: As the user gave it.
        table: Sheet or table, in place of what stands after `#`.
        query: What to ask a database.
        separator: Separator of a text file.
        decimal: Its decimal mark.

    Returns:
        A path if that says it all.

    Raises:
        InputError: For a password in the address, a table and a query, a query that
            is none, or one for what is no database.

    Example:
        >>> data_location("new.csv"), data_location("book.xlsx#Hoja2").table
        (PosixPath('new.csv'), 'Hoja2')
    """
    if isinstance(address, DataLocation):
        return address
    text, sheet = _parts(str(address))
    separator, decimal = _mark(separator), _mark(decimal)
    place = DataLocation(text, table or sheet, query, separator, decimal)
    _check(place)
    is_path = place == DataLocation(text) and not is_database(text)
    return Path(text) if is_path else place


def location_of(file: DataFile) -> DataLocation:
    """A path as a location."""
    return file if isinstance(file, DataLocation) else DataLocation(str(file))


def may_be_same_table(one: DataFile, other: DataFile) -> bool:
    """Whether equal content may be the same table: not if both name another sheet."""
    tables = {location_of(one).table, location_of(other).table} - {None}
    return len(tables) < 2


def with_form(file: DataFile, separator: str | None, decimal: str | None) -> DataFile:
    """The same file with a separator and a decimal mark where it has none."""
    if not (separator or decimal):
        return file
    place = location_of(file)
    return replace(
        place,
        separator=place.separator or _mark(separator),
        decimal=place.decimal or _mark(decimal),
    )


def _mark(name: str | None) -> str | None:
    return MARKS.get(name, name) if name else None


def is_database(address: str) -> bool:
    """Whether an address is one of a database.

    Example:
        >>> is_database("sqlite:///survey.db"), is_database("survey.csv")
        (True, False)
    """
    if _VARIABLE.match(address) and not Path(address).exists():
        address = expanded(address)
    return _DATABASE.match(address) is not None


def expanded(address: str) -> str:
    """An address with the variables of the environment in it.

    Raises:
        InputError: If one is not set.
    """
    missing = [n for n in _VARIABLE.findall(address) if n not in os.environ]
    if missing:
        raise InputError(
            f"{address}: the environment variable {missing[0]} is not set. Set it to "
            "the address of the database, or to the part of it that it stands for."
        )
    return _VARIABLE.sub(lambda found: os.environ[found[1]], address)


def _parts(text: str) -> tuple[str, str | None]:
    """Address and table of `ADDRESS#TABLE`; a file may have # in its name."""
    before, mark, after = text.rpartition("#")
    has_table = before.lower().endswith(WORKBOOKS) and not Path(text).exists()
    if mark and (has_table or _VARIABLE.match(before) or _DATABASE.match(before)):
        return before, after or None
    return text, None


def _check(place: DataLocation) -> None:
    has_tables = place.is_database or place.suffix.lower() in WORKBOOKS
    if place.is_database and _has_password(place.address):
        raise InputError(
            f"{place.address.split(':')[0]}://...: the address holds a password, which "
            "would stand in the files of the run. Set an environment variable to "
            "the address, and write ${NAME} in its place."
        )
    if place.query and place.table:
        raise InputError(f"{place.address}: give a table or a query, not both.")
    if place.query and not place.is_database:
        raise InputError(
            f"{place.address}: a query goes with a database, such as "
            "sqlite:///survey.db. Leave it out for a file."
        )
    if place.table and not has_tables:
        raise InputError(
            f"{place.address}: a table goes with a database or an .xlsx workbook. "
            "Leave it out for another file."
        )


def _has_password(address: str) -> bool:
    password = urlsplit(address).password or ""
    is_plain = bool(password) and not _VARIABLE.fullmatch(password)
    return is_plain or _SECRET.search(unquote_plus(address)) is not None
