"""What was drawn together: the unit by which records were set aside.

Equal answers stay on one side of a split, and so do the records of a household or a
firm that `data.split.group_by` names. The records of such a unit are right or wrong
together more often than others, so that tests and intervals count units, not records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from han.data.records import Records

TEXT, ROW = "text", "none"  # as in `data.split.group_by`; else the name of a column


def is_blank(key: str) -> bool:
    """Whether no field of a normalised text holds a word."""
    return not key.strip("\x1f")


def unit_keys(records: Records, unit: str = TEXT) -> list[str]:
    """Key of the unit of each record, `n`.

    A blank text, or a blank cell of the column, is no unit: such a record is one of
    its own.

    Args:
        records: The records.
        unit: `text`, `none` (each record by itself), or the name under which `others`
            holds the cells of a column.
    """
    if unit == ROW:
        keys = list(map(str, records.rows.tolist()))
    elif unit == TEXT:
        keys = ["" if is_blank(key) else key for key in records.text_keys]
    else:
        keys = [str(cell).strip() for cell in records.others[unit]]
    rows = records.rows.tolist()
    return [key or f"\x1frow {row}" for key, row in zip(keys, rows, strict=True)]


def unit_numbers(keys: Sequence[str]) -> npt.NDArray[np.int64]:
    """Number of the unit of each record, from 0 in the order they appear, `(n,)`.

    Example:
        >>> unit_numbers(["pan", "queso", "pan"]).tolist()
        [0, 1, 0]
    """
    known: dict[str, int] = {}
    return np.array([known.setdefault(key, len(known)) for key in keys], np.int64)
