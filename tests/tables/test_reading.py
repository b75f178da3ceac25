"""A table read in blocks is the table read whole, faults included."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.errors import InputError
from han.tables import reading
from han.tables.locations import DataLocation
from han.tables.reading import Columns, measure_table, read_blocks, read_table

COLUMNS = Columns({"text": "t"}, keys=["k"])
ONE = Columns({"text": "t"})
CELLS = st.text(st.sampled_from('añ ,;\t"\n\r0'), max_size=4)


def in_blocks(file: Path, columns: Columns, rows: int) -> pd.DataFrame:
    blocks = list(read_blocks(file, columns, rows))
    assert all(len(block) == rows for block in blocks[:-1])
    assert 0 < len(blocks[-1]) <= rows
    return pd.concat(blocks, ignore_index=True)


def fault(read: object, *arguments: object) -> str:
    try:
        read(*arguments)
    except InputError as error:
        return str(error)
    return ""


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=9), st.integers(1, 4))
def test_blocks_of_any_size_make_the_whole(
    tmp_path_factory: pytest.TempPathFactory, cells: list, rows: int
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("k", "t"), *cells])
    file = tmp_path_factory.getbasetemp() / "blocks.csv"
    file.write_bytes(text.getvalue().encode())
    whole = read_table(file, COLUMNS)
    pd.testing.assert_frame_equal(in_blocks(file, COLUMNS, rows), whole)
    size = measure_table(file, COLUMNS)
    assert size.rows == len(whole)
    assert size.characters == sum(map(len, whole["t"]))


@given(
    st.lists(st.sampled_from(["", " ", "pan", '"a b"', '"']), max_size=9),
    st.integers(1, 4),
)
def test_lines_of_one_column(
    tmp_path_factory: pytest.TempPathFactory, lines: list, rows: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "lines.csv"
    file.write_text("\n".join(["", "t", *lines]) + "\n")
    said = fault(read_table, file, ONE)
    assert fault(measure_table, file, ONE) == said
    if not said:
        whole = read_table(file, ONE)
        pd.testing.assert_frame_equal(in_blocks(file, ONE, rows), whole)


@given(
    st.lists(st.sampled_from(["a", "a,b", "a,b,c", '"a', "", "a,b,c,d"]), max_size=7)
)
def test_ragged_rows_are_named_alike(
    tmp_path_factory: pytest.TempPathFactory, lines: list
) -> None:
    file = tmp_path_factory.getbasetemp() / "ragged.csv"
    file.write_text("\n".join(["k,t", *lines]) + "\n")
    said = fault(read_table, file, COLUMNS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "MEASURED", 2)
        found = fault(measure_table, file, COLUMNS)
    # With two faults a block may end between them: then the first one is said.
    assert bool(found) == bool(said)
    if found != said:
        assert "line 2 has more than the header" in found


def test_a_fault_shows_when_its_block_is_reached(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("k,t\n" + "1,a\n" * 5 + "2,b,c\n")
    blocks = read_blocks(file, COLUMNS, 2)
    assert [len(next(blocks)) for _ in range(2)] == [2, 2]
    with pytest.raises(InputError, match="Expected 2 fields in line 7, saw 3"):
        next(blocks)
    with pytest.raises(InputError, match="Expected 2 fields in line 7, saw 3"):
        measure_table(file, COLUMNS)


def test_wrong_letters_far_below_are_found(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    row = b"1,pan de dulce con mantequilla\n"
    file.write_bytes(b"k,t\n" + row * 100_000 + "2,añejo\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"not utf-8 text.*for instance latin-1"):
        measure_table(file, COLUMNS)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1.0, 2.0, np.nan, 4.0], ["1", "2", "", "4"]),
        ([1.0, 2.0, 3.0, 4.5], ["1.0", "2.0", "3.0", "4.5"]),
        ([1e300, 2.0, 3.0, 4.0], ["1e+300", "2.0", "3.0", "4.0"]),
        ([np.inf, 2.0, 3.0, 4.0], ["inf", "2.0", "3.0", "4.0"]),
        ([2**60 + 1, 2, None, 4], [str(2**60 + 1), "2", "", "4"]),
        ([True, False, True, False], ["1", "0", "1", "0"]),
        ([True, False, None, True], ["True", "False", "", "True"]),
        ([None] * 4, [""] * 4),
        ([Decimal("1.50"), None, Decimal("2.00"), None], ["1.50", "", "2.00", ""]),
        (["01", None, "", "1"], ["01", "", "", "1"]),
        (pd.Categorical(["01", None, "b", "01"]), ["01", "", "b", "01"]),
        (pd.array([1, None, 3, 4], "Int64"), ["1", "", "3", "4"]),
        (pd.array([1.0, None, 3.0, 4.5], "Float64"), ["1.0", "", "3.0", "4.5"]),
    ],
)
def test_parquet_cells_are_written_alike_in_all_blocks(
    tmp_path: Path, cells: object, expected: list
) -> None:
    file = tmp_path / "x.parquet"
    is_whole = isinstance(cells, list) and isinstance(cells[0], int)
    values = pd.array(cells, "Int64") if is_whole and cells[0] is not True else cells
    pd.DataFrame({"t": list("abcd"), "k": values}).to_parquet(file, row_group_size=3)
    for rows in (1, 2, 3, 9):
        assert in_blocks(file, COLUMNS, rows)["k"].tolist() == expected
    assert read_table(file, COLUMNS)["k"].tolist() == expected
    assert measure_table(file, COLUMNS).characters == 4


def test_an_index_that_pandas_kept_is_no_column(tmp_path: Path) -> None:
    table = pd.DataFrame({"t": ["a", "b"], "k": ["1", "2"]}).set_index("k")
    table.to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="no column 'k'"):
        measure_table(tmp_path / "x.parquet", COLUMNS)
    table.reset_index().iloc[1:].to_parquet(tmp_path / "y.parquet")
    assert read_table(tmp_path / "y.parquet", COLUMNS)["k"].tolist() == ["2"]


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_text_with_a_decimal_comma_in_a_sheet_or_typed_table(
    tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"weights.{form}"
    cells = {"t": ["1,5", "b", "c"], "w": ["210,25", "1.234,5", "7"]}
    table = pd.DataFrame(cells, dtype=object)
    table.to_excel(file, index=False) if form == "xlsx" else table.to_parquet(file)
    columns = Columns({"text": "t"}, weight="w")
    as_stored = read_table(file, columns)
    with_points = read_table(DataLocation(str(file), decimal=","), columns)
    assert as_stored["w"].tolist() == ["210,25", "1.234,5", "7"]
    assert with_points["w"].tolist() == ["210.25", "1234.5", "7"]
    assert with_points["t"].tolist() == ["1,5", "b", "c"]  # no number, but a text
