"""Columns of texts as lists, their distinct rows, and blocks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from han.text.encoded_texts import EncodedTexts


def column_texts(column: Sequence[str | None]) -> list[str]:
    """Texts of a column; what pandas has for a missing one is blank."""
    return [t if type(t) is str else "" if pd.isna(t) else str(t) for t in column]


def distinct_rows(
    *tables: Mapping[str, Sequence[str]],
) -> tuple[list[dict[str, list[str]]], list[int]]:
    """The distinct rows of tables that lie side by side, and the place of each row."""
    place_of: dict[tuple[str, ...], int] = {}
    columns = [column for table in tables for column in table.values()]
    rows = zip(*columns, strict=True)
    place = [place_of.setdefault(row, len(place_of)) for row in rows]
    values = map(list, zip(*place_of, strict=True) if place else [()] * len(columns))
    return [{name: next(values) for name in table} for table in tables], place


def text_blocks(texts: EncodedTexts, size: int) -> Iterator[EncodedTexts]:
    """Documents in blocks of at most `size`: all nodes of a block are held at once."""
    for first in range(0, max(len(texts), 1), size):
        part = np.arange(first, min(first + size, len(texts)))
        yield texts.take(part) if len(part) < len(texts) else texts
