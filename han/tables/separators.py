"""Finds what separates the cells of a text file, and its decimal mark."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from han.errors import InputError

NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 200  # rows that are looked at
_SEP = re.compile(r'^\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)  # Excel writes it
_POINT = re.compile(r"(?!\d{1,3}(?:\.\d{3})+$)\d*\.\d+|\d{1,3}(?:,\d{3})+\.\d+|0\.\d+")
_COMMA = re.compile(r"(?!\d{1,3}(?:,\d{3})+$)\d*,\d+|\d{1,3}(?:\.\d{3})+,\d+|0,\d+")
_EITHER = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_POINTED = re.compile(r"[-+]?\d*\.\d[\d.]*(?:[eE][-+]?\d+)?")
_WITH_COMMA = re.compile(r"\s*[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+\s*")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")


@dataclass(frozen=True)
class Separation:
    """How a text file is divided into cells.

    Attributes:
        separator: Between cells.
        skipped: Lines before the header: 1 where the first one is `sep=;`.
        text: The first lines, from the header on.
    """

    separator: str
    skipped: int
    text: str

    def rows(self, most: int | None = None) -> list[list[str]]:
        """The first rows, so many at most, without blank ones; the last may be cut."""
        stream = io.StringIO(self.text, newline="")
        reader = csv.reader(stream, delimiter=self.separator)
        rows = []
        # A cell of a megabyte, or NUL: the reader proper says it.
        with contextlib.suppress(csv.Error):
            for row in itertools.islice(reader, most):
                rows += [row] if row else []
        return rows


def find_separation(
    text: str,
    default: str,
    wanted: Collection[str] = (),
    *,
    given: str | None = None,
    where: str = "data",
) -> Separation:
    r"""How a file is divided, by its first lines.

    The separator is the one with which the header has all columns that are wanted; if
    there is none or no single one, that with which the first rows have equal numbers of
    cells.

    Args:
        text: The first lines.
        default: The separator if nothing speaks for another one.
        wanted: Names of columns that the header should have.
        given: The separator, if the user says it.
        where: Name of the file, for messages.

    Raises:
        InputError: If several are possible.

    Example:
        >>> find_separation("texto;clave\npan, queso;01\n", ",", ["texto"]).separator
        ';'
    """
    first = _SEP.match(text)
    if first:
        given, text = given or first[1], text[first.end() :]
    skipped = 1 if first else 0
    text = text.removeprefix("\ufeff")
    marks = [given] if given else [default, *(m for m in NAMES if m != default)]
    found = {mark: Separation(mark, skipped, text) for mark in marks}
    rows = {mark: way.rows(_SAMPLE) for mark, way in found.items()}
    filled = [mark for mark in marks if rows[mark]]
    named = [mark for mark in filled if set(wanted) <= set(rows[mark][0])]
    if wanted and len(named) == 1:
        return found[named[0]]
    several = [mark for mark in named or filled if len(rows[mark][0]) > 1]
    even = [mark for mark in several if _is_even(rows[mark])]
    if len(even) > 1 and wanted and named:
        raise InputError(
            f"{where}: the separator of cells may be "
            f"{' or '.join(NAMES[mark] for mark in even)}. Set `data.separator` or, "
            "for a file given to a command, --separator to one of them."
        )
    # Without a row that tells, the usual one.
    likely = even if len(even) == 1 else several
    return found[marks[0] if marks[0] in likely or not likely else likely[0]]


def _is_even(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows have as many cells as the header; the last may be cut."""
    return all(len(row) == len(rows[0]) for row in rows[: max(len(rows) - 1, 1)])


def find_decimal(
    cells: Iterable[str], separator: str, *, where: str = "data", per_row: int = 1
) -> Literal[".", ","]:
    """The decimal mark of numbers, by their first cells.

    Args:
        cells: Cells that should be numbers.
        separator: Between the cells of the file.
        where: Name of the file and the columns, for messages.
        per_row: How many of the cells stand in one row.

    Raises:
        InputError: If cells have both marks, or if they may be decimals or thousands.

    Example:
        >>> find_decimal(["1,5", "1.234,5"], ";")
        ','
    """
    filled = [cell.strip().lstrip("+-") for cell in cells]
    points = [k // per_row + 1 for k, c in enumerate(filled) if _POINT.fullmatch(c)]
    commas = [k // per_row + 1 for k, c in enumerate(filled) if _COMMA.fullmatch(c)]
    if points and commas:
        raise InputError(
            f"{where}: some numbers have a decimal point (row {points[0]}), others a "
            f"decimal comma (row {commas[0]}). Write all with one of them."
        )
    if points or commas:
        return "," if commas else "."
    unclear = [k for k, cell in enumerate(filled) if _EITHER.fullmatch(cell)]
    # With commas between cells, a point has always been the decimal mark.
    if any("," in filled[k] for k in unclear) or (unclear and separator == ";"):
        raise InputError(
            f"{where}, row {unclear[0] // per_row + 1}: in numbers such as 1.234 or "
            "1,234 the mark may be that of decimals or of thousands. Set "
            "`data.decimal` or, for a file given to a command, --decimal to point or "
            "comma."
        )
    return "."


def with_points(cells: Sequence[str], where: str, first_row: int) -> list[str]:
    """Numbers with a decimal comma as such with a decimal point.

    Args:
        cells: The cells; those that are no numbers stay as they are.
        where: Name of the file and the column, for messages.
        first_row: Number of the first cell's row.

    Raises:
        InputError: For a number with a point that is not a mark of thousands.

    Example:
        >>> with_points(["1,5", "1.234,5", "7", ""], "data", 1)
        ['1.5', '1234.5', '7', '']
    """
    changed = []
    for row, cell in enumerate(cells, start=first_row):
        number = cell.replace(".", "") if _GROUPED.fullmatch(cell.strip()) else cell
        if _POINTED.fullmatch(number.strip()):
            raise InputError(
                f"{where}, row {row}: a number has a point, but decimals of this file "
                "are written with a comma. Write numbers without marks of thousands, "
                "or set `data.decimal` (--decimal) to point."
            )
        changed.append(number.replace(",", "."))
    return changed


def typed_with_points(cells: Sequence[str]) -> list[str]:
    """The same where only the numbers that were stored as text have a decimal comma.

    Sheets and databases hold true numbers, too: these have a point and stay.

    Example:
        >>> typed_with_points(["1,5", "1.234,5", "2.5", "NA"])
        ['1.5', '1234.5', '2.5', 'NA']
    """
    return [
        cell.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell
        for cell in cells
    ]
