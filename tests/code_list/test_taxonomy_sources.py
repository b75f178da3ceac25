"""Code list files, label columns and the digit rule, with all their mistakes."""

import re

import numpy as np
import pytest

from han.code_list import taxonomy_sources
from han.code_list.code_checks import check_code_width, zero_hint
from han.code_list.code_list_files import read_code_list
from han.code_list.list_form import ListForm
from han.code_list.taxonomy import Taxonomy
from han.code_list.taxonomy_sources import (
    UNLABELLED,
    digit_path,
    label_nodes,
    label_paths,
)
from han.errors import InputError

GOOD = "code,parent,title\n01,,Trade\n011,01,Shops\n0111,011,Kiosks\n02,,Farming\n"
TREE = Taxonomy.from_paths([("01", "011", "0111"), ("01", "012"), ("02", "021")])


@pytest.fixture
def write(tmp_path):
    """Writes a code list as bytes, so that no line end is translated."""

    def _write(text, encoding="utf-8"):
        file = tmp_path / "codes.csv"
        file.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
        return file

    return _write


def cells(*rows):
    return np.array(rows, dtype=object).reshape(len(rows), -1)


# Reading a file


def test_good_file(write):
    tree = read_code_list(write(GOOD))
    assert tree.codes == ("01", "02", "011", "0111")
    assert tree.titles == ("Trade", "Farming", "Shops", "Kiosks")
    assert tree.code_path(3) == ("01", "011", "0111")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD.replace("\n", "\r\n") + "\r\n\r\n",
        GOOD + "\n\n\n",
        GOOD + ",,\n,,\n",
        GOOD + "  \n \t\n",
        "\n" + GOOD,
        GOOD.replace("\n011,", "\n\n011,"),
        GOOD.rstrip("\n"),
        GOOD.replace(",", " , "),
        GOOD.replace("\n", ",\n"),
        '"code","parent","title"\n"01",,"Trade"\n"011","01","Shops"\n'
        '"0111","011","Kiosks"\n"02",,"Farming"\n',
        "title,code,parent\nFarming,02,\nKiosks,0111,011\nShops,011,01\nTrade,01,\n",
    ],
    ids=[
        "byte order mark",
        "CRLF",
        "all that Excel does",
        "blank lines at the end",
        "empty cells at the end",
        "spaces at the end",
        "blank line before the header",
        "blank line inside",
        "no line end",
        "spaces around cells",
        "commas at line ends",
        "all quoted",
        "columns and rows in another order",
    ],
)
def test_same_list_in_other_dress(write, text):
    expected, tree = read_code_list(write(GOOD)), read_code_list(write(text))
    paths = {tree.code_path(i): tree.titles[i] for i in range(tree.num_nodes)}
    assert paths == {
        expected.code_path(i): expected.titles[i] for i in range(expected.num_nodes)
    }


def test_quoted_titles_and_accents(write):
    text = 'code,parent,title\n1,,"Niñez, ""café"" y çà"\n11,1,Educación\n'
    for encoding in ("utf-8", "latin-1", "cp1252", "utf-16"):
        tree = read_code_list(write(text, encoding), encoding=encoding)
        assert tree.titles == ('Niñez, "café" y çà', "Educación")


def test_accents_in_codes_survive(write):
    tree = read_code_list(write("code,parent\nñ,\nñá,ñ\n"))
    assert tree.codes == ("ñ", "ñá")


@pytest.mark.parametrize(
    "text", ["code,parent\n1,\n11,1\n", "code,parent,title\n1,,\n11,1\n"]
)
def test_codes_stand_in_for_missing_titles(write, text):
    assert read_code_list(write(text)).titles == ("1", "11")


