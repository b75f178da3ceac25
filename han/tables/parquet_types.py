"""Types of Parquet columns that have one text for each cell; all others are refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from han.errors import InputError
from han.tables.columns import Columns

_TYPES = pa.types
_PLAIN = (
    _TYPES.is_string,
    _TYPES.is_large_string,
    _TYPES.is_string_view,
    _TYPES.is_integer,
    _TYPES.is_floating,
    _TYPES.is_boolean,
    _TYPES.is_decimal,
    _TYPES.is_date,
    _TYPES.is_timestamp,
    _TYPES.is_time,
    _TYPES.is_null,
)
_BYTES = (
    _TYPES.is_binary,
    _TYPES.is_large_binary,
    _TYPES.is_binary_view,
    _TYPES.is_fixed_size_binary,
)


def check_types(file: Path, schema: pa.Schema, columns: Columns) -> None:
    """Finds columns whose cells are no single text, number or date.

    Raises:
        InputError: With the first of them, its type, and the key that names it.
    """
    for column in schema:
        kind = value_type(column.type)
        if column.name in columns.needed and not _is_any(kind, (*_PLAIN, *_BYTES)):
            raise InputError(
                f"{file}: column {column.name!r} (`{columns.options[column.name]}`) is "
                f"of the type {str(kind)[:60]}. Expected text, numbers or dates, one "
                "in each cell: write it as text in the program that makes the file."
            )


def value_type(kind: pa.DataType) -> pa.DataType:
    """Type of the cells; a dictionary (categories) has that of its values."""
    while _TYPES.is_dictionary(kind):
        kind = kind.value_type
    return kind


def decoded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells themselves, where a dictionary stands for them."""
    kind = value_type(values.type)
    return values if kind == values.type else values.cast(kind)


def plain_table(file: Path, table: pa.Table, columns: Columns) -> pa.Table:
    """The same cells without dictionaries, and bytes as UTF-8 text.

    Raises:
        InputError: If bytes are no UTF-8 text.
    """
    for place, column in enumerate(table.schema):
        values = decoded(table.column(place))
        if _is_any(values.type, _BYTES):
            values = _text(file, values, column.name, columns)
        table = table.set_column(place, column.name, values)
    # What pandas once noted of the columns is no longer true.
    return table.replace_schema_metadata(None)


def _text(
    file: Path, values: pa.ChunkedArray, name: str, columns: Columns
) -> pa.ChunkedArray:
    try:
        return values.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        raise InputError(
            f"{file}: column {name!r} (`{columns.options[name]}`) holds bytes that are "
            "not UTF-8 text. Write it as text in the program that makes the file."
        ) from None


def _is_any(kind: pa.DataType, tests: tuple[object, ...]) -> bool:
    return any(test(kind) for test in tests)  # type: ignore[operator]
