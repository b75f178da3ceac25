"""Shares of old codes that go to new ones, from records that carry both codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, stdtrit

from han.errors import InputError
from han.revision.old_records import FloatArray, IntArray

COLUMNS = ("old", "new", "share", "low", "high", "records", "units", "effective")


@dataclass(frozen=True)
class DualSample:
    """Records with an old and a new code, `n` of them.

    Attributes:
        old: Old codes, `(n,)`.
        new: New codes, `(n,)`.
        weights: `(n,)`.
        units: Number of the unit of sampling of each record, `(n,)`.
    """

    old: Sequence[str]
    new: Sequence[str]
    weights: FloatArray
    units: IntArray


def dual_matrix(
    sample: DualSample,
    *,
    confidence: float = 0.95,
    allowed: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """A row for each pair: its share with an interval, sorted by codes.

    Intervals are those of Clopper and Pearson with the effective number of records,
    which weights and units of sampling make smaller (Korn and Graubard 1998, Survey
    Methodology 24). They cover at least what they say, mostly more.

    Args:
        sample: The records.
        confidence: Of each interval.
        allowed: Targets of each old code by a crosswalk; those that no record has get
            the share 0 and an interval, too.

    Returns:
        Columns `old`, `new`, `share` (of the old code's weight), `low`, `high`,
        `records`, `units` (both of the old code) and `effective`, that number.

    Raises:
        InputError: If records have a pair that is not allowed, or an old code has no
            weight.

    Example:
        >>> ones = np.ones(4)
        >>> sample = DualSample(["1"] * 4, ["a", "a", "a", "b"], ones, np.arange(4))
        >>> dual_matrix(sample)[["new", "share", "low"]].round(3).to_numpy().tolist()
        [['a', 0.75, 0.194], ['b', 0.25, 0.006]]
    """
    table = pd.DataFrame(
        {"old": sample.old, "new": sample.new, "w": sample.weights, "u": sample.units}
    )
    if allowed is not None:
        _check_allowed(table, allowed)
    parts = []
    for old, part in table.groupby("old", sort=True):
        known = allowed[str(old)] if allowed is not None else part["new"]
        parts.append(_row(str(old), part, sorted(set(known)), confidence))
    return pd.concat(parts, ignore_index=True)


def _check_allowed(table: pd.DataFrame, allowed: Mapping[str, Sequence[str]]) -> None:
    for row, (old, new) in enumerate(zip(table["old"], table["new"], strict=True)):
        if new not in allowed.get(old, ()):
            raise InputError(
                f"the dual-coded records, row {row + 1}: the crosswalk does not take "
                f"{old!r} to {new!r}. Add the pair to the crosswalk, correct the "
                "record, or leave out --crosswalk."
            )


def _row(
    old: str, part: pd.DataFrame, targets: list[str], confidence: float
) -> pd.DataFrame:
    """Shares of one old code."""
    weights = part["w"].to_numpy()
    if not weights.sum():
        raise InputError(
            f"records of the old code {old!r} have no weight. Expected weights above "
            "0: correct them, or take the records out."
        )
    is_new = part["new"].to_numpy()[:, None] == np.array(targets, object)
    shares = weights @ is_new / weights.sum()
    _, unit = np.unique(part["u"], return_inverse=True)
    units = int(unit.max()) + 1
    effective = effective_number(is_new, weights, unit)
    if 1 < units < len(part):  # few units: their variance is itself uncertain
        tails = stdtrit(np.array([len(part), units]) - 1.0, (1 + confidence) / 2)
        effective *= float((tails[0] / tails[1]) ** 2)
    low, high = share_intervals(shares, effective, confidence)
    cells = (old, targets, shares, low, high, len(part), units, effective)
    return pd.DataFrame(dict(zip(COLUMNS, cells, strict=True)))


def effective_number(
    is_new: npt.NDArray[np.bool_], weights: FloatArray, unit: IntArray
) -> float:
    """So many records of a simple random sample would say as much.

    The variance of shares of all targets together, between units, against that of
    independent records; never more than Kish's number, of which weights are all.

    Args:
        is_new: Whether each record has each target, `(n, k)`.
        weights: `(n,)`.
        unit: Unit of sampling, from 0, `(n,)`.
    """
    units, total = int(unit.max()) + 1, weights.sum()
    shares = weights @ is_new / total
    kish = total**2 / (weights**2).sum()
    of_units = np.bincount(unit, weights)
    fewest = float(total**2 / (of_units**2).sum())
    simple = float((shares * (1 - shares)).sum())
    if units < 2 or simple < 1e-12:
        return fewest
    off = np.zeros((units, len(shares)))
    np.add.at(off, unit, weights[:, None] * (is_new - shares) / total)
    variance = units / (units - 1) * float((off**2).sum())
    count = len(weights) / (len(weights) - 1)  # as variance, without bias
    return float(max(1.0, min(kish, count * simple / variance)))


def share_intervals(
    shares: FloatArray, effective: float, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Clopper-Pearson intervals of shares, `(k,)` each, for any number of records."""
    tail = (1 - confidence) / 2
    right = np.clip(shares * effective, 0, effective)
    wrong = effective - right
    some, not_all = right > 1e-9, wrong > 1e-9
    low = betaincinv(np.where(some, right, 1), wrong + 1, tail)
    high = betaincinv(right + 1, np.where(not_all, wrong, 1), 1 - tail)
    return np.where(some, low, 0.0), np.where(not_all, high, 1.0)
