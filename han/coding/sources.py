"""Records that wait to be coded: of a file, of standard input, of the command line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from han.config import Config
from han.data.tables import Columns, measure_table, read_blocks
from han.encodings import HEAD, check_encoding
from han.errors import InputError
from han.training.inputs import columns_of

# A block is large enough that equal texts meet in it, and small enough that there is
# one for each process. It depends on the records alone, so that the same texts are
# computed together whatever the number of processes.
MOST_ROWS = 8192
LEAST_ROWS = 256
BLOCK_CHARACTERS = 1 << 20


@dataclass(frozen=True)
class Block:
    """Some records of a source.

    Attributes:
        number: Its place among the blocks, from 0.
        keys: What names each record in the output, `(n, keys)`.
        fields: Texts by field name, `(n,)` each.
    """

    number: int
    keys: pd.DataFrame
    fields: dict[str, list[str]]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.keys)


@dataclass(frozen=True)
class Source:
    """All records to code; they are read a block at a time.

    Attributes:
        rows: Number of records.
        characters: Number of characters in their texts.
        read: Reads them anew, in tables of at most so many rows as it is given.
    """

    rows: int
    characters: int
    read: Callable[[int], Iterator[tuple[pd.DataFrame, dict[str, list[str]]]]]

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
        for number, (keys, fields) in enumerate(self.read(self.block_rows)):
            yield Block(number, keys, fields)


def file_source(file: Path, config: Config) -> Source:
    """Records of a file; it is looked through for faults, down to its last row.

    Args:
        file: CSV, TSV or Parquet, plain or `.gz`.
        config: The run's; names the columns and the encoding.

    Raises:
        InputError: If the file cannot be read or lacks a column.
    """
    columns = columns_of(config, role="test", labels=False)
    encoding = config.data.encoding
    size = measure_table(file, columns, encoding=encoding)

    def read(rows: int) -> Iterator[tuple[pd.DataFrame, dict[str, list[str]]]]:
        first = 1
        for table in read_blocks(file, columns, rows, encoding=encoding):
            yield _keys(table, columns, first), _fields(table, columns)
            first += len(table)

    return Source(size.rows, size.characters, read)


def _keys(table: pd.DataFrame, columns: Columns, first: int) -> pd.DataFrame:
    """The key columns; the row number where the experiment names none."""
    if columns.keys:
        return table[list(columns.keys)].reset_index(drop=True)
    return pd.DataFrame({"row": range(first, first + len(table))})


def _fields(table: pd.DataFrame, columns: Columns) -> dict[str, list[str]]:
    return {name: table[c].tolist() for name, c in columns.fields.items()}


def text_source(texts: list[str], field: str | None, config: Config) -> Source:
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

    def read(rows: int) -> Iterator[tuple[pd.DataFrame, dict[str, list[str]]]]:
        for first in range(0, len(texts), rows):
            part = texts[first : first + rows]
            keys = pd.DataFrame({"row": range(first + 1, first + len(part) + 1)})
            yield keys, {field or names[0]: part}

    return Source(len(texts), sum(map(len, texts)), read)


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
