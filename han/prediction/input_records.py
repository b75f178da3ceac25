"""Records to code from a file, standard input or the command line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm import tqdm

from han.config import Config
from han.data.records import check_side_numbers
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.tables.encodings import HEAD, check_encoding
from han.tables.prediction_columns import ROW
from han.tables.reading import Columns, measure_table, read_blocks

# A block is large enough that equal texts meet in it, and small enough that there is
# one for each process. It depends on the records alone, so that the same texts are
# computed together whatever the number of processes.
MOST_ROWS = 8192
LEAST_ROWS = 256
BLOCK_CHARACTERS = 1 << 20

Part = tuple[pd.DataFrame, dict[str, list[str]], dict[str, list[str]]]


@dataclass(frozen=True)
class Block:
    """Some records of a source.

    Attributes:
        number: Its place among the blocks, from 0.
        keys: What names each record in the output, `(n, keys)`.
        fields: Texts by field name, `(n,)` each.
        side: Cells of side features by name, `(n,)` each.
    """

    number: int
    keys: pd.DataFrame
    fields: dict[str, list[str]]
    side: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of records."""
        return len(self.keys)


@dataclass(frozen=True)
class InputRecords:
    """All records to code; they are read a block at a time.

    Attributes:
        rows: Number of records.
        characters: Number of characters in their texts.
        read: Reads them anew, in tables of at most so many rows as it is given: keys,
            fields and side features.
        repeated_keys: Number of records whose keys an earlier one has, too.
    """

    rows: int
    characters: int
    read: Callable[[int], Iterator[Part]]
    repeated_keys: int = 0

    @property
    def block_rows(self) -> int:
        """Records of a block: fewer where they are long."""
        fitting = BLOCK_CHARACTERS * self.rows // max(self.characters, 1)
        return min(max(fitting, LEAST_ROWS), MOST_ROWS)

    @property
    def num_blocks(self) -> int:
        """Number of blocks."""
        return -(-self.rows // self.block_rows)

    def blocks(self) -> Iterator[Block]:
        """The records in order."""
        for number, part in enumerate(self.read(self.block_rows)):
            yield Block(number, *part)


def file_source(file: Path, config: Config) -> InputRecords:
    """Records of a file; it is looked through for faults, down to its last row.

    Args:
        file: CSV, TSV or Parquet, plain or `.gz`.
        config: The run's; names the columns and the encoding.

    Raises:
        InputError: If the file cannot be read or lacks a column, or a numeric side
            feature is not a number.
    """
    columns = columns_of(config, role="test", labels=False)
    encoding = config.data.encoding

    hashes: list[npt.NDArray[np.uint64]] = []  # eight bytes a record, whatever the keys
    with tqdm(desc="checking", unit=" records", delay=3, disable=None) as bar:

        def check(table: pd.DataFrame, first_row: int) -> None:
            check_side_numbers(table, columns, str(file), first_row)
            if columns.keys:
                keys = table[list(columns.keys)]
                found = pd.util.hash_pandas_object(keys, index=False)
                hashes.append(np.asarray(found, np.uint64))
            bar.update(len(table))

        size = measure_table(file, columns, encoding=encoding, check=check)

    def read(rows: int) -> Iterator[Part]:
        first = 1
        for table in read_blocks(file, columns, rows, encoding=encoding):
            keys = _keys(table, columns, first)
            yield keys, _cells(table, columns.fields), _cells(table, columns.sides)
            first += len(table)

    repeated = size.rows - len(np.unique(np.concatenate(hashes))) if hashes else 0
    return InputRecords(size.rows, size.characters, read, repeated)


def _keys(table: pd.DataFrame, columns: Columns, first: int) -> pd.DataFrame:
    """The key columns; the row number where the experiment names none."""
    if columns.keys:
        return table[list(columns.keys)].reset_index(drop=True)
    return pd.DataFrame({ROW: range(first, first + len(table))})


def _cells(table: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: table[column].tolist() for name, column in columns.items()}


def text_source(texts: list[str], field: str | None, config: Config) -> InputRecords:
    """Texts that are in memory already, for one field of the run.

    Args:
        texts: One for each record.
        field: The field that they fill; the first one if None.
        config: The run's.

    Raises:
        InputError: If there is no such field.
    """
    names = list(config.data.fields)
    if field and field not in names:
        raise InputError(
            f"--field {field}: there is no such field. This run has: "
            f"{', '.join(names)}."
        )

    def read(rows: int) -> Iterator[Part]:
        for first in range(0, len(texts), rows):
            part = texts[first : first + rows]
            keys = pd.DataFrame({ROW: range(first + 1, first + len(part) + 1)})
            yield keys, {field or names[0]: part}, {}

    return InputRecords(len(texts), sum(map(len, texts)), read)


def input_lines(content: bytes, encoding: str) -> list[str]:
    r"""Lines of standard input, in the encoding of the data and not of the terminal.

    Raises:
        InputError: If there are none, or they are not of this encoding.

    Example:
        >>> input_lines("pan\r\n\nqueso añejo".encode(), "utf-8")
        ['pan', '', 'queso añejo']
    """
    head = content[:HEAD]
    check_encoding(head, encoding, where="Standard input", option="--encoding")
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise InputError(
            f"Standard input: the encoding {encoding!r} is not known. Use --encoding "
            "utf-8 or --encoding latin-1."
        ) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        other = "utf-8" if "latin" in encoding.lower() else "latin-1"
        raise InputError(
            f"Standard input, line {line}: not {encoding} text. Say how it is written "
            f"with --encoding, for instance {other}."
        ) from None
    if not text:
        raise InputError("Standard input is empty. Expected one text a line.")
    return [line.rstrip("\n") for line in io.StringIO(text, newline=None)]
