"""Survey weights: read from a column, and what is unlikely of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.errors import InputError, listing

FloatArray = npt.NDArray[np.float64]

ENOUGH = 100  # weights, of which one cannot be most by chance
MOST_OF_ONE = 0.5  # of the sum: then one record decides every score
MUCH_OF_ONE = 0.1
TIMES_THE_MEDIAN = 1000
LEAST_OF_THE_MEDIAN = 1e-6


def read_weights(
    table: pd.DataFrame,
    name: str | None,
    source: str,
    given_by: str = "`data.weight_column`",
) -> FloatArray:
    """The weight of each row; 1 without a column.

    Args:
        table: Cells as text, `(n, k)`.
        name: The column; None if there is none.
        source: Name of the file, for messages.
        given_by: Setting or option that names the column, for messages.

    Returns:
        Weights, `(n,)`.

    Raises:
        InputError: If one is no number of 0 or more, if all are 0, if their sum is no
            number, or if one of a hundred and more outweighs all others.
    """
    if name is None:
        return np.ones(len(table))
    weights = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    where = f"column {name!r} ({given_by})"
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        with_comma = table[name].iloc[bad].str.fullmatch(r"\s*\d+,\d+\s*").any()
        point = " Write decimals with a point: 1.5, not 1,5"
        if not given_by.startswith("--"):  # else the file has no such setting
            point += (
                ", or set `data.decimal: comma` or, for a file given to a command, "
            )
            point += "--decimal comma"
        hint = f"{point}." if with_comma else ""
        raise InputError(
            f"{source}, rows {listing(bad + 1)}: {where} must hold a number of 0 or "
            f"more in every row.{hint}"
        )
    _check_sum(weights, f"{source}: {where}")
    return weights


def with_points(cells: Sequence[str]) -> list[str]:
    """Numbers with decimal points, if all that have a mark have a comma.

    Example:
        >>> with_points(["1,5", "2"]), with_points(["1,500.5", "2"])
        (['1.5', '2'], ['1,500.5', '2'])
    """
    is_comma = all(re.fullmatch(r"\s*\d*(,\d+)?\s*", cell) for cell in cells)
    return [cell.replace(",", ".") if is_comma else cell for cell in cells]


def _check_sum(weights: FloatArray, where: str) -> None:
    with np.errstate(over="ignore"):
        total = weights.sum()
    if not total:
        raise InputError(f"{where} is 0 in every row. Expected weights above 0.")
    row = int(weights.argmax())
    # Scores are computed with squares of weights, too.
    if total > 1e150:
        raise InputError(
            f"{where} adds up to more than a computer can count with: row {row + 1} "
            f"has {weights[row]:g}. Correct the weights."
        )
    if len(weights) >= ENOUGH and weights[row] > MOST_OF_ONE * total:
        raise InputError(
            f"{where} has {weights[row]:g} in row {row + 1}, more than in all other "
            f"{len(weights) - 1:,} rows together. Is it the mark of a missing value? "
            "Correct it, or take the row out."
        )


def unlikely_weights(weights: FloatArray) -> npt.NDArray[np.int64]:
    """Places of weights that are far from all others, `(k,)`.

    Far is a tenth of the sum of a hundred weights and more, a thousand times the
    median, or a millionth of it.

    Example:
        >>> unlikely_weights(np.array([1.0, 2.0, 0.0, 9999.0])).tolist()
        [3]
    """
    positive = weights > 0
    if not positive.any():
        return np.zeros(0, np.int64)
    median = np.median(weights[positive])
    is_far = weights > TIMES_THE_MEDIAN * median
    is_far |= positive & (weights < LEAST_OF_THE_MEDIAN * median)
    if len(weights) >= ENOUGH:
        is_far |= weights > MUCH_OF_ONE * weights.sum()
    return np.flatnonzero(is_far)
