"""Files of rows and columns: CSV, TSV and Parquet, and what may be wrong with them."""

from __future__ import annotations

import difflib
import gzip
import re
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from han.encodings import HEAD, check_encoding, kind_of
from han.errors import InputError, listing

_NAME = re.compile(r"[\w.\-]{1,30}(?: [\w.\-]{1,30}){0,2}")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Columns:
    """Which column of a table holds what.

    Attributes:
        fields: Column of each text field, by field name.
        labels: Columns of the code, from the top; empty where there are no labels.
        keys: Columns that name a row in the output.
        weight: Column of the survey weight.
        others: Columns that splitting needs, by the name used for them.
    """

    fields: Mapping[str, str]
    labels: Sequence[str] = ()
    keys: Sequence[str] = ()
    weight: str | None = None
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, str]:
        """All columns, each once, and the key of the experiment that names each."""
        found = {name: "data.split" for name in self.others.values()}
        found |= {self.weight: "data.weight_column"} if self.weight else {}
        found |= dict.fromkeys(self.keys, "data.key_columns")
        found |= dict.fromkeys(self.labels, "data.label_columns")
        return found | dict.fromkeys(self.fields.values(), "data.fields")

    @property
    def needed(self) -> list[str]:
        """All columns, each once."""
        names = [*self.fields.values(), *self.labels, *self.keys, *self.others.values()]
        return list(dict.fromkeys([*names, *([self.weight] if self.weight else [])]))


def read_table(
    file: Path, columns: Columns, *, encoding: str = "utf-8"
) -> pd.DataFrame:
    """Reads the needed columns of a table as text, "" where a cell is blank.

    Args:
        file: The table; `.tsv` is split at tabs, `.parquet` read as such, else commas.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of a text file.
    """
    if not file.is_file():
        raise InputError(f"{file}: there is no such data file. Check its path.")
    is_parquet = file.suffix.lower() == ".parquet"
    table = (
        _read_parquet(file, columns)
        if is_parquet
        else _read_text(file, columns, encoding)
    )
    if table.empty:
        raise InputError(f"{file}: the file has no rows. Expected at least one record.")
    return table


def _check_header(
    file: Path, header: list[str], columns: Columns, *, is_sure: bool
) -> None:
    """Holds the column names against what is needed.

    A first line may be data where a header was forgotten (`is_sure` says that it is
    none), so that no cell of it is shown unless it is known to be a name.
    """
    options = columns.options
    missing = [f"{n!r} (`{options[n]}`)" for n in columns.needed if n not in header]
    if missing:
        raise InputError(
            f"{file}: {_separator_fault(file, header)}there is no column "
            f"{listing(missing)}. Expected in this file because the experiment names "
            f"it.{_found(header, columns, is_sure)} Correct the file or the "
            "experiment."
        )
    twice = [repr(name) for name in columns.needed if header.count(name) > 1]
    if twice:
        raise InputError(
            f"{file}: more than one column is called {listing(twice)}. Expected one: "
            "rename the others in the file."
        )


def _found(header: list[str], columns: Columns, is_sure: bool) -> str:
    """What a message may say of a first line."""
    if _wrong_separator(header):
        return ""
    names = [name for name in header if _NAME.fullmatch(name.strip())]
    known = {n for n in columns.needed if len(n) > 2 and not n.isdigit()} & set(header)
    if names and (is_sure or known):
        shown = (name if name == name.strip() else repr(name) for name in names)
        return f" The file has: {listing(shown)}."
    plain = {name.strip().lower(): name for name in names}
    missing = [name.lower() for name in columns.needed if name not in header]
    found = [difflib.get_close_matches(n, plain, n=1, cutoff=0.7) for n in missing]
    close = dict.fromkeys(repr(plain[match]) for best in found for match in best)
    if close:
        return f" Its first line has {listing(close)}."
    return f" Its first line has {len(header)} other cells; is it the header?"