def test_title_over_two_lines(write):
    tree = read_code_list(write('code,parent,title\n1,,"two\nlines"\n11,1,x\n'))
    assert tree.titles == ("two\nlines", "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"codes\.csv: .* no column code, parent\. .* Found: nothing\."),
        ("code,parent,title\n", r"codes\.csv: the code list is empty"),
        ("code,parent,title\n,,\n\n", r"codes\.csv: the code list is empty"),
        ("code,title\n1,x\n", r"no column parent\. Expected .* Found: code, title\."),
        ("id,parent\n1,\n", r"no column code\. .* Found: id, parent\."),
        (
            "code,parent\n1,2\n2,1\n3,\n",
            r"codes\.csv: .* cycle .*: 1 \(row 1\) -> 2 \(row 2\) -> 1\. Give",
        ),
        ("code,parent\n1,1\n", r"a code that is its own parent: '1' \(row 1\)\."),
        (
            "code,parent\n1,\n2,\n1,\n",
            r"row 3: code '1' stands there twice, with the same .* row 1, too\. A code",
        ),
        (
            "code,parent\n1,\n2,\n11,1\n11,2\n",
            r"row 4: code '11' .* under two parents \(1 and 2\); it is in row 3,",
        ),
        ("code,parent\n1,\n11,1\n11,\n", r"under two parents \(1 and none\)"),
        (
            "code,parent\n1,\n11,7\n",
            r"row 2: the parent '7' of code '11' is not in the list\. Add a row",
        ),
        (
            "code,parent\n01,\n011,1\n",
            r"parent '1' of code '011' .* '1' seems to have lost its leading zeros: "
            r"'01' is there",
        ),
        ("code,parent\n1,\n,1\n", r"row 2: `code` is empty"),
        (
            "code,parent,title\n1,,x\n11,1,Bread, butter\n",
            r"row 2: 4 cells under 3 columns\. Put a title with commas in double",
        ),
        ('code,parent,title\n1,,"x\n11,1,y\n', r"codes\.csv, line 3: not valid CSV"),
        ('code,parent,title\n1,,"x" y\n', r"codes\.csv, line 2: not valid CSV"),
    ],
)
def test_errors_of_a_file(write, text, message):
    with pytest.raises(InputError, match=message):
        read_code_list(write(text))


def test_missing_file(tmp_path):
    cases = [(tmp_path / "none.csv", "no such code list"), (tmp_path, "a folder.*")]
    for file, said in cases:
        with pytest.raises(InputError, match=rf"{said}\. Check `taxonomy.fi"):
            read_code_list(file)


def test_wrong_encoding_names_the_line(write):
    # Longer than one read buffer: the line must be right all the same.
    rows = "".join(f"{i},,title\n" for i in range(10_000, 15_000))
    file = write("code,parent,title\n" + rows + "99999,,Año\n", "latin-1")
    with pytest.raises(
        InputError, match=r"line 5002: not utf-8 text\. Set `taxonomy.e"
    ):
        read_code_list(file)
    assert read_code_list(file, encoding="latin-1").titles[-1] == "Año"


def test_unknown_encoding(write):
    with pytest.raises(InputError, match="no encoding 'latin-99'"):
        read_code_list(write(GOOD), encoding="latin-99")


# Leading zeros


def test_lost_leading_zeros_in_a_file(write):
    file = write("code,parent\n01,\n02,\n0101,01\n0102,01\n210,02\n")
    message = r"codes\.csv: level 2 has codes of 4 digits, .* shorter: 210\. .* '0210'"
    with pytest.raises(InputError, match=message):
        read_code_list(file)
    assert "210" in read_code_list(file, form=ListForm(check_width=False)).codes


@pytest.mark.parametrize(
    "codes",
    [
        ["01", "02", "10"],
        ["1", "2", "10"],  # longer than most is no sign of lost zeros
        ["10", "1"],  # no width is that of most
        ["A1", "B01", "B02"],  # letters are never taken for numbers
        ["7"],
    ],
)
def test_widths_that_are_fine(codes):
    check_code_width(Taxonomy(codes, [-1] * len(codes)), "list")


def test_width_is_that_of_each_level():
    check_code_width(Taxonomy(["01", "02", "0101"], [-1, -1, 0]), "list")
    tree = Taxonomy(["01", "02", "3"], [-1, -1, -1])
    with pytest.raises(InputError, match=r"list: level 1 .* '03' for '3'.*check_width"):
        check_code_width(tree, "list")


