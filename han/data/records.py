"""Rows of a table as records: named text fields, label cells, weight, keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.code_spelling import plain_code
from han.code_list.damaged_cells import damage_of
from han.data.side_features import MISSING, check_numbers
from han.data.survey_weights import read_weights
from han.tables.databases import database_digest
from han.tables.file_access import file_digest
from han.tables.locations import DataFile, location_of
from han.tables.reading import Columns, read_table
from han.text.distinct_texts import text_keys
from han.text.non_answers import NONE, NonAnswers

TextArray = npt.NDArray[np.object_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Records:
    """Rows of one table, all as text.

    Attributes:
        source: Name of the file or table, for messages.
        rows: Row number of each record in it, `(n,)`, from 1; the header is not
            a row.
        fields: Text of each field, by field name, `(n,)` each; "" where blank.
        labels: Label cells, `(n, k)`; "" where blank. Of cells with several codes
            a column for the first ones, the second ones and so on.
        keys: The key columns.
        weights: Survey weights, `(n,)`; 1 where there is no weight column.
        others: Columns that splitting needs.
        sides: Cells of each side feature, by its name, `(n,)` each; "" where blank.
        label_names: Names of the label columns, `k`.
        non_answers: What counts as blank where texts are compared.
        respelled: Rows with a label cell in which something that nobody sees was
            taken away.
        not_coded: Rows with a label cell of `data.no_code`; None without that key.
    """

    source: str
    rows: npt.NDArray[np.int64]
    fields: dict[str, TextArray]
    labels: TextArray
    keys: pd.DataFrame
    weights: FloatArray
    others: dict[str, TextArray]
    sides: dict[str, TextArray] = field(default_factory=dict)
    label_names: Sequence[str] = ()
    non_answers: NonAnswers = NONE
    respelled: Sequence[int] = ()
    not_coded: Sequence[int] | None = None

    def __len__(self) -> int:
        """Number of records."""
        return len(self.rows)

    @property
    def is_blank(self) -> npt.NDArray[np.bool_]:
        """Whether every field of a record is blank, `(n,)`."""
        blank = np.ones(len(self), bool)
        for texts in self.fields.values():
            blank &= np.array([not text.strip() for text in texts], bool)
        return blank

    @cached_property
    def answers(self) -> dict[str, TextArray]:
        """The fields with "" in place of non-answers."""
        blanked = self.non_answers.answers
        return {
            name: np.array(blanked(texts), dtype=object)
            for name, texts in self.fields.items()
        }

    @cached_property
    def text_keys(self) -> list[str]:
        """Normalised text of each record: equal keys are the same answer."""
        columns = {name: list(cells) for name, cells in self.fields.items()}
        return text_keys(columns, self.non_answers)


def repeats(keys: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Rows whose keys other rows have, too, `(n,)`; none where there are no keys."""
    if not len(keys.columns):
        return np.zeros(len(keys), bool)
    return keys.duplicated(keep=False).to_numpy()


def fingerprint(file: DataFile) -> str:
    """SHA-256 of a file or of the rows of a database: whether a run's data is changed.

    Of a workbook it is that of the file, whichever sheet is read.
    """
    place = location_of(file)
    if place.is_database:
        return database_digest(place)
    return file_digest(place.path)


def read_records(
    file: DataFile, columns: Columns, *, encoding: str = "utf-8"
) -> Records:
    """Reads a table of any kind into records.

    Args:
        file: A path, or another place of a table (`han.tables.locations`).
        columns: Which columns to read; the file may have more.
        encoding: Encoding of a text file.

    Raises:
        InputError: For a missing, empty or badly encoded file, a row with more cells
            than the header, a missing column or one that stands there twice, codes
            stored as numbers, or a weight or a numeric side feature that is not a
            number.
    """
    table = read_table(file, columns, encoding=encoding)
    return table_records(table, columns, str(file))


