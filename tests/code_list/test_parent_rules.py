"""Parents by prefix, range and order, in the forms of published classifications.

Each list is written as `code < parent`, by hand from the published structure.
"""

import pytest

from han.code_list.parent_rules import prefix_parents
from han.code_list.section_order import order_parents
from han.errors import InputError

PREFIX = {
    "ISCO-08 with armed forces": "0, 01 < 0, 011 < 01, 0110 < 011, 02 < 0, 021 < 02, "
    "0210 < 021, 1, 11 < 1, 111 < 11, 1111 < 111, 1112 < 111, 2, 21 < 2",
    "ISCO-88 filled up": "1000, 1100 < 1000, 1110 < 1100, 1111 < 1110, 2000, "
    "2100 < 2000, 0000, 0100 < 0000, 0110 < 0100",
    "NACE with letters": "A, A01 < A, A01.1 < A01, A01.11 < A01.1, B, B05 < B",
    "NACE": "01, 01.1 < 01, 01.11 < 01.1, 01.12 < 01.1, 01.2 < 01, 01.21 < 01.2, 10, "
    "10.1 < 10, 10.11 < 10.1",
    "SCIAN with ranges": "11, 111 < 11, 1111 < 111, 11111 < 1111, 111110 < 11111, "
    "31-33, 311 < 31-33, 3111 < 311, 321 < 31-33, 331 < 31-33, 43, 431 < 43, 48-49, "
    "481 < 48-49, 491 < 48-49",
    "NAICS with en dashes": "31\u201333, 339 < 31\u201333, 44\u201345, 441 < "
    "44\u201345, 459 < 44\u201345, 3391 < 339",
    "ranges in words": "31 a 33, 311 < 31 a 33, 48 to 49, 491 < 48 to 49",
    "HS": "01, 0101 < 01, 010121 < 0101, 010129 < 0101, 02, 0201 < 02, 020110 < 0201, "
    "020120 < 0201, 020130 < 0201",
    "HS with points": "01, 0101 < 01, 0101.21 < 0101, 0101.21.01 < 0101.21",
    "HS with sections as ranges": "01-05, 01 < 01-05, 0101 < 01, 05 < 01-05, 06-14, "
    "06 < 06-14, 15-15, 15 < 15-15",
    "CPV": "03000000-1, 03100000-2 < 03000000-1, 03110000-5 < 03100000-2, "
    "03111000-2 < 03110000-5, 03112000-9 < 03110000-5, 30000000-9, "
    "30100000-0 < 30000000-9, 31000000-6, 31100000-7 < 31000000-6, 14000000-1, "
    "14200000-3 < 14000000-1, 44000000-0, 44100000-1 < 44000000-0",
    "SOC 2018": "11-0000, 11-1000 < 11-0000, 11-1010 < 11-1000, 11-1011 < 11-1010, "
    "15-0000, 15-1200 < 15-0000, 15-1210 < 15-1200, 15-1211 < 15-1210, "
    "15-2000 < 15-0000, 15-2010 < 15-2000, 15-2011 < 15-2010, 29-0000, "
    "29-1000 < 29-0000, 29-1010 < 29-1000, 29-1011 < 29-1010",
    "COICOP": "01, 01.1 < 01, 01.1.1 < 01.1, 01.1.2 < 01.1, 12, 12.7 < 12, "
    "12.7.1 < 12.7",
    "numbers of a path": "1, 1.1 < 1, 1.2 < 1, 1.3 < 1, 1.9 < 1, 1.10 < 1, 1.11 < 1, "
    "1.1.1 < 1.1, 1.10.1 < 1.10",
    "dashes of a path": "01, 01-01 < 01, 01-02 < 01, 02, 02-01 < 02, 02-02 < 02",
    "ICD-10 blocks": "A00-B99, A00-A09 < A00-B99, A00 < A00-A09, A00.1 < A00, "
    "B00-B09 < A00-B99, B01 < B00-B09, B01.1 < B01, C00-D48, C00-C97 < C00-D48, "
    "C00-C75 < C00-C97, C00-C14 < C00-C75, C00 < C00-C14, C76-C80 < C00-C97, "
    "D10 < C00-D48",
    "ICD-10 with letters": "A, A00-A09 < A, A00 < A00-A09, A15-A19 < A, A15 < A15-A19",
    "SINCO": "1, 11 < 1, 111 < 11, 1111 < 111, 1119 < 111",
}
ORDER = {
    "NACE": "A, 01 < A, 01.1 < 01, 01.11 < 01.1, 02 < A, B, 05 < B, 05.1 < 05",
    "ISIC": "A, 01 < A, 011 < 01, 0111 < 011, 02 < A, B, 05 < B, U, 99 < U, 990 < 99",
    "NACE 1.1": "A, 01 < A, C, CA < C, 10 < CA, 10.1 < 10, CB < C, 13 < CB, E, 40 < E",
    "HS with sections": "I, 01 < I, 0101 < 01, 010121 < 0101, II, 06 < II, 0601 < 06, "
    "III, 15 < III, 1501 < 15",
    "ICD-10 with chapters": "I, A00-B99 < I, A00 < A00-B99, II, C00-D48 < II, C00 < "
    "C00-D48, IX, I00-I99 < IX, I00 < I00-I99, I01 < I00-I99",
    "a last section of its own": "A, 01 < A, B, 05 < B, Z",
    "words": "SECTION I, 01 < SECTION I, SECTION II, 06 < SECTION II",
}