def test_zero_hint():
    assert "'0110' is there" in zero_hint("110", ["0110", "0111"])
    assert "The code list seems" in zero_hint("0110", ["110"])
    assert zero_hint("110", ["110", "111"]) == ""
    assert zero_hint("A1", ["0A1"]) == ""


# Labels


def test_label_columns_may_stop_early():
    rows = cells(("01", "011", "0111"), ("01", "", ""), ("", "", ""), ("02", "021", ""))
    paths = label_paths(rows)
    assert paths == [("01", "011", "0111"), ("01",), (), ("02", "021")]
    nodes = label_nodes(paths, TREE)
    assert nodes.dtype == np.int32
    assert [TREE.code_path(i) if i != UNLABELLED else None for i in nodes] == [
        ("01", "011", "0111"),
        ("01",),
        None,
        ("02", "021"),
    ]


def test_no_rows():
    empty = np.empty((0, 3), dtype=object)
    assert label_paths(empty) == label_paths(empty[:, :1], digits=[1, 2]) == []
    assert label_nodes([], TREE).shape == (0,)


@pytest.mark.parametrize(
    "bad", [("", "011", ""), ("01", "", "0111"), ("", "", "0111"), ("", "011", "0111")]
)
def test_gap_in_label_columns(bad):
    rows = cells(("01", "", ""), bad, ("02", "021", ""), bad)
    with pytest.raises(
        InputError, match=r"train\.csv, rows 2, 4: a label column is fi"
    ):
        label_paths(rows, where="train.csv")


def test_digit_rule():
    rows = cells(("4611",), ("46",), ("",), ("461",))
    assert label_paths(rows, digits=[2, 3, 4]) == [
        ("46", "461", "4611"),
        ("46",),
        (),
        ("46", "461"),
    ]
    assert digit_path("0110", [1, 4]) == ("0", "0110")
    assert digit_path("011", [1, 4]) is None


def test_digit_rule_refuses_other_lengths():
    rows = cells(("4611",), ("6",), ("46111",), ("46",))
    message = (
        r"train\.csv, rows 2, 3: codes must have 2, 3, 4 characters \(`taxonomy.digits"
        r"`\), but row 2 has '6'\. Has it lost a leading zero"
    )
    with pytest.raises(InputError, match=message):
        label_paths(rows, digits=[2, 3, 4], where="train.csv")


def test_digit_rule_says_of_several_codes_where_their_mark_stands():
    with pytest.raises(InputError, match=r"`data\.label_sets` names the mark"):
        label_paths(cells(("2310",), ("2310;3110",)), digits=[2, 4])


def test_digit_rule_makes_the_tree_of_its_codes():
    tree = Taxonomy.from_paths(
        label_paths(cells(("0110",), ("0120",)), digits=[1, 2, 4])
    )
    assert tree.codes == ("0", "01", "0110", "0120")


def test_by_code_finds_any_level():
    paths = [("0111",), (), ("01",), ("021",)]
    nodes = label_nodes(paths, TREE, by_code=True)
    found = [TREE.code_path(i)[-1:] if i != UNLABELLED else () for i in nodes]
    assert found == [("0111",), (), ("01",), ("021",)]


def test_without_by_code_a_lower_code_is_unknown():
    with pytest.raises(InputError, match=r"'0111' \(row 1\)"):
        label_nodes([("0111",)], TREE)


def test_by_code_refuses_a_code_under_two_parents():
    tree = Taxonomy.from_paths([("1", "9"), ("2", "9")])
    with pytest.raises(InputError, match=r"x\.csv, row 2: code '9' stands under more"):
        label_nodes([("1",), ("9",)], tree, by_code=True, where="x.csv")
    assert label_nodes([("1",)], tree, by_code=True).tolist() == [0]


@pytest.mark.parametrize("by_code", [True, False])
def test_unknown_labels_are_listed_by_row(by_code):
    paths = [("01",), ("88",), ("",) * 0, ("77",), ("88",)]
    message = (
        r"x\.csv: labels .* code list: '88' \(row 2, 5\); '77' \(row 4\)\. Correct"
    )
    with pytest.raises(InputError, match=message):
        label_nodes(paths, TREE, by_code=by_code, where="x.csv")


