"""What the address of a table means."""

from pathlib import Path

import pytest

from han.errors import InputError
from han.tables.locations import DataLocation, data_location, may_be_same_table


def test_a_path_is_a_path(tmp_path: Path) -> None:
    assert data_location("a/b.csv") == Path("a/b.csv")
    assert data_location("a#b.csv") == Path("a#b.csv")
    assert data_location("book.xlsx") == Path("book.xlsx")
    file = tmp_path / "a.xlsx#b"
    file.touch()
    assert data_location(file) == file


def test_sheets_and_tables() -> None:
    sheet = data_location("a/book.xlsx#Hoja 2")
    assert sheet == DataLocation("a/book.xlsx", "Hoja 2")
    assert (str(sheet), sheet.name) == ("a/book.xlsx#Hoja 2", "book.xlsx#Hoja 2")
    assert sheet.suffix == ".xlsx"
    table = data_location("sqlite:////data/x.db#persons")
    assert (table.address, table.table) == ("sqlite:////data/x.db", "persons")
    assert (str(table.path), table.suffix) == ("/data/x.db", "")
    assert data_location(str(table)) == table
    assert str(table.resolve()) == str(table)
    asked = data_location("sqlite:///x.db", query="SELECT 1")
    assert str(asked) == "sqlite:///x.db (query)"


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        ("x.csv", {"table": "t"}, "a table goes with a database or an .xlsx"),
        ("x.csv", {"query": "SELECT 1"}, "a query goes with a database"),
        ("sqlite:///x.db#t", {"query": "SELECT 1"}, "a table or a query, not both"),
    ],
)
def test_what_does_not_go_together(address: str, options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        data_location(address, **options)


def test_equal_books_with_other_sheets_are_other_data() -> None:
    one, other = data_location("x.xlsx#a"), data_location("y.xlsx#b")
    assert not may_be_same_table(one, other)
    assert may_be_same_table(one, Path("y.xlsx"))
