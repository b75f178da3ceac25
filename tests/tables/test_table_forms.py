"""A table has the same cells, whatever the form in which it is written."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.table_files import FORMS, written_database

from han.code_list.code_list_files import read_code_list
from han.data.records import fingerprint, read_records
from han.errors import InputError
from han.tables.reading import (
    Columns,
    column_names,
    measure_table,
    read_blocks,
    read_table,
)

COLUMNS = Columns({"text": "texto"}, labels=["clave"], keys=["año"])
# Letters of latin-1. Programs drop spaces at the end of a cell.
TEXTS = st.text(st.sampled_from("añÑé01,;|\"'=+ "), max_size=6).map(str.strip)
CODES = st.sampled_from(["0111", "01", "1", "4.10", "A01", "000", ""])


@given(st.lists(st.tuples(TEXTS, CODES, CODES), min_size=1, max_size=6))
@settings(max_examples=25)
def test_all_forms_have_equal_cells(
    tmp_path_factory: pytest.TempPathFactory, cells: list
) -> None:
    folder = tmp_path_factory.getbasetemp()
    table = pd.DataFrame(cells, columns=["texto", "clave", "año"]).astype(str)
    table.loc[len(table)] = ["último", "0099", "x"]  # a last row with cells
    expected = table[COLUMNS.needed].to_numpy().tolist()
    for name, (write, encoding) in FORMS.items():
        file = write(folder, table)
        found = read_table(file, COLUMNS, encoding=encoding)
        assert found.to_numpy().tolist() == expected, name
        names = column_names(file, encoding=encoding, wanted=["texto"])
        assert names == ["texto", "clave", "año"], name


@pytest.mark.parametrize("name", FORMS)
def test_blocks_of_all_forms_make_the_whole(tmp_path: Path, name: str) -> None:
    table = pd.DataFrame({"texto": [f"á{k}" for k in range(25)]})
    table = table.assign(clave=table.index.map("{:04d}".format), año="2026")
    write, encoding = FORMS[name]
    file = write(tmp_path, table)
    blocks = list(read_blocks(file, COLUMNS, 10, encoding=encoding))
    assert [len(block) for block in blocks] == [10, 10, 5]
    assert pd.concat(blocks)["clave"].tolist() == table["clave"].tolist()
    size = measure_table(file, COLUMNS, encoding=encoding)
    assert (size.rows, size.characters) == (25, 10 * 2 + 15 * 3)


@pytest.mark.parametrize("name", FORMS)
def test_a_missing_column_is_named_in_all_forms(tmp_path: Path, name: str) -> None:
    write, encoding = FORMS[name]
    file = write(tmp_path, pd.DataFrame({"texto": ["a"], "clave": ["1"]}))
    with pytest.raises(InputError, match=r"no column 'año' .* has: texto, clave\."):
        read_table(file, COLUMNS, encoding=encoding)


@pytest.mark.parametrize("name", FORMS)
def test_a_code_list_in_all_forms(tmp_path: Path, name: str) -> None:
    cells = {"code": ["01", "011"], "parent": ["", "01"], "title": ["Caña", "x; y"]}
    write, encoding = FORMS[name]
    tree = read_code_list(write(tmp_path, pd.DataFrame(cells)), encoding=encoding)
    assert (tree.codes, tree.titles) == (("01", "011"), ("Caña", "x; y"))
    assert list(tree.parents) == [-1, 0]


@pytest.mark.parametrize("name", ["excel", "stata", "spss", "database", "parquet"])
def test_numbers_of_programs(tmp_path: Path, name: str) -> None:
    numbers = {"peso": [1.5, 2.0, 0.25], "edad": [31.0, 7.0, 110.0]}
    file = FORMS[name][0](tmp_path, pd.DataFrame({"texto": list("abc"), **numbers}))
    columns = Columns({"text": "texto"}, keys=["edad"], weight="peso")
    records = read_records(file, columns)
    assert records.weights.tolist() == [1.5, 2.0, 0.25]
    assert records.keys["edad"].tolist() == ["31", "7", "110"]


def test_the_fingerprint_of_a_database_is_that_of_its_rows(tmp_path: Path) -> None:
    table = pd.DataFrame({"texto": ["a", "b"]})
    before = fingerprint(written_database(tmp_path, table))
    assert fingerprint(written_database(tmp_path, table)) == before
    assert fingerprint(written_database(tmp_path, table[::-1])) != before
    table.loc[1, "texto"] = "c"
    assert fingerprint(written_database(tmp_path, table)) != before
