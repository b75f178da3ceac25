"""Splits records into training, validation, calibration and test.

A group goes where a hash of its key says: a split does not depend on the other rows,
on their order, or on the machine, so the test set can be found again at any time.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from han.code_list.code_checks import looks_like_code
from han.config.data_config import ROLES
from han.data.records import Records
from han.data.sampling_units import unit_keys
from han.errors import InputError, listing

RoleArray = npt.NDArray[np.object_]


def hash_split(
    keys: Sequence[str], shares: Mapping[str, float], seed: int
) -> RoleArray:
    """Role of each key: `train` unless its hash falls in another role's share.

    Args:
        keys: Group of each record; equal groups get equal roles.
        shares: Share of validation, calibration and test.
        seed: Another seed gives another split.

    Example:
        >>> hash_split(["a", "b", "a"], {"test": 0.5}, seed=1).tolist()
        ['test', 'train', 'test']
    """
    role_of: dict[str, str] = {}
    for key in keys:
        if key not in role_of:
            role_of[key] = _role(_uniform(key, seed), shares)
    return np.array([role_of[key] for key in keys], dtype=object)


def _uniform(key: str, seed: int) -> float:
    """A number in [0, 1) that depends on the key and the seed alone."""
    digest = hashlib.blake2b(f"{seed}\x1e{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _role(position: float, shares: Mapping[str, float]) -> str:
    edge = 0.0
    for role in ROLES[1:]:
        edge += shares.get(role, 0.0)
        if position < edge:
            return role
    return "train"


def time_split(
    times: Sequence[str], shares: Mapping[str, float], where: str
) -> RoleArray:
    """The newest rows test, the ones before calibrate, then validate; the rest train.

    Rows of one time stay together: the newer role takes them all, and so gets more
    than its share where times are few, like years.

    A row without a time trains: it is not known to be new.

    Raises:
        InputError: If a time is not a date or a number.
    """
    moments = moments_of(times, where)
    roles = np.full(len(moments), "train", dtype=object)
    for role in reversed(ROLES[1:]):
        # 0.07 * 100 is a little more than 7: rounding keeps it from becoming 8.
        wanted = math.ceil(round(shares.get(role, 0.0) * len(moments), 6))
        left = np.sort(moments[(roles == "train") & np.isfinite(moments)])
        if wanted and len(left):
            oldest = left[-min(wanted, len(left))]
            roles[(roles == "train") & (moments >= oldest)] = role
    return roles


def moments_of(times: Sequence[str], where: str) -> npt.NDArray[np.float64]:
    """Times as numbers that grow; NaN where blank."""
    texts = pd.Series([time.strip() for time in times], dtype=object)
    blank = (texts == "").to_numpy()
    numbers = pd.to_numeric(texts, errors="coerce").to_numpy(float)
    if np.isfinite(numbers[~blank]).all():
        return numbers
    dates = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    bad = np.flatnonzero(dates.isna() & ~blank)
    if len(bad):
        raise InputError(
            f"{where}, rows {listing(bad + 1)}: `data.split.time_column` must hold "
            "dates like 2026-11-22, or numbers such as a year."
        )
    seconds = (dates - pd.Timestamp(0, tz="utc")).dt.total_seconds()
    return np.asarray(seconds, dtype=np.float64)


def column_split(values: Sequence[str], where: str) -> RoleArray:
    """Roles that a column gives, checked."""
    roles = np.array([str(value).strip().lower() for value in values], dtype=object)
    bad = np.flatnonzero(~np.isin(roles.astype(str), ROLES))
    if len(bad):
        received = sorted({str(values[row]).strip() for row in bad.tolist()})
        raise InputError(
            f"{where}, rows {listing(bad + 1)}: `data.split.column` must say "
            f"{', '.join(ROLES)} in every row. Received: {_shown(received)}. Correct "
            "the rows, or name another column."
        )
    return roles


def _shown(cells: Sequence[str]) -> str:
    """Cells that look like roles or codes; of others the number: they may be texts."""
    is_safe = all(
        looks_like_code(cell) or any(r.startswith(cell.lower()) for r in ROLES)
        for cell in cells
    )
    return (
        listing(map(repr, cells)) if is_safe else f"{len(cells)} other words or texts"
    )


def split_records(
    records: Records,
    shares: Mapping[str, float],
    *,
    seed: int,
    group_by: str = "text",
) -> RoleArray:
    """Role of each record by the rule of `data.split`.

    Groups are those of `unit_keys`: a blank text or cell is one of its own, or all of
    them would land on one side.

    Args:
        records: Rows; `others` may hold `split`, `time` or `group`, which decide.
        shares: Share of validation, calibration and test.
        seed: Seed of a drawn split.
        group_by: `text`, `none`, or a column (then in `others["group"]`).

    Returns:
        `(n,)` roles: train, validation, calibration or test.
    """
    if "split" in records.others:
        return column_split(records.others["split"].tolist(), records.source)
    if "time" in records.others:
        return time_split(records.others["time"].tolist(), shares, records.source)
    unit = "group" if "group" in records.others else group_by
    return hash_split(unit_keys(records, unit), shares, seed)