def test_unknown_label_shows_its_whole_path():
    with pytest.raises(InputError, match=r"'02/011' \(row 1\)"):
        label_nodes([("02", "011")], TREE)


def test_many_unknown_labels_are_cut():
    paths = [(f"x{i}",) for i in range(12)] + [("x0",)] * 9
    with pytest.raises(InputError) as error:
        label_nodes(paths, TREE)
    assert "'x0' (row 1, 13, 14, 15, 16 and 5 more)" in str(error.value)
    assert "'x9' (row 10) and 2 more." in str(error.value)
    assert "x10" not in str(error.value)


def test_zero_hint_for_labels():
    message = "'11' seems to have lost its leading zeros: '011' is there"
    with pytest.raises(InputError, match=message):
        label_nodes([("11",)], TREE, by_code=True)
    with pytest.raises(InputError, match=message):
        label_nodes([("88",), ("01", "11")], TREE)
    with pytest.raises(InputError, match=re.escape("'01'. Correct")):
        label_nodes([("001",)], TREE)


def test_hints_are_sought_for_the_shown_labels_only(monkeypatch):
    # Each hint walks the whole list: for every unknown label it would take minutes.
    asked = []
    monkeypatch.setattr(
        taxonomy_sources.CodeHints, "of", lambda _, code: asked.append(code)
    )
    with pytest.raises(InputError, match="and 990 more"):
        label_nodes([(f"x{i}",) for i in range(1000)], TREE)
    assert asked == [f"x{i}" for i in range(10)]


# What is no code list, and what a message may show


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"PAR1xx", "utf-8", r"the code list is a Parquet file\. Give it a name that"),
        (b"PK\x03\x04", "utf-8", r"the code list is a zip archive\. Unpack it"),
        (GOOD.encode("utf-16"), "utf-8", r"Set `taxonomy\.encoding: utf-16`"),
        ("code,parent,title\n1,,Niñez\n", "latin-1", r"`taxonomy\.encoding: utf-8`"),
        ("\ufeffcode,parent\n1,\n", "cp1252", r"`taxonomy\.encoding: utf-8`"),
    ],
)
def test_files_of_another_kind(write, content, encoding, message):
    with pytest.raises(InputError, match=r"codes\.csv: .*" + message):
        read_code_list(write(content), encoding=encoding)


def test_a_first_line_of_data_is_not_shown(write):
    with pytest.raises(InputError, match="2 other cells in the first line") as error:
        read_code_list(write("vende SECRETO,77\na,b\n"))
    assert "SECRETO" not in str(error.value)


def test_siblings_that_differ_in_zeros(write):
    text = "code,parent\n02,\n0231,02\n231,02\n2,\n"
    with pytest.raises(InputError, match=r"codes\.csv: '02' and '2' stand under one"):
        read_code_list(write(text))
    text = "code,parent\n02,\n0231,02\n231,02\n"
    with pytest.raises(InputError, match=r"'0231' and '231' stand under one parent"):
        read_code_list(write(text))
    read_code_list(write(text), form=ListForm(check_width=False))


def test_numbers_of_a_spreadsheet_are_hinted_at():
    with pytest.raises(InputError, match=r"'1\.0' was saved as a number: '01' is in"):
        label_nodes([("1.0",)], TREE, by_code=True)


@pytest.mark.parametrize("words", ["SECRETO", "vende pan", "vende 2 vacas", "a" * 40])
def test_cells_that_may_be_texts_are_not_shown(words):
    with pytest.raises(
        InputError, match=r"code list: \(row 1, 2\); \(row 3\)"
    ) as error:
        label_nodes([(words,), (words,), ("88",)], TREE)
    assert words not in str(error.value)
    with pytest.raises(InputError, match=f"row 1 has {len(words)} characters") as error:
        label_paths(cells((words,)), digits=[1, 2])
    assert words not in str(error.value)
