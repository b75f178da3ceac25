"""Formats coded blocks as CSV or TSV text, as an Arrow table or for a workbook."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd
import pyarrow as pa

from han.tables.spreadsheet_cells import without_formulas
from han.tables.typed_cells import FLOAT

TITLES = ("label",)  # columns of a prediction that come from the code list

Content: TypeAlias = pd.DataFrame | bytes | pa.Table


def content_of(
    table: pd.DataFrame,
    file: Path | None,
    *,
    is_first: bool,
    titles: Sequence[str] = TITLES,
) -> Content:
    """A coded table as what is put at the end of a file.

    Done in the process that codes the block: writing numbers as text and `gzip` take
    time, which one process for all would have to spend alone.

    Args:
        table: Coded records.
        file: The output, whose name says the form; None: the table itself.
        is_first: Whether the header goes before the rows.
        titles: Columns that come from the code list.
    """
    if file is None or file.suffix.lower() == ".xlsx":  # one process writes a workbook
        return table
    name = file.name.lower()
    if name.endswith(".parquet"):
        arrow: pa.Table = pa.Table.from_pandas(table, preserve_index=False)
        return arrow
    separator = "\t" if name.removesuffix(".gz").endswith(".tsv") else ","
    table = without_formulas(table, titles)
    content = delimited(table, separator, header=is_first)
    # The parts of a .gz file stand one after the other, as its format allows.
    return gzip.compress(content, mtime=0) if name.endswith(".gz") else content


def delimited(table: pd.DataFrame, separator: str, *, header: bool) -> bytes:
    r"""Rows as UTF-8 text: what `table.to_csv` writes, in a fraction of its time.

    Example:
        >>> table = pd.DataFrame({"code": ["01", ""], "probability": [1 / 3, None]})
        >>> delimited(table, ",", header=True)
        b'code,probability\n01,0.333333\n,\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=os.linesep)
    if header:
        writer.writerow(table.columns)
    cells = [_cells(table.iloc[:, place]) for place in range(table.shape[1])]
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue().encode()


def _cells(column: pd.Series) -> Iterable[object]:
    """Cells as text; "" where one is missing."""
    if column.dtype.kind != "f":
        return column.astype(object).where(column.notna(), "").tolist()
    return [FLOAT % x if x == x else "" for x in column.tolist()]  # x != x is NaN
