"""What a plan for sets of codes means: shares, accuracy, lists, hours of clerks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets import code_outcomes, level_set_scores
from han.code_sets.level_codes import cut_sets
from han.code_sets.set_plan import SetPlan
from han.data.sampling_units import TEXT
from han.decisions.guarantee import Promise
from han.decisions.routing import AUTO, ROUTES
from han.metrics.design_estimates import design_ratio
from han.planning.group_figures import mean
from han.planning.set_plan_records import SetCalibrationRecords, SetWorkload
from han.planning.workload import ClerkMinutes, clerk_work

BoolArray = npt.NDArray[np.bool_]


def set_plan_figures(
    plan: SetPlan,
    known: SetCalibrationRecords,
    work: SetWorkload,
    tree: Taxonomy,
    minutes: ClerkMinutes,
) -> dict[str, Any]:
    """All figures as plain JSON values; None where one is undefined.

    Args:
        plan: What routes the records.
        known: The calibration records that made it.
        work: The records to plan for, routed.
        tree: The code list.
        minutes: Of a clerk, for a record.
    """
    routes = work.routed.routes
    return {
        "kind": "sets",
        "confidence": plan.confidence,
        "records": len(work),
        "blank": int(work.blank.sum()),
        "unknown_words": int((work.unread & ~work.blank).sum()),
        "labelled": int(_is_labelled(work).sum()),
        "calibration_records": len(known.tested),
        "routes": {name: _route(routes == name, work) for name in ROUTES},
        **clerk_work(routes, _answered_once(plan, work), work.answers.texts, minutes),
        "most_codes": plan.most_codes,
        "too_many": _too_many(plan, work),
        "seen": _seen(work),
        "levels": [
            _level(level, promise, work, tree)
            for level, promise in zip(plan.levels, plan.promises, strict=True)
        ],
        "auto": _auto(work, tree),
        "lists": _lists(plan, work),
        "refusals": _refusals(plan),
        "populations": [known.about.to_dict()] if plan.promises_anything else [],
    }


def _is_labelled(work: SetWorkload) -> BoolArray:
    found: BoolArray = (work.true != ROOT).any(axis=1)
    return found


def _route(rows: BoolArray, work: SetWorkload) -> dict[str, Any]:
    codes = int((work.routed.codes[rows] != ROOT).sum())
    return {"records": int(rows.sum()), "share": mean(rows), "codes": codes}


def _answered_once(plan: SetPlan, work: SetWorkload) -> BoolArray:
    """Records whose text stands so often that one decision answers all of them."""
    limit, answers = plan.limit, work.answers
    if limit is None or limit.unit != TEXT or answers.unit != TEXT:
        return np.zeros(len(work), bool)
    return answers.is_repeated(limit)


def _too_many(plan: SetPlan, work: SetWorkload) -> int:
    """Records with words that have more codes, or repeats, than any promise covers."""
    if not plan.promises_anything:
        return 0
    return int(((work.routed.loads > plan.most_codes) & ~work.unread).sum())


def _seen(work: SetWorkload) -> dict[str, Any] | None:
    """Records whose text was seen in training; None if that is not known."""
    seen = work.answers.seen
    if seen is None:
        return None
    return {"records": int(seen.sum()), "share": mean(seen)}


def _level(
    level: int, promise: Promise, work: SetWorkload, tree: Taxonomy
) -> dict[str, Any]:
    """What is coded at a level or deeper, and how many of its codes are right."""
    rows = work.routed.passed >= level
    codes = cut_sets(work.routed.codes, np.where(rows, level, 0), tree)
    outcomes = code_outcomes(codes, work.true, tree)
    right, judged = ((outcomes == 1).sum(axis=1), (outcomes != -1).sum(axis=1))
    interval = None
    if judged.any():
        units = work.answers.units
        interval = list(design_ratio(right, judged, clusters=units).interval)
    return {
        "level": level,
        "target": promise.target,
        "threshold": promise.threshold if promise.is_kept else None,
        "at_least": promise.target if promise.is_kept else None,
        "records": int(rows.sum()),
        "share": mean(rows),
        "codes": int((codes != ROOT).sum()),
        "calibration": _accuracy(promise.right, promise.rows if promise.is_kept else 0),
        "data": {
            **_accuracy(int(right.sum()), int(judged.sum())),
            "interval": interval,
        },
    }


def _accuracy(right: int, judged: int) -> dict[str, Any]:
    share = right / judged if judged else None
    return {"known": judged, "right": right if judged else 0, "accuracy": share}


def _auto(work: SetWorkload, tree: Taxonomy) -> dict[str, Any]:
    """What is measured of records coded in full: which codes are missing."""
    rows = (work.routed.routes == AUTO) & _is_labelled(work)
    none = {"known": int(rows.sum()), "recall": None, "exact": None}
    if not rows.any():
        return none
    found = level_set_scores(work.true[rows], work.routed.codes[rows], tree)
    last = found[tree.num_levels]
    if not last.rows:
        return none
    return {"known": last.rows, "recall": last.recall, "exact": last.subset_accuracy}


def _lists(plan: SetPlan, work: SetWorkload) -> dict[str, Any] | None:
    """How long the lists are, and how often all true codes are inside."""
    if plan.lists is None:
        return None
    found = plan.lists.to_dict()
    if not plan.lists.is_kept:
        return found
    parts = {"all": ~work.blank, "manual": ~work.blank & (work.routed.routes != AUTO)}
    for name, rows in parts.items():
        sizes, inside = work.routed.list_sizes[rows], work.inside[rows]
        found[name] = {
            "records": int(rows.sum()),
            "mean_size": mean(sizes),
            "median_size": float(np.median(sizes)) if len(sizes) else None,
            "cut": mean(sizes > plan.most_listed),
            "known": int((inside >= 0).sum()),
            "all_codes_inside": mean(inside[inside >= 0] == 1),
        }
    return found


def _refusals(plan: SetPlan) -> list[dict[str, Any]]:
    """The first level at which nothing can be promised, and why."""
    pairs = zip(plan.levels, plan.promises, strict=True)
    for level, promise in pairs:
        if not promise.is_kept:
            names = ("target", "rows", "right", "needed", "largest")
            counts = {name: getattr(promise, name) for name in names}
            return [{"level": level, **counts, "why": promise.why_not()}]
    return []
