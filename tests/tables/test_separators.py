"""Separators and decimal marks are found where that is sure, else asked for."""

from pathlib import Path

import pytest

from han.data.records import read_records
from han.errors import InputError
from han.tables.locations import data_location, with_form
from han.tables.reading import Columns, column_names, read_table
from han.tables.separators import find_decimal, find_separation, with_points

TEXT = Columns({"text": "texto"})
BOTH = Columns({"text": "texto"}, labels=["clave"])
WEIGHTED = Columns({"text": "texto"}, weight="peso")


def texts(file: Path, content: str, columns: Columns = TEXT, **form: str) -> list[str]:
    file.write_text(content, encoding="utf-8")
    return read_table(data_location(file, **form), columns)["texto"].tolist()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("texto;clave\npan, queso;01\n", ["pan, queso"]),
        ("sep=;\ntexto;clave\npan;01\n", ["pan"]),
        ("\ufeffsep=;\r\ntexto;clave\r\npan;01\r\n", ["pan"]),
        ("sep=|\ntexto|clave\na;b|01\n", ["a;b"]),
        ("texto\tclave\na;b,c\t01\n", ["a;b,c"]),
        ('"texto";"clave"\n"a;b";"01"\n', ["a;b"]),
        ('"nota; larga",texto,clave\nx,"a;b",1\n', ["a;b"]),
        ('clave;"texto"\n1;"dos\nlíneas"\n', ["dos\nlíneas"]),
        ("\n\ntexto;clave\na;1\n", ["a"]),
        ("texto;clave\n" + "a, b;1\n" * 3, ["a, b"] * 3),
    ],
)
def test_the_separator_is_found(tmp_path: Path, content: str, expected: list) -> None:
    assert texts(tmp_path / "x.csv", content, BOTH) == expected
    assert texts(tmp_path / "x.tsv", content, BOTH) == expected


def test_a_file_of_one_column_is_not_split(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    assert texts(file, "texto\npan; queso\na|b\n\n") == ["pan; queso", "a|b", ""]
    assert texts(file, 'texto\n"pan, queso; y"\n') == ["pan, queso; y"]
    assert texts(file, "sep=;\ntexto\npan, queso\n") == ["pan, queso"]
    named = Columns({"text": "texto; libre"})
    file.write_text("texto; libre\npan\n")
    assert read_table(file, named)["texto; libre"].tolist() == ["pan"]


def test_two_possible_separators_are_asked_for(tmp_path: Path) -> None:
    file, content = tmp_path / "x.csv", "x,texto,y;texto;z\n1,2,3;4;5\n6,7,8;9;0\n"
    with pytest.raises(InputError, match=r"may be comma or semicolon. Set `data"):
        texts(file, content)
    assert texts(file, content, separator="comma") == ["2", "7"]
    assert texts(file, content, separator=";") == ["4", "9"]
    with pytest.raises(InputError, match="no column"):
        texts(file, content, separator="tab")
    # The first rows tell: only commas give each as many cells.
    assert texts(file, f"{content}8;,7,1\n9,9,9\n") == ["2", "7", "7", "9"]


def test_a_separator_that_is_said_is_used(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    assert texts(file, "a|texto\n1|x,y\n", separator="bar") == ["x,y"]
    with pytest.raises(InputError, match=r"Set `data.separator: semicolon` or, .*--"):
        texts(file, "texto;clave\nx;1\n", separator="comma")
    assert with_form(file, "semicolon", None).separator == ";"
    assert with_form(data_location(file, separator="tab"), ",", None).separator == "\t"


def test_names_without_what_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a;b;c\n1,5;2;3\n")
    assert column_names(file) == ["a", "b", "c"]
    with pytest.raises(InputError, match=r"no column 'texto'.*first line has 3 other"):
        read_table(file, TEXT)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,5", "2"], [1.5, 2.0]),
        (["1.5", "2"], [1.5, 2.0]),
        (["1.234,5", "12"], [1234.5, 12.0]),
        (["0,500", "1,000"], [0.5, 1.0]),
        (["1,2345", "1,234"], [1.2345, 1.234]),
        (["3", "4"], [3.0, 4.0]),
        ([" 2,5 ", "1"], [2.5, 1.0]),
    ],
)
def test_weights_with_either_mark(
    tmp_path: Path, cells: list, expected: list[float]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text("texto;peso\n" + "".join(f"a;{cell}\n" for cell in cells))
    assert read_records(file, WEIGHTED).weights.tolist() == expected


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            ["1.234", "2.000"],
            r"column 'peso', row 1: .*or of thousands\. Set",
        ),
        (["1,234", "2"], "column 'peso', row 1: .*decimals or of thousands"),
        (
            ["1,5", "1.5"],
            r"decimal point \(row 2\), others a decimal comma \(row 1",
        ),
    ],
)
def test_unclear_numbers_are_asked_for(tmp_path: Path, cells: list, said: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text("texto;peso\n" + "".join(f"a;{cell}\n" for cell in cells))
    with pytest.raises(InputError, match=said):
        read_records(file, WEIGHTED)


def test_a_decimal_mark_that_is_said_is_used(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("texto;peso\na;1,234\n")
    assert read_records(data_location(file, decimal="comma"), WEIGHTED).weights == 1.234
    with pytest.raises(InputError, match="rows 1: column 'peso'"):
        read_records(data_location(file, decimal="point"), WEIGHTED)
    file.write_text("texto;peso\na;1.234\n")
    assert read_records(data_location(file, decimal="point"), WEIGHTED).weights == 1.234
    with pytest.raises(InputError, match="'peso', row 1: a number has a point, but"):
        read_records(data_location(file, decimal="comma"), WEIGHTED)


def test_with_commas_between_cells_a_point_is_the_mark(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("texto,peso\na,1.234\nb,2.000\n")
    assert read_records(file, WEIGHTED).weights.tolist() == [1.234, 2.0]


def test_what_is_no_number_stays_for_the_reader(tmp_path: Path) -> None:
    assert with_points(["NA", "", "x", "-1,5", "1.a"], "x", 1)[:4] == [
        "NA",
        "",
        "x",
        "-1.5",
    ]
    assert find_decimal(["NA", "", "x."], ";") == "."
    assert find_separation("", "\t").separator == "\t"
