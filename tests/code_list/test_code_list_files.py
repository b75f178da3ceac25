"""Code lists as offices have them: other columns, rules for parents, stray rows."""

import pytest

from han.code_list.code_list_files import build_code_list, read_code_list
from han.code_list.list_form import ListForm
from han.errors import InputError

LEVELS = ListForm(levels=[["sector", "título"], ["rama", "título rama"], "clase"])


def rows_of(text):
    """Rows of a table, written as lines of cells with `|` between."""
    header, *lines = [
        [cell.strip() for cell in line.split("|")] for line in text.strip().split("\n")
    ]
    return [dict(zip(header, line, strict=True)) for line in lines]


def build(text, **form):
    return build_code_list(rows_of(text), "x.csv", ListForm(**form))


def paths_of(tree):
    return {tree.code_path(i): tree.titles[i] for i in range(tree.num_nodes)}


def fails(text, message, **form):
    with pytest.raises(InputError, match=message):
        build(text, **form)


AB = {"levels": ["a", "b"]}
FOOD = {("1",): "Food", ("1", "11"): "Bread"}


# Columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("code | parent | title", {}),
        ("Code | PARENT | Title", {}),
        ("CÓDIGO | Padre | Descripción", {}),
        ("clave | padre | Título", {}),
        ("hscode | Parent | description", {"code": "hscode"}),
        (
            "hscode | above | name",
            {"code": "HSCode", "parent": "above", "title": "name"},
        ),
    ],
)
def test_columns_by_any_name(header, columns):
    tree = build(f"{header}\n1 | | Food\n11 | 1 | Bread", columns=columns)
    assert paths_of(tree) == FOOD
    said = [line for line in map(str, tree.remarks) if "columns read" in line]
    assert bool(said) == (header != "code | parent | title")


def test_a_column_of_its_own_name_is_taken_before_others():
    text = "code | parent | title | description\n1 | | Food | All of it"
    assert build(text).titles == ("Food",)
    tree = build(text, columns={"title": "description"})
    assert tree.titles == ("All of it",)


@pytest.mark.parametrize(
    ("text", "form", "notes"),
    [
        (
            "clave | padre | título | Descripción | INCLUYE\n1 | | Food | Raw | pies",
            {},
            {"description": "Raw", "includes": "pies"},
        ),
        # What has the titles is no note.
        (
            "code | parent | description | excludes\n1 | | Food | x",
            {},
            {"excludes": "x"},
        ),
        (
            "code | parent | description | covers\n1 | | Food | pies",
            {"columns": {"title": "description", "includes": "covers"}},
            {"includes": "pies"},
        ),
        ("a | b | title | excludes\n0 | 1 | Food | x", AB, {"excludes": "x"}),
    ],
)
def test_notes_in_the_list_itself(text, form, notes):
    tree = build(text, **form)
    assert tree.notes == [("1", notes)]
    assert tree.titles[-1] == "Food"


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("code | Code\n1 | 2", {}, r"2 columns may be the 'code': 'code', 'Code'\."),
        (
            "code | parent | nombre | título | Titulo\n1 | | a | b | c",
            {},
            r"x\.csv: 2 columns may be the 'title'.* `taxonomy\.columns\.title`",
        ),
        (
            "código | parent\n1 |",
            {"columns": {"code": "hscode"}},
            r"no column 'hscode', which `taxonomy\.columns\.code` names\. Found: 'cód",
        ),
        (
            "code | title\n1 | a\n11 | b",
            {},
            r"no column parent\. .* `taxonomy\.parent: prefix`: 1 of 2 codes begin",
        ),
        ("code | title\nA | a\n01 | b\nB | c\n05 | d", {}, r"taxonomy\.parent: order`"),
        ("code | title\n1 | a\n2 | b", {}, r"taxonomy\.columns: {parent: \.\.\.}`, or"),
        ("a | title\n1 | a", {}, r"no column code, parent\..* as {code: hscode}"),
        (
            "a | b\n1 | a",
            {"levels": ["a", "c"]},
            r"no column 'c', .* `taxonomy\.levels`",
        ),
    ],
)
def test_columns_that_are_not_there(text, form, message):
    fails(text, message, **form)


