"""Policies for missing values: error, drop from training, unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from han.data.records import Records
from han.errors import InputError, listing

Policy = Literal["error", "drop", "unknown", "most_frequent"]
BoolArray = npt.NDArray[np.bool_]


def missing_cells(records: Records) -> dict[str, BoolArray]:
    """Where each text field, side feature and label column has no value, `(n,)` each.

    A non-answer is none. The names are those of the fields and features, and of the
    label columns.
    """
    columns = {**records.answers, **records.sides}
    for name, cells in zip(records.label_names, records.labels.T, strict=True):
        columns.setdefault(name, cells)  # without the first of several there is none
    return {name: _is_blank(cells) for name, cells in columns.items()}


def dropped_rows(
    records: Records, policies: Mapping[str, Policy]
) -> dict[str, BoolArray]:
    """Rows that shall not train since a column has no value, `(n,)`, by its name.

    Args:
        records: The records of a file.
        policies: `error` or `drop` for a name; others are left to who reads the value.

    Raises:
        InputError: If a value is missing where that is an error.
    """
    missing = missing_cells(records)
    for name, policy in policies.items():
        if policy == "error" and missing[name].any():
            rows = records.rows[missing[name]].tolist()
            raise InputError(
                f"{records.source}, rows {listing(rows)}: {name!r} is missing, and "
                f"`data.missing.{name}` is error. Fill the cells in, or set it to drop "
                "or unknown."
            )
    return {name: missing[name] for name, p in policies.items() if p == "drop"}


def _is_blank(cells: npt.NDArray[np.object_]) -> BoolArray:
    return np.array([not cell.strip() for cell in cells], bool)
