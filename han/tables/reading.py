"""Reads tables: CSV, TSV and Parquet, whole or in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from han.errors import InputError
from han.tables.columns import Columns
from han.tables.delimited import delimited_blocks, delimited_names
from han.tables.file_access import check_file
from han.tables.parquet import parquet_blocks, parquet_names

__all__ = [
    "Columns",
    "TableSize",
    "column_names",
    "measure_table",
    "read_blocks",
    "read_table",
]

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


def column_names(file: Path, *, encoding: str = "utf-8") -> list[str]:
    """Names of the columns that a table has, as its first line says.

    Args:
        file: The table.
        encoding: Encoding of a text file.
    """
    _check_there(file)
    if file.suffix.lower() == ".parquet":
        return parquet_names(file)
    return delimited_names(file, encoding)


def read_table(
    file: Path, columns: Columns, *, encoding: str = "utf-8"
) -> pd.DataFrame:
    """Reads the needed columns of a table as text, "" where a cell is blank.

    Args:
        file: The table; `.tsv` is split at tabs, `.parquet` read as such, else commas.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of a text file.
    """
    blocks = list(_blocks(file, columns, encoding, None))
    if not sum(map(len, blocks)):
        raise _no_rows(file)
    return pd.concat(blocks, ignore_index=True)


def read_blocks(
    file: Path, columns: Columns, rows: int, *, encoding: str = "utf-8"
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
            yield table.iloc[:rows]
            kept = [table.iloc[rows:]]
    if sum(map(len, kept)):
        yield pd.concat(kept, ignore_index=True)


def measure_table(
    file: Path,
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
    file: Path, columns: Columns, encoding: str, rows: int | None
) -> Iterator[pd.DataFrame]:
    _check_there(file)
    if file.suffix.lower() == ".parquet":
        return parquet_blocks(file, columns, rows=rows)
    return delimited_blocks(file, columns, encoding=encoding, rows=rows)


def _check_there(file: Path) -> None:
    check_file(file)


def _no_rows(file: Path) -> InputError:
    return InputError(f"{file}: the file has no rows. Expected at least one record.")
