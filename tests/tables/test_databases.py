"""Databases are read without being changed, in one order, and without a password."""

import sqlite3
import sys
from pathlib import Path

import pandas as pd
import pytest
from support.table_files import written_database

from han.errors import InputError
from han.tables.locations import DataFile, data_location
from han.tables.reading import Columns, column_names, read_blocks, read_table

COLUMNS = Columns({"text": "t"}, labels=["c"])
TABLE = pd.DataFrame({"t": ["pan", "sal", "col"], "c": ["03", "02", "01"]})


def codes(place: DataFile) -> list[str]:
    return read_table(place, COLUMNS)["c"].tolist()


def asked(file: Path, query: str) -> DataFile:
    return data_location(f"sqlite:///{file}", query=query)


def test_rows_come_in_a_stable_order(tmp_path: Path) -> None:
    place = written_database(tmp_path, TABLE)
    file = tmp_path / "table.db"
    assert codes(place) == ["03", "02", "01"]
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE k (c TEXT PRIMARY KEY, t TEXT)")
        connection.execute("INSERT INTO k SELECT c, t FROM t")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    connection.close()
    assert codes(data_location(f"sqlite:///{file}#k")) == ["01", "02", "03"]
    # A view has no order but that of its cells: here that of the texts.
    assert codes(data_location(f"sqlite:///{file}", table="v")) == ["01", "03", "02"]
    assert codes(asked(file, "SELECT c, t FROM t ORDER BY c DESC")) == [
        "03",
        "02",
        "01",
    ]
    blocks = read_blocks(asked(file, "SELECT t, c FROM t ORDER BY c"), COLUMNS, 2)
    assert [block["c"].tolist() for block in blocks] == [["01", "02"], ["03"]]


def test_a_query_with_signs_that_have_a_meaning(tmp_path: Path) -> None:
    written_database(tmp_path, TABLE.assign(t=["a:b", "100%", "c"]))
    query = "SELECT * FROM t WHERE t LIKE '%:b' OR t = '100%' ORDER BY c -- :x"
    assert codes(asked(tmp_path / "table.db", query)) == ["02", "03"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM t", "no ORDER BY.*End it with"),
        ("DELETE FROM t ORDER BY c", "expected a query that reads"),
        ("SELECT no FROM t ORDER BY c", "no such column: no"),
        ("SELECT t FROM t ORDER BY c", "no column 'c'"),
        ("SELECT * FROM t ORDER BY c; DROP TABLE t", "database says: You can only"),
        ("WITH x AS (SELECT 1) DELETE FROM t ORDER BY c", "database says"),
    ],
)
def test_bad_queries(tmp_path: Path, query: str, said: str) -> None:
    place = written_database(tmp_path, TABLE)
    with pytest.raises(InputError, match=said):
        codes(asked(tmp_path / "table.db", query))
    assert len(codes(place)) == 3


def test_what_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "no.db"
    with pytest.raises(InputError, match="there is no such data file"):
        codes(data_location(f"sqlite:///{missing}"))
    assert not missing.exists()
    written_database(tmp_path, TABLE)
    file = tmp_path / "table.db"
    with pytest.raises(InputError, match=r"no table 'x'. The database has: 't'"):
        codes(data_location(f"sqlite:///{file}#x"))
    written = sqlite3.connect(file)
    TABLE.to_sql("u", written)
    written.close()
    with pytest.raises(InputError, match=r"has 't', 'u'. Name one table: sqlite"):
        column_names(data_location(f"sqlite:///{file}"))
    file.write_text("c,t\n")
    with pytest.raises(InputError, match="the database says: file is not a database"):
        codes(data_location(f"sqlite:///{file}"))


def test_cells_of_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "table.db") as connection:
        connection.execute("CREATE TABLE t (c, t)")
        rows = [(7, "a"), (7.0, None), (7.25, b"\xc3\xb1"), (None, "d")]
        connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    connection.close()
    place = data_location(f"sqlite:///{tmp_path}/table.db")
    found = read_table(place, COLUMNS)
    assert found["c"].tolist() == ["7", "7", "7.25", ""]
    assert found["t"].tolist() == ["a", "", "ñ", "d"]
    with sqlite3.connect(tmp_path / "table.db") as connection:
        connection.execute("INSERT INTO t VALUES (1, x'ff')")
    connection.close()
    with pytest.raises(InputError, match="column 't': cells are bytes"):
        read_table(place, COLUMNS)


def test_drivers_and_dialects_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"not installed. Install it: pip"):
        codes(data_location("postgresql+psycopg://u@localhost/x#t"))
    with pytest.raises(InputError, match="no address of a database that can be read"):
        codes(data_location("nosuch://u@localhost/x#t"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:SECRET@h/x",
        "postgresql://h/x?user=u&password=SECRET",
        "mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3DSECRET",
    ],
)
def test_a_password_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(InputError, match=r"holds a password.*environment") as raised:
        data_location(address)
    assert "SECRET" not in str(raised.value)


def test_an_address_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_database(tmp_path, TABLE)
    with pytest.raises(InputError, match="variable HAN_DATABASE is not set"):
        data_location("${HAN_DATABASE}")
    monkeypatch.setenv("HAN_DATABASE", f"sqlite:///{tmp_path}/table.db")
    place = data_location("${HAN_DATABASE}#t")
    assert str(place) == "${HAN_DATABASE}#t"
    assert codes(place) == ["03", "02", "01"]
    monkeypatch.setenv("HAN_DATABASE", "nosuch://u:SECRET@h/x")
    with pytest.raises(InputError) as raised:
        codes(place)
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "cell"), [("DATE", "0111"), ("DATETIME", "secret words")]
)
def test_a_cell_that_is_not_of_its_type_is_no_traceback(
    tmp_path: Path, kind: str, cell: str
) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute(f"CREATE TABLE t (t TEXT, c {kind})")
        connection.execute("INSERT INTO t VALUES ('pan', ?)", [cell])
    connection.close()
    with pytest.raises(InputError, match="not of the type of its column") as error:
        codes(data_location(f"sqlite:///{tmp_path}/x.db"))
    assert "secret" not in str(error.value)


def test_numbers_of_sqlite_get_no_decimals(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE t (t TEXT, c NUMERIC, d DECIMAL(4,2))")
        connection.execute("INSERT INTO t VALUES ('pan', 111, 1.1)")
    connection.close()
    columns = Columns({"text": "t"}, labels=["c", "d"])
    found = read_table(data_location(f"sqlite:///{tmp_path}/x.db"), columns)
    assert found[["c", "d"]].to_numpy().tolist() == [["111", "1.10"]]
