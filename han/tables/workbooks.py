"""Excel workbooks read as text in blocks of rows."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

from han.errors import InputError, count_of, listing
from han.tables.columns import Columns, check_header
from han.tables.locations import DataLocation
from han.tables.typed_cells import cell_text, shown_number

BLOCK = 1 << 13  # rows in memory where the caller wants all
_TITLE_ROWS = 20  # rows in which a header may stand below a title

Row = tuple[Any, ...]  # cells as openpyxl gives them
# Is told of a cell that cannot be read: its row, its place in the header, and why.
OnFault = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Sheet:
    """The sheet that is read.

    Attributes:
        rows: Its rows with their numbers, from the header on; each a second time with
            formulas in place of their values, if there are any.
        header: Names of the columns.
    """

    rows: Iterator[tuple[int, Row, Row]]
    header: list[str]


def workbook_blocks(
    file: DataLocation,
    columns: Columns,
    *,
    rows: int | None = None,
    on_fault: OnFault | None = None,
) -> Iterator[pd.DataFrame]:
    """The needed columns of a sheet, a block of rows at a time.

    Args:
        file: The workbook and the sheet. Without a sheet, the only visible one with
            cells, or the only one with all these columns.
        columns: Which columns to read; the sheet may have more.
        rows: Rows of a block; chosen here if None.
        on_fault: Is told of a cell with a fault, which is blank then; if None, that is
            an InputError.

    Raises:
        InputError: As `read_table`; and for an error or a formula without a value in a
            cell, and a date in place of a code.
    """
    on_fault = on_fault or _refused(file)
    with _opened(file, columns.needed) as sheet:
        _check_names(file, sheet, columns)
        for part in _parts(_texts(file, sheet, columns, on_fault), rows or BLOCK):
            yield pd.DataFrame(part, columns=columns.needed, dtype=str)


def workbook_names(file: DataLocation, wanted: Collection[str]) -> list[str]:
    """Names of the columns of a sheet, which is chosen as in `workbook_blocks`."""
    with _opened(file, wanted) as sheet:
        return sheet.header


def _parts(rows: Iterator[list[str]], size: int) -> Iterator[list[list[str]]]:
    while part := list(itertools.islice(rows, size)):
        yield part


def _check_names(file: DataLocation, sheet: _Sheet, columns: Columns) -> None:
    """Also finds a header that stands below a title."""
    needed = set(columns.needed)
    if not needed <= set(sheet.header):
        for number, row, _ in itertools.islice(sheet.rows, _TITLE_ROWS):
            if needed <= set(_names(row)):
                raise InputError(
                    f"{file}: the names of the columns are in row {number} of the "
                    "sheet. Expected them in the first row with cells: remove what "
                    "stands above them."
                )
        if blank := sheet.header.count(""):
            missing = [n for n in columns.needed if n not in sheet.header]
            raise InputError(
                f"{file}: there is no column {listing(map(repr, missing))}, and the "
                f"header has {count_of(blank, 'cell')} without a name, as merged cells "
                "leave them. Give each column its name, in one row."
            )
    check_header(file, sheet.header, columns, is_sure=False)


def _refused(file: DataLocation) -> OnFault:
    def refuse(number: int, place: int, fault: str) -> None:
        from openpyxl.utils import get_column_letter

        raise InputError(
            f"{file}, cell {get_column_letter(place + 1)}{number}: {fault}"
        )

    return refuse


def _texts(
    file: DataLocation, sheet: _Sheet, columns: Columns, on_fault: OnFault
) -> Iterator[list[str]]:
    """Needed cells of each row as text; rows without any at the end are left out."""
    names = columns.needed
    places = [sheet.header.index(name) for name in names]
    are_codes = [name in columns.labels for name in names]
    empty = 0
    for number, row, formulas in sheet.rows:
        if all(cell.value is None for cell in (*row, *formulas)):
            empty += 1
            continue
        yield from ([""] * len(names) for _ in range(empty))
        empty = 0
        cells = []
        for place, is_code in zip(places, are_codes, strict=True):
            fault = _fault(row, formulas, place, is_code)
            if fault:
                on_fault(number, place, fault)
            cells.append("" if fault else _text(file, row, place))
        yield cells


def _text(file: DataLocation, row: Row, place: int) -> str:
    if place >= len(row):
        return ""
    cell, value = row[place], row[place].value
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shown_number(value, cell.number_format or "")
    return cell_text(value, str(file))


def _fault(row: Row, formulas: Row, place: int, is_code: bool) -> str:
    """What is wrong with a cell, or ""."""
    if place >= len(row):
        return ""
    cell, formula = row[place], formulas[place]
    if isinstance(cell.value, str) and cell.data_type != "e":
        return ""
    if cell.data_type == "e":
        return f"it holds the error {cell.value}. Correct it, or empty the cell."
    # A formula that gives no text has the type of a text, but no value either.
    if cell.value is None and formula.data_type == "f" and cell.data_type == "n":
        return (
            "a formula without its value, which the program that wrote the workbook "
            "did not compute. Open it in Excel and save it."
        )
    if is_code and isinstance(cell.value, dt.date | dt.time):
        return (
            "a date where a code should be: Excel makes dates of codes such as 1-2. "
            "Make the column text, and enter the code again."
        )
    return _number_fault(cell.value, cell.number_format or "") if is_code else ""


def _number_fault(value: Any, number_format: str) -> str:
    """What is wrong with a number in a column of codes, or ""."""
    again = "Make the column text, and enter the code again."
    if isinstance(value, bool):
        return f"{str(value).upper()} where a code should be. {again}"
    if isinstance(value, dt.timedelta):
        return f"a time where a code should be: Excel makes times of 46:11. {again}"
    is_share = "%" in number_format or "?/" in number_format
    if isinstance(value, float) and value != int(value) and is_share:
        return f"a share or fraction where a code should be. {again}"
    return ""


@contextmanager
def _opened(file: DataLocation, wanted: Collection[str]) -> Iterator[_Sheet]:
    with _faults_named(file), _book(file, values=True) as book:
        sheet = _chosen(file, book, wanted)
        rows = enumerate(sheet.iter_rows(), start=1)
        if not _has_formulas(file):
            yield _from_header((number, row, row) for number, row in rows)
            return
        with _book(file, values=False) as formulas:
            others = formulas[sheet.title]
            others.reset_dimensions()
            pairs = zip(rows, others.iter_rows(), strict=False)
            yield _from_header((number, row, other) for (number, row), other in pairs)


@contextmanager
def _book(file: DataLocation, *, values: bool) -> Iterator[Any]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of drawings and the like, which are not read
        found = openpyxl.load_workbook(file.path, read_only=True, data_only=values)
    with closing(found) as book:
        yield book


def _from_header(rows: Iterator[tuple[int, Row, Row]]) -> _Sheet:
    for _, row, _ in rows:
        if header := _names(row):
            return _Sheet(rows, header)
    return _Sheet(rows, [])


def _names(row: Row) -> list[str]:
    """Cells of a header, up to the last that is filled."""
    names = [cell_text(cell.value) for cell in row]
    while names and not names[-1]:
        names.pop()
    return names


def _chosen(file: DataLocation, book: Any, wanted: Collection[str]) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    for sheet in sheets.values():
        sheet.reset_dimensions()  # some programs write wrong ones
    if file.table:
        if file.table not in sheets:
            raise InputError(
                f"{file}: there is no sheet {file.table!r}. The workbook has: "
                f"{listing(map(repr, sheets))}."
            )
        return sheets[file.table]
    headers = {
        title: _from_header((0, row, row) for row in sheet.iter_rows()).header
        for title, sheet in sheets.items()
        if sheet.sheet_state == "visible"
    }
    filled = [title for title, header in headers.items() if header]
    fitting = [title for title in filled if set(wanted) <= set(headers[title])]
    if len(filled) == 1 or len(fitting) == 1:
        return sheets[(fitting or filled)[0]]
    if not filled:
        raise InputError(
            f"{file}: the workbook has no visible sheet with cells. Expected a header "
            "and at least one row."
        )
    raise InputError(
        f"{file}: the workbook has several sheets: {listing(map(repr, filled))}. Name "
        f"one: {file.address}#SHEET, or `data.table` or --table."
    )


def _has_formulas(file: DataLocation) -> bool:
    """Whether a sheet of the workbook has a formula; read in small pieces."""
    with zipfile.ZipFile(file.path) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with parts.open(name) as stream:
                    before = b""
                    while piece := stream.read(1 << 20):
                        if b"<f>" in before + piece or b"<f " in before + piece:
                            return True
                        before = piece[-2:]
    return False


@contextmanager
def _faults_named(file: DataLocation) -> Iterator[None]:
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:  # of zip, XML and what openpyxl expects in them
        raise InputError(
            f"{file}: cannot be read as an Excel workbook ({type(error).__name__}). "
            "Open it in Excel and save it as .xlsx, or as CSV."
        ) from None
