"""The code list that the estimator is given in memory: as a tree, or as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from han.code_list.code_list_files import build_code_list
from han.code_list.list_form import find_list_columns
from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.errors import InputError, listing
from han.estimator.given_codes import columns_table
from han.experiment.record_labels import list_form

WHERE = "taxonomy"


def given_code_list(taxonomy: Any, config: Config) -> Taxonomy | None:
    """The code list, or None if it is in a file or comes from the codes.

    Args:
        taxonomy: The parameter of the estimator. A DataFrame or a dict of columns is
            read as a file with such columns is.
        config: The experiment, which may say how the table is made.

    Raises:
        InputError: As `han.code_list.code_list_files.build_code_list`, and for codes
            that are no text; and if keys say how a `Taxonomy` is made, which it is.
    """
    if isinstance(taxonomy, Taxonomy):
        _check_no_form(config)
        return taxonomy
    if isinstance(taxonomy, Mapping):
        taxonomy = columns_table(taxonomy, WHERE)
    if not isinstance(taxonomy, pd.DataFrame):
        return None
    table = taxonomy.set_axis(list(map(str, taxonomy.columns)), axis=1)
    form = list_form(config)
    for name in find_list_columns(list(table.columns), form, WHERE).of_codes:
        _check_text(table[name])
    cells = table.astype(object).where(table.notna(), "")
    texts = cells.map(lambda cell: str(cell).strip())
    rows = [dict(zip(table.columns, row, strict=True)) for row in texts.to_numpy()]
    return build_code_list(rows, WHERE, form)


def _check_no_form(config: Config) -> None:
    given = config.taxonomy
    forms = {
        "columns": given.columns.named,
        "parent": given.parent,
        "levels": given.levels,
    }
    useless = [f"`taxonomy.{name}`" for name, value in forms.items() if value]
    if useless:
        raise InputError(
            f"{listing(useless)}: a Taxonomy needs no rule, its parents are known. "
            "Leave it out, or give the code list as a DataFrame."
        )


def _check_text(cells: pd.Series) -> None:
    filled = cells.astype(object)[cells.notna()]
    rows = np.flatnonzero(cells.notna()) + 1
    wrong = [not isinstance(cell, str) for cell in filled]
    bad = rows[np.array(wrong, dtype=bool)]
    if len(bad):
        raise InputError(
            f"{WHERE}, rows {listing(bad, 5)}: column {cells.name!r} holds "
            f"{type(cells.iloc[bad[0] - 1]).__name__}, not text: leading zeros may be "
            "lost. Read it with `dtype=str`."
        )
