"""Files of Stata and SPSS read as text in blocks of rows."""

from __future__ import annotations

import codecs
import contextlib
import functools
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from han.errors import InputError, listing
from han.tables.columns import Columns, check_header
from han.tables.locations import DataLocation
from han.tables.typed_cells import cell_text

ENDINGS = (".dta", ".sav", ".zsav")
_CODE = re.compile(r"[A-Za-z]{0,2}[.-]?\d[\w.\-]*")
_BLOCK = 1 << 16  # rows read at once: the reader begins anew for each block
_ZERO_FILLED = re.compile(r"N(\d+)|%0(\d+)\.0[fg]")  # of SPSS and of Stata
logger = logging.getLogger(__name__)


def statistics_blocks(
    file: DataLocation, columns: Columns, *, encoding: str, rows: int | None = None
) -> Iterator[pd.DataFrame]:
    """The needed columns of a file, a block of rows at a time.

    Of a variable with value labels, a text field has the labels, all others the values.
    Numbers have leading zeros where the format of the variable shows them. What the
    file declares as missing is blank.

    Args:
        file: The table.
        columns: Which columns to read; the file may have more.
        encoding: Tried if the texts are not in the encoding that the file states.
        rows: Rows of a block, of which larger ones are made; all in one if None.

    Raises:
        InputError: As `read_table`.
    """
    about = _read(file, encoding, metadataonly=True)[1]
    check_header(file, list(about.column_names), columns, is_sure=True)
    labelled = _labelled(about, columns)
    for name in labelled:
        _check_numbered(file, name, about.variable_value_labels[name])
    _say_values(str(file), labelled)
    size = 0 if rows is None else max(rows, _BLOCK)
    fields, first, is_more = set(columns.fields.values()), 0, True
    while is_more:
        part = {"usecols": columns.needed, "row_offset": first, "row_limit": size}
        table = _read(file, encoding, **part)[0]
        yield pd.DataFrame(
            {n: _texts(file, table[n], about, n in fields) for n in columns.needed},
            dtype=str,
        )
        first += len(table)
        is_more = 0 < size == len(table)


def statistics_names(file: DataLocation, encoding: str) -> list[str]:
    """Names of the variables of a file."""
    return list(_read(file, encoding, metadataonly=True)[1].column_names)


def _texts(
    file: DataLocation, column: pd.Series, about: Any, is_field: bool
) -> list[str]:
    name = str(column.name)
    labels: Mapping[Any, str] = about.variable_value_labels.get(name, {})
    filled = _ZERO_FILLED.fullmatch(about.original_variable_types.get(name) or "")
    width = int(filled[1] or filled[2]) if filled else 0
    values: Any = column
    if about.readstat_variable_types.get(name) == "float":  # 1.1 is not 1.10000002
        values = column.astype(np.float32).to_numpy()
    where = f"{file}: column {name!r}"
    return [
        labels[value]
        if is_field and value in labels
        else _padded(cell_text(value, where), width)
        for value in values
    ]


def _padded(text: str, width: int) -> str:
    return text.zfill(width) if width and text.isdigit() else text


def _labelled(about: Any, columns: Columns) -> tuple[str, ...]:
    return tuple(n for n in columns.labels if n in about.variable_value_labels)


def _check_numbered(file: DataLocation, name: str, labels: Mapping[Any, str]) -> None:
    """Raises InputError where a program has numbered codes, which are the labels."""
    in_order = sorted(labels.items()) if all(map(_is_number, labels)) else []
    are_codes = all(_CODE.fullmatch(label) for _, label in in_order)
    is_own = sum(label.lstrip("0") == f"{value:.0f}" for value, label in in_order)
    if [v for v, _ in in_order] != [*range(1, len(labels) + 1)] or not are_codes:
        return
    if len(labels) > 1 and not is_own:
        raise InputError(
            f"{file}: column {name!r} holds the numbers 1 to {len(labels)}, and their "
            f"value labels are the codes, such as {in_order[0][1]!r} for 1. Write the "
            "codes into a variable of text: decode in Stata, VALUELABEL() in SPSS."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


@functools.cache
def _say_values(file: str, names: tuple[str, ...]) -> None:
    """Once for each file and process."""
    if names:
        logger.info(
            "%s: codes of %s are the values, not their labels.", file, listing(names)
        )


def _read(file: DataLocation, encoding: str, **options: Any) -> tuple[Any, Any]:
    """Rows and header; in the given encoding if not in the one that the file states."""
    import pyreadstat

    program, read = "SPSS", pyreadstat.read_sav
    if file.suffix.lower() == ".dta":
        program, read = "Stata", pyreadstat.read_dta
    with contextlib.suppress(LookupError):
        encoding = codecs.lookup(encoding).name  # iconv knows no latin-1
    for tried in (None, encoding):
        try:
            found: tuple[Any, Any] = read(str(file.path), encoding=tried, **options)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as e:
            fault = e
        else:
            return found
    raise InputError(
        f"{file}: cannot be read: {fault}. If its texts are in an old encoding, set "
        f"`data.encoding`, such as latin-1; else open it in {program} and save it anew."
    )
