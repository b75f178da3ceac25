"""Coded records as JSON: the columns of a prediction, one object for each record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.tables.prediction_columns import NUMBER, WHOLE

Values = dict[str, list[Any]]
# Columns that are there for each rank, and the member whose objects they make.
_RANKED = (
    (
        "candidates",
        re.compile(r"top_(?P<rank>\d+)_(?P<name>code|code_path|probability)"),
    ),
    (
        "given",
        re.compile(r"(?P<name>code|code_path|level|label|probability)_(?P<rank>\d+)"),
    ),
)


def values_of_cells(
    cells: Mapping[str, npt.NDArray[Any]], dtypes: Mapping[str, str]
) -> Values:
    """Cells by column as JSON has them: what is empty is None.

    Args:
        cells: As for `PredictionColumns.frame`.
        dtypes: Type of each column, in order, as `PredictionColumns.dtypes`.

    Example:
        >>> cells = {"code": np.array(["11", ""], object), "level": np.array([2, 0])}
        >>> values_of_cells(cells, {"code": "str", "level": "Int64"})
        {'code': ['11', None], 'level': [2, None]}
    """
    return {name: _values(cells[name], dtype) for name, dtype in dtypes.items()}


def _values(cells: npt.NDArray[Any], dtype: str) -> list[Any]:
    if dtype == NUMBER:
        numbers = np.asarray(cells, np.float64).tolist()
        return [None if x != x else x for x in numbers]  # x != x is NaN
    empty = 0 if dtype == WHOLE else ""
    known: list[Any] = cells.tolist()
    if dtype == "bool" or empty not in known:
        return known
    return [None if cell == empty else cell for cell in known]


def values_of_table(table: pd.DataFrame) -> Values:
    """The same of a table.

    Example:
        >>> values_of_table(pd.DataFrame({"code": [""], "probability": [float("nan")]}))
        {'code': [None], 'probability': [None]}
    """
    columns: dict[str, pd.Series] = {str(name): table[name] for name in table}
    return {
        name: column.astype(object)
        .where(column.notna() & (column != ""), None)
        .tolist()
        for name, column in columns.items()
    }


def record_answers(values: Values, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """An object for each record: its values by column, `n`.

    `top_1_code`, `top_1_probability` and so on are the members of its `candidates`,
    most probable first, with their titles, and without those that there are not. Where
    a record has a set of codes, `code_1`, `label_1` and so on are those of `given`.

    Args:
        values: Values by column, `n` each.
        titles: Title of each code, or of each path where codes repeat.

    Example:
        >>> values = {"code": ["1"], "top_1_code": ["11"], "top_2_code": [None]}
        >>> record_answers(values, {"11": "Pan"})
        [{'code': '1', 'candidates': [{'code': '11', 'label': 'Pan'}]}]
    """
    ranked = {member: _ranks(values, pattern) for member, pattern in _RANKED}
    taken = {n for ranks in ranked.values() for rank in ranks for n in rank.values()}
    plain = [name for name in values if name not in taken]
    rows = zip(*(values[name] for name in plain), strict=True)
    found = [dict(zip(plain, row, strict=True)) for row in rows]
    for member, ranks in ranked.items():
        if ranks or member == "candidates":
            for answer, listed in zip(found, _listed(values, ranks), strict=False):
                answer[member] = listed
    for answer in found:
        for one in answer["candidates"]:
            one["label"] = titles.get(one.get("code_path", one["code"]))
    return found


def _ranks(values: Values, pattern: re.Pattern[str]) -> list[dict[str, str]]:
    """Columns by the name of their member, for each rank."""
    found: dict[int, dict[str, str]] = {}
    for column in values:
        if match := pattern.fullmatch(column):
            found.setdefault(int(match["rank"]), {})[match["name"]] = column
    return [found[rank] for rank in sorted(found)]


def _listed(
    values: Values, ranks: Sequence[Mapping[str, str]]
) -> Iterator[list[dict[str, Any]]]:
    """Objects of the ranks of each record, as far as there is a code."""
    rows = max(map(len, values.values()), default=0)
    columns = [{name: values[c] for name, c in rank.items()} for rank in ranks]
    for row in range(rows):
        listed = [{name: c[row] for name, c in rank.items()} for rank in columns]
        yield [one for one in listed if one["code"] is not None]


def titles_of(tree: Taxonomy) -> dict[str, str]:
    """Title of each code, or of each path where codes repeat."""
    names = tree.naming.paths if tree.naming.has_repeats else tree.codes
    return dict(zip(names, tree.titles, strict=True))