def test_a_column_of_parents_is_not_read_with_a_rule():
    text = "code | parent | level | title\n1 | TOTAL | 1 | Food\n11 | 7 | 2 | Bread"
    assert paths_of(build(text, parent="prefix")) == FOOD


# Rows that are no codes


def test_stray_rows_are_left_out_and_said():
    tree = build(
        "code | parent | title\n1 | | Food\n | | \ncode | Parent | TITLE\n"
        "11 | 1 | Bread\nTotal | | All\n | | \nFuente: INEGI | | \n"
        " | | Nota: preliminar\n* provisional | |"
    )
    assert paths_of(tree) == FOOD
    assert list(map(str, tree.remarks[2:])) == [
        "left out, blank: rows 2, 6",
        "left out, the header once more: rows 3",
        "left out, no code, but a note: rows 7, 8, 9",
        "left out, a total: rows 5",
    ]


def test_codes_have_one_spelling():
    tree = build("code | parent\n31-33 |\n\uff13\uff11\uff11 | 31-33\u200b")
    assert tree.code_path(1) == ("31-33", "311")


def test_words_may_be_codes():
    text = "code | parent | title\nnotes | | \nlast mile | | \nsource | | Sources\n"
    tree = build(f"{text}vans | last mile | Vans\n* | source | Stars")
    assert set(tree.codes) == {"notes", "last mile", "source", "vans", "*"}


def test_the_small_letter_of_naics_is_taken_off_titles():
    text = "code | title\n11 | HuntingT\n111 | Crop ProductionT\n1111 | Oilseed (x)T"
    tree = build(f"{text}\n11111 | Model T", parent="prefix")
    assert tree.titles == ("Hunting", "Crop Production", "Oilseed (x)", "Model T")
    assert "the mark T at the end of 3 titles" in str(tree.remarks[-1])
    few = build("code | title\n1 | VitaminT\n11 | Bread", parent="prefix")
    assert few.titles == ("VitaminT", "Bread")


@pytest.mark.parametrize("word", ["TOTAL", "NA", "NULL", "#", "-", "root"])
def test_words_for_no_parent(word):
    tree = build(f"code | parent | title\n1 | {word} | Food\n11 | 1 | Bread")
    assert paths_of(tree) == FOOD
    assert f"the parent '{word}' is no code" in str(tree.remarks[-1])


def test_such_a_word_may_be_a_code():
    tree = build("code | parent | title\nNA | | Food\n11 | NA | Bread")
    assert paths_of(tree) == {("NA",): "Food", ("NA", "11"): "Bread"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (" | 1 | Bread", r"x\.csv, row 2: `code` is empty"),
        (
            "Alimentos y bebidas | | ",
            r"row 2: 'Alimentos y bebidas' has no title",
        ),
    ],
)
def test_rows_in_doubt_are_refused(rows, message):
    fails(f"code | parent | title\n1 | | Food\n{rows}", message)


def test_nothing_but_stray_rows():
    fails("code | parent | title\n | | \nFuente: x | |", "the code list is empty")


# Culprits


def test_a_cycle_names_its_rows_alone():
    below = "".join(f"\n3{i:04} | 2 | x" for i in range(50))
    text = f"code | parent | title\n7 | | x\n1 | 2 | x\n2 | 1 | x{below}"
    fails(text, r"x\.csv: .*: 1 \(row 2\) -> 2 \(row 3\) -> 1 \(50 codes below not")
    text = f"code | parent | title\n2 | 2 | x{below}"
    fails(text, r"x\.csv: .* its own parent: '2' \(row 1\) \(50 codes below not")


