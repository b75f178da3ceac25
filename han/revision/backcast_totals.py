"""Totals by old code become totals by new code, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from han.code_list.code_spelling import plain_code
from han.errors import InputError, listing
from han.revision.old_records import FloatArray
from han.stages.lookup_tables import LookupTable, read_lookup_table
from han.tables.locations import DataFile

DRAWS = 4000
PRIOR = 0.5  # records of each pair beforehand, after Jeffreys


@dataclass(frozen=True)
class ShareMatrix:
    """Shares of old codes that go to new ones, as `dual_matrix` finds them.

    Attributes:
        new: New codes of each old one.
        shares: Their shares, `(k,)` for each old code.
        effective: So many records each old code's shares are worth.
    """

    new: Mapping[str, Sequence[str]]
    shares: Mapping[str, FloatArray]
    effective: Mapping[str, float]


def read_matrix(file: DataFile) -> ShareMatrix:
    """Reads what `python -m han.recode matrix` wrote.

    Raises:
        InputError: If columns are missing or cells are no numbers.
    """
    table = read_lookup_table(
        file, "matrix", ["old", "new", "share", "effective"], codes=["old", "new"]
    )
    frame = pd.DataFrame(
        {name: list(map(plain_code, table.cells[name])) for name in ("old", "new")}
        | {name: cell_numbers(table, name) for name in ("share", "effective")}
    )
    twice = np.flatnonzero(frame.duplicated(["old", "new"]))
    table.refuse(twice.tolist(), "new", "these pairs stand there twice. Remove one.")
    wrong = np.flatnonzero((frame["share"] < 0) | (frame["effective"] <= 0))
    table.refuse(wrong.tolist(), "share", "expected shares and numbers above 0.")
    parts = {str(old): part for old, part in frame.groupby("old")}
    shares = {old: part["share"].to_numpy() for old, part in parts.items()}
    if off := [old for old, part in shares.items() if abs(part.sum() - 1) > 0.005]:
        raise InputError(
            f"{table.where}: shares of {listing(map(repr, off), 5)} do not sum to 1. "
            "Give the file as han.recode matrix wrote it."
        )
    return ShareMatrix(
        {old: part["new"].tolist() for old, part in parts.items()},
        {old: part / part.sum() for old, part in shares.items()},
        {old: float(part["effective"].iloc[0]) for old, part in parts.items()},
    )


def cell_numbers(table: LookupTable, column: str) -> FloatArray:
    """Numbers of a column, `(n,)`.

    Raises:
        InputError: If a cell is none.
    """
    found = pd.to_numeric(pd.Series(table.cells[column]), errors="coerce").to_numpy(
        float
    )
    wrong = np.flatnonzero(~np.isfinite(found)).tolist()
    table.refuse(wrong, column, "these are no numbers. Expected such as 12.5: correct.")
    return found


def backcast(
    totals: Mapping[str, float],
    matrix: ShareMatrix,
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Totals by new code: the sum over old codes of total times share.

    Intervals hold what the sample of dual-coded records leaves open; totals count as
    known. Shares of each old code are drawn from a Dirichlet distribution of as many
    records as its sample is worth, independently of those of other old codes.

    Args:
        totals: Total of each old code.
        matrix: Shares of each old code.
        confidence: Of each interval.
        seed: Of the draws.

    Returns:
        Columns `new`, `total`, `low` and `high`, sorted by code.

    Raises:
        InputError: If the matrix lacks an old code.

    Example:
        >>> shares = {"1": np.array([0.25, 0.75]), "2": np.array([1.0])}
        >>> new = {"1": ["a", "b"], "2": ["b"]}
        >>> matrix = ShareMatrix(new, shares, {"1": 400.0, "2": 9.0})
        >>> backcast({"1": 80.0, "2": 10.0}, matrix)[["new", "total"]].values.tolist()
        [['a', 20.0], ['b', 70.0]]
    """
    if lacking := sorted(set(totals) - set(matrix.new)):
        raise InputError(
            f"the matrix lacks the old codes {listing(map(repr, lacking), 10)}, which "
            "have totals. Draw dual-coded records of them, too."
        )
    names = sorted({new for old in totals for new in matrix.new[old]})
    place = {new: k for k, new in enumerate(names)}
    found, drawn = np.zeros(len(names)), np.zeros((DRAWS, len(names)))
    random = np.random.default_rng(seed)
    for old in sorted(totals):
        columns, shares = [place[new] for new in matrix.new[old]], matrix.shares[old]
        found[columns] += totals[old] * shares
        alphas = matrix.effective[old] * shares + PRIOR
        part = (
            random.dirichlet(alphas, DRAWS) if len(shares) > 1 else np.ones((DRAWS, 1))
        )
        drawn[:, columns] += totals[old] * part
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    ends = {"low": np.minimum(low, found), "high": np.maximum(high, found)}
    return pd.DataFrame({"new": names, "total": found, **ends})