def table_records(table: pd.DataFrame, columns: Columns, source: str) -> Records:
    """Records of a table whose cells are all text.

    Args:
        table: The needed columns, `(n, k)` text, "" where blank.
        columns: What they hold.
        source: Name of the file, or what else to call the table in messages.

    Raises:
        InputError: For a weight or a numeric side feature that is not a number.
    """
    check_side_numbers(table, columns, source)
    labels = _label_cells(table, columns)
    return Records(
        source=source,
        rows=np.arange(1, len(table) + 1),
        fields={name: _column(table, c) for name, c in columns.fields.items()},
        labels=labels.cells,
        keys=table[list(columns.keys)],
        weights=read_weights(table, columns.weight, source),
        others={name: _column(table, c) for name, c in columns.others.items()},
        sides={name: _side_cells(table, columns, name) for name in columns.sides},
        label_names=_label_names(columns, labels.cells.shape[1]),
        respelled=labels.respelled,
        not_coded=labels.not_coded if columns.no_code else None,
    )


def label_sets(
    cells: TextArray, separator: str, no_code: Collection[str] = ()
) -> TextArray:
    """Cells with several codes as a column for each place in them, `(n, A)`.

    Args:
        cells: One column of label cells, `(n, 1)`, or none, `(n, 0)`.
        separator: What stands between the codes of a cell.
        no_code: Cells that mean that there is no code, and so no code of a set, either.

    Example:
        >>> label_sets(np.array([["1|2| 1"], ["|3"], [""]], object), "|").tolist()
        [['1', '2'], ['3', ''], ['', '']]
    """
    if not cells.shape[1]:
        return cells
    pieces = _pieces(cells[:, 0].tolist(), separator)
    none = {"", *no_code}
    codes = [list(dict.fromkeys(c for c in row if c not in none)) for row in pieces]
    width = max(map(len, codes), default=1)
    found = np.full((len(codes), max(width, 1)), "", dtype=object)
    for row, given in zip(found, codes, strict=True):
        row[: len(given)] = given
    return found


def _pieces(cells: Sequence[str], separator: str) -> list[list[str]]:
    """Parts of each cell. One such as `s/d` stays whole, or its letters were codes."""
    parts = {c: [p.strip() for p in c.split(separator)] for c in dict.fromkeys(cells)}
    words = [c for c in parts if separator in c and any(map(str.isalpha, c))]
    damaged = {c for c in words if damage_of(c)}
    known = {part for cell in parts if cell not in damaged for part in parts[cell]}
    whole = {c for c in damaged if not known.issuperset(parts[c])}
    return [[cell] if cell in whole else parts[cell] for cell in cells]


def _label_names(columns: Columns, width: int) -> tuple[str, ...]:
    """Column of each place; all of one column where its cells hold several codes."""
    names = tuple(columns.labels)
    return names if columns.label_sets is None else names * width


class _LabelCells(NamedTuple):
    cells: TextArray
    respelled: list[int]
    not_coded: list[int]


def _label_cells(table: pd.DataFrame, columns: Columns) -> _LabelCells:
    """Label cells in one spelling, and the rows where that changed something."""
    names, no_code = list(columns.labels), set(map(plain_code, columns.no_code))
    cells = np.full((len(table), len(names)), "", dtype=object)
    changed = blanked = np.zeros(len(table), bool)
    for place, name in enumerate(names):
        given = table[name].str.strip()
        plain = given.map({cell: plain_code(cell) for cell in given.unique()})
        changed = changed | (plain != given).to_numpy(bool)
        is_blank = plain.isin(no_code).to_numpy(bool)
        blanked = blanked | is_blank
        cells[:, place] = plain.where(~is_blank, "").to_numpy(object)
    if columns.label_sets is not None:
        cells = label_sets(cells, columns.label_sets, no_code)
    rows = np.arange(1, len(table) + 1)
    return _LabelCells(cells, rows[changed].tolist(), rows[blanked].tolist())


def _column(table: pd.DataFrame, name: str) -> TextArray:
    values: TextArray = table[name].to_numpy(dtype=object)
    return values


def check_side_numbers(
    table: pd.DataFrame, columns: Columns, source: str, first_row: int = 1
) -> None:
    """Raises InputError where a numeric side feature of a table is not a number."""
    for name in columns.numeric:
        column = columns.sides[name]
        what = f"column {column!r} (`data.side_features.{name}`)"
        check_numbers(table[column].tolist(), source, what, first_row)


def _side_cells(table: pd.DataFrame, columns: Columns, name: str) -> TextArray:
    """Cells of a side feature; of a number `NA` and the like are blank, too."""
    cells = _column(table, columns.sides[name])
    if name not in columns.numeric:
        return cells
    lowered = [cell.strip().lower() for cell in cells]
    return np.where(np.isin(lowered, sorted(MISSING)), "", cells).astype(object)
