"""Columns of texts as lists, their distinct rows, and blocks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from han.late_packages import pd
from han.text.cleaning import normalise
from han.text.encoded_texts import EncodedTexts
from han.text.non_answers import NonAnswers


def column_texts(column: Sequence[str | None]) -> list[str]:
    """Texts of a column; what pandas has for a missing one is blank."""
    return [t if type(t) is str else "" if pd.isna(t) else str(t) for t in column]


def distinct_rows(
    *tables: Mapping[str, Sequence[Any]],
) -> tuple[list[dict[str, list[Any]]], list[int]]:
    """The distinct rows of tables that lie side by side, and the place of each row."""
    place_of: dict[tuple[Any, ...], int] = {}
    columns = [column for table in tables for column in table.values()]
    rows = zip(*columns, strict=True)
    place = [place_of.setdefault(row, len(place_of)) for row in rows]
    values = map(list, zip(*place_of, strict=True) if place else [()] * len(columns))
    return [{name: next(values) for name in table} for table in tables], place


def text_keys(
    columns: Mapping[str, Sequence[str]], non_answers: NonAnswers
) -> list[str]:
    r"""Key of the text of each row, `n`: equal keys are the same answer.

    Args:
        columns: Texts by field name, in the order of the fields, `n` each.
        non_answers: What counts as blank.

    Example:
        >>> text_keys({"name": ["Pan."], "use": ["ns"]}, NonAnswers(["ns"]))
        ['pan\x1f']
    """
    rows = list(zip(*columns.values(), strict=True))
    key_of = {row: normalise(non_answers.answers(row)) for row in dict.fromkeys(rows)}
    return [key_of[row] for row in rows]


def text_blocks(texts: EncodedTexts, size: int) -> Iterator[EncodedTexts]:
    """Documents in blocks of at most `size`: all nodes of a block are held at once."""
    for first in range(0, max(len(texts), 1), size):
        part = np.arange(first, min(first + size, len(texts)))
        yield texts.take(part) if len(part) < len(texts) else texts
