"""Distinct answers of any number of rows, and their way back: DuckDB does the work.

All texts are in Parquet; DuckDB reads them in pieces and goes to disk where memory does
not suffice. Answers are known by two halves of a hash of their cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from han.tables.whole_files import whole_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BLOCK = 4096  # answers that are coded together, whatever the chunks
HASH = ("high", "low")


@contextmanager
def database(spill: Path, memory: int, threads: int) -> Iterator[DuckDBPyConnection]:
    """A DuckDB in memory that goes to disk when it has used so many bytes."""
    import duckdb

    settings = {
        "memory_limit": f"{memory >> 20}MiB",
        "temp_directory": str(spill),
        "threads": threads,
    }
    with duckdb.connect(config=settings) as connection:
        yield connection


def hash_of(columns: Sequence[str]) -> dict[str, str]:
    """SQL of the two halves of an answer's hash; lengths keep cells apart."""
    parts = ", ".join(f"strlen({name}), ':', {name}" for name in columns)
    cells = f"concat({parts})"
    return {
        "high": f"md5_number_upper({cells})",
        "low": f"md5_number_lower({cells})",
    }


def write_answers(
    connection: DuckDBPyConnection,
    rows: Path,
    columns: Sequence[str],
    file: Path,
    unit: str | None = None,
) -> int:
    """Writes each distinct answer once, sorted by its hash.

    Args:
        connection: The database.
        rows: Folder of the staged rows.
        columns: Columns that make an answer.
        file: Parquet file to write: `high`, `low`, the columns, `records`.
        unit: Column whose cells are units of which rows are counted: how often the
            unit of a row stands is then a part of its answer, `repeats`.

    Returns:
        Number of distinct answers.
    """
    source = _source(rows, unit)
    names = [*columns, *(["repeats"] if unit else [])]
    halves = hash_of(names).values()
    asked = ", ".join(f"any_value({name}) AS {name}" for name in names)
    query = (
        f"SELECT high, low, {asked}, count(*) AS records FROM (SELECT "
        f"{', '.join(f'{sql} AS {name}' for name, sql in zip(HASH, halves, strict=True))}"
        f", {', '.join(names)} FROM {source}) GROUP BY high, low ORDER BY high, low"
    )
    return _write(connection, query, file, BLOCK)


def write_joined(
    connection: DuckDBPyConnection, query: str, file: Path, rows: int
) -> int:
    """Writes what a query gives; returns the number of rows."""
    return _write(connection, query, file, rows)


def source_of(rows: Path, unit: str | None) -> str:
    """SQL of the staged rows, with the repeats of their units if there are any."""
    return _source(rows, unit)


def _source(rows: Path, unit: str | None) -> str:
    staged = f"read_parquet({_quoted(str(rows / '*.parquet'))})"
    if unit is None:
        return staged
    # A blank cell is no unit.
    counted = (
        f"CASE WHEN trim({unit}) = '' THEN 0 ELSE "
        f"count(*) OVER (PARTITION BY trim({unit})) END"
    )
    return f"(SELECT *, CAST({counted} AS VARCHAR) AS repeats FROM {staged})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(text: str) -> str:
    """A text in SQL."""
    return _quoted(text)


def _write(connection: DuckDBPyConnection, query: str, file: Path, rows: int) -> int:
    reader = connection.sql(query).to_arrow_reader(rows)
    count = 0
    with whole_file(file) as temporary:
        with pq.ParquetWriter(temporary, reader.schema, compression="zstd") as writer:
            for table in blocks_of(reader, rows):
                writer.write_table(table, row_group_size=rows)
                count += len(table)
    return count


def blocks_of(batches: pa.RecordBatchReader, rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many; only the last one has fewer."""
    kept: list[pa.Table] = []
    for batch in batches:
        kept.append(pa.Table.from_batches([batch]))
        while sum(map(len, kept)) >= rows:
            table = pa.concat_tables(kept)
            yield table.slice(0, rows)
            kept = [table.slice(rows)]
    if sum(map(len, kept)):
        yield pa.concat_tables(kept)
