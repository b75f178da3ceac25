"""How long decisions take, how many an hour brings, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from han.review_figures.reviewed_answers import BoolArray, FloatArray, Nodes

ADJUDICATOR = 3  # the seat
BREAK = 180.0  # seconds: who decides nothing for longer is not at work


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
        seconds: How long it took, a change what the first decision took; nan where
            nobody measured.
        stands: Whether it was not taken back.
        node: The code.
        work: Time at work; see `work_seconds`.
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
    work: FloatArray

    def __len__(self) -> int:
        """Number of decisions."""
        return len(self.answer)

    def __getitem__(self, chosen: np.typing.NDArray[np.generic]) -> DecisionLog:
        """Some of them."""
        parts = {f.name: getattr(self, f.name)[chosen] for f in fields(self)}
        return replace(self, **parts)


def work_seconds(
    person: Nodes,
    at: FloatArray,
    seconds: FloatArray,
    on_page: BoolArray | None = None,
) -> FloatArray:
    """Time at work of each decision: since the last one of the same person, `(n,)`.

    After a break (more than `BREAK`), and for the first one, its own time counts. Where
    that is longer, too, the break was in it: it counts the median of the person's
    decisions without one. Decisions of a spreadsheet have nan.

    Args:
        person: Number of the person, from 0.
        at: When it was decided, in seconds.
        seconds: How long it took; nan where nobody measured.
        on_page: Which were made on the page; those with a time if None.

    Example:
        >>> at, own = np.array([100.0, 130, 900]), np.array([20.0, 25, 15])
        >>> work_seconds(np.zeros(3, int), at, own).tolist()
        [20.0, 30.0, 15.0]
    """
    found = np.full(len(at), np.nan)
    order = np.lexsort((at, person))
    order = order[(~np.isnan(seconds) if on_page is None else on_page)[order]]
    gaps = np.diff(at[order], prepend=-np.inf)
    goes_on = np.diff(person[order], prepend=-1) == 0
    goes_on &= gaps <= BREAK
    alone = np.where(seconds <= BREAK, seconds, _usual(person, seconds))
    found[order] = np.where(goes_on, gaps, alone[order])
    return found


def _usual(person: Nodes, seconds: FloatArray) -> FloatArray:
    """Median of each person's times without a break, `(n,)`; `BREAK` if none is."""
    found = np.full(len(seconds), BREAK)
    for one in np.unique(person):
        own = seconds[(person == one) & (seconds <= BREAK)]
        if len(own):
            found[person == one] = np.median(own)
    return found


def time_figures(log: DecisionLog) -> dict[str, Any]:
    """Quartiles of seconds and decisions per hour at work.

    Args:
        log: Decisions; those that were taken back took time, too.

    Returns:
        `decisions` that stand, `timed` of them, `quartile_1`, `median`, `quartile_3`,
        `mean` of seconds, `per_hour` and `hours` at work; None where nothing was timed.
    """
    standing = log[log.stands]
    timed = standing[~np.isnan(standing.seconds)]
    found: dict[str, Any] = {"decisions": len(standing), "timed": len(timed)}
    names = ("quartile_1", "median", "quartile_3")
    if not len(timed):
        return found | dict.fromkeys([*names, "mean", "per_hour", "hours"])
    hours, quarters = float(np.nansum(log.work)) / 3600, [0.25, 0.5, 0.75]
    at_work = int((~np.isnan(standing.work)).sum())
    quartiles = np.quantile(timed.seconds, quarters).tolist()
    found |= dict(zip(names, quartiles, strict=True))
    found["mean"] = float(timed.seconds.mean())
    return found | {"per_hour": at_work / hours if hours else None, "hours": hours}


def times_by_kind(log: DecisionLog) -> dict[str, dict[str, Any]]:
    """`time_figures` of coders: all, by suggestions, way and rank; of adjudicators."""
    coders = log[log.seat != ADJUDICATOR]
    found = {"all": time_figures(coders)}
    for name, shown in (("with_suggestions", True), ("without_suggestions", False)):
        found[name] = time_figures(coders[coders.suggestions == shown])
    for way in np.unique(coders.way).tolist():
        found[f"way_{way}"] = time_figures(coders[coders.way == way])
    for rank in np.unique(coders.rank[coders.rank > 0]).tolist():
        found[f"rank_{rank}"] = time_figures(coders[coders.rank == rank])
    settled = log[log.seat == ADJUDICATOR]
    return found | {"adjudicators": time_figures(settled)}


def cost(log: DecisionLog, open_decisions: int) -> dict[str, Any]:
    """Hours spent on all decisions, those taken back too, and hours that are left.

    Args:
        log: All decisions.
        open_decisions: Decisions of coders that the queue still asks for.

    Returns:
        `hours` at work, `untimed` decisions (of spreadsheets), `seconds_per_decision`
        at work of coders (with what they took back), `open_decisions` and `hours_left`;
        None if nothing was timed.
    """
    timed = log[~np.isnan(log.work)]
    coders = timed[timed.seat != ADJUDICATOR]
    stand = int(coders.stands.sum())
    mean = float(coders.work.sum()) / stand if stand else None
    return {
        "hours": float(timed.work.sum()) / 3600 if len(timed) else None,
        "untimed": len(log) - len(timed),
        "seconds_per_decision": mean,
        "open_decisions": open_decisions,
        "hours_left": None if mean is None else mean * open_decisions / 3600,
    }
