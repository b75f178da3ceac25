"""Tables about codes, row by row: the code list itself, and its notes."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass

from han.errors import InputError, listing
from han.tables.columns import Columns, separator
from han.tables.encodings import HEAD, check_encoding, open_text
from han.tables.file_access import check_file
from han.tables.file_kinds import kind_of
from han.tables.locations import DataFile, DataLocation, location_of
from han.tables.reading import KINDS_BY_ENDING, column_names, read_table
from han.tables.separators import NAMES, find_separation


@dataclass(frozen=True)
class CodeTable:
    """What a file is, for messages.

    Attributes:
        name: What it is called.
        option: The key of the experiment that names it.
        columns: The columns that are expected.
    """

    name: str
    option: str
    columns: tuple[str, ...]

    @property
    def expected(self) -> str:
        """The columns as a message names them."""
        return f"{', '.join(self.columns[:-1])} and {self.columns[-1]}"


def read_code_table(
    file: DataFile, table: CodeTable, needed: set[str], encoding: str
) -> list[dict[str, str]]:
    """Rows of a table with a header, cells stripped.

    Args:
        file: The table, of any kind that records may have.
        table: What it is.
        needed: The columns that it must have.
        encoding: Its encoding.

    Raises:
        InputError: For a missing file or column, a wrong encoding, broken CSV, a file
            without rows, or a row with more cells than the header.
    """
    lines = _read_lines(file, table, needed, encoding)
    _check_header(file, table, needed, lines[0] if lines else [])
    if len(lines) == 1:
        raise InputError(
            f"{file}: the {table.name} is empty. It needs a row for each code."
        )
    return [_as_row(file, table, i, lines[0], lines[i]) for i in range(1, len(lines))]


def code_table_header(file: DataFile, table: CodeTable, encoding: str) -> list[str]:
    """Names of the columns, none of an empty file.

    Raises:
        InputError: As `read_code_table`.
    """
    place = location_of(file)
    if _is_text(place):
        lines = _read_lines(file, table, set(), encoding)
        return lines[0] if lines else []
    check_file(file, table.name, f"Check `{table.option}`.")
    return [name.strip() for name in column_names(place, encoding=encoding)]


def _is_text(place: DataLocation) -> bool:
    return not place.is_database and place.suffix.lower() not in KINDS_BY_ENDING


def _read_lines(
    file: DataFile, table: CodeTable, needed: set[str], encoding: str
) -> list[list[str]]:
    check_file(file, table.name, f"Check `{table.option}`.")
    place = location_of(file)
    read = _text_lines if _is_text(place) else _typed_lines
    found = read(place, table, needed, encoding)
    lines = [[cell.strip() for cell in line] for line in found]
    while lines and not any(lines[-1]):
        lines.pop()  # spreadsheets leave rows of empty cells at the end
    return lines


def _typed_lines(
    place: DataLocation, table: CodeTable, needed: set[str], encoding: str
) -> list[list[str]]:
    """Rows of a workbook, a database or another file that is no text."""
    names = column_names(place, encoding=encoding, wanted=needed)
    # Of variables with value labels, codes are the values, titles the labels.
    codes = [n for n in dict.fromkeys(names) if n and n in needed]
    texts = {n: n for n in names if n and n not in needed}
    rows = read_table(place, Columns(texts, labels=codes), encoding=encoding)
    return [list(rows.columns), *rows.to_numpy(dtype=object).tolist()]


def _text_lines(
    place: DataLocation, table: CodeTable, needed: set[str], encoding: str
) -> list[list[str]]:
    text = _read_text(place, table, encoding)
    way = find_separation(text[:HEAD], separator(place.path), needed, where=str(place))
    # Strict, or a quote that is never closed swallows the rest of the file.
    lines = io.StringIO(text, newline="")
    for _ in range(way.skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=way.separator, strict=True)
    try:
        return [line for line in reader if line]
    except csv.Error as error:
        raise InputError(
            f"{place}, line {reader.line_num + way.skipped}: not valid CSV: {error}. "
            f"Put a {table.columns[-1]} with {NAMES.get(way.separator, 'mark')}s in "
            "double quotes, and write a double quote inside it twice."
        ) from None


def _read_text(place: DataLocation, table: CodeTable, encoding: str) -> str:
    with open_text(place.path) as stream:
        raw = stream.read()
    if kind := kind_of(raw[:HEAD]):
        raise InputError(f"{place}: the {table.name} is {kind.name}. {kind.advice}")
    check_encoding(raw[:HEAD], encoding, where=str(place), option="taxonomy.encoding")
    try:
        # Spreadsheets begin a UTF-8 file with a byte order mark.
        return raw.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise InputError(
            f"{place}: there is no encoding {encoding!r}. Set `taxonomy.encoding` to "
            "utf-8, latin-1 or cp1252, for instance."
        ) from None
    except UnicodeError as error:
        line = raw.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise InputError(
            f"{place}, line {line}: not {encoding} text. Set `taxonomy.encoding`, for "
            "instance to latin-1."
        ) from None


def _check_header(
    file: DataFile, table: CodeTable, needed: set[str], header: list[str]
) -> None:
    missing = needed - set(header)
    if not missing:
        return
    raise InputError(
        f"{file}: the {table.name} has no column {listing(sorted(missing))}. Expected "
        f"{table.expected}. Found: {_found(table, header)}."
    )


def _found(table: CodeTable, header: list[str]) -> str:
    """Column names; of a first line that may be data, the number of cells alone."""
    if set(table.columns) & set(header) or not header:
        return listing(header or ["nothing"])
    return f"{len(header)} other cells in the first line; is it the header?"


def _as_row(
    file: DataFile, table: CodeTable, number: int, header: list[str], cells: list[str]
) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise InputError(
            f"{file}, row {number}: {len(cells)} cells under {len(header)} columns. "
            f"Put a {table.columns[-1]} with commas in double quotes."
        )
    return dict(itertools.zip_longest(header, cells[: len(header)], fillvalue=""))
