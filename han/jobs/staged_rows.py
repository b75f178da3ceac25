"""The rows of each input file as Parquet: read once, checked, numbered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.data.records import fingerprint
from han.tables.columns import Columns
from han.tables.locations import DataFile, location_of
from han.tables.reading import read_blocks
from han.tables.whole_files import whole_file

BLOCK = 1 << 16  # rows in memory, and of a row group


@dataclass(frozen=True)
class StagedFile:
    """What is known of an input file once it has been read.

    Attributes:
        name: As the user named it.
        rows: Number of rows.
        sha256: Of its bytes; of the rows of a database.
    """

    name: str
    rows: int
    sha256: str


def column_name(number: int) -> str:
    """Name of a column in the working files, whatever it is called in the input."""
    return f"c{number}"


def stage_file(
    number: int, file: DataFile, columns: Sequence[str], encoding: str, target: Path
) -> StagedFile:
    """Copies the needed columns of a file, all as text, and numbers its rows.

    Args:
        number: Number of the file.
        file: The file.
        columns: Columns to read.
        encoding: Encoding of a text file.
        target: Parquet file to write, whole or not at all.

    Raises:
        InputError: For every fault of the file, with its row.
    """
    wanted = Columns({name: name for name in columns})
    place, digest, rows = location_of(file), hashlib.sha256(), 0
    before = None if place.is_database else fingerprint(file)
    schema = _schema(len(columns))
    with (
        whole_file(target) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd") as writer,
    ):
        for table in read_blocks(file, wanted, BLOCK, encoding=encoding):
            block = table[list(columns)]
            if before is None:
                digest.update(pd.util.hash_pandas_object(block, index=False).values)
            writer.write_table(_numbered(block, number, rows, schema))
            rows += len(block)
    return StagedFile(str(file), rows, before or digest.hexdigest())


def _schema(columns: int) -> pa.Schema:
    names = [(column_name(i), pa.string()) for i in range(columns)]
    return pa.schema([("file", pa.int32()), ("row", pa.int64()), *names])


def _numbered(block: pd.DataFrame, file: int, first: int, schema: pa.Schema) -> pa.Table:
    rows = len(block)
    cells = [block[name].tolist() for name in block.columns]
    numbers = range(first + 1, first + rows + 1)
    return pa.table([[file] * rows, numbers, *cells], schema=schema)
