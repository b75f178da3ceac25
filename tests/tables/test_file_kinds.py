"""A file under a wrong name is called what it is."""

import gzip
import io
import sqlite3
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from support.table_files import written_sheets

from han.errors import InputError
from han.tables.file_kinds import kind_of
from han.tables.reading import Columns, measure_table

TABLE = pd.DataFrame({"t": ["a"]})


def ods() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        book.writestr("mimetype", kind)
    return content.getvalue()


def packed() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        book.writestr("datos.csv", "t\na\n")
    return content.getvalue()


def dbase() -> bytes:
    head = struct.pack("<BBBBIHH20x", 3, 126, 3, 31, 1, 65, 11)
    return head + b"T".ljust(11, b"\0") + b"C" + b"\0" * 20 + b"\r a         \x1a"


SAS = b"\0" * 12 + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
KINDS = [
    (dbase(), "a dBase file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    (ods(), "an OpenDocument file"),
    (packed(), "a zip archive"),
    (SAS, "a SAS file"),
    (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "a SAS file"),
    (b"RDX3\nX\n\0\0\0\x03", "a file of R"),
    (gzip.compress(b"RDX3\nX\n\0\0\0\x03", mtime=0), "a file of R"),
    (gzip.compress(b"X\n\0\0\0\x03\0\x04", mtime=0), "a file of R"),
    (gzip.compress(b"t\na\n", mtime=0), "a gzip file"),
    (b"ARROW1\0\0", "a Feather file"),
    (b"PAR1\x15", "a Parquet file"),
    (b"<!DOCTYPE html><table>", "a page of HTML"),
    (b'<?xml version="1.0"?><?mso x?><x xmlns="urn:schemas-microsoft-com:office:'
     b'spreadsheet">', "an old XML workbook"),
    (b"%PDF-1.7", "a PDF"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), KINDS)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.sav"])
def test_kinds_that_are_not_read(
    tmp_path: Path, content: bytes, said: str, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputError, match=rf"{name}: this is {said}.*\. \w.*"):
        measure_table(file, Columns({"text": "t"}))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("xlsx", r"an Excel workbook\. Give it a name that ends in \.xlsx"),
        ("sav", r"an SPSS file\. Give it a name that ends in \.sav"),
        ("zsav", r"an SPSS file"),
        ("dta", r"a Stata file\. Give it a name that ends in \.dta"),
        ("old", r"a Stata file"),
        ("db", r"a database\. Give it as sqlite:///PATH#TABLE"),
    ],
)
def test_kinds_that_are_read_under_their_own_name(
    tmp_path: Path, ending: str, said: str
) -> None:
    file = tmp_path / f"x.{ending}"
    if ending == "xlsx":
        written_sheets(file, a=[["t"], ["a"]])
    elif ending == "dta":
        pyreadstat.write_dta(TABLE, file)
    elif ending == "old":
        TABLE.to_stata(file, version=114)
    elif ending == "db":
        connection = sqlite3.connect(file)
        TABLE.to_sql("t", connection)
        connection.close()
    else:
        pyreadstat.write_sav(TABLE, file, compress=ending == "zsav")
    file.rename(tmp_path / "x.csv")
    with pytest.raises(InputError, match=f"x.csv: this is {said}"):
        measure_table(tmp_path / "x.csv", Columns({"text": "t"}))


@pytest.mark.parametrize(
    "text", ["t,l\n", "r\x01x", "HEADER,x\n", "X\n1\n", "<t>,x\n", "PK,t\n", "lote,t\n"]
)
def test_texts_are_no_other_kind(text: str) -> None:
    assert kind_of(text.encode()) is None
