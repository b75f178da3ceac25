"""Writes coded blocks into one file, which appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.tables.file_kinds import WRITABLE
from han.tables.output_rows import Content
from han.tables.whole_files import check_place, not_written, whole_file
from han.tables.written_workbooks import MOST_ROWS, written_workbook

ROW_GROUP = 1 << 16  # rows of a Parquet file that are written together


def check_output(file: Path | None, source: str | None) -> None:
    """Finds what is wrong with the output before anything is coded.

    Raises:
        InputError: If it cannot be written, has another ending, or is the input.
    """
    if file is None:
        return
    if not (file.name.lower().endswith(WRITABLE) or os.path.isdir(file)):
        raise InputError(f"{file}: expected a name ending in {', '.join(WRITABLE)}.")
    is_there = source and os.path.exists(source) and os.path.exists(file)
    if is_there and file.samefile(str(source)):
        raise InputError(f"{file}: this is the input. Give the output another name.")
    check_place(file)


def check_rows(file: Path | None, rows: int) -> None:
    """Finds what does not fit before anything is coded.

    Raises:
        InputError: If a workbook cannot have so many rows.
    """
    if file and file.suffix.lower() == ".xlsx" and rows > MOST_ROWS:
        raise InputError(
            f"{file}: an Excel sheet takes {MOST_ROWS:,} records, and there are "
            f"{rows:,}. Write .csv, .tsv or .parquet."
        )


@contextmanager
def target(file: Path) -> Iterator[Callable[[Content], None]]:
    """A function that adds a block to a file.

    The file gets its name when the last block is in it; until then, and after any
    fault, whatever stood under that name stays.

    Raises:
        InputError: If the disk does not take it.
    """
    forms = {".parquet": _parquet, ".xlsx": written_workbook}
    form = forms.get(file.suffix.lower(), _bytes)
    with whole_file(file) as temporary, form(temporary) as write:
        yield lambda content: _named_faults(file, write, content)


def _named_faults(
    file: Path, write: Callable[[Content], object], content: Content
) -> None:
    try:
        write(content)
    except OSError as error:
        raise not_written(file, error) from None


@contextmanager
def _bytes(file: Path) -> Iterator[Callable[[Any], object]]:
    with file.open("wb") as stream:
        yield stream.write


@contextmanager
def _parquet(file: Path) -> Iterator[Callable[[Content], object]]:
    rows = _ParquetRows(file)
    try:
        yield rows.add
        rows.flush()
    finally:
        rows.close()


class _ParquetRows:
    """Gathers blocks into groups of rows, which compress well and read fast."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.waiting: list[pa.Table] = []
        self.writer: pq.ParquetWriter | None = None

    def add(self, table: Content) -> None:
        self.waiting.append(table)
        if sum(map(len, self.waiting)) >= ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        if not self.waiting:
            return
        table = pa.concat_tables(self.waiting)
        self.waiting = []
        self.writer = self.writer or pq.ParquetWriter(self.file, table.schema)
        self.writer.write_table(table)

    def close(self) -> None:
        if self.writer:
            self.writer.close()
