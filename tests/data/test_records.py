"""Tables become records, and every mistake in a table is named."""

import gzip
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from han.data.records import Records, fingerprint, label_sets, read_records
from han.errors import InputError
from han.tables.reading import Columns

COLUMNS = Columns({"text": "t"}, labels=["l"])
ROWS = "t,l\nCafé y niños,0110\nNA,null\n"


def read(
    folder: Path,
    content: str | bytes,
    name: str = "data.csv",
    columns: Columns = COLUMNS,
    encoding: str = "utf-8",
) -> Records:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_records(file, columns, encoding=encoding)


def read_frame(folder: Path, columns: Columns = COLUMNS, **cells: object) -> Records:
    pd.DataFrame(cells).to_parquet(folder / "data.parquet")
    return read_records(folder / "data.parquet", columns)


def texts(records: Records) -> list[str]:
    return records.fields["text"].tolist()


def labels(records: Records) -> list[list[str]]:
    return records.labels.tolist()


@pytest.mark.parametrize(
    ("name", "content", "encoding"),
    [
        ("a.csv", ROWS.encode(), "utf-8"),
        ("a.CSV", ROWS.encode(), "utf-8"),
        ("a.csv", ROWS.replace("\n", "\r\n").encode(), "utf-8"),
        ("a.csv", b"\xef\xbb\xbf" + ROWS.encode(), "utf-8"),  # as Excel saves it
        ("a.csv", b"\xef\xbb\xbf" + ROWS.replace("t,l", '"t","l"').encode(), "utf-8"),
        ("a.csv", ROWS.encode("latin-1"), "latin-1"),
        ("a.csv", ROWS.encode("utf-16"), "utf-16"),
        ("a.csv.gz", gzip.compress(ROWS.encode(), mtime=0), "utf-8"),
        ("a.tsv", ROWS.replace(",", "\t").encode(), "utf-8"),
        ("a.TSV", ROWS.replace(",", "\t").encode(), "utf-8"),
        ("a.tsv.gz", gzip.compress(ROWS.replace(",", "\t").encode(), mtime=0), "utf-8"),
    ],
)
def test_every_way_of_writing_reads_alike(
    tmp_path: Path, name: str, content: bytes, encoding: str
) -> None:
    records = read(tmp_path, content, name, encoding=encoding)
    assert texts(records) == ["Café y niños", "NA"]
    assert labels(records) == [["0110"], ["null"]]
    assert records.rows.tolist() == [1, 2]
    assert records.weights.tolist() == [1.0, 1.0]
    assert len(records) == 2


def test_parquet_reads_alike(tmp_path: Path) -> None:
    records = read_frame(tmp_path, t=["Café y niños", "NA"], l=["0110", "null"])
    assert texts(records) == ["Café y niños", "NA"]
    assert labels(records) == [["0110"], ["null"]]


def test_quotes_hold_separators_newlines_and_quotes(tmp_path: Path) -> None:
    records = read(tmp_path, 't,l\n"a, ""b""\nc",1\n')
    assert texts(records) == ['a, "b"\nc']
    assert labels(records) == [["1"]]


def test_codes_are_trimmed_and_texts_are_not(tmp_path: Path) -> None:
    records = read(tmp_path, "t,l\n a , 01 \n")
    assert (texts(records), labels(records)) == ([" a "], [["01"]])


def test_missing_last_cells_are_blank(tmp_path: Path) -> None:
    records = read(tmp_path, "t,l\na\nb,2\n")
    assert labels(records) == [[""], ["2"]]


def test_other_columns_weights_and_keys(tmp_path: Path) -> None:
    columns = Columns(
        {"name": "t", "tasks": "u"},
        labels=["l", "m"],
        keys=["id", "t"],
        weight="w",
        others={"time": "year"},
    )
    content = (
        "id,year,w,m,l,u,t,unused\n007,2020,1.5,11,1,,pan,x\n008,2021,0,,2, ,.,y\n"
    )
    records = read(tmp_path, content, columns=columns)
    assert records.fields["name"].tolist() == ["pan", "."]
    assert labels(records) == [["1", "11"], ["2", ""]]
    assert records.keys.to_dict("list") == {"id": ["007", "008"], "t": ["pan", "."]}
    assert records.weights.tolist() == [1.5, 0.0]
    assert records.others["time"].tolist() == ["2020", "2021"]
    assert records.is_blank.tolist() == [False, False]


def test_a_missing_column_is_told_by_the_option_that_names_it(tmp_path: Path) -> None:
    others = {"group": "home", "stratum": "region"}
    columns = Columns({"text": "t"}, others=others, asked_by={"stratum": "--strata"})
    with pytest.raises(InputError, match=r"'home' \(`data.split`\), 'region' \(`--str"):
        read(tmp_path, "t\npan\n", columns=columns)


