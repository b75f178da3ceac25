"""How the periods of `data.split.time_column` fell: one that got none, and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from han.config.data_config import ROLES
from han.data.quality_report_text import role_counts
from han.data.splits import RoleArray, moments_of
from han.errors import InputError
from han.languages.number_format import Language
from han.languages.words import DATA_REPORT, Words

MOST_LISTED = 12


def check_periods(
    times: Sequence[str], roles: RoleArray, shares: Mapping[str, float], source: str
) -> None:
    """Raises InputError if whole periods leave nothing for a role.

    Args:
        times: Cells of the time column, `(n,)`.
        roles: Role of each row, `(n,)`.
        shares: Share of validation, calibration and test.
        source: Name of the file.
    """
    moments = moments_of(times, source)
    periods = len(np.unique(moments[np.isfinite(moments)]))
    wanted = ["train", *(role for role in ROLES[1:] if shares.get(role, 0.0) > 0)]
    empty = [role for role in wanted if not (roles == role).any()]
    if not empty:
        return
    raise InputError(
        f"{source}: `data.split.time_column` has {periods} different times. Rows of "
        f"one time stay together, so {', '.join(wanted)} need one each at least, and "
        f"nothing is left for {', '.join(empty)}. Name a column of finer times (months "
        "in place of years), set the share of a role to 0, or leave time_column out."
    )


def period_lines(
    times: Sequence[str],
    roles: RoleArray,
    column: str,
    source: str,
    language: Language = "en",
) -> list[str]:
    """Rows of each role in each period; where there are many, the ends of each role.

    Args:
        times: Cells of the time column, `(n,)`.
        roles: Role of each row, `(n,)`.
        column: Name of the time column.
        source: Name of the file.
        language: Of the lines.

    Example:
        >>> roles = np.array(["train", "train", "test"], dtype=object)
        >>> for line in period_lines(["2024", "2024", "2025"], roles, "year", "a.csv"):
        ...     print(line)
        Periods of year, oldest first
          2024: 2 train
          2025: 1 test
    """
    words = Words(DATA_REPORT, language)
    moments = moments_of(times, source)
    known = np.isfinite(moments)
    starts, first = np.unique(moments[known], return_index=True)
    names = np.asarray(times, dtype=object)[known][first]
    groups = {str(names[i]).strip(): moments == starts[i] for i in range(len(starts))}
    if len(groups) <= MOST_LISTED:
        lines = [
            words.say("period", period=name, roles=_counts(roles[rows], words))
            for name, rows in groups.items()
        ]
    else:
        lines = _role_ends(moments, roles, dict(zip(starts, names, strict=True)), words)
    if not known.all():
        lines.append(words.say("no_period", roles=_counts(roles[~known], words)))
    return [words.say("periods", column=column), *(f"  {line}" for line in lines)]


def _role_ends(
    moments: npt.NDArray[np.float64],
    roles: RoleArray,
    names: dict[float, str],
    words: Words,
) -> list[str]:
    lines = []
    for role in ROLES:
        rows = (roles == role) & np.isfinite(moments)
        if rows.any():
            ends = names[moments[rows].min()], names[moments[rows].max()]
            counts = _counts(roles[rows], words)
            said = {"roles": counts, "first": ends[0], "last": ends[1]}
            lines.append(words.say("role_periods", **said))
    return lines


def _counts(roles: RoleArray, words: Words) -> str:
    return role_counts({role: int((roles == role).sum()) for role in ROLES}, words)