def test_orphans_are_grouped_by_their_parent():
    text = "code | parent\n1 |\n91 | 9\n92 | 9\n81 | 8"
    fails(text, r"row 2: the parent '9' of codes '91', '92' .* Missing, too: '8'\.")
    children = "".join(f"\n9{i:02} | 9" for i in range(40))
    fails(f"code | parent{children}", r"'900', .*'909' and 30 more is not in the list")


def test_a_rule_is_proposed_where_it_would_do():
    text = "code | parent\n01 | S1\n0101 | 01\n0102 | 01\n02 | S1\n0201 | 02"
    fails(text, r"the parent 'S1' of codes '01', '02' .* `taxonomy\.parent: prefix`")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1 | | Food", r"row 3: code '1' stands there twice, with the same parent and"),
        (
            "1 | | Meat",
            r"row 3: code '1' stands there twice, as 'Food' and 'Meat'",
        ),
        (
            "11 | | Bread",
            r"code '11' .* two parents \(1 and none\); it is in row 2",
        ),
        ("1 | | Food\n11 | 1 | Bread", r"Repeated, too: 1 other code\. A code has"),
    ],
)
def test_duplicates(rows, message):
    fails(f"code | parent | title\n1 | | Food\n11 | 1 | Bread\n{rows}", message)


def test_zeros_that_isco_has_lost_are_the_likely_cause_of_duplicates():
    text = "code | title\n0 | a\n1 | b\n11 | c\n110 | d\n1 | e\n11 | f\n111 | g"
    fails(
        text,
        r"row 5: code '1' .* Repeated, too: 1 other code\. .* \(1 for 01\)",
        parent="prefix",
    )


# Rules


def test_holes_are_refused_by_name_or_bridged():
    text = "code | title\n01 | a\n0101 | b\n010121 | c\n010229 | d"
    message = (
        r"x\.csv: .* '0102', above '010229' \(row 4\)\. .* \(here '01' for '010229"
    )
    fails(text, message, parent="prefix")
    tree = build(text, parent="prefix", missing_parents="nearest")
    assert tree.code_path(tree.codes.index("010229")) == ("01", "010229")
    assert "attached to the nearest code above: 010229" in str(tree.remarks[-1])


def test_prefix_that_finds_nothing():
    fails(
        "code | title\n11 | a\n12 | b",
        r"0 of 2 codes begin with another",
        parent="prefix",
    )
    text = "code | title\nA | a\n01 | b\n011 | c\nB | d\n05 | e\n051 | f"
    fails(
        text, r"below the sections A, B\. .* `taxonomy\.parent: order`", parent="prefix"
    )
    assert build(text, parent="order").num_levels == 3


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        # HS: 1 for 01, 101 for 0101; below 10 stand 101 and 1001.
        (
            "1 2 101 10121 102 10221 201 20110 202 20210 10 1001 100110 1002 20 2001 "
            "200110 2002 200210",
            r"unlike forms \(999, 9999, .* '10', and others with 20\. .* \(1 for 01\)",
        ),
        ("1 1.1 1.11 2 2.1 2.11 10 10.1 10.11 11 11.1 20 20.1", r"forms \(9\.9, 99, 9"),
    ],
)
def test_lost_zeros_are_seen_behind_a_rule(codes, message):
    text = "code | title" + "".join(f"\n{code} | x" for code in codes.split())
    fails(text, message, parent="prefix")
    build(text, parent="prefix", check_width=False)


# Level columns


TREE = {
    ("11",): "Campo",
    ("11", "111"): "Agricultura",
    ("11", "111", "1111"): "1111",
    ("11", "111", "1112"): "1112",
    ("31-33",): "Industrias",
    ("31-33", "311"): "Alimentos",
    ("31-33", "311", "3111"): "3111",
}
HEADER = "Sector | Título | rama | título rama | clase\n"


