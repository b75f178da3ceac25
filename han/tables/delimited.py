"""CSV and TSV, plain or `.gz`, read as text in blocks of rows."""

from __future__ import annotations

import gzip
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from han.errors import InputError
from han.tables.columns import Columns, check_header, separator
from han.tables.encodings import HEAD, check_encoding, kind_of


def delimited_blocks(
    file: Path, columns: Columns, *, encoding: str, rows: int | None = None
) -> Iterator[pd.DataFrame]:
    """The needed columns of a file, a block of rows at a time.

    Args:
        file: The table; `.tsv` is split at tabs, else commas.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of the file.
        rows: Rows of a block; all of them in one if None.

    Raises:
        InputError: As `read_table`; for a fault in a row when its block is reached.
    """
    with _faults_named(file, encoding):
        _check_head(file, encoding)
        header = _header(file, encoding)
        check_header(file, header, columns, is_sure=False)
        if len(header) == 1:
            yield from _one_column(file, encoding, header, rows)
            return
        # pandas renames the second of two equal names: the names of the file count.
        for block in _parse(file, encoding, rows, header=0):
            yield block.set_axis(header, axis=1)[columns.needed]


def delimited_names(file: Path, encoding: str) -> list[str]:
    """Names in the first line of a file."""
    with _faults_named(file, encoding):
        _check_head(file, encoding)
        return _header(file, encoding)


def _header(file: Path, encoding: str) -> list[str]:
    first = next(_parse(file, encoding, 1, header=None))
    header: list[str] = first.iloc[0].astype(str).tolist()
    return header


def _one_column(
    file: Path, encoding: str, header: list[str], rows: int | None
) -> Iterator[pd.DataFrame]:
    """With one column an empty line is a record: somebody who answered nothing."""
    options = {"header": None, "names": header, "skip_blank_lines": False}
    is_header_read = False
    for lines in _parse(file, encoding, rows, **options):
        if not is_header_read:
            filled = (lines[header[0]].str.strip() != "").to_numpy()
            is_header_read = bool(filled.any())
            lines = lines.iloc[filled.argmax() + 1 if is_header_read else len(lines) :]
        yield lines


def _parse(
    file: Path, encoding: str, rows: int | None, **options: Any
) -> Iterator[pd.DataFrame]:
    """Blocks of a file as pandas reads it, with every cell as text.

    The parser counts lines and cells through the whole file, whatever the block.
    """
    with pd.read_csv(
        file,
        sep=separator(file)[0],
        dtype=str,
        keep_default_na=False,
        encoding=encoding,
        encoding_errors="strict",
        index_col=False,
        iterator=True,
        chunksize=rows,
        **options,
    ) as reader:
        while (block := _next(reader)) is not None:
            yield block


def _next(reader: Iterator[pd.DataFrame]) -> pd.DataFrame | None:
    with warnings.catch_warnings():
        # pandas drops what the first row has beyond the header, and only warns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return next(reader, None)


@contextmanager
def _faults_named(file: Path, encoding: str) -> Iterator[None]:
    """Says in words what the parser cannot read."""
    try:
        yield
    except UnicodeError:
        raise InputError(
            f"{file}: not {encoding} text. Say how it is written with `data.encoding` "
            f"or, of a file given to a command, --encoding; for instance "
            f"{_other_encoding(encoding)}."
        ) from None
    except LookupError:
        raise InputError(
            f"{file}: `data.encoding` {encoding!r} is not known. Use utf-8 or latin-1."
        ) from None
    except pd.errors.EmptyDataError:
        raise InputError(
            f"{file}: the file is empty. Expected a header and at least one row."
        ) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise InputError(
            f"{file}: rows do not have the same number of cells: {_detail(error)}. "
            f"Cells are separated by {separator(file)[1]}, and a text that holds one "
            "must stand in double quotes."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{file}: cannot be read: {error}.") from None


def _check_head(file: Path, encoding: str) -> None:
    is_gzip = file.suffix.lower() == ".gz"
    with gzip.open(file) if is_gzip else file.open("rb") as stream:
        head = stream.read(HEAD)
    if kind := kind_of(head):
        raise InputError(
            f"{file}: this is {kind}. Expected CSV or TSV text, plain or with a name "
            "that ends in .gz, or a Parquet file with a name that ends in .parquet."
        )
    check_encoding(head, encoding, where=str(file), option="data.encoding")


def _detail(error: Exception) -> str:
    """Where pandas found the fault; its warning on the first row does not say."""
    if isinstance(error, pd.errors.ParserWarning):
        return "line 2 has more than the header"
    detail = str(error).split("C error:")[-1].strip()
    return detail.replace("EOF inside string", "a double quote is never closed,")


def _other_encoding(encoding: str) -> str:
    return "utf-8" if "latin" in encoding.lower() else "latin-1"
