"""Stata and SPSS: value labels, formats with zeros, missing values, old encodings."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from han.errors import InputError
from han.tables.reading import Columns, measure_table, read_table

COLUMNS = Columns({"text": "t"}, labels=["c"], keys=["k"])


@pytest.mark.parametrize("name", ["x.dta", "x.sav"])
def test_labels_are_texts_and_values_are_codes(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    table = pd.DataFrame({"t": [1.0, 2.0, np.nan], "c": [1.0, 2.0, 3.0]})
    table = table.assign(k=table["c"])
    labels = {column: {1: "Panadería", 2: "Sal"} for column in ("t", "c", "k")}
    write = pyreadstat.write_dta if name.endswith("dta") else pyreadstat.write_sav
    write(table, file, variable_value_labels=labels)
    found = read_table(file, COLUMNS)
    assert found["t"].tolist() == ["Panadería", "Sal", ""]
    assert found["c"].tolist() == found["k"].tolist() == ["1", "2", "3"]


def test_formats_that_show_zeros(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a", "b"], "c": [111.0, np.nan], "k": [7.0, 1234.0]})
    file = tmp_path / "x.sav"
    pyreadstat.write_sav(table, file, variable_format={"c": "N4", "k": "F4.0"})
    found = read_table(file, COLUMNS)
    assert found["c"].tolist() == ["0111", ""]
    assert found["k"].tolist() == ["7", "1234"]
    file = tmp_path / "x.dta"
    pyreadstat.write_dta(table, file, variable_format={"c": "%04.0f", "k": "%9.0g"})
    found = read_table(file, COLUMNS)
    assert found["c"].tolist() == ["0111", ""]
    assert found["k"].tolist() == ["7", "1234"]


def test_missing_values_of_the_user_are_blank(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a", "b"], "c": [1.0, 99.0], "k": [1.5, 2.0]})
    file = tmp_path / "x.sav"
    pyreadstat.write_sav(table, file, missing_ranges={"c": [99]})
    assert read_table(file, COLUMNS)["c"].tolist() == ["1", ""]
    assert read_table(file, COLUMNS)["k"].tolist() == ["1.5", "2"]


def test_short_numbers_of_stata_are_as_they_were_entered(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a"], "c": np.array([11.1], np.float32), "k": [0.1]})
    table.to_stata(tmp_path / "x.dta", write_index=False)
    found = read_table(tmp_path / "x.dta", COLUMNS)
    assert found.to_numpy().tolist() == [["a", "11.1", "0.1"]]


def test_dates_are_iso(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a"], "c": ["1"], "k": [dt.date(2026, 3, 1)]})
    for write, name in (
        (pyreadstat.write_sav, "x.sav"),
        (pyreadstat.write_dta, "x.dta"),
    ):
        write(table, tmp_path / name)
        assert read_table(tmp_path / name, COLUMNS)["k"].tolist() == ["2026-03-01"]


def test_old_files_of_stata_are_in_an_old_encoding(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["ñandú"], "c": ["01"], "k": [1]})
    table.to_stata(tmp_path / "x.dta", version=114, write_index=False)
    assert read_table(tmp_path / "x.dta", COLUMNS)["t"].tolist() == ["ñandú"]


def test_texts_in_another_encoding_than_the_file_says(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["ñandú!!"], "c": ["01"], "k": ["x"]})
    file = tmp_path / "x.dta"
    pyreadstat.write_dta(table, file)
    content = file.read_bytes().replace("ñandú!!".encode(), b"\xf1and\xfa!!  ")
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read.* set `data.encoding`, such"):
        measure_table(file, COLUMNS)
    found = read_table(file, COLUMNS, encoding="latin-1")
    assert found["t"].str.strip().tolist() == ["ñandú!!"]


def test_damaged_files_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"t": ["a"], "c": ["1"], "k": ["2"]}), file)
    file.write_bytes(file.read_bytes()[:300])
    with pytest.raises(InputError, match=r"x.sav: cannot be read"):
        measure_table(file, COLUMNS)
    (tmp_path / "x.dta").write_bytes(b"t,c,k\n")
    with pytest.raises(InputError, match=r"ends in \.csv"):
        measure_table(tmp_path / "x.dta", COLUMNS)


@pytest.mark.parametrize("name", ["x.dta", "x.sav"])
@pytest.mark.parametrize(
    ("labels", "is_refused"),
    [
        ({1: "0111", 2: "0112"}, True),
        ({1: "01", 2: "02"}, False),
        ({1: "1 Pan", 2: "2 Sal"}, False),
        ({1: "Pan", 2: "Sal"}, False),
    ],
)
def test_numbers_whose_labels_are_the_codes_are_refused(
    tmp_path: Path, name: str, labels: dict[int, str], is_refused: bool
) -> None:
    file = tmp_path / name
    write = pyreadstat.write_dta if name.endswith("dta") else pyreadstat.write_sav
    table = pd.DataFrame({"t": ["a", "b"], "c": [1, 2], "k": ["x", "y"]})
    write(table, file, variable_value_labels={"c": labels})
    if is_refused:
        with pytest.raises(InputError, match=r"labels are the codes.*'0111' for"):
            read_table(file, COLUMNS)
    else:
        assert read_table(file, COLUMNS)["c"].tolist() == ["1", "2"]


def test_long_keys_stored_as_doubles_are_whole(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a"], "c": ["1"], "k": [1e15 + 1]})
    pyreadstat.write_dta(table, tmp_path / "x.dta")
    found = read_table(tmp_path / "x.dta", COLUMNS)
    assert found["k"].tolist() == ["1000000000000001"]