@pytest.mark.parametrize(
    "table",
    [
        "11 | Campo | 111 | Agricultura | 1111\n11 | Campo | 111 | Agricultura | 1112\n"
        "31-33 | Industrias | 311 | Alimentos | 3111",
        "11 | Campo | 111 | Agricultura | 1111\n | | | | 1112\n"
        "31-33 | Industrias | 311 | Alimentos | 3111",
        "11 | Campo | | |\n | | 111 | Agricultura |\n | | | | 1111\n | | | | 1112\n"
        "31-33 | Industrias | | |\n | | 311 | Alimentos |\n | | | | 3111",
        "11 | Campo | | |\n11 | | 111 | Agricultura | 1111\n11 | | 111 | | 1112\n"
        " | | | | \n31-33 | Industrias | 311 | Alimentos | 3111\nFuente: INEGI | | | |",
    ],
    ids=["filled", "merged", "a row for each code", "mixed"],
)
def test_level_columns(table):
    tree = build_code_list(rows_of(HEADER + table), "x.csv", LEVELS)
    assert paths_of(tree) == TREE
    assert "parents by levels" in str(tree.remarks[0])


def test_one_title_column_for_the_deepest_code():
    text = "a | b | descripción\n1 | | Food\n | 11 | Bread\n1 | 12 | Milk"
    tree = build(text, levels=["a", "b"])
    assert paths_of(tree) == {**FOOD, ("1", "12"): "Milk"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            " | | 111 | x | 1111",
            r"x\.csv, row 1: `clase` is filled, but `Sector` is em",
        ),
        (
            "11 | | 111 | | 1\n12 | | | | 2",
            r"row 2: `clase` is filled, but `rama` is em",
        ),
        (
            "11 | | 111 | |\n12 | | 111 | |",
            r"rows 1 and 2: code '111' .* \(11 and 12\)",
        ),
        (
            "11 | a | 1 | |\n11 | b | 2 | |",
            r"rows 1 and 2: .* two titles \('a' and 'b'",
        ),
        (" | solo | | |", r"row 1: no code in any of the columns Sector, rama, clase"),
    ],
)
def test_errors_of_level_columns(table, message):
    with pytest.raises(InputError, match=message):
        build_code_list(rows_of(HEADER + table), "x.csv", LEVELS)


# From a file


def test_a_file_says_what_was_understood(tmp_path):
    file = tmp_path / "isco.csv"
    file.write_text("Código,Título\n0,Militares\n01,Oficiales\n1,Directores\n", "utf-8")
    tree = read_code_list(file, form=ListForm(parent="prefix"))
    assert list(map(str, tree.remarks)) == [
        f"Code list {file}: 3 codes on 2 levels (2, 1), parents by prefix",
        "first path: 0 Militares > 01 Oficiales",
        "columns read: 'Código' as code, 'Título' as title",
    ]
    assert "remarks" not in tree.to_dict()


def test_a_column_that_stands_there_twice(tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text("code,parent,code\n1,,2\n", "utf-8")
    with pytest.raises(InputError, match=r"codes\.csv: 2 columns may be the 'code'"):
        read_code_list(file)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("01-feb", "dates"),
        ("1E+05", "scientific notation"),
        ("#REF!", "errors of a spreadsheet"),
        ("'22", "codes in quotes"),
        ("12.0", "saved as numbers"),
    ],
)
def test_damaged_codes_of_a_list_are_refused(cell, words):
    text = f"code|parent\n1|\n11|1\n2|\n21|2\n{cell}|2"
    with pytest.raises(InputError, match=rf"x\.csv, rows 5: .*{words}"):
        build(text)
    tree = build(text, check_width=False)
    assert tree.find(("2", cell)) is not None


def test_codes_and_parents_that_are_turned_round_are_refused():
    text = "sector|clase\n11|1\n21|2\n31|3"
    with pytest.raises(InputError, match="'1' stands below '11'"):
        build(text, levels=["sector", "clase"])
    assert build(text, levels=["clase", "sector"]).find(("1", "11")) is not None
