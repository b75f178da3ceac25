"""Coded records as JSON: the columns of a prediction, one object for each record."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from han.code_list.taxonomy import Taxonomy

_TOP = re.compile(r"top_(\d+)_(\w+)")


def record_answers(
    table: pd.DataFrame, titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A JSON object for each row: its cells by column; an empty cell is None.

    `top_1_code`, `top_1_probability` and so on are the members of `candidates`, most
    probable first, without those that there are not.

    Args:
        table: Coded records, with the columns of a prediction, `(n, columns)`.
        titles: Title of each code, or of each path where codes repeat.
    """
    cells = {str(name): _values(table[name]) for name in table}
    plain = {name: c for name, c in cells.items() if not _TOP.fullmatch(name)}
    found = [
        dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)
    ]
    for row, answer in enumerate(found):
        answer["candidates"] = _candidates(cells, row, titles)
    return found


def _values(column: pd.Series) -> list[Any]:
    """Cells as JSON has them."""
    return [None if _is_empty(cell) else cell for cell in column.tolist()]


def _is_empty(cell: Any) -> bool:
    if isinstance(cell, float):
        return math.isnan(cell)
    return cell is pd.NA or cell == ""


def _candidates(
    cells: Mapping[str, Sequence[Any]], row: int, titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, column in cells.items():
        if match := _TOP.fullmatch(name):
            if int(match[1]) > len(found):
                found.append({})
            found[-1][match[2]] = column[row]
    for one in found:
        one["label"] = titles.get(one.get("code_path") or one["code"] or "")
    return [one for one in found if one["code"] is not None]


def titles_of(tree: Taxonomy) -> dict[str, str]:
    """Title of each code, or of each path where codes repeat."""
    names = tree.naming.paths if tree.naming.has_repeats else tree.codes
    return dict(zip(names, tree.titles, strict=True))