def test_no_labels(tmp_path: Path) -> None:
    records = read(tmp_path, "t\npan\n", columns=Columns({"text": "t"}))
    assert records.labels.shape == (1, 0)


def test_empty_line_of_one_column_is_a_blank_record(tmp_path: Path) -> None:
    records = read(tmp_path, "t\npan\n\nsal\n", columns=Columns({"text": "t"}))
    assert texts(records) == ["pan", "", "sal"]
    assert records.is_blank.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty. Expected a header"),
        (b"\n \n", "the file is empty|no column"),
        (b"t,l\n", "the file has no rows"),
        (
            b"t,x\na,1\n",
            r"no column 'l' \(`data.label_columns`\). Expected in this file because",
        ),
        ("t,l\ncafé,1\n".encode("latin-1"), r"not utf-8 text.*for instance latin-1"),
        (ROWS.encode("utf-16"), "`data.encoding: utf-16` or, .* --encoding utf-16"),
        (ROWS.encode("utf-32"), "not utf-8 text: it begins .* `data.encoding: utf-32`"),
        (b"t,l,t\na,1,b\n", "more than one column is called 't'. Expected one"),
        (b"PAR1xxx", "this is a Parquet file"),
        (b"PK\x03\x04x", "this is a zip archive"),
        (b"t,l\na,1,9\nb,2\n", "line 2 has more than the header"),
        (b"t,l\na,1,9\nb,2,9\n", "line 2 has more than the header"),
        (b"t,l\na,1\nb,2,9\n", "Expected 2 fields in line 3, saw 3.*double quotes"),
        (b't,l\n"a,1\nb,2\n', "a double quote is never closed, starting at row 1"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"(?s)data\.csv: .*({message})"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        ROWS.encode(),
        gzip.compress(ROWS.encode() * 99, mtime=0)[:40],
        b"\x1f\x8b\x08\x00" + b"q" * 60,
    ],
)
def test_broken_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"data\.csv\.gz: cannot be read"):
        read(tmp_path, content, "data.csv.gz")


@pytest.mark.parametrize(
    ("encoding", "message"),
    [("klingon", "'klingon' is not known"), ("utf-16", "not utf-16 text")],
)
def test_wrong_encodings_are_named(tmp_path: Path, encoding: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, ROWS, encoding=encoding)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such data file"):
        read_records(tmp_path / "none.csv", COLUMNS)
    with pytest.raises(InputError, match="this is a folder"):
        read_records(tmp_path, COLUMNS)


def test_no_parquet(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"data\.parquet: not a Parquet file"):
        read(tmp_path, ROWS, "data.parquet")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([np.nan, np.nan], ["", ""]),
        (pd.Categorical(["01", None]), ["01", ""]),
        (["nan", None], ["nan", ""]),
    ],
)
def test_parquet_codes_become_text(tmp_path: Path, column, expected: list) -> None:
    records = read_frame(tmp_path, t=["a", None], l=column)
    assert labels(records) == [[code] for code in expected]
    assert texts(records) == ["a", ""]


@pytest.mark.parametrize("weight", ["", "x", "nan", "inf", "-1", "1;5"])
def test_bad_weights_are_named(tmp_path: Path, weight: str) -> None:
    columns = Columns({"text": "t"}, weight="w")
    with pytest.raises(InputError, match=r"rows 2: column 'w'.*number of 0 or more"):
        read(tmp_path, f"t,w\na,1\nb,{weight}\n", columns=columns)


def test_parquet_weights(tmp_path: Path) -> None:
    columns = Columns({"text": "t"}, weight="w")
    records = read_frame(tmp_path, columns, t=["a", "b"], w=[0.25, 3.0])
    assert records.weights.tolist() == [0.25, 3.0]
    with pytest.raises(InputError, match="rows 2: column 'w'"):
        read_frame(tmp_path, columns, t=["a", "b"], w=[0.25, np.nan])


def test_fingerprint_follows_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    assert fingerprint(file).startswith("ba7816bf8f01cfea")
    file.write_bytes(b"abd")
    assert not fingerprint(file).startswith("ba7816bf8f01cfea")


@pytest.mark.parametrize(
    "column",
    [
        [110, 4611],
        [110.0, np.nan],
        pd.array([1, None], "Int64"),
        pd.Categorical([1, None]),
        [True, None],
        [Decimal("23.0"), None],
    ],
)
def test_parquet_codes_stored_as_numbers_are_refused(tmp_path: Path, column) -> None:
    with pytest.raises(InputError, match=r"data\.parquet: column 'l' .*Store codes as"):
        read_frame(tmp_path, t=["a", None], l=column)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([110.0, np.nan], ["110", ""]),
        ([1.5, np.nan], ["1.5", ""]),
        ([2**60 + 1, 2], [str(2**60 + 1), "2"]),
        (pd.array([1, None], "Int64"), ["1", ""]),
    ],
)
def test_parquet_keys_may_be_numbers(tmp_path: Path, column, expected: list) -> None:
    columns = Columns({"text": "t"}, keys=["k"])
    records = read_frame(tmp_path, columns, t=["a", None], k=column)
    assert records.keys["k"].tolist() == expected


