"""The rows of each input file as Parquet: read once, checked, numbered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.data.records import fingerprint
from han.errors import InputError
from han.tables.columns import Columns
from han.tables.locations import DataFile, location_of
from han.tables.reading import read_blocks
from han.tables.whole_files import whole_file

BLOCK = 1 << 16  # rows in memory, and of a row group
KEY = "han.input"  # of what is known of the file, in its Parquet file


@dataclass(frozen=True)
class StagedFile:
    """What is known of an input file once it has been read.

    Attributes:
        name: As the user named it.
        rows: Number of rows.
        sha256: Of its bytes; of the rows of a database.
        size: Bytes; 0 of a database.
        modified: When it was changed last, in nanoseconds; 0 of a database.
    """

    name: str
    rows: int
    sha256: str
    size: int
    modified: int

    def is_still(self, file: DataFile) -> bool:
        """Whether a file is the one that was read; its bytes are read if in doubt."""
        if not location_of(file).is_file():
            return False
        stamps = (self.size, self.modified)
        return (any(stamps) and _stamps(file) == stamps) or (
            fingerprint(file) == self.sha256
        )


def column_name(number: int) -> str:
    """Name of a column in the working files, whatever it is called in the input."""
    return f"c{number}"


def staged_file(target: Path) -> StagedFile | None:
    """What is known of a file that has been read; None if it has not, or not wholly."""
    if not target.is_file():
        return None
    try:
        metadata = pq.read_metadata(target).metadata or {}
        return StagedFile(**json.loads(metadata[KEY.encode()]))
    except (OSError, pa.ArrowInvalid, KeyError, ValueError, TypeError):
        return None


def stage_file(
    number: int,
    file: DataFile,
    columns: Columns,
    encoding: str,
    target: Path,
    seen: Callable[[int], object] = int,
) -> StagedFile:
    """Copies the needed columns of a file, all as text, and numbers its rows.

    Args:
        number: Number of the file.
        file: The file.
        columns: Columns to read; they get the names of `column_name` in their order.
        encoding: Encoding of a text file.
        target: Parquet file to write, whole or not at all.
        seen: Is told of rows as they are read.

    Raises:
        InputError: For every fault of the file, with its row; or if it was changed
            while it was read.
    """
    names, rows = columns.needed, 0
    stamps, sha256 = _stamps(file), fingerprint(file)
    schema = _schema(len(names))
    with whole_file(target) as temporary:
        with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for block in read_blocks(file, columns, BLOCK, encoding=encoding):
                writer.write_table(_numbered(block[names], number, rows, schema))
                rows += len(block)
                seen(len(block))
            found = StagedFile(str(file), rows, sha256, *stamps)
            writer.add_key_value_metadata({KEY: json.dumps(asdict(found))})
        if _stamps(file) != stamps:
            raise InputError(
                f"{file}: the file was changed while it was read. Give the command "
                "again when nobody writes it."
            )
    return found


def _stamps(file: DataFile) -> tuple[int, int]:
    place = location_of(file)
    if place.is_database or not place.is_file():
        return 0, 0
    known = place.path.stat()
    return known.st_size, known.st_mtime_ns


def _schema(columns: int) -> pa.Schema:
    names = [(column_name(i), pa.string()) for i in range(columns)]
    return pa.schema([("file", pa.int32()), ("row", pa.int64()), *names])


def _texts(cells: pd.Series) -> pa.Array:
    found = pa.array(cells, pa.string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _numbered(
    block: pd.DataFrame, file: int, first: int, schema: pa.Schema
) -> pa.Table:
    rows = len(block)
    cells = [_texts(block[name]) for name in block.columns]
    numbers = pa.array(np.arange(first + 1, first + rows + 1))
    return pa.Table.from_arrays(
        [pa.repeat(pa.scalar(file, pa.int32()), rows), numbers, *cells], schema=schema
    )
