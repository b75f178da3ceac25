"""What the codes of label columns show together."""

import numpy as np
import pytest

from han.code_list.code_checks import check_code_width, check_zero_twins
from han.code_list.label_patterns import check_order, list_notes, pattern_notes
from han.code_list.taxonomy import Taxonomy
from han.code_list.taxonomy_sources import label_paths
from han.errors import InputError


def labels(*rows: tuple[str, ...]) -> np.ndarray:
    return np.array(rows, dtype=object).reshape(len(rows), -1)


def notes(*rows: tuple[str, ...], digits: tuple[int, ...] = ()) -> list[str]:
    cells = labels(*rows)
    tree = Taxonomy.from_paths(label_paths(cells, digits=digits))
    return list(map(str, pattern_notes(cells, tree, digits=digits)))


def one(*codes: str) -> list[tuple[str]]:
    return [(code,) for code in codes]


# Columns turned round


ROWS = [("1", "11", "111"), ("1", "11", "112"), ("1", "12", "121"), ("2", "21", "211")]
ROWS += [("2", "22", "221"), ("2", "22", "222"), ("3", "31", "311"), ("3", "32", "321")]


def test_columns_from_the_bottom_up_are_refused() -> None:
    check_order(labels(*ROWS), "x.csv")
    with pytest.raises(InputError, match=r"x\.csv: the label columns seem to be turn"):
        check_order(labels(*(row[::-1] for row in ROWS)), "x.csv")
    with pytest.raises(InputError, match="from the top level down"):
        check_order(labels(*((b, a, c) for a, b, c in ROWS)), "x.csv")


def test_codes_that_do_not_begin_alike_are_noted() -> None:
    turned = [(f"{i:02}", "ABC"[i // 4]) for i in range(12)]
    check_order(labels(*turned), "x.csv")
    assert "turned round" in notes(*turned)[0]
    assert notes(*(row[::-1] for row in turned)) == []


def test_local_numbers_are_not_turned_round() -> None:
    assert notes(*((str(a), str(b)) for a in range(1, 8) for b in range(1, 4))) == []


# Lost zeros


SIC = [str(code) for code in range(110, 1300, 37)]  # most began with a zero


def test_one_column_of_which_most_cells_lost_zeros() -> None:
    tree = Taxonomy.from_paths(one(*SIC))
    with pytest.raises(InputError, match=r"the codes have 3, 4 digits, and one label"):
        check_code_width(tree, "x.csv", one_column=True)
    check_code_width(Taxonomy.from_paths(one(*map(str, range(1, 13)))), "x.csv")


def test_a_level_of_which_most_cells_lost_zeros_is_noted() -> None:
    rows = [(code[0], code) for code in SIC]
    assert any("codes of several lengths" in note for note in notes(*rows))
    assert notes(*((code.zfill(4)[:2], code.zfill(4)) for code in SIC)) == []


def test_lost_zeros_where_digits_name_levels() -> None:
    agriculture = ["0111", "0112", "0210", "0311"]
    rest = ["1010", "1104", "2511", "2512", "4711", "9602", "3211"]  # 321: a parent
    given = {"digits": (2, 3, 4)}
    assert notes(*one(*agriculture, *rest), **given) == []
    (note,) = notes(*one(*(str(int(c)) for c in agriculture), *rest), **given)
    assert note.startswith("4 codes of 3 digits have no code below them")
    assert "111 being 0111?" in note
    # One zero may be a partial code; others have codes below them.
    assert notes(*one("111", *rest), **given) == []
    assert notes(*one("101", "251", "471", "111", "112", *rest), **given) == []
    # Where people stop early, and where no full code has ten divisions below it.
    assert notes(*one("111", "112", "231", "33", "41", "1010"), **given) == []
    assert notes(*one("A111", "A11", "A12", "A211", "A311"), **given) == []


def test_plain_numbers_are_let_be() -> None:
    assert notes(*one(*map(str, range(1, 13)))) == []
    assert notes(*one(*map(str, range(1, 120)))) == []


def test_zeros_before_a_point() -> None:
    tree = Taxonomy.from_paths(one("01.11", "01.12", "10.11", "1.13"))
    with pytest.raises(InputError, match=r"expected '01\.13' for '1\.13'"):
        check_code_width(tree, "x.csv")
    for codes in (["1.1", "1.2", "10.1", "11.1", "12.1"], ["0-4", "5-9", "10-14"]):
        check_code_width(Taxonomy.from_paths(one(*codes, "15-19", "20-24")), "x.csv")
    with pytest.raises(InputError, match=r"'01\.1' and '1\.1' stand under one parent"):
        check_zero_twins(Taxonomy.from_paths(one("01.1", "1.1")), "x.csv")


NACE = [f"{a:02}.{b:02}" for a in (1, 2, 3, 46, 47) for b in (10, 11, 12, 20, 21)]


def test_codes_that_went_through_numbers_with_a_point() -> None:
    assert notes(*one(*NACE)) == []
    (note,) = notes(*one(*(str(float(code)) for code in NACE)))
    assert "codes like numbers with a point" in note
    numbered = [f"{a}.{b}" for a in (1, 2, 12) for b in range(1, 13)]
    assert notes(*one(*numbered)) == []


def test_one_number_in_two_spellings() -> None:
    assert "(47.1, 47.10)" in notes(*one("47.1", "47.10", "47.11"))[0]


# Other notes


def test_partial_codes_filled_up_with_zeros() -> None:
    codes = ["1000", "1111", "1112", "1120", "1211", "2111", "2112", "2121"]
    (note,) = notes(*one(*codes), digits=(1, 2, 3, 4))
    assert "filled up with zeros (1000)" in note
    assert notes(*one(*codes[1:]), digits=(1, 2, 3, 4)) == []


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["a01", "A01", "B02"], "differ in case alone: A01, a01"),
        (["01.11", "0111", "01.12"], r"with and without marks (01.11, 0111)"),
        (["1-2", "3-4", "5-6", "44927"], "dates of a spreadsheet (44927)"),
    ],
)
def test_likely_mistakes(codes: list[str], words: str) -> None:
    (note,) = notes(*one(*codes))
    assert words in note


def test_a_list_with_zeros_and_labels_without() -> None:
    tree = Taxonomy(["01", "02", "11", "12"], [-1] * 4)
    (note,) = list_notes(np.full(40, 2, np.int32), tree)
    assert "no label begins with a zero, but 50% of the code list do" in str(note)
    mixed = np.array([0] + [2] * 40, np.int32)
    assert list_notes(mixed, tree) == list_notes(mixed[1:9], tree) == []


def test_lengths_that_name_levels_are_no_fault() -> None:
    rows = one("46", "461", "4611", "4612", "4711", "4712")
    assert notes(*rows, digits=(2, 3, 4)) == []
    assert "codes of several lengths" in notes(*rows)[0]