NEEDED = Columns({"text": "actividad"}, labels=["nivel_1"], keys=["folio"])


@pytest.mark.parametrize(
    ("header", "said", "unsaid"),
    [
        ("vende pan de SECRETO,01,77", "3 other cells; is it the header?", "SECRETO"),
        ("SECRETO,01,77", "3 other cells", "SECRETO"),
        ("folio,nivel_1,texto", "The file has: folio, nivel_1, texto.", "other cells"),
        ("Actividad,Nivel_1,x", "Its first line has 'Actividad', 'Nivel_1'.", "x'"),
        ("folio,nivel_1,vende pan todos los SECRETO", "folio, nivel_1.", "SECRETO"),
        ("folio,nivel_1,a,a", "The file has: folio, nivel_1, a, a.", "a.1"),
    ],
)
def test_a_first_line_of_data_is_not_shown(
    tmp_path: Path, header: str, said: str, unsaid: str
) -> None:
    with pytest.raises(InputError) as error:
        read(tmp_path, f"{header}\na,b,c\n", columns=NEEDED)
    assert said in str(error.value)
    assert unsaid not in str(error.value)


def test_names_that_pandas_would_make_are_no_names(tmp_path: Path) -> None:
    columns = Columns({"text": "t"}, keys=["k.1"])
    with pytest.raises(InputError, match=r"no column 'k\.1' \(`data.key_columns`\)"):
        read(tmp_path, "t,k,k\na,1,2\n", columns=columns)
    records = read(tmp_path, "t,k,k,k.1,\na,1,2,3,\n", columns=columns)
    assert records.keys["k.1"].tolist() == ["3"]


def test_blank_lines_before_the_header_of_one_column(tmp_path: Path) -> None:
    columns = Columns({"text": "t"})
    assert texts(read(tmp_path, "\n\nt\npan\n\n", columns=columns)) == ["pan", ""]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii"])
@pytest.mark.parametrize("name", ["data.csv", "data.csv.gz"])
def test_utf8_read_as_something_else_is_refused(
    tmp_path: Path, encoding: str, name: str
) -> None:
    for start in (b"", b"\xef\xbb\xbf"):
        content = start + ROWS.encode()
        content = gzip.compress(content, mtime=0) if name.endswith("gz") else content
        with pytest.raises(InputError, match=r"Set `data\.encoding: utf-8`"):
            read(tmp_path, content, name, encoding=encoding)


def test_latin_1_is_taken_for_nothing_else(tmp_path: Path) -> None:
    content = "t,l\na,1\nCafé,2\nb,é".encode("latin-1")  # a cut letter of UTF-8 ends it
    assert texts(read(tmp_path, content, encoding="latin-1")) == ["a", "Café", "b"]
    assert texts(read(tmp_path, b"t,l\na,1\n", encoding="latin-1")) == ["a"]


def test_decimal_commas_in_a_file_with_points_are_named(tmp_path: Path) -> None:
    columns = Columns({"text": "t"}, weight="w")
    with pytest.raises(InputError, match=r"rows 2: .* with a point: 1\.5, not 1,5"):
        read(tmp_path, 't,w\na,1.25\nb,"1,234"\n', columns=columns)


# Label cells in one spelling, and those that mean no code


def test_label_cells_have_one_spelling(tmp_path: Path) -> None:
    content = "t,l\na,011\u200b0\nb,0110\nc, 0110\t\nd,\uff10110\n"
    records = read(tmp_path, content)
    assert labels(records) == [["0110"]] * 4
    assert records.respelled == [1, 4]  # spaces at the ends are none
    assert records.not_coded is None


def test_cells_that_mean_no_code(tmp_path: Path) -> None:
    columns = Columns({"text": "t"}, labels=["l", "m"], no_code=("9999", "&"))
    content = "t,l,m\na,1,11\nb,9999,\nc,1,&\nd, 9999\u200b ,&\ne,,\n"
    records = read(tmp_path, content, columns=columns)
    assert labels(records) == [["1", "11"], ["", ""], ["1", ""], ["", ""], ["", ""]]
    assert records.not_coded == [2, 3, 4]


@pytest.mark.parametrize(
    ("mark", "cells", "expected"),
    [
        ("/", ["111/112", "s/d"], [["111", "112"], ["s/d", ""]]),
        ("-", ["1-2", "01-feb"], [["1", "2"], ["01-feb", ""]]),
        ("/", ["N", "A/B", "N/A"], [["N", ""], ["A", "B"], ["N", "A"]]),
    ],
)
def test_a_placeholder_is_not_divided_into_codes(mark, cells, expected):
    given = np.array(cells, dtype=object).reshape(-1, 1)
    assert label_sets(given, mark).tolist() == expected
