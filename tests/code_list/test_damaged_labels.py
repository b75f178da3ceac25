"""What spreadsheets and statistics programs make of codes does not become a class."""

import numpy as np
import pytest

from han.code_list.damaged_labels import check_damage, damage_findings
from han.errors import InputError

CODES = ["111", "112", "113", "121", "211", "212"]
MISSING = "missing values written out"
SHEET = "errors of a spreadsheet"
DATES = "dates that a spreadsheet has made of codes"
SCIENTIFIC = "numbers in scientific notation"
FOOTER = "notes or totals below a table"
THOUSANDS = "numbers with separators of thousands, or several codes"
SEVERAL, TITLED, QUOTED = "several codes", "a code with its title", "codes in quotes"

SURE = {
    SCIENTIFIC: "2E+05|1.11E+03|1,11E+05|1e+05|1.11e3|6.93889E-18",
    MISSING: "NA|N/A|n/a|nan|NaN|NaT|None|NULL|null|<NA>|.|.a|.z|-|--|?|*|s/d|S.D.|NS|"
    "sin código|SIN CODIGO|missing|NS/NR|no sabe|(en blanco)|-9|-99|inf|-1.#IND|error",
    SHEET: "#N/A|#REF!|#VALUE!|#NAME?|#DIV/0!|#N/D|#¡REF!|#¡VALOR!|#¿NOMBRE?|####",
    DATES: "01-feb|2-Jan|1/feb|ene-11|Jan-02|15-dic|02/01/2023|2023-01-02|01.02.2023|"
    "2023-01-02 00:00:00|2023-01-02T00:00:00|1-fév|3-mai",
    FOOTER: "Fuente: INEGI|Source: census|Total|TOTAL GENERAL|Nota: x|Notas|Subtotal",
    THOUSANDS: "1,111|12,345,678|111,112",
    SEVERAL: "111/112|111;112|111 112|111, 112|111 y 112|111|212+113",
    TITLED: "111 - Pan|111 Pan|111: Pan|111. Pan dulce",
    QUOTED: '\'111|="111"|"111"|\u2019111',
    "true and false": "True|FALSE|VERDADERO",
    "amounts or shares": "11%|$111|111 €",
    "a code and a mark": "111.",
}
CASES = [
    (cell, words)
    for words, cells in SURE.items()
    for cell in cells.split("|")
    if cell not in CODES
]


def column(*cells: str) -> np.ndarray:
    return np.array(cells, dtype=object)


def check(*cells: str, name: str = "code") -> None:
    check_damage(column(*cells).reshape(-1, 1), "x.csv", [name])


@pytest.mark.parametrize(("cell", "words"), CASES)
def test_damaged_cells_are_refused(cell: str, words: str) -> None:
    with pytest.raises(InputError, match=r"x\.csv, rows 7: label cells are") as error:
        check(*CODES, cell)
    assert words in str(error.value)
    assert "`taxonomy.check_width: false`" in str(error.value)


@pytest.mark.parametrize(
    "cells",
    [
        ["111", "112", "113"],
        ["A", "B", "C"],
        ["E10", "E11.9", "A09"],
        ["1-2", "3-4", "31-33"],
        ["01.10", "01.11", "1.10"],
        ["0", "99", "5"],
        ["11-1011", "53-7062"],
        ["0101-21-00", "2008-11-01", "8471-30-01"],  # the second could be a date
        ["MAR-01", "PES-02", "JUN-01"],  # fish and months
        ["AND", "MAR", "JAN"],
        ["1.", "1.1.", "2."],
        ["2E05", "2E06", "1A01"],
        ["alt.atheism", "comp.graphics"],
        ["card_declined", "oos"],
        [*CODES, "A"],
        [*CODES, "31-33"],
        [""],
    ],
)
def test_real_codes_are_let_be(cells: list[str]) -> None:
    assert damage_findings(column(*cells)) == []
    check(*cells)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["AR", "MX", "NA"], MISSING),  # Namibia
        (["bread", "milk", "None"], MISSING),
        (["bread", "milk", "total"], FOOTER),
        (["111 Pan", "112 Leche"], TITLED),
        (["True", "False"], "true and false"),
        ([*(f"{n}" for n in range(100, 110)), "OTROS"], "of another form"),
        ([*(f"{n}" for n in range(100, 110)), "12:30"], "of another form"),
    ],
)
def test_likely_damage_is_a_note(cells: list[str], words: str) -> None:
    check(*cells)
    (finding,) = damage_findings(column(*cells))
    assert words in str(finding.words)
    assert "may be" in str(finding.remark(column(*cells)))


def test_dates_need_no_sound_code_beside_them() -> None:
    with pytest.raises(InputError, match=r"rows 1, 2: .*\(1-Feb, 3-Apr\)"):
        check("1-Feb", "3-Apr")


def test_a_title_is_sure_where_one_code_has_two() -> None:
    with pytest.raises(InputError, match="a code with its title"):
        check("111 Pan", "111 Panes")


def test_a_header_within_the_table() -> None:
    with pytest.raises(InputError, match=r"rows 3: the label cell is 'clave', the na"):
        check("111", "112", "clave", name="clave")


def test_texts_are_not_shown() -> None:
    for cell in ("Fuente: SECRETO", "111 SECRETO", "'SECRETO"):
        with pytest.raises(InputError) as error:
            check(*CODES, cell)
        assert "SECRETO" not in str(error.value)


def test_rows_of_all_cells_of_a_kind() -> None:
    with pytest.raises(InputError, match=r"rows 1, 4: .* \(NA, nan\)\. Leave the ce"):
        check("NA", "111", "112", "nan", "113")
