"""CSV files about codes, row by row: the code list itself, and its notes."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from pathlib import Path

from han.errors import InputError, listing
from han.tables.encodings import HEAD, check_encoding, kind_of
from han.tables.file_access import check_file


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
    file: Path, table: CodeTable, needed: set[str], encoding: str
) -> list[dict[str, str]]:
    """Rows of a CSV file with a header, cells stripped.

    Args:
        file: The file.
        table: What it is.
        needed: The columns that it must have.
        encoding: Its encoding.

    Raises:
        InputError: For a missing file or column, a wrong encoding, broken CSV, a file
            without rows, or a row with more cells than the header.
    """
    lines = _read_lines(file, table, encoding)
    _check_header(file, table, needed, lines[0] if lines else [])
    if len(lines) == 1:
        raise InputError(
            f"{file}: the {table.name} is empty. It needs a row for each code."
        )
    return [_as_row(file, table, i, lines[0], lines[i]) for i in range(1, len(lines))]


def code_table_header(file: Path, table: CodeTable, encoding: str) -> list[str]:
    """Names of the columns, none of an empty file.

    Raises:
        InputError: As `read_code_table`.
    """
    lines = _read_lines(file, table, encoding)
    header = lines[0] if lines else []
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise InputError(
            f"{file}: cells of the {table.name} must be separated by commas. Expected "
            f"{table.expected}: save it with commas."
        )
    return header


def _read_lines(file: Path, table: CodeTable, encoding: str) -> list[list[str]]:
    # Strict, or a quote that is never closed swallows the rest of the file.
    text = _read_text(file, table, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [[cell.strip() for cell in line] for line in reader if line]
    except csv.Error as error:
        raise InputError(
            f"{file}, line {reader.line_num}: not valid CSV: {error}. Put a "
            f"{table.columns[-1]} with commas in double quotes, and write a double "
            "quote inside it twice."
        ) from None
    while lines and not any(lines[-1]):
        lines.pop()  # spreadsheets leave rows of empty cells at the end
    return lines


def _read_text(file: Path, table: CodeTable, encoding: str) -> str:
    check_file(file, table.name, f"Check `{table.option}`.")
    raw = file.read_bytes()
    if kind := kind_of(raw):
        raise InputError(
            f"{file}: the {table.name} is {kind}. Expected a CSV file with "
            f"{table.expected}: save it as such, and name it in `{table.option}`."
        )
    check_encoding(raw[:HEAD], encoding, where=str(file), option="taxonomy.encoding")
    try:
        # Spreadsheets begin a UTF-8 file with a byte order mark.
        return raw.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise InputError(
            f"{file}: there is no encoding {encoding!r}. Set `taxonomy.encoding` to "
            "utf-8, latin-1 or cp1252, for instance."
        ) from None
    except UnicodeError as error:
        line = raw.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise InputError(
            f"{file}, line {line}: not {encoding} text. Set `taxonomy.encoding`, for "
            "instance to latin-1."
        ) from None


def _check_header(
    file: Path, table: CodeTable, needed: set[str], header: list[str]
) -> None:
    missing = needed - set(header)
    if not missing:
        return
    raise InputError(
        f"{file}: the {table.name} has no column {listing(sorted(missing))}. Expected "
        f"{table.expected}, separated by commas. Found: {_found(table, header)}."
    )


def _found(table: CodeTable, header: list[str]) -> str:
    """Column names; of a first line that may be data, the number of cells alone."""
    if set(table.columns) & set(header) or not header:
        return listing(header or ["nothing"])
    return f"{len(header)} other cells in the first line; is it the header?"


def _as_row(
    file: Path, table: CodeTable, number: int, header: list[str], cells: list[str]
) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise InputError(
            f"{file}, row {number}: {len(cells)} cells under {len(header)} columns. "
            f"Put a {table.columns[-1]} with commas in double quotes."
        )
    return dict(itertools.zip_longest(header, cells[: len(header)], fillvalue=""))
