"""How long decisions take, how many an hour brings, and what that costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from han.review_figures.reviewed_answers import BoolArray, FloatArray, Nodes

BREAK = 300.0  # seconds: who decides nothing for longer is not at work


@dataclass(frozen=True)
class DecisionLog:
    """Decisions in the order they were made; all arrays are `(n,)`.

    Attributes:
        answer: Place of the answer in `ReviewedAnswers`.
        seat: 1 and 2 are coders, 3 the adjudicator.
        person: Number of the person.
        way: `candidate`, `search`, `tree`, `equal` or `import`.
        rank: Rank of the candidate that was taken; 0 if none was.
        suggestions: Whether candidates were shown.
        at: When, in seconds.
        seconds: How long it took; nan where nobody measured.
        stands: Whether it was not taken back.
        node: The code.
    """

    answer: Nodes
    seat: Nodes
    person: Nodes
    way: np.typing.NDArray[np.str_]
    rank: Nodes
    suggestions: BoolArray
    at: FloatArray
    seconds: FloatArray
    stands: BoolArray
    node: Nodes

    def __len__(self) -> int:
        """Number of decisions."""
        return len(self.answer)

    def __getitem__(self, chosen: np.typing.NDArray[np.generic]) -> DecisionLog:
        """Some of them."""
        parts = {f.name: getattr(self, f.name)[chosen] for f in fields(self)}
        return replace(self, **parts)


def active_seconds(log: DecisionLog) -> float:
    """Time at work: a decision counts the time since the person's last one.

    After a break (more than `BREAK`), and for the first one, its own time counts, at
    most `BREAK`. Decisions without a time, as of a spreadsheet, count nothing.
    """
    measured = log[~np.isnan(log.seconds)]
    order = np.lexsort((measured.at, measured.person))
    person, at = measured.person[order], measured.at[order]
    gaps = np.diff(at, prepend=-np.inf)
    goes_on = np.zeros(len(at), bool)
    goes_on[1:] = person[1:] == person[:-1]
    goes_on &= gaps <= BREAK
    own = np.minimum(measured.seconds[order], BREAK)
    return float(np.where(goes_on, gaps, own).sum())


def time_figures(log: DecisionLog) -> dict[str, Any]:
    """Quartiles of seconds and decisions per hour.

    Returns:
        `decisions`, `timed` of them, `quartile_1`, `median`, `quartile_3`, `mean` of
        seconds, `per_hour` and `hours` at work; None where nothing was timed.
    """
    timed = log.seconds[~np.isnan(log.seconds)]
    found: dict[str, Any] = {"decisions": len(log), "timed": len(timed)}
    names = ("quartile_1", "median", "quartile_3")
    if not len(timed):
        return found | dict.fromkeys([*names, "mean", "per_hour", "hours"])
    hours = active_seconds(log) / 3600
    found |= dict(zip(names, np.quantile(timed, [0.25, 0.5, 0.75]).tolist(), strict=True))
    per_hour = len(timed) / hours if hours else None
    return found | {"mean": float(timed.mean()), "per_hour": per_hour, "hours": hours}


def times_by_kind(log: DecisionLog) -> dict[str, dict[str, Any]]:
    """`time_figures` of coders: all, by suggestions, way and rank; of adjudicators."""
    coders = log[log.stands & (log.seat != 3)]
    found = {"all": time_figures(coders)}
    for name, shown in (("with_suggestions", True), ("without_suggestions", False)):
        found[name] = time_figures(coders[coders.suggestions == shown])
    for way in np.unique(coders.way).tolist():
        found[f"way_{way}"] = time_figures(coders[coders.way == way])
    for rank in np.unique(coders.rank[coders.rank > 0]).tolist():
        found[f"rank_{rank}"] = time_figures(coders[coders.rank == rank])
    found["adjudicators"] = time_figures(log[log.stands & (log.seat == 3)])
    return found


def cost(log: DecisionLog, open_decisions: int) -> dict[str, Any]:
    """Hours spent on all decisions, those taken back too, and hours that are left.

    Args:
        log: All decisions.
        open_decisions: Decisions of coders that the queue still asks for.

    Returns:
        `hours` at work, `untimed` decisions, `seconds_per_decision` of coders (with
        what they took back), `open_decisions` and `hours_left`; None if nothing was
        timed.
    """
    timed = ~np.isnan(log.seconds)
    if not timed.any():
        return {
            "hours": None,
            "untimed": len(log),
            "seconds_per_decision": None,
            "open_decisions": open_decisions,
            "hours_left": None,
        }
    coders = log[timed & (log.seat != 3)]
    stand = int(coders.stands.sum())
    mean = active_seconds(coders) / stand if stand else math.nan
    return {
        "hours": active_seconds(log) / 3600,
        "untimed": int((~timed).sum()),
        "seconds_per_decision": mean if stand else None,
        "open_decisions": open_decisions,
        "hours_left": mean * open_decisions / 3600 if stand else None,
    }
