"""What files can be read and written; and what one is, whatever its name."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

READABLE = "CSV, TSV, Excel, Parquet, Stata, SPSS or a database"  # in the help
WRITABLE = (".csv", ".tsv", ".xlsx", ".parquet", ".csv.gz", ".tsv.gz")
_CALL = "Give it a name that ends in {}."
_AS_XLSX = "Save it as .xlsx, or as CSV."
_AS_CSV = "Save it as CSV."
_FROM_R = 'Write it in R with write.csv(x, "x.csv", row.names = FALSE).'


class FileKind(NamedTuple):
    """What a file is.

    Attributes:
        name: With its article.
        endings: Names under which it can be read; none if it cannot.
        advice: What to do if it has another name.
    """

    name: str
    endings: tuple[str, ...]
    advice: str


def _readable(name: str, *endings: str) -> FileKind:
    return FileKind(name, endings, _CALL.format(endings[0]))


_PARQUET = _readable("a Parquet file", ".parquet")
_XLSX = _readable("an Excel workbook", ".xlsx", ".xlsm")
_STATA = _readable("a Stata file", ".dta")
_SPSS = _readable("an SPSS file", ".sav", ".zsav")
_GZIP = FileKind("a gzip file", (".gz",), "Give it a name that ends in .gz.")
_R = FileKind("a file of R", (), _FROM_R)
_KINDS: tuple[tuple[bytes, FileKind], ...] = (  # patterns of the first bytes
    (rb"PAR1", _PARQUET),
    (
        rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument",
        FileKind("an OpenDocument file", (), _AS_XLSX),
    ),
    (rb"PK\x03\x04(?s:.*)(?:\[Content_Types\]\.xml|xl/|_rels/)", _XLSX),
    (rb"PK\x03\x04", FileKind("a zip archive", (), "Unpack it first.")),
    (
        rb"\xd0\xcf\x11\xe0",
        FileKind(
            "an old Excel workbook (.xls), or one with a password",
            (),
            "Save it as .xlsx without a password, or as CSV.",
        ),
    ),
    (rb"\x1f\x8b", _GZIP),
    (rb"<stata_dta>|[\x69\x6c\x6e\x6f\x71-\x73][\x01\x02]\x01\x00", _STATA),
    (rb"\$FL[23]", _SPSS),
    (
        rb"(?s:.{0,200})SPSS PORT FILE",
        FileKind("a portable file of SPSS", (), "Save it as .sav in SPSS."),
    ),
    (
        rb"\x00{12}\xc2\xea\x81\x60|HEADER RECORD\*{7}LIB",
        FileKind(
            "a SAS file", (), "Write it in SAS with PROC EXPORT, DBMS=CSV or DBMS=DTA."
        ),
    ),
    (rb"RD[AX][23]\n|[XA]\n\x00\x00\x00[\x02\x03]", _R),
    (rb"ARROW1|FEA1", FileKind("a Feather file", (), "Save it as Parquet.")),
    (
        rb"SQLite format 3\x00",
        FileKind("a database", (), "Give it as sqlite:///PATH#TABLE."),
    ),
    (
        # Version, date of the last change (year, month, day), number of rows.
        rb"[\x03\x30\x31\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f]",
        FileKind("a dBase file", (), _AS_XLSX),
    ),
    (rb"%PDF-", FileKind("a PDF", (), "Ask for the table behind it.")),
    (
        rb"\s*<(?:!DOCTYPE html|html|table)",
        FileKind("a page of HTML", (), _AS_XLSX),
    ),
    (
        rb"\s*<\?xml(?s:.{0,400})office:spreadsheet",
        FileKind("an old XML workbook", (), _AS_XLSX),
    ),
    (rb"BZh[1-9]1AY|\xfd7zXZ", FileKind("a packed file", (), "Unpack it first.")),
)
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE if b"html" in pattern else re.NOFLAG), kind)
    for pattern, kind in _KINDS
)


def kind_of(head: bytes) -> FileKind | None:
    """What a file that is no text is, by its first bytes; None for a text.

    Example:
        >>> kind_of(b"PAR1...").name
        'a Parquet file'
    """
    kind = next((k for pattern, k in _PATTERNS if pattern.match(head)), None)
    if kind is not _GZIP:
        return kind
    inside = zlib.decompressobj(31)
    try:
        return _R if kind_of(inside.decompress(head[:4096], 16)) is _R else _GZIP
    except zlib.error:
        return _GZIP
