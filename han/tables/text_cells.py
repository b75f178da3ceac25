"""Cells of a table in memory as text, by the rules of the files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from han.errors import InputError, listing
from han.tables.columns import Columns, check_header

_LARGEST = 2.0**63  # whole numbers of this size and more do not fit 64 bits


def table_as_text(table: pd.DataFrame, columns: Columns, source: str) -> pd.DataFrame:
    """The needed columns of a table as text, "" where a cell is missing.

    Args:
        table: Cells of any type, `(n, k)`.
        columns: Which columns are needed; the table may have more.
        source: What to call the table in messages.

    Raises:
        InputError: If a column is missing or stands there twice, if codes are not
            text, if a cell is bytes or holds several values, or text that no file can
            hold, or if there are no rows.

    Example:
        >>> table = pd.DataFrame({"text": ["pan", None], "size": [2.0, 3.0]})
        >>> columns = Columns({"text": "text"}, keys=["size"])
        >>> table_as_text(table, columns, "X").to_numpy().tolist()
        [['pan', '2'], ['', '3']]
    """
    table = table.set_axis(list(map(str, table.columns)), axis=1)
    check_header(Path(source), list(table.columns), columns, is_sure=True)
    if not len(table):
        raise InputError(f"{source}: there are no rows. Expected at least one record.")
    table = table[columns.needed].reset_index(drop=True)
    for name in columns.labels:
        check_text_cells(source, table[name])
    for name in columns.needed:
        _check_single(source, table[name])
    is_number = {name: kind.kind in "fb" for name, kind in table.dtypes.items()}
    whole = {str(n) for n, found in is_number.items() if found and is_whole(table[n])}
    return cells_as_text(table, whole)


def _check_single(source: str, cells: pd.Series) -> None:
    """Refuses what has no text but that of its Python object, and half characters."""
    if cells.dtype.kind != "O":
        return
    bad = [k for k, cell in enumerate(cells) if not _is_single(cell)]
    if bad:
        raise InputError(
            f"{source}, rows {listing(k + 1 for k in bad)}: column {str(cells.name)!r} "
            f"holds {type(cells.iloc[bad[0]]).__name__}, not text. Give one text for "
            "each row."
        )
    bad = [k for k, cell in enumerate(cells) if not _is_whole_text(cell)]
    if bad:
        raise InputError(
            f"{source}, rows {listing(k + 1 for k in bad)}: column {str(cells.name)!r} "
            "has halves of characters (surrogates), which are no text. Read the texts "
            "with their right encoding, or remove these characters."
        )


def _is_single(cell: object) -> bool:
    return isinstance(cell, str) or (
        pd.api.types.is_scalar(cell) and not isinstance(cell, bytes)
    )


def _is_whole_text(cell: object) -> bool:
    if not isinstance(cell, str) or cell.isascii():
        return True
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_whole(numbers: pd.Series) -> bool:
    """Whether all numbers of a column are whole; of true and false, if none lacks."""
    filled = numbers.dropna().astype(float)
    return bool(((filled % 1 == 0) & (filled.abs() < _LARGEST)).all())


def check_text_cells(source: str, cells: pd.Series) -> None:
    """Codes kept as numbers may have lost zeros, and that cannot be seen."""
    filled = cells.astype(object)[cells.notna()]
    if not all(isinstance(cell, str) for cell in filled):
        raise InputError(
            f"{source}: column {str(cells.name)!r} (`data.label_columns`) holds "
            f"{cells.dtype}, not text: leading zeros may be lost. Store codes as text "
            "in the program that writes them."
        )


def cells_as_text(table: pd.DataFrame, whole: set[str]) -> pd.DataFrame:
    """All cells as text; numbers of the columns `whole` without `.0`."""
    for name in whole:
        table = table.assign(**{name: table[name].astype("Int64")})
    return table.apply(_as_text)


def _as_text(cells: pd.Series) -> pd.Series:
    if isinstance(cells.dtype, pd.StringDtype):
        return cells.fillna("")
    return cells.astype(object).where(cells.notna(), "").map(str)
