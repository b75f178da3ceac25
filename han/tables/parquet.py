"""Parquet read as text in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.tables.columns import Columns, check_header
from han.tables.parquet_types import check_types, decoded, plain_table, value_type
from han.tables.text_cells import cells_as_text, check_text_cells, is_whole

MARK, ENCRYPTED = b"PAR1", b"PARE"
BATCH = 1 << 16  # rows read at once where only their kind of number is looked at


def parquet_blocks(
    file: Path, columns: Columns, *, rows: int | None = None
) -> Iterator[pd.DataFrame]:
    """The needed columns of a file, a block of rows at a time.

    Numbers are written alike in all blocks: without `.0` if all of the column are
    whole.

    Args:
        file: The table.
        columns: Which columns to read; the file may have more.
        rows: Rows of a block; all of them in one if None.

    Raises:
        InputError: As `read_table`, and for a column of a type that is no text; for
            codes that are numbers when their block is reached.
    """
    with _faults_named(file), pq.ParquetFile(file) as source:
        check_header(file, _names(source), columns, is_sure=True)
        check_types(file, source.schema_arrow, columns)
        whole = _whole_columns(source, columns)
        for table in _tables(source, columns.needed, rows):
            table = plain_table(file, table, columns)
            numbers = [n for n in columns.needed if n not in columns.labels]
            block = _integers_as_text(table, numbers).to_pandas()[columns.needed]
            for name in columns.labels:
                check_text_cells(str(file), block[name])
            yield cells_as_text(block, whole)


def parquet_names(file: Path) -> list[str]:
    """Names of the columns of a file."""
    with _faults_named(file), pq.ParquetFile(file) as source:
        return _names(source)


def _names(source: pq.ParquetFile) -> list[str]:
    # A column that pandas keeps as the index is none of the table.
    schema = source.schema_arrow
    try:
        return [str(name) for name in schema.empty_table().to_pandas().columns]
    except (ValueError, KeyError, TypeError, AttributeError, NotImplementedError):
        return list(schema.names)  # what pandas has noted there is damaged


def _tables(
    source: pq.ParquetFile, names: list[str], rows: int | None
) -> Iterator[pa.Table]:
    if rows is None:
        yield source.read(names)
        return
    for batch in source.iter_batches(rows, columns=names):
        yield pa.Table.from_batches([batch])


def _integers_as_text(table: pa.Table, names: list[str]) -> pa.Table:
    """Integers as text while they are integers: pandas makes floats of some."""
    for place, column in enumerate(table.schema):
        if column.name in names and pa.types.is_integer(column.type):
            text = table.column(place).cast(pa.string())
            table = table.set_column(place, column.name, text)
    return table


def _whole_columns(source: pq.ParquetFile, columns: Columns) -> set[str]:
    """Columns of numbers that are whole in every row."""
    kinds = {c.name: value_type(c.type) for c in source.schema_arrow}
    is_real = {n: pa.types.is_floating(k) or k == pa.bool_() for n, k in kinds.items()}
    whole = {name for name in columns.needed if is_real[name]}
    for table in _tables(source, sorted(whole), BATCH) if whole else ():
        for name in set(whole):
            if not _is_whole(decoded(table.column(name))):
                whole.discard(name)
    return whole


def _is_whole(values: pa.ChunkedArray) -> bool:
    if values.type == pa.bool_():  # True and False are 1 and 0 unless some are missing
        return not values.null_count
    return is_whole(values.to_pandas())


@contextmanager
def _faults_named(file: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError, NotImplementedError, pa.ArrowException) as error:
        raise InputError(f"{file}: {_damage(file)} ({type(error).__name__}).") from None


def _damage(file: Path) -> str:
    """What is wrong with a file that cannot be read, by the marks at its two ends."""
    with file.open("rb") as stream:
        head = stream.read(4)
        stream.seek(max(file.stat().st_size - 4, 0))
        tail = stream.read(4)
    if ENCRYPTED in (head, tail):
        return "an encrypted Parquet file. Save it without encryption"
    if head != MARK:
        return "not a Parquet file. Give its name the ending of what it is"
    if tail != MARK:
        return "a Parquet file whose end is missing. Copy it again"
    return "a Parquet file that is damaged or encrypted. Write or copy it again"
