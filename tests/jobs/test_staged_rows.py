"""Input files as staged rows: all text, numbered, whole or not there."""

import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.job_runs import coded, write_rows

from han.errors import InputError
from han.jobs import reading_step, staged_rows
from han.jobs.staged_rows import stage_file, staged_file
from han.tables.columns import Columns

COLUMNS = Columns({}, others={"text": "text", "id": "id"})
TEXTS = ["Piñón", "007", "", "  a  ", 'a "b", c', "two\nlines", "1.0", "=1", "😀"]


def staged(file, target, number=0):
    found = stage_file(number, file, COLUMNS, "utf-8", target)
    return found, pq.read_table(target)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_cells_are_text_as_they_stand(tmp_path, ending):
    table = pd.DataFrame({"more": 1.5, "id": [f"0{k}" for k in range(9)]})
    table["text"] = TEXTS
    file = tmp_path / f"rows{ending}"
    if ending == ".csv":
        table.to_csv(file, index=False)
    else:
        table.to_parquet(file, index=False)
    known, rows = staged(file, tmp_path / "staged.parquet", number=3)
    assert rows.column_names == ["file", "row", "c0", "c1"]
    assert rows["c1"].to_pylist() == [f"0{k}" for k in range(9)]
    assert [t.strip() for t in rows["c0"].to_pylist()] == [t.strip() for t in TEXTS]
    assert rows["row"].to_pylist() == list(range(1, 10))
    assert set(rows["file"].to_pylist()) == {3}
    assert known.rows == 9 and staged_file(tmp_path / "staged.parquet") == known


def test_blocks_change_nothing(tmp_path, monkeypatch):
    file = write_rows(tmp_path / "rows.csv", 100)
    _, whole = staged(file, tmp_path / "a.parquet")
    monkeypatch.setattr(staged_rows, "BLOCK", 7)
    _, parts = staged(file, tmp_path / "b.parquet")
    assert parts.equals(whole)


def test_a_file_without_rows_is_one_of_none(tmp_path):
    (tmp_path / "rows.csv").write_text("id,text\n")
    known, rows = staged(tmp_path / "rows.csv", tmp_path / "staged.parquet")
    assert (known.rows, len(rows)) == (0, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"id,text\n1,secret,3\n", "line 2 has more than the header"),
        ("id,text\n1,señor secret\n".encode("latin-1"), "not utf-8 text"),
        (b"id,text,text\n1,secret,b\n", "more than one column is called 'text'"),
        (b"id,words\n1,secret\n", "no column 'text'"),
    ],
)
def test_a_fault_leaves_nothing_and_tells_no_text(tmp_path, content, said):
    (tmp_path / "rows.csv").write_bytes(content)
    with pytest.raises(InputError, match=said) as found:
        staged(tmp_path / "rows.csv", tmp_path / "staged.parquet")
    assert "secret" not in str(found.value)
    assert [f.name for f in tmp_path.iterdir()] == ["rows.csv"]


def test_a_file_that_is_written_meanwhile(tmp_path, monkeypatch):
    file, read = write_rows(tmp_path / "rows.csv", 10), staged_rows.read_blocks

    def blocks(*given, **more):
        yield from read(*given, **more)
        with file.open("a") as stream:
            stream.write("11,pan,\n")

    monkeypatch.setattr(staged_rows, "read_blocks", blocks)
    with pytest.raises(InputError, match="was changed while it was read"):
        staged(file, tmp_path / "staged.parquet")
    assert staged_file(tmp_path / "staged.parquet") is None


def test_a_file_is_still_the_same_by_its_bytes(tmp_path):
    file = write_rows(tmp_path / "rows.csv", 10)
    known, _ = staged(file, tmp_path / "staged.parquet")
    os.utime(file, (1, 1))
    assert known.is_still(file)
    file.write_text(file.read_text().replace("pan", "pez"))
    assert not known.is_still(file)
    file.unlink()
    assert not known.is_still(file)


@pytest.mark.parametrize("content", [b"", b"PAR1xx", b"other"])
def test_what_is_no_staged_file(tmp_path, content):
    (tmp_path / "x.parquet").write_bytes(content)
    assert staged_file(tmp_path / "x.parquet") is None
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    assert staged_file(tmp_path / "x.parquet") is None


def test_rows_of_a_killed_process_are_not_read(small_job, tmp_path, monkeypatch):
    """Neither those of half a file, nor of one that is no longer an input."""
    write_rows(tmp_path / "rows2.csv", 10)
    with monkeypatch.context() as patch, pytest.raises(TypeError):
        patch.setattr(reading_step, "check_rows", None)  # it fails behind them
        coded(small_job)
    (tmp_path / "rows2.csv").unlink()
    rows = tmp_path / "out" / "work" / "rows"
    (rows / ".17.000001.parquet").write_bytes(b"PAR1xx")
    (rows / ".18.000001.parquet").write_bytes((rows / "000001.parquet").read_bytes())
    assert len(coded(small_job)) == 600
    assert sorted(f.name for f in rows.iterdir()) == [
        "000000.parquet",
        "000001.parquet",
    ]


def test_an_input_without_rows(small_job, tmp_path):
    for number in range(2):
        (tmp_path / f"rows{number}.csv").write_text("id,text,old\n")
    with pytest.raises(InputError, match="The input has no rows"):
        coded(small_job)
    (tmp_path / "rows1.csv").write_text("id,text,old\n1,,\n")
    found = coded(small_job)  # the same command goes on
    assert found[["id", "method", "flag"]].values.tolist() == [
        ["1", "non_answer", "blank"]
    ]
