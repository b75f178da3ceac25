"""Distinct answers of any number of rows: DuckDB does the work.

All texts are in Parquet; DuckDB reads them in pieces and goes to disk where memory does
not suffice. Answers are known by two halves of a hash of their cells.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from han.devices.process_memory import machine_memory
from han.devices.termination import raise_again
from han.errors import InputError
from han.tables.whole_files import whole_file
from han.usable_cores import usable_cores

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Connection: TypeAlias = "DuckDBPyConnection"
BLOCK = 4096  # answers that are coded together, whatever the chunks
HASH = ("high", "low")
REPEATS = "repeats"  # how often the unit of a row stands, beside its cells
# What does not count around a cell, as `str.strip` has it.
BLANKS = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
)


@dataclass(frozen=True)
class AnswerCells:
    """Columns of the staged rows whose cells make an answer.

    Attributes:
        texts: What the model reads: text fields and side features.
        others: What stages read besides.
    """

    texts: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.texts, *self.others)))

    def with_other(self, name: str) -> AnswerCells:
        """The same and one more, of those besides."""
        return AnswerCells(self.texts, (*self.others, name))

    @property
    def hashes(self) -> dict[str, str]:
        """SQL of the two halves of an answer's hash: of the texts, and of all cells.

        So answers with equal texts stand together, and the model codes them once.
        """
        return {
            "high": f"md5_number_upper({_joined(self.texts)})",
            "low": f"md5_number_lower({_joined(self.names)})",
        }


def _joined(columns: Sequence[str]) -> str:
    """SQL of all cells as one text; lengths keep them apart."""
    parts = ", ".join(f"strlen({name}), ':', {name}" for name in columns)
    return f"concat({parts})"


@contextmanager
def database(spill: Path, memory_share: float) -> Iterator[Connection]:
    """A DuckDB in memory that goes to disk when it has used its share.

    Args:
        spill: Folder for what does not fit; what is there, of a process that was
            killed, is removed.
        memory_share: Share of the machine's memory that it may use.

    Raises:
        InputError: If memory or disk does not suffice.
    """
    import duckdb

    shutil.rmtree(spill, ignore_errors=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{int(memory_share * machine_memory()) >> 20}MiB",
        "temp_directory": str(spill),
        "threads": usable_cores(),
    }
    try:
        with duckdb.connect(config=settings) as connection:
            yield connection
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # DuckDB's words for Ctrl-C and SIGTERM
            raise_again()
        raise
    except duckdb.OutOfMemoryException:
        raise InputError(
            f"Memory or the disk of {spill} did not suffice to bring equal answers "
            "together. What was coded is kept: free the disk, or raise "
            "`resources.memory_share`, and give the same command again."
        ) from None
    except duckdb.IOException as error:
        # It names files and the system's reason, never cells.
        said = str(error).splitlines()[0]
        raise InputError(
            f"{spill}: {said} What was coded is kept: give the same command again "
            "when that is mended."
        ) from None


def write_answers(
    connection: Connection,
    rows: Path,
    cells: AnswerCells,
    file: Path,
    unit: str | None = None,
) -> int:
    """Writes each distinct answer once, sorted by its hash: equal texts together.

    Args:
        connection: The database.
        rows: Folder of the staged rows.
        cells: Columns that make an answer.
        file: Parquet file to write: `high`, `low`, the columns, `records`.
        unit: Column whose cells are units of which rows are counted: how often the
            unit of a row stands is then a part of its answer, `REPEATS`.

    Returns:
        Number of distinct answers.
    """
    known = cells.with_other(REPEATS) if unit else cells
    source = source_of(rows, {REPEATS: unit} if unit else {})
    halves = [f"{sql} AS {name}" for name, sql in known.hashes.items()]
    asked = ", ".join(f"any_value({name}) AS {name}" for name in known.names)
    query = (
        f"SELECT high, low, {asked}, count(*) AS records FROM "
        f"(SELECT {', '.join([*halves, *known.names])} FROM {source}) "
        "GROUP BY high, low ORDER BY high, low"
    )
    reader = connection.sql(query).to_arrow_reader(BLOCK)
    count = 0
    with (
        whole_file(file) as temporary,
        pq.ParquetWriter(temporary, reader.schema, compression="zstd") as writer,
    ):
        for table in blocks_of(reader, BLOCK):
            writer.write_table(table, row_group_size=BLOCK)
            count += len(table)
    return count


def source_of(rows: Path, units: Mapping[str, str]) -> str:
    """SQL of the staged rows.

    Args:
        rows: Their folder.
        units: Columns of units, by the name of a column to add: how often the unit of
            each row stands among all rows, as text; "0" of a blank cell.
    """
    staged = f"read_parquet({quoted(str(rows / '*.parquet'))})"
    if not units:
        return staged
    cells = {name: f"trim({unit}, {quoted(BLANKS)})" for name, unit in units.items()}
    added = ", ".join(
        f"CAST(CASE WHEN {cell} = '' THEN 0 ELSE count(*) OVER (PARTITION BY {cell}) "
        f"END AS VARCHAR) AS {name}"
        for name, cell in cells.items()
    )
    return f"(SELECT *, {added} FROM {staged})"


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def blocks_of(batches: pa.RecordBatchReader, rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many; only the last one has fewer."""
    kept: list[pa.Table] = []
    for batch in batches:
        kept.append(pa.Table.from_batches([batch]))
        while sum(map(len, kept)) >= rows:
            table = pa.concat_tables(kept)
            yield table.slice(0, rows).combine_chunks()
            kept = [table.slice(rows)]
    if sum(map(len, kept)):
        yield pa.concat_tables(kept).combine_chunks()
