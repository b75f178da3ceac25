"""Records to code from a file, standard input or the command line."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm import tqdm

from han.config import Config
from han.data.records import check_side_numbers
from han.decisions.unit_repeats import Repeats, UnitCounts
from han.errors import InputError
from han.experiment.config_inputs import columns_of
from han.experiment.row_roles import as_in_experiment
from han.prediction.unit_counter import UnitCounter
from han.tables.encodings import HEAD, check_encoding
from han.tables.locations import DataFile, location_of
from han.tables.prediction_columns import ROW
from han.tables.reading import Columns, column_names, measure_table, read_blocks

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
        repeats: How often their units stand among all records; None if the run does not
            ask, or the input does not say.
    """

    number: int
    keys: pd.DataFrame
    fields: dict[str, list[str]]
    side: dict[str, list[str]] = field(default_factory=dict)
    repeats: Repeats | None = None

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
        units: The units of all records, counted; None as for `Block.repeats`.
    """

    rows: int
    characters: int
    read: Callable[[int], Iterator[Part]]
    repeated_keys: int = 0
    units: UnitCounts | None = None

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
        first = 0
        for number, part in enumerate(self.read(self.block_rows)):
            last = first + len(part[0])
            repeats = self.units.of(first, last) if self.units else None
            yield Block(number, *part, repeats)
            first = last


class _FirstLook:
    """What is noted of each block while a file is looked through."""

    def __init__(
        self, file: DataFile, columns: Columns, counter: UnitCounter | None
    ) -> None:
        self.file, self.columns, self.counter = file, columns, counter
        self.digest = hashlib.sha256()
        # Eight bytes a record, whatever the keys.
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._is_database = location_of(file).is_database

    def check(self, table: pd.DataFrame, first_row: int) -> None:
        """Finds faults in a block, and takes in what is counted."""
        columns = self.columns
        check_side_numbers(table, columns, str(self.file), first_row)
        if self._is_database:
            _add_rows(self.digest, table)
        if columns.keys:
            keys = table[list(columns.keys)]
            found = pd.util.hash_pandas_object(keys, index=False)
            self._hashes.append(np.asarray(found, np.uint64))
        if self.counter:
            cells = table[columns.others["unit"]].tolist() if columns.others else []
            self.counter.add(_cells(table, columns.fields), cells)

    @property
    def repeated_keys(self) -> int:
        """Number of records whose keys an earlier one has, too."""
        if not self._hashes:
            return 0
        hashes = np.concatenate(self._hashes)
        return len(hashes) - len(np.unique(hashes))


def file_source(
    file: DataFile, config: Config, counter: UnitCounter | None = None
) -> InputRecords:
    """Records of a file; it is looked through for faults, down to its last row.

    Args:
        file: A table of any kind.
        config: The run's; names the columns and the encoding.
        counter: Counts the records of each unit, if the run asks. Nothing is counted
            where the file lacks the column of the units.

    Raises:
        InputError: If the file cannot be read or lacks a column, or a numeric side
            feature is not a number.
    """
    columns = columns_of(config, role="test", labels=False)
    # A database may change between the two times that it is read.
    is_database = location_of(file).is_database
    file, encoding = as_in_experiment(config, file), config.data.encoding
    if counter and counter.column:
        wanted = [*columns.fields.values(), counter.column]
        if counter.column in column_names(file, encoding=encoding, wanted=wanted):
            columns = replace(columns, others={"unit": counter.column})
        else:
            counter = None
    look = _FirstLook(file, columns, counter)
    with tqdm(desc="checking", unit=" records", delay=3, disable=None) as bar:

        def check(table: pd.DataFrame, first_row: int) -> None:
            look.check(table, first_row)
            bar.update(len(table))

        size = measure_table(file, columns, encoding=encoding, check=check)

    def read(rows: int) -> Iterator[Part]:
        first, coded = 1, hashlib.sha256()
        for table in read_blocks(file, columns, rows, encoding=encoding):
            keys = _keys(table, columns, first)
            yield keys, _cells(table, columns.fields), _cells(table, columns.sides)
            first += len(table)
            if is_database:
                _add_rows(coded, table)
        if is_database and coded.digest() != look.digest.digest():
            raise InputError(
                f"{file}: the rows changed while they were coded, and nothing was "
                "written. Give the command again, or read a copy of the table."
            )

    units = counter.counts() if counter else None
    return InputRecords(size.rows, size.characters, read, look.repeated_keys, units)


def _add_rows(digest: hashlib._Hash, table: pd.DataFrame) -> None:
    for row in table.itertuples(index=False, name=None):
        digest.update(repr(row).encode())


def _keys(table: pd.DataFrame, columns: Columns, first: int) -> pd.DataFrame:
    """The key columns; the row number where the experiment names none."""
    if columns.keys:
        return table[list(columns.keys)].reset_index(drop=True)
    return pd.DataFrame({ROW: range(first, first + len(table))})


def _cells(table: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: table[column].tolist() for name, column in columns.items()}


def text_source(
    texts: list[str],
    field: str | None,
    config: Config,
    counter: UnitCounter | None = None,
) -> InputRecords:
    """Texts that are in memory already, for one field of the run.

    Args:
        texts: One for each record.
        field: The field that they fill; the first one if None.
        config: The run's.
        counter: Counts how often each stands, if the run asks.

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

    units = None
    if counter and not counter.column:
        counter.add({field or names[0]: texts})
        units = counter.counts()
    return InputRecords(len(texts), sum(map(len, texts)), read, units=units)


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
