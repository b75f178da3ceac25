"""Each coder: pace, agreement with what is taken for the truth, drift; and pairs."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from han.review_figures.coder_agreement import cohens_kappa, raw_agreement
from han.review_figures.decision_times import DecisionLog, time_figures
from han.review_figures.reviewed_answers import (
    MISSING,
    FloatArray,
    Nodes,
    ReviewedQueue,
)
from han.review_figures.share_intervals import Share, share


def person_figures(
    queue: ReviewedQueue, log: DecisionLog, names: dict[int, str], least: int
) -> list[dict[str, Any]]:
    """Figures of each person who coded.

    Args:
        queue: The queue.
        log: Decisions.
        names: Of people, by number.
        least: Answers with a truth that a rate needs.

    Returns:
        For each `name`, `all` (see `time_figures`), `right` (see `share_figures`), and
        `first_third` and `last_third` of the decisions in time with `median` and
        `right`, and `drift`, the difference of the two rates with its interval.
    """
    coders = log[log.seat != 3]
    found = []
    for person in np.unique(coders.person[coders.stands]).tolist():
        every = coders[coders.person == person]
        own = every[every.stands]
        own = own[np.argsort(own.at, kind="stable")]
        third = math.ceil(len(own) / 3)
        parts = [own[np.arange(third)], own[np.arange(len(own) - third, len(own))]]
        rights = [_right(queue, part) for part in parts]
        found.append(
            {
                "name": names.get(person, str(person)),
                "all": time_figures(every),
                "right": share_figures(_right(queue, own), least),
                "first_third": _third(parts[0], rights[0], least),
                "last_third": _third(parts[1], rights[1], least),
                "drift": difference(rights[0], rights[1], least),
            }
        )
    return found


def _right(queue: ReviewedQueue, log: DecisionLog) -> Share:
    """Decisions on answers coded by two that are what is taken for the truth."""
    truth, double = queue.answers.truth[log.answer], queue.answers.double[log.answer]
    known = double & (truth != MISSING)
    return share((log.node == truth)[known])


def _third(log: DecisionLog, right: Share, least: int) -> dict[str, Any]:
    return {
        "median": time_figures(log)["median"],
        "right": share_figures(right, least),
    }


def share_figures(found: Share, least: int) -> dict[str, Any]:
    """A share as figures; without a rate if there are fewer records than `least`."""
    if found.records < least or math.isnan(found.value):
        return {"value": None, "low": None, "high": None, "records": found.records}
    parts = {"value": found.value, "low": found.low, "high": found.high}
    return {**parts, "records": found.records}


def difference(first: Share, last: Share, least: int) -> dict[str, Any]:
    """The last share less the first, with Zou and Donner's interval."""
    records = [first.records, last.records]
    if min(records) < least:
        return {"value": None, "low": None, "high": None, "records": records}
    value = last.value - first.value
    below = math.hypot(last.value - last.low, first.high - first.value)
    above = math.hypot(last.high - last.value, first.value - first.low)
    ends = {"low": max(value - below, -1.0), "high": min(value + above, 1.0)}
    return {"value": value, **ends, "records": records}


def pair_figures(
    log: DecisionLog, names: dict[int, str], least: int
) -> list[dict[str, Any]]:
    """How far each two people agree on answers that both coded.

    Returns:
        For each two with common answers `names`, `answers`, and `raw` and `cohen`,
        which are None if there are fewer answers than `least`.
    """
    coders = log[log.stands & (log.seat != 3)]
    size = int(coders.answer.max(initial=-1)) + 1
    tables: dict[int, Nodes] = {}
    for person in np.unique(coders.person).tolist():
        own = coders[coders.person == person]
        tables[person] = np.full(size, MISSING)
        tables[person][own.answer] = own.node
    found = []
    for one, other in itertools.combinations(tables, 2):
        both = (tables[one] != MISSING) & (tables[other] != MISSING)
        if not both.any():
            continue
        codes = tables[one][both], tables[other][both]
        enough = int(both.sum()) >= least
        found.append(
            {
                "names": [names.get(p, str(p)) for p in (one, other)],
                "answers": int(both.sum()),
                "raw": raw_agreement(*codes) if enough else None,
                "cohen": plain(cohens_kappa(*codes)) if enough else None,
            }
        )
    return found


def plain(value: float) -> float | None:
    """A number for JSON, which has no nan."""
    return None if math.isnan(value) else float(value)


def anchoring(queue: ReviewedQueue, rows: FloatArray, least: int) -> dict[str, Any]:
    """How often coders take the machine's code, with and without suggestions.

    Who sees candidates was drawn by lot, so the difference is what seeing them does.

    Args:
        queue: The queue.
        rows: Which answers, as truth values, `(n,)`.
        least: Answers that a rate needs.

    Returns:
        `shown` and `hidden` (see `share_figures`), and their `difference`.
    """
    answers = queue.answers[np.asarray(rows, bool) & queue.answers.is_begun]
    takes = answers.first == answers.machine
    shown, hidden = share(takes[answers.suggested]), share(takes[~answers.suggested])
    return {
        "shown": share_figures(shown, least),
        "hidden": share_figures(hidden, least),
        "difference": difference(hidden, shown, least),
    }
