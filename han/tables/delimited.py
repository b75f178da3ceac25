"""CSV and TSV, plain or `.gz`, read as text in blocks of rows."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import pandas as pd

from han.errors import InputError, listing
from han.tables.columns import Columns, check_header, separator
from han.tables.encodings import HEAD, check_encoding, open_text
from han.tables.file_kinds import kind_of
from han.tables.locations import DataLocation
from han.tables.separators import (
    NAMES,
    Separation,
    find_decimal,
    find_separation,
    with_points,
)

Names: TypeAlias = Collection[str]


def delimited_blocks(
    file: DataLocation, columns: Columns, *, encoding: str, rows: int | None = None
) -> Iterator[pd.DataFrame]:
    """The needed columns of a file, a block of rows at a time.

    Args:
        file: The table; what separates its cells is found in it.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of the file.
        rows: Rows of a block; all of them in one if None.

    Raises:
        InputError: As `read_table`; for a fault in a row when its block is reached.
    """
    way = _separation(file, encoding, columns.needed)
    with _faults_named(file, encoding, way.separator):
        header = _header(file, encoding, way)
        check_header(file, header, columns, is_sure=False)
        numbers = _comma_columns(file, columns, way)
        if len(header) == 1:
            yield from _one_column(file, encoding, header, way, rows)
            return
        first = 1
        # pandas renames the second of two equal names: the names of the file count.
        for block in _parse(file, encoding, way, rows, header=0):
            block = block.set_axis(header, axis=1)[columns.needed]
            for name in numbers:
                where = f"{file}: column {name!r}"
                points = with_points(block[name].tolist(), where, first)
                block = block.assign(**{name: points})
            yield block
            first += len(block)


def delimited_names(file: DataLocation, encoding: str, wanted: Names) -> list[str]:
    """Names in the first line of a file."""
    way = _separation(file, encoding, wanted)
    with _faults_named(file, encoding, way.separator):
        return _header(file, encoding, way)


def _separation(file: DataLocation, encoding: str, wanted: Names) -> Separation:
    default = separator(file.path)
    with _faults_named(file, encoding, default):
        head = _checked_head(file, encoding).decode(encoding, errors="replace")
    given = file.separator
    return find_separation(head, default, wanted, given=given, where=str(file))


def _comma_columns(file: DataLocation, columns: Columns, way: Separation) -> list[str]:
    """Columns of numbers, if those of the file have a decimal comma."""
    names = columns.numbers
    if not names:
        return []
    header, *rows = way.rows() or [[]]
    places = [header.index(name) for name in names if name in header]
    cells = [row[k] if k < len(row) else "" for row in rows for k in places]
    where = f"{file}: column {listing(map(repr, names))}"
    mark = file.decimal or find_decimal(
        cells, way.separator, where=where, per_row=len(places)
    )
    return names if mark == "," else []


def _header(file: DataLocation, encoding: str, way: Separation) -> list[str]:
    first = next(_parse(file, encoding, way, 1, header=None))
    header: list[str] = first.iloc[0].astype(str).tolist()
    return header


def _one_column(
    file: DataLocation,
    encoding: str,
    header: list[str],
    way: Separation,
    rows: int | None,
) -> Iterator[pd.DataFrame]:
    """With one column an empty line is a record: somebody who answered nothing."""
    options = {"header": None, "names": header, "skip_blank_lines": False}
    is_header_read = False
    for lines in _parse(file, encoding, way, rows, **options):
        if not is_header_read:
            filled = (lines[header[0]].str.strip() != "").to_numpy()
            is_header_read = bool(filled.any())
            lines = lines.iloc[filled.argmax() + 1 if is_header_read else len(lines) :]
        yield lines


def _parse(
    file: DataLocation,
    encoding: str,
    way: Separation,
    rows: int | None,
    **options: Any,
) -> Iterator[pd.DataFrame]:
    """Blocks of a file as pandas reads it, with every cell as text.

    The parser counts lines and cells through the whole file, whatever the block.
    """
    with pd.read_csv(
        file.path,
        sep=way.separator,
        skiprows=way.skipped,
        dtype=str,
        keep_default_na=False,
        encoding=encoding,
        encoding_errors="strict",
        index_col=False,
        iterator=True,
        chunksize=rows,
        **options,
    ) as reader:
        while (block := _next(reader)) is not None:
            yield block


def _next(reader: Iterator[pd.DataFrame]) -> pd.DataFrame | None:
    with warnings.catch_warnings():
        # pandas drops what the first row has beyond the header, and only warns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return next(reader, None)


@contextmanager
def _faults_named(file: DataLocation, encoding: str, mark: str) -> Iterator[None]:
    """Says in words what the parser cannot read."""
    try:
        yield
    except UnicodeError:
        raise InputError(
            f"{file}: not {encoding} text. Say how it is written with `data.encoding` "
            f"or, of a file given to a command, --encoding; for instance "
            f"{_other_encoding(encoding)}."
        ) from None
    except LookupError:
        raise InputError(
            f"{file}: `data.encoding` {encoding!r} is not known. Use utf-8 or latin-1."
        ) from None
    except pd.errors.EmptyDataError:
        raise InputError(
            f"{file}: the file is empty. Expected a header and at least one row."
        ) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError(
            f"{file}: rows do not have the same number of cells: {_detail(error)}. "
            f"Cells are separated by {NAMES.get(mark, repr(mark))}s, and a text that "
            "holds one must stand in double quotes."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{file}: cannot be read: {error}.") from None


def _checked_head(file: DataLocation, encoding: str) -> bytes:
    with open_text(file.path) as stream:
        head = stream.read(HEAD)
    if kind := kind_of(head):
        raise InputError(f"{file}: this is {kind.name}. {kind.advice}")
    check_encoding(head, encoding, where=str(file), option="data.encoding")
    return head


def _detail(error: Exception) -> str:
    """Where pandas found the fault; its warning on the first row does not say."""
    if isinstance(error, pd.errors.ParserWarning):
        return "line 2 has more than the header"
    detail = str(error).split("C error:")[-1].strip()
    return detail.replace("EOF inside string", "a double quote is never closed,")


def _other_encoding(encoding: str) -> str:
    return "utf-8" if "latin" in encoding.lower() else "latin-1"
