"""Distinct answers and their way back, against a plain Python dictionary."""

import signal
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from han.decisions.repeat_limit import RepeatLimit
from han.decisions.unit_repeats import UnitCounts, unit_hashes
from han.devices import termination
from han.errors import InputError
from han.jobs import answer_database
from han.jobs.answer_database import (
    BLANKS,
    REPEATS,
    AnswerCells,
    blocks_of,
    database,
    source_of,
    write_answers,
)
from han.jobs.answer_repeats import repeats_of

ODD = "01:a \n\t'\"|,;ñ\u0301é\x1f\u2028\u00a0\U0001f600\\%$"
cells = st.text(st.sampled_from(ODD), max_size=4)
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30)
NAMES = ["c0", "c1", "c2"]


def stage(folder, found, files=2):
    """Staged rows in some files, in their order."""
    (folder / "rows").mkdir()
    for number in range(files):
        own = found[number::files]
        table = {name: [row[k] for row in own] for k, name in enumerate(NAMES)}
        place = {"file": [number] * len(own), "row": range(1, len(own) + 1)}
        schema = [("file", pa.int32()), ("row", pa.int64())]
        schema += [(name, pa.string()) for name in NAMES]
        pq.write_table(
            pa.table(place | table, schema=pa.schema(schema)),
            folder / "rows" / f"{number:06d}.parquet",
        )
    return [row for number in range(files) for row in found[number::files]]


def joined(connection, folder, columns):
    """Cells and number of records of each row's answer, in the order of the rows."""
    same = " AND ".join(
        f"t.{k} = {sql}" for k, sql in made_of(r(columns)).hashes.items()
    )
    query = (
        f"SELECT {', '.join(f't.{c}' for c in columns)}, t.records "
        f"FROM {source_of(folder / 'rows', {})} AS r "
        f"JOIN read_parquet('{folder}/answers.parquet') AS t ON {same} "
        "ORDER BY r.file, r.row"
    )
    return connection.sql(query).fetchall()


def made_of(columns):
    """The first one is a text, the others are what stages read besides."""
    return AnswerCells(tuple(columns[:1]), tuple(columns[1:]))


def r(columns):
    return [f"r.{name}" for name in columns]


@settings(max_examples=30)
@given(rows, st.sampled_from([["c0"], ["c0", "c1"], NAMES]))
@example([("1:a", "", ""), ("", "1:a", ""), ("11", ":a", "")], ["c0", "c1"])
@example([("a", "", "x"), ("", "a", "x")], ["c0", "c1"])
@example([("é", "", ""), ("e\u0301", "", ""), ("e", "\u0301", "")], ["c0", "c1"])
def test_every_row_comes_back_with_its_answer(found, columns):
    with TemporaryDirectory() as name, database(Path(name) / "spill", 0.1) as duck:
        folder = Path(name)
        found = [row[: len(columns)] for row in stage(folder, found)]
        counts = Counter(found)
        file = folder / "answers.parquet"
        assert write_answers(duck, folder / "rows", made_of(columns), file) == len(
            counts
        )
        answers = pq.read_table(file)
        listed = zip(*(answers[c].to_pylist() for c in columns), strict=True)
        listed = zip(listed, answers["records"].to_pylist(), strict=True)
        assert dict(listed) == counts and len(answers) == len(counts)
        halves = answers.select(["high", "low"]).to_pylist()
        assert halves == sorted(halves, key=lambda half: (half["high"], half["low"]))
        back = joined(duck, folder, columns)
        assert back == [(*row, counts[row]) for row in found]


@settings(max_examples=20)
@given(st.lists(st.text(st.sampled_from("ab \t\u2003\u3000\x1f\x85"), max_size=3)))
def test_units_of_a_column_are_counted_as_predict_does(units):
    units = units or [""]
    with TemporaryDirectory() as name, database(Path(name) / "spill", 0.1) as duck:
        folder = Path(name)
        found = stage(folder, [("x", unit, "") for unit in units])
        source = source_of(folder / "rows", {REPEATS: "c1"})
        query = f"SELECT {REPEATS} FROM {source} ORDER BY file, row"
        counted = [int(row[0]) for row in duck.sql(query).fetchall()]
    hashes = unit_hashes([row[1].strip() for row in found])
    expected = UnitCounts(hashes, RepeatLimit(1, 2)).of(0, len(found)).counts
    assert counted == expected.tolist()


def test_blanks_are_those_of_python():
    every = map(chr, range(0x110000))
    assert sorted(BLANKS) == [letter for letter in every if letter.isspace()]


@given(
    st.lists(st.sampled_from([0, 3, 5, 7, 2**63]), min_size=1, max_size=40),
    st.integers(1, 5),
)
def test_repeats_of_texts_are_those_of_unit_counts(units, limit):
    """Of answers, each with its rows, as of all rows one after the other."""
    hashes, limit = np.array(units, np.uint64), RepeatLimit(limit, 20)
    records = np.arange(len(units)) % 4 + 1
    counts, numbers = repeats_of(hashes, records, limit)
    every = UnitCounts(np.repeat(hashes, records), limit)
    of_rows = every.of(0, int(records.sum()))
    np.testing.assert_array_equal(np.repeat(counts, records), of_rows.counts)
    # Numbered by the order of answers, which is that of the rows here.
    np.testing.assert_array_equal(np.repeat(numbers, records), of_rows.numbers)


@given(st.lists(st.integers(0, 9), max_size=8), st.integers(1, 7))
def test_blocks_have_all_rows_in_order(sizes, rows):
    batches = [pa.record_batch({"a": pa.array([k] * n)}) for k, n in enumerate(sizes)]
    schema = pa.schema([("a", pa.int64())])
    batches = [batch.cast(schema) for batch in batches]
    found = list(blocks_of(pa.RecordBatchReader.from_batches(schema, batches), rows))
    assert [len(table) for table in found[:-1]] == [rows] * (len(found) - 1)
    assert all(1 <= len(table) <= rows for table in found)
    whole = [k for k, n in enumerate(sizes) for _ in range(n)]
    assert [x for table in found for x in table["a"].to_pylist()] == whole


def test_little_memory_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(answer_database, "machine_memory", lambda: 1 << 20)
    query = "SELECT count(*) FROM (SELECT DISTINCT range, md5(range::VARCHAR) FROM "
    (tmp_path / "spill").touch()  # no place to go to
    with (
        pytest.raises(InputError, match="What was coded is kept") as found,
        database(tmp_path / "spill", 1.0) as duck,
    ):
        duck.sql(query + "range(300000))").fetchall()
    assert "\n" not in str(found.value)


def test_what_a_killed_process_had_spilt_is_removed(tmp_path):
    (tmp_path / "spill").mkdir()
    (tmp_path / "spill" / "duckdb_temp_block-1.block").write_bytes(b"text")
    with database(tmp_path / "spill", 0.1):
        assert not (tmp_path / "spill" / "duckdb_temp_block-1.block").exists()


def test_what_a_signal_interrupts_ends_as_signals_do(tmp_path, monkeypatch):
    """DuckDB makes an error of its own of whatever a signal raises in a query."""
    with pytest.raises(KeyboardInterrupt), database(tmp_path / "spill", 0.1):
        raise RuntimeError("Query interrupted")
    monkeypatch.setattr(termination, "_came", [signal.SIGTERM])
    with pytest.raises(termination.Terminated), database(tmp_path / "spill", 0.1):
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="another"), database(tmp_path / "s", 0.1):
        raise RuntimeError("another")