def parents_of(text):
    pairs = [pair.split(" < ") for pair in text.split(", ")]
    return {code: (parent or [""])[0] for code, *parent in pairs}


@pytest.mark.parametrize("name", PREFIX)
def test_prefix(name):
    expected = parents_of(PREFIX[name])
    found = prefix_parents(list(expected))
    assert found.parent_of == expected
    assert not found.holes
    assert prefix_parents(sorted(expected)[::-1]).parent_of == expected


@pytest.mark.parametrize("name", ORDER)
def test_order(name):
    expected = parents_of(ORDER[name])
    assert order_parents(list(expected), "x.csv").parent_of == expected


@pytest.mark.parametrize(
    ("name", "lost", "children", "nearest"),
    [
        ("ISCO-08 with armed forces", "111", ["1111", "1112"], "11"),
        ("ISCO-08 with armed forces", "1", ["11"], ""),
        ("HS", "0101", ["010121", "010129"], "01"),
        ("HS", "01", ["0101"], ""),
        ("NACE", "01.1", ["01.11", "01.12"], "01"),
        ("COICOP", "12.7", ["12.7.1"], "12"),
        ("SOC 2018", "11-1010", ["11-1011"], "11-1000"),
    ],
)
def test_a_missing_parent_is_named(name, lost, children, nearest):
    codes = list(parents_of(PREFIX[name]))
    found = prefix_parents([code for code in codes if code != lost])
    assert set(found.holes.values()) == {lost}
    assert list(found.holes) == children
    assert {found.parent_of[child] for child in children} == {nearest}


def test_a_hole_of_cpv_is_named():
    codes = ["30000000-9", "30100000-0", "30190000-7", "30192000-1", "30192100-2"]
    codes += ["30192110-5", "30192111-2", "30192121-5"]
    found = prefix_parents(codes)
    assert found.holes == {"30192121-5": "30192120"}
    assert found.parent_of["30192121-5"] == "30192100-2"


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (["01", "011"], r"x\.csv: .* needs sections, .* Set it to prefix"),
        (["01", "A", "02"], r"code '01' stands above the first section, A\. .* order"),
        (["A", "B", "C", "01", "02"], r"no codes stand below the sections A, B\."),
        (
            ["A", "1", "1.1", "B", "10", "10.1"],
            r"'10' stands in section B, and '1', .* in A\. .* zeros \(1 for 01\)",
        ),
        (["A", "05", "B", "01"], r"code '01' stands below '05'\. .* published"),
    ],
)
def test_order_that_is_none(codes, message):
    with pytest.raises(InputError, match=message):
        order_parents(codes, "x.csv")
