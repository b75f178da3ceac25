"""One table in every form that is read, and the location of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat

from han.tables.locations import DataFile, data_location
from han.tables.written_workbooks import written_workbook


def written_database(folder: Path, table: pd.DataFrame, name: str = "t") -> DataFile:
    """A table of a new database of SQLite in a folder."""
    with sqlite3.connect(folder / "table.db") as connection:
        table.to_sql(name, connection, index=False, if_exists="replace")
    connection.close()
    return data_location(f"sqlite:///{folder}/table.db")


def written_sheets(file: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook with these rows in its sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def _csv(name: str, **options: Any) -> Callable[[Path, pd.DataFrame], DataFile]:
    def write(folder: Path, table: pd.DataFrame) -> DataFile:
        table.to_csv(folder / name, index=False, **options)
        return folder / name

    return write


def _excel(folder: Path, table: pd.DataFrame) -> DataFile:
    with written_workbook(folder / "table.xlsx") as add:
        add(table)
    return folder / "table.xlsx"


def _parquet(folder: Path, table: pd.DataFrame) -> DataFile:
    table.to_parquet(folder / "table.parquet")
    return folder / "table.parquet"


def _stata(folder: Path, table: pd.DataFrame) -> DataFile:
    pyreadstat.write_dta(table, folder / "table.dta")
    return folder / "table.dta"


def _spss(folder: Path, table: pd.DataFrame) -> DataFile:
    pyreadstat.write_sav(table, folder / "table.sav")
    return folder / "table.sav"


def _packed_spss(folder: Path, table: pd.DataFrame) -> DataFile:
    pyreadstat.write_sav(table, folder / "table.zsav", compress=True)
    return folder / "table.zsav"


# Each writes a table of texts; the encoding is that of the text file.
FORMS: dict[str, tuple[Callable[[Path, pd.DataFrame], DataFile], str]] = {
    "commas": (_csv("table.csv"), "utf-8"),
    "semicolons": (_csv("latin.csv", sep=";", encoding="latin-1"), "latin-1"),
    "bars": (_csv("bars.csv", sep="|", encoding="utf-8-sig"), "utf-8"),
    "tabs": (_csv("table.tsv", sep="\t"), "utf-8"),
    "packed": (_csv("table.csv.gz", sep=";"), "utf-8"),
    "excel": (_excel, "utf-8"),
    "parquet": (_parquet, "utf-8"),
    "stata": (_stata, "utf-8"),
    "spss": (_spss, "utf-8"),
    "packed spss": (_packed_spss, "utf-8"),
    "database": (written_database, "utf-8"),
}
