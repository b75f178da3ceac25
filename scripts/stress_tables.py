"""Copies of a table with some of its text columns changed: a part of stress.py."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.tables.columns import separator
from han.tables.output_file import target

Columns = Mapping[str, Sequence[str]]
Change = Callable[[Columns], dict[str, list[str]]]


def copy_table(
    table: Path,
    copy: Path,
    names: Sequence[str],
    change: Change,
    *,
    encoding: str = "utf-8",
) -> int:
    """Writes the copy, whole or not at all, and says how many rows it has.

    Args:
        table: The table.
        copy: The copy, of the same kind by its name.
        names: Columns that are changed.
        change: Makes the new texts of these columns from the old ones.
        encoding: Encoding of a text file and of its copy.

    Raises:
        InputError: For a file or a column that is not there or cannot be read.
    """
    if not table.is_file():
        raise InputError(f"{table}: there is no such data file. Check its path.")
    if copy.exists() and copy.samefile(table):
        raise InputError(f"{copy}: this is the table. Give the copy another name.")
    if _kind(table) != _kind(copy):
        raise InputError(
            f"{copy}: expected a name that ends in {''.join(_kind(table))}, as that of "
            "the table does."
        )
    if _kind(table) == [".parquet"]:
        content: Any = _parquet(table, names, change)
        rows = len(content)
    else:
        content, rows = _delimited(table, names, change, encoding)
    with target(copy) as write:
        write(content)
    return rows


def _kind(file: Path) -> list[str]:
    suffixes = [suffix.lower() for suffix in file.suffixes]
    return suffixes[-2:] if suffixes[-1:] == [".gz"] else suffixes[-1:]


def _delimited(
    file: Path, names: Sequence[str], change: Change, encoding: str
) -> tuple[bytes, int]:
    """The changed table as bytes, and its number of rows."""
    header, rows = _read_rows(file, encoding)
    places = {name: _place(file, header, name) for name in names}
    # In a table of one column a blank line is somebody who answered nothing.
    columns = {n: [row[i] if row else "" for row in rows] for n, i in places.items()}
    for name, texts in change(columns).items():
        for row, text in zip(rows, texts, strict=True):
            if row:
                row[places[name]] = text
    stream = io.StringIO(newline="")
    mark = separator(file)
    writer = csv.writer(stream, delimiter=mark, lineterminator="\n")
    writer.writerows([header, *rows])
    content = stream.getvalue().encode(encoding)
    is_gzip = _kind(file)[-1:] == [".gz"]
    return (gzip.compress(content, mtime=0) if is_gzip else content), len(rows)


def _read_rows(file: Path, encoding: str) -> tuple[list[str], list[list[str]]]:
    plain = encoding.lower().replace("-", "") == "utf8"
    codec = "utf-8-sig" if plain else encoding  # a mark is no part of the first name
    csv.field_size_limit(2**31 - 1)  # a document may be longer than csv expects
    is_gzip = _kind(file)[-1:] == [".gz"]
    content = file.read_bytes()
    try:
        text = (gzip.decompress(content) if is_gzip else content).decode(codec)
    except (UnicodeError, LookupError):
        raise InputError(
            f"{file}: not {encoding} text. Say how it is written with --encoding."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{file}: cannot be read: {error}.") from None
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator(file))
    rows = list(lines)
    if not rows or not rows[0]:
        raise InputError(f"{file}: the file is empty. Expected a header and rows.")
    for number, row in enumerate(rows, start=1):
        if row and len(row) != len(rows[0]):
            raise InputError(
                f"{file}: row {number} has {len(row)} cells and the header "
                f"{len(rows[0])}. Correct the file."
            )
    return rows[0], rows[1:]


def _place(file: Path, header: Sequence[str], name: str) -> int:
    if header.count(name) != 1:
        raise InputError(
            f"{file}: {header.count(name)} of its columns are called {name!r}; "
            "expected one. Correct --fields."
        )
    return header.index(name)


def _parquet(file: Path, names: Sequence[str], change: Change) -> pa.Table:
    """The changed table; what was missing stays missing."""
    try:
        table = pq.read_table(file)
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        raise InputError(f"{file}: not a Parquet file ({kind}).") from None
    places = {name: _place(file, table.column_names, name) for name in names}
    texts = {}
    for name, place in places.items():
        kind = table.schema.field(place).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InputError(f"{file}: column {name!r} holds {kind}; expected text.")
        texts[name] = [text or "" for text in table.column(place).to_pylist()]
    for name, changed in change(texts).items():
        column = table.schema.field(places[name])
        missing = table.column(places[name]).is_null().to_pylist()
        values = [None if m else t for m, t in zip(missing, changed, strict=True)]
        table = table.set_column(places[name], column, pa.array(values, column.type))
    return table
