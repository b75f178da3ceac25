"""Reads tables of all kinds as text, whole or in blocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import pandas as pd

from han.errors import InputError
from han.tables.columns import Columns
from han.tables.databases import database_blocks, database_names
from han.tables.delimited import delimited_blocks, delimited_names
from han.tables.file_access import check_file
from han.tables.file_kinds import kind_of
from han.tables.locations import WORKBOOKS, DataFile, DataLocation, location_of
from han.tables.parquet import parquet_blocks, parquet_names
from han.tables.separators import typed_with_points
from han.tables.statistics_files import ENDINGS, statistics_blocks, statistics_names
from han.tables.workbooks import OnFault, workbook_blocks, workbook_names

__all__ = [
    "Columns",
    "TableSize",
    "column_names",
    "measure_table",
    "read_blocks",
    "read_table",
]

KINDS_BY_ENDING = (".parquet", *WORKBOOKS, *ENDINGS)  # all others are text
MEASURED = 1 << 15  # rows in memory while a file is looked through


@dataclass(frozen=True)
class TableSize:
    """How much there is to read.

    Attributes:
        rows: Number of records.
        characters: Number of characters in the text fields.
    """

    rows: int
    characters: int


def column_names(
    file: DataFile, *, encoding: str = "utf-8", wanted: Collection[str] = ()
) -> list[str]:
    """Names of the columns that a table has, as its first line says.

    Args:
        file: The table.
        encoding: Encoding of a text file.
        wanted: Columns that it should have: they tell its separator, or its sheet.
    """
    place = location_of(file)
    ending = _checked_ending(place)
    if place.is_database:
        return database_names(place)
    if ending == ".parquet":
        return parquet_names(place.path)
    if ending in WORKBOOKS:
        return workbook_names(place, wanted)
    if ending in ENDINGS:
        return statistics_names(place, encoding)
    return delimited_names(place, encoding, wanted)


def read_table(
    file: DataFile,
    columns: Columns,
    *,
    encoding: str = "utf-8",
    on_fault: OnFault | None = None,
) -> pd.DataFrame:
    """Reads the needed columns of a table as text, "" where a cell is blank.

    Args:
        file: A file whose ending says its kind, or another place of a table.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of a text file.
        on_fault: Is told of cells of a workbook that cannot be read, which are blank
            then; if None, one of these is an InputError.
    """
    blocks = list(_blocks(file, columns, encoding, None, on_fault))
    if not sum(map(len, blocks)):
        raise _no_rows(file)
    return pd.concat(blocks, ignore_index=True)


def read_blocks(
    file: DataFile, columns: Columns, rows: int, *, encoding: str = "utf-8"
) -> Iterator[pd.DataFrame]:
    """The same table in blocks, so that a file of any size fits into memory.

    A fault in a row shows when its block is reached: `measure_table` finds it first.

    Args:
        file: The table.
        columns: Which columns to read.
        rows: Rows of a block; only the last one has fewer.
        encoding: Encoding of a text file.
    """
    kept: list[pd.DataFrame] = []
    for block in _blocks(file, columns, encoding, rows):
        kept.append(block)
        if sum(map(len, kept)) >= rows:
            table = pd.concat(kept, ignore_index=True)
            whole = len(table) - len(table) % rows
            for first in range(0, whole, rows):
                yield table.iloc[first : first + rows]
            kept = [table.iloc[whole:]]
    if sum(map(len, kept)):
        yield pd.concat(kept, ignore_index=True)


def measure_table(
    file: DataFile,
    columns: Columns,
    *,
    encoding: str = "utf-8",
    check: Callable[[pd.DataFrame, int], None] | None = None,
) -> TableSize:
    """Looks through a whole file, a block at a time: its size, if it has no fault.

    Args:
        file: The table.
        columns: Which columns are needed.
        encoding: Encoding of a text file.
        check: Looks at each block for more faults, given the number of its first row.

    Raises:
        InputError: For every fault that `read_table` finds.
    """
    rows = characters = 0
    names = list(dict.fromkeys(columns.fields.values()))
    for block in _blocks(file, columns, encoding, MEASURED):
        if check:
            check(block, rows + 1)
        rows += len(block)
        characters += sum(int(block[name].str.len().sum()) for name in names)
    if not rows:
        raise _no_rows(file)
    return TableSize(rows, characters)


def _blocks(
    file: DataFile,
    columns: Columns,
    encoding: str,
    rows: int | None,
    on_fault: OnFault | None = None,
) -> Iterator[pd.DataFrame]:
    place = location_of(file)
    ending = _checked_ending(place)
    if place.is_database:
        blocks = database_blocks(place, columns, rows=rows)
    elif ending == ".parquet":
        blocks = parquet_blocks(place.path, columns, rows=rows)
    elif ending in WORKBOOKS:
        blocks = workbook_blocks(place, columns, rows=rows, on_fault=on_fault)
    elif ending in ENDINGS:
        blocks = statistics_blocks(place, columns, encoding=encoding, rows=rows)
    else:
        return delimited_blocks(place, columns, encoding=encoding, rows=rows)
    numbers = columns.numbers if place.decimal == "," else []
    return (_with_points(block, numbers) for block in blocks)


def _with_points(block: pd.DataFrame, numbers: Collection[str]) -> pd.DataFrame:
    """Numbers that were stored as text with a decimal comma, with a point."""
    return block.assign(**{n: typed_with_points(block[n].tolist()) for n in numbers})


def _checked_ending(place: DataLocation) -> str:
    """Ending of a file that is there, and of which its first bytes say the same."""
    check_file(place)
    ending = place.suffix.lower()
    if ending in (*WORKBOOKS, *ENDINGS):
        with place.path.open("rb") as stream:
            kind = kind_of(stream.read(1 << 12))
        if kind and ending not in kind.endings:
            raise InputError(f"{place}: this is {kind.name}. {kind.advice}")
        if not kind:
            what = "Excel workbook" if ending in WORKBOOKS else "file of its kind"
            raise InputError(
                f"{place}: this is no {what}, whatever its name says. If it is text, "
                "give it a name that ends in .csv."
            )
    return ending


def _no_rows(file: DataFile) -> InputError:
    return InputError(f"{file}: the file has no rows. Expected at least one record.")
