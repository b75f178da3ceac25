"""A label that is not in the list is told the code it seems to mean."""

import re

import pytest

from han.code_list.code_hints import CodeHints
from han.code_list.taxonomy import Taxonomy
from han.code_list.taxonomy_sources import label_nodes
from han.errors import InputError

LIST = "46 461 4611 0111 111 112 11-1011 01.11 47.20 31-33 A01 1-2 200000".split()
HINTS = CodeHints(LIST)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("111011", "The code list writes '111011' as '11-1011'."),
        ("11.1011", "The code list writes '11.1011' as '11-1011'."),
        ("1.11", "The code list writes '1.11' as '01.11'."),
        ("1.2", "The code list writes '1.2' as '1-2'."),
        ("47.2", "'47.2' may be '47.20': zeros or marks differ."),
        ("A 01.11", "A label cell holds more than the code '01.11'."),
        ("A0111", "'A0111' may be '0111', in another form."),
        ("31", "The code list has '31-33' for '31'."),
        ("32", "The code list has '31-33' for '32'."),
        ("4600", "'4600' may be '46': zeros or marks differ."),
        ("011", ""),
        ("a01", "'a01' looks like 'A01', which is there: they differ in case."),
        (
            "\u041001",
            "'\u041001' looks like 'A01', which is there: they differ in letters of "
            "two alphabets.",
        ),
        (
            "31\u201333",
            "'31\u201333' looks like '31-33', which is there: they differ in kinds of "
            "dashes.",
        ),
        ("2E+05", "'2E+05' seems to be '200000', changed by a spreadsheet."),
        ("01-feb", "'01-feb' seems to be '1-2', changed by a spreadsheet."),
        ("2-Jan", "'2-Jan' seems to be '1-2', changed by a spreadsheet."),
        ("ene-02", "'ene-02' seems to be '1-2', changed by a spreadsheet."),
        ("02/01/2023", "'02/01/2023' seems to be '1-2', changed by a spreadsheet."),
        ("2023-01-02 00:00:00", "A label cell seems to be '1-2', changed by a"),
        ("44928", "'44928' seems to be '1-2', changed by a spreadsheet."),
        ("111/112", "'111/112' holds several codes: 111, 112."),
        ("111;112", "'111;112' holds several codes: 111, 112."),
        ("111 112", "A label cell holds several codes: 111, 112."),
        ("111 - Pan", "A label cell holds more than the code '111'."),
        ("'0111", "The code list writes \"'0111\" as '0111'."),
        ('="0111"', "The code list writes '=\"0111\"' as '0111'."),
        ("0111.", "The code list writes '0111.' as '0111'."),
        ("NA", "Some seem to be missing values written out. Leave the cells blank"),
        ("#REF!", "Some seem to be errors of a spreadsheet. Correct the formulas."),
        ("Fuente: INEGI", "Some seem to be notes or totals below a table."),
        ("ene-30", "Some seem to be dates that a spreadsheet has made of codes."),
        ("9.9E+07", "Some seem to be numbers in scientific notation."),
        ("pan", ""),
        ("88", ""),
    ],
)
def test_the_likely_code(cell: str, hint: str) -> None:
    found = HINTS.of(cell).strip()
    assert found.startswith(hint) if hint else not found


def test_words_of_an_answer_are_not_repeated() -> None:
    for cell in ("vende 111 panes", "SECRETO 46", "SECRETO"):
        assert not re.search("vende|panes|SECRETO", HINTS.of(cell))


def test_no_hint_for_a_single_letter_inside_words() -> None:
    assert CodeHints(["A", "B"]).of("vende A medias") == ""


def test_label_columns_that_are_turned_round() -> None:
    tree = Taxonomy.from_paths([("A", "01", "011")])
    with pytest.raises(InputError, match=r"'011/01/A' \(row 1\)\. Name `data\.label_c"):
        label_nodes([("011", "01", "A")], tree)
