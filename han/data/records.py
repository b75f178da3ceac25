"""Rows of a table as records: named text fields, label cells, weight, keys."""

from __future__ import annotations

import hashlib
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.errors import InputError, listing

TextArray = npt.NDArray[np.object_]
FloatArray = npt.NDArray[np.float64]


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
    def needed(self) -> list[str]:
        """All columns, each once."""
        names = [*self.fields.values(), *self.labels, *self.keys, *self.others.values()]
        return list(dict.fromkeys([*names, *([self.weight] if self.weight else [])]))


@dataclass(frozen=True)
class Records:
    """Rows of one table, all as text.

    Attributes:
        source: Name of the file, for messages.
        rows: Row number of each record in its file, `(n,)`, from 1; the header is not
            a row.
        fields: Text of each field, by field name, `(n,)` each; "" where blank.
        labels: Label cells, `(n, k)`; "" where blank.
        keys: The key columns.
        weights: Survey weights, `(n,)`; 1 where there is no weight column.
        others: Columns that splitting needs.
    """

    source: str
    rows: npt.NDArray[np.int64]
    fields: dict[str, TextArray]
    labels: TextArray
    keys: pd.DataFrame
    weights: FloatArray
    others: dict[str, TextArray]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.rows)

    @property
    def is_blank(self) -> npt.NDArray[np.bool_]:
        """Whether every field of a record is blank, `(n,)`."""
        blank = np.ones(len(self), bool)
        for texts in self.fields.values():
            blank &= np.array([not text.strip() for text in texts], bool)
        return blank


def fingerprint(file: Path) -> str:
    """SHA-256 of a file's bytes: tells whether a run's data has changed."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_records(file: Path, columns: Columns, *, encoding: str = "utf-8") -> Records:
    """Reads CSV, TSV or Parquet, plain or `.gz`, into records.

    Args:
        file: The table; `.tsv` is split at tabs, `.parquet` read as such, else commas.
        columns: Which columns to read; the file may have more.
        encoding: Encoding of a text file.

    Raises:
        InputError: For a missing, empty or badly encoded file, a row with more cells
            than the header, a missing column, or a weight that is not a number.
    """
    table = read_table(file, columns.needed, encoding=encoding)
    stripped = {name: table[name].str.strip() for name in columns.labels}
    table = table.assign(**stripped)
    labels = table[list(columns.labels)].to_numpy(dtype=object)
    return Records(
        source=str(file),
        rows=np.arange(1, len(table) + 1),
        fields={name: _column(table, c) for name, c in columns.fields.items()},
        labels=labels.reshape(len(table), len(columns.labels)),
        keys=table[list(columns.keys)],
        weights=_weights(table, columns.weight, file),
        others={name: _column(table, c) for name, c in columns.others.items()},
    )


def _column(table: pd.DataFrame, name: str) -> TextArray:
    values: TextArray = table[name].to_numpy(dtype=object)
    return values


def read_table(
    file: Path, needed: Sequence[str], *, encoding: str = "utf-8"
) -> pd.DataFrame:
    """Reads the needed columns of a table as text, "" where a cell is blank."""
    if not file.is_file():
        raise InputError(f"{file}: there is no such data file. Check its path.")
    is_parquet = file.suffix.lower() == ".parquet"
    table = _read_parquet(file) if is_parquet else _read_text(file, encoding)
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise InputError(
            f"{file}: there is no column {listing(map(repr, missing))}. The file has: "
            f"{listing(map(str, table.columns))}. Correct `data` in the experiment."
            f"{_separator_hint(file, table)}"
        )
    if table.empty:
        raise InputError(f"{file}: the file has no rows. Expected at least one record.")
    table = table[list(needed)]
    return _as_text(file, table) if is_parquet else table


def _separator_hint(file: Path, table: pd.DataFrame) -> str:
    """A sentence for the file that a Spanish or German spreadsheet saves as CSV."""
    if len(table.columns) > 1 or not any(c in str(table.columns[0]) for c in ";\t|"):
        return ""
    return f" Its cells must be separated by {_separator(file)[1]}."


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file}: not a Parquet file ({type(error).__name__})."
        ) from None


def _separator(file: Path) -> tuple[str, str]:
    is_tsv = ".tsv" in (suffix.lower() for suffix in file.suffixes)
    return ("\t", "tabs") if is_tsv else (",", "commas")


def _parse(file: Path, encoding: str, *, skip_blank_lines: bool = True) -> pd.DataFrame:
    with warnings.catch_warnings():
        # pandas drops what the first row has beyond the header, and only warns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            file,
            sep=_separator(file)[0],
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            encoding_errors="strict",
            index_col=False,
            skip_blank_lines=skip_blank_lines,
        )


def _read_text(file: Path, encoding: str) -> pd.DataFrame:
    try:
        table = _parse(file, encoding)
        # With one column an empty line is a record: somebody who answered nothing.
        one_column = len(table.columns) == 1
        return _parse(file, encoding, skip_blank_lines=False) if one_column else table
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


def _detail(error: Exception) -> str:
    """Where pandas found the fault; its warning on the first row does not say."""
    if isinstance(error, pd.errors.ParserWarning):
        return "line 2 has more than the header"
    detail = str(error).split("C error:")[-1].strip()
    return detail.replace("EOF inside string", "a double quote is never closed,")


def _other_encoding(encoding: str) -> str:
    return "utf-8" if "latin" in encoding.lower() else "latin-1"


def _as_text(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    numeric = [c for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    for name in numeric:
        table = table.assign(**{name: _number_text(table[name])})
    return table.astype(object).where(table.notna(), "").map(str)


def _number_text(values: pd.Series) -> pd.Series:
    """Whole numbers without `.0`; the check of codes finds lost zeros afterwards."""
    whole = values.dropna() % 1 == 0
    return values.astype("Int64" if whole.all() else object).astype(object)


def _weights(table: pd.DataFrame, name: str | None, file: Path) -> FloatArray:
    if name is None:
        return np.ones(len(table))
    weights = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        raise InputError(
            f"{file}, rows {listing(bad + 1)}: column {name!r} (`data.weight_column`) "
            "must hold a number of 0 or more in every row."
        )
    return weights
