"""Excel workbooks as an office has them: formats, formulas, titles, sheets."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from support.table_files import written_sheets

from han.errors import InputError
from han.tables.locations import data_location
from han.tables.output_file import check_rows, target
from han.tables.reading import Columns, column_names, measure_table, read_table

COLUMNS = Columns({"text": "texto"}, labels=["clave"])
HEADER = ["texto", "clave"]


def cells_of(file: Path, name: str = "clave") -> list[str]:
    return read_table(file, COLUMNS)[name].tolist()


def with_values(file: Path, values: str) -> None:
    """Puts the value that Excel would compute beside each formula."""
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r"<c ([^>]*)><f>(.*?)</f><v\s*/?>(</v>)?</c>", values, sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(file, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (111, "General", "111"),
        (111, "0", "111"),
        (111, "0000", "0111"),
        (111.0, "0000;-0000", "0111"),
        (51111, "0000", "51111"),
        (1.1, "00.00", "01.10"),
        (1.125, "00.00", "1.125"),
        (47.1, "0.00", "47.10"),
        (111, "0.00", "111"),
        (46111, r"00\.00\.00", "04.61.11"),
        (111011, '00"-"0000', "11-1011"),
        (1234.5, "#,##0.00", "1234.5"),
        (2e5, "0.00E+00", "200000"),
        ("0111", "General", "0111"),
        (" a", "@", " a"),
        (None, "0000", ""),
    ],
)
def test_numbers_are_read_as_they_are_shown(
    tmp_path: Path, value: object, number_format: str, expected: str
) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(["pan", value])
    book.active["B2"].number_format = number_format
    book.save(tmp_path / "x.xlsx")
    assert cells_of(tmp_path / "x.xlsx") == [expected]


def test_dates_are_iso_and_never_codes(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 3, 1, 10, 30)
    rows = [HEADER, [dt.date(2026, 3, 1), "1"], [moment, "2"], [dt.time(8), "3"]]
    file = written_sheets(tmp_path / "x.xlsx", a=rows)
    found = cells_of(file, "texto")
    assert found == ["2026-03-01", "2026-03-01 10:30:00", "08:00:00"]
    file = written_sheets(tmp_path / "x.xlsx", a=[HEADER, ["x", dt.date(2026, 2, 1)]])
    with pytest.raises(InputError, match=r"cell B2: a date where a code should be"):
        cells_of(file)


def test_formulas_have_the_values_that_were_computed(tmp_path: Path) -> None:
    rows = [[*HEADER, "otro"], ["pan", '=IF(A2="", "", "01")', "=1/0"], ["sal", "2", 0]]
    file = written_sheets(tmp_path / "x.xlsx", a=rows)
    with pytest.raises(InputError, match=r"x.xlsx, cell B2: a formula without its val"):
        measure_table(file, COLUMNS)
    with_values(file, r'<c \1 t="str"><f>\2</f><v>01</v></c>')
    assert cells_of(file) == ["01", "2"]
    with_values(written_sheets(file, a=rows), r'<c \1 t="str"><f>\2</f><v></v></c>')
    assert cells_of(file) == ["", "2"]
    with_values(written_sheets(file, a=rows), r'<c \1 t="e"><f>\2</f><v>#REF!</v></c>')
    with pytest.raises(InputError, match="cell B2: it holds the error #REF!"):
        cells_of(file)


def test_an_error_elsewhere_does_not_matter(tmp_path: Path) -> None:
    file = written_sheets(tmp_path / "x.xlsx", a=[[*HEADER, "z"], ["a", "1", "#N/A"]])
    assert cells_of(file) == ["1"]
    file = written_sheets(tmp_path / "x.xlsx", a=[HEADER, ["a", "1"], ["b", "#N/A"]])
    with pytest.raises(InputError, match="cell B3: it holds the error #N/A"):
        cells_of(file)


def test_empty_rows_keep_their_place_but_at_the_end(tmp_path: Path) -> None:
    blank = [None, None]
    rows = [blank, blank, HEADER, ["a", "1"], blank, ["b", "2"], blank, blank]
    file = written_sheets(tmp_path / "x.xlsx", a=rows)
    assert cells_of(file) == ["1", "", "2"]


def test_a_title_above_the_header_is_named(tmp_path: Path) -> None:
    rows = [["Encuesta 2026"], [None], HEADER, ["a", "1"]]
    file = written_sheets(tmp_path / "x.xlsx", a=rows)
    with pytest.raises(InputError, match="names of the columns are in row 3 of the"):
        cells_of(file)


def test_merged_cells_of_a_header_leave_columns_without_a_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["texto", None, "nivel"])
    book.active.append(["a", "1", "2"])
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=r"no column 'clave', .* 1 cell without"):
        cells_of(tmp_path / "x.xlsx")


def test_which_sheet_is_read(tmp_path: Path) -> None:
    notes, data, other = [["Notas"], ["x"]], [HEADER, ["a", "1"]], [HEADER, ["b", "2"]]
    file = tmp_path / "x.xlsx"
    assert cells_of(written_sheets(file, notes=notes, empty=[], data=data)) == ["1"]
    written_sheets(file, data=data, other=other)
    with pytest.raises(InputError, match=r"several sheets: 'data', 'other'. Name one"):
        cells_of(file)
    with pytest.raises(InputError, match="several sheets"):
        column_names(file)
    assert cells_of(data_location(f"{file}#other")) == ["2"]
    assert cells_of(data_location(file, table="data")) == ["1"]
    with pytest.raises(InputError, match=r"no sheet 'z'. The workbook has: 'data', 'o"):
        cells_of(data_location(file, table="z"))
    book = openpyxl.load_workbook(file)
    book["data"].sheet_state = "hidden"
    book.save(file)
    assert cells_of(file) == ["2"]
    assert cells_of(data_location(file, table="data")) == ["1"]
    with pytest.raises(InputError, match="no visible sheet with cells"):
        cells_of(written_sheets(file, a=[]))


def test_damaged_workbooks_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    written_sheets(file, a=[HEADER, ["a", "1"]])
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
        cells_of(file)
    file.write_text("texto,clave\na,1\n")
    with pytest.raises(InputError, match=r"no Excel workbook.* ends in \.csv"):
        cells_of(file)


def test_written_texts_are_texts(tmp_path: Path) -> None:
    codes = ["0111", "=1+1", "+1", "-1", "@x", "1e5", "2026-03-01", "a\x07b"]
    table = pd.DataFrame({"code": codes, "p": [0.25] * 8, "level": [1] * 7 + [None]})
    table = table.astype({"level": "Int64"})
    with target(tmp_path / "x.xlsx") as write:
        write(table.iloc[:3])
        write(table.iloc[3:])
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == [*codes[:-1], "a\ufffdb"]
    assert {(row[0].data_type, row[0].number_format) for row in rows} == {("s", "@")}
    assert [row[1].value for row in rows] == [0.25] * 8
    assert [row[2].value for row in rows] == [1] * 7 + [None]
    assert [cell.value for cell in sheet[1]] == ["code", "p", "level"]


def test_too_many_rows_are_said_before_work_begins() -> None:
    check_rows(Path("x.xlsx"), (1 << 20) - 1)
    check_rows(Path("x.csv"), 1 << 20)
    with pytest.raises(InputError, match=r"takes 1,048,575 records, .* 1,048,576\. Wr"):
        check_rows(Path("x.xlsx"), 1 << 20)


@pytest.mark.parametrize(
    ("value", "form", "words"),
    [
        (True, "General", "TRUE where a code should be"),
        (dt.timedelta(hours=46, minutes=11), "[h]:mm:ss", "a time where a code"),
        (0.11, "0%", "a share or fraction"),
        (0.5, "# ?/?", "a share or fraction"),
    ],
)
def test_what_excel_made_of_a_code_is_refused(
    tmp_path: Path, value: object, form: str, words: str
) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(["pan", value])
    book.active["B2"].number_format = form
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match=f"cell B2: {words}"):
        read_table(tmp_path / "x.xlsx", COLUMNS)


def test_shares_and_truth_are_fine_beside_codes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER, [0.5, "01"], [True, "02"]]:
        book.active.append(row)
    book.active["A2"].number_format = "0%"
    book.save(tmp_path / "x.xlsx")
    assert cells_of(tmp_path / "x.xlsx", "texto") == ["0.5", "1"]