def _wrong_separator(header: list[str]) -> str:
    """What seems to separate the cells of a first line read as one, or ""."""
    marks = [mark for mark in _SEPARATORS if len(header) == 1 and mark in header[0]]
    return _SEPARATORS[marks[0]] if marks else ""


def _separator_fault(file: Path, header: list[str]) -> str:
    """A sentence for the file that a Spanish or German spreadsheet saves as CSV."""
    if not (wrong := _wrong_separator(header)):
        return ""
    return (
        f"cells seem to be separated by {wrong}, but must be separated by "
        f"{_separator(file)[1]} (or by tabs in a .tsv file): save it so. Read as it "
        "is, "
    )


def _read_parquet(file: Path, columns: Columns) -> pd.DataFrame:
    try:
        table = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file}: not a Parquet file ({type(error).__name__})."
        ) from None
    names = [str(name) for name in table.columns]
    _check_header(file, names, columns, is_sure=True)
    table = table.set_axis(names, axis=1)[columns.needed]
    for name in columns.labels:
        _check_text_cells(file, table[name])
    return _as_text(table)


def _check_text_cells(file: Path, cells: pd.Series) -> None:
    """Codes kept as numbers may have lost zeros, and nobody can tell."""
    filled = cells.astype(object)[cells.notna()]
    if not all(isinstance(cell, str) for cell in filled):
        raise InputError(
            f"{file}: column {str(cells.name)!r} (`data.label_columns`) holds "
            f"{cells.dtype}, not text: leading zeros may be lost. Store codes as text "
            "in the program that writes the file."
        )


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    numeric = [c for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    for name in numeric:
        table = table.assign(**{name: _number_text(table[name])})
    return table.astype(object).where(table.notna(), "").map(str)


def _number_text(values: pd.Series) -> pd.Series:
    """Whole numbers without `.0`."""
    whole = values.dropna() % 1 == 0
    return values.astype("Int64" if whole.all() else object).astype(object)


def _separator(file: Path) -> tuple[str, str]:
    is_tsv = ".tsv" in (suffix.lower() for suffix in file.suffixes)
    return ("\t", "tabs") if is_tsv else (",", "commas")


def _read_text(file: Path, columns: Columns, encoding: str) -> pd.DataFrame:
    try:
        _check_head(file, encoding)
        first = _parse(file, encoding, header=None, nrows=1)
        header: list[str] = first.iloc[0].astype(str).tolist()
        _check_header(file, header, columns, is_sure=False)
        if len(header) == 1:
            return _read_one_column(file, encoding, header)
        # pandas renames the second of two equal names: the names of the file count.
        table = _parse(file, encoding, header=0)
        return table.set_axis(header, axis=1)[columns.needed]
    except UnicodeError:
        raise InputError(
            f"{file}: not {encoding} text. Say how it is written with `data.encoding`, "
            f"for instance {_other_encoding(encoding)}."
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
            f"Cells are separated by {_separator(file)[1]}, and a text that holds one "
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


def _read_one_column(file: Path, encoding: str, header: list[str]) -> pd.DataFrame:
    """With one column an empty line is a record: somebody who answered nothing."""
    options = {"header": None, "names": header, "skip_blank_lines": False}
    lines = _parse(file, encoding, **options)
    first = int((lines[header[0]].str.strip() != "").to_numpy().argmax())
    return lines.iloc[first + 1 :].reset_index(drop=True)


def _parse(file: Path, encoding: str, **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas drops what the first row has beyond the header, and only warns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        table: pd.DataFrame = pd.read_csv(
            file,
            sep=_separator(file)[0],
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            encoding_errors="strict",
            index_col=False,
            **options,
        )
    return table


def _detail(error: Exception) -> str:
    """Where pandas found the fault; its warning on the first row does not say."""
    if isinstance(error, pd.errors.ParserWarning):
        return "line 2 has more than the header"
    detail = str(error).split("C error:")[-1].strip()
    return detail.replace("EOF inside string", "a double quote is never closed,")


def _other_encoding(encoding: str) -> str:
    return "utf-8" if "latin" in encoding.lower() else "latin-1"
