"""Writes coded blocks as an Excel workbook, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

MOST_ROWS = (1 << 20) - 1  # of a sheet, below the header


@contextmanager
def written_workbook(file: Path) -> Iterator[Callable[[Any], None]]:
    """A function that adds tables to a sheet; the file is there at the end.

    Texts are cells of text, also those that look like numbers or begin as formulas do:
    codes keep their zeros, and nothing is computed when the file is opened.

    Args:
        file: The workbook to write.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("codes")
    sheet.freeze_panes = "A2"
    has_header = False

    def add(table: pd.DataFrame) -> None:
        nonlocal has_header
        if not has_header:
            sheet.append([_cell(sheet, str(name)) for name in table.columns])
            has_header = True
        filled = table.astype(object).where(table.notna(), None)
        for row in filled.itertuples(index=False, name=None):
            sheet.append([_cell(sheet, value) for value in row])

    yield add
    book.save(file)


def _cell(sheet: Any, value: object) -> Any:
    """What openpyxl writes: a cell of text for a text, numbers as they are."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return value
    if not value:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
