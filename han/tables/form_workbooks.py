"""Workbooks that people fill in: cells of text, lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from han.tables.whole_files import whole_file

WIDEST = 60  # characters of a column


def write_form(
    file: Path, sheets: Mapping[str, pd.DataFrame], lists: Mapping[str, str]
) -> None:
    """Writes tables of texts as the sheets of a workbook.

    Every cell is one of text, blank ones included, so that a code that is typed in
    keeps its zeros and nothing is computed.

    Args:
        file: The workbook.
        sheets: Tables by the name of their sheet; the first is the one to fill in.
        lists: Cells to choose from, by column of the first sheet: a range such as
            `codes!$A$2:$A$9`, or texts such as `"x"`.

    Raises:
        InputError: If the disk does not take it.
    """
    import openpyxl
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        _fill(book.create_sheet(name), table)
    sheet, table = book.worksheets[0], next(iter(sheets.values()))
    names = list(table.columns)
    for column, source in lists.items():
        letter = openpyxl.utils.get_column_letter(names.index(column) + 1)
        rule = DataValidation("list", formula1=f"={source}", allow_blank=True)
        rule.error, rule.errorTitle = "It is not in the list.", column
        rule.showErrorMessage = True
        rule.add(f"{letter}2:{letter}{len(table) + 1}")
        sheet.add_data_validation(rule)
    with whole_file(file) as temporary:
        book.save(temporary)


def sheet_text(text: str) -> str:
    r"""A text as a cell can hold it: without characters that no workbook takes.

    Example:
        >>> sheet_text("pan\x0bdulce")
        'pan\ufffddulce'
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    found: str = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    return found


def _fill(sheet: Any, table: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    rows = [tuple(map(str, table.columns)), *table.itertuples(index=False, name=None)]
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if text:
                cell.value = sheet_text(text)
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    for place, column in enumerate(table.columns, 1):
        longest = max([len(str(column)), *table.iloc[:, place - 1].str.len()])
        width = min(longest, WIDEST) + 2
        sheet.column_dimensions[get_column_letter(place)].width = width
