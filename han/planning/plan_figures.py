"""What rules mean for a workload: shares, accuracy, decisions, clerk-hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import TEXT
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.routing import AUTO, ROUTES, Routed
from han.decisions.threshold_bands import POOL, Thresholds
from han.planning.group_figures import group_figures, mean, part_of
from han.planning.level_figures import Mode, level_figures
from han.planning.rules import Rules
from han.planning.workload import ClerkMinutes, Workload, clerk_work

BoolArray = npt.NDArray[np.bool_]


def plan(
    rules: Rules,
    tested: LabelledPaths,
    workload: Workload,
    tree: Taxonomy,
    *,
    mode: Mode = "target",
    minutes: ClerkMinutes | None = None,
    largest_weight: float = 0.0,
) -> dict[str, Any]:
    """All figures of a plan as plain JSON values; None where one is undefined.

    Args:
        rules: What routes the records.
        tested: The calibration records that chose the thresholds.
        workload: The records to plan for.
        tree: The code list.
        mode: `target`: the bound of a level is what was asked for there, or further
            down; `budget`: `lower_accuracy` for each level by itself.
        minutes: Of a clerk.
        largest_weight: As of `Goal`.

    Example:
        >>> from han.decisions.guarantee import Promise
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> paths = CodedPaths(np.array([[0], [1]]), np.array([[0.9], [0.6]]))
        >>> truth = np.array([[0], [0]])
        >>> limits = Thresholds((1,), 0.95, {-1: (Promise(0.8, 0.7, 1, 1, 14),)})
        >>> records = Workload(paths, truth, np.zeros(2, bool))
        >>> found = plan(Rules(limits), LabelledPaths(paths, truth), records, tree)
        >>> found["routes"]["auto"], found["manual_records"]
        ({'records': 1, 'share': 0.5}, 1)
    """
    thresholds, seen = rules.thresholds, rules.seen_thresholds
    minutes = minutes or ClerkMinutes()
    routed = rules.route(workload, tree)
    is_known: BoolArray = workload.truth[:, 0] >= 0
    return {
        "mode": mode,
        "confidence": thresholds.confidence,
        "records": len(workload),
        "blank": int(workload.blank.sum()),
        "unknown_words": int((workload.manual & ~workload.blank).sum()),
        "labelled": int(is_known.sum()),
        "several_codes": workload.several,
        "outside": dict(workload.outside or {"records": 0}),
        "weighted": workload.weights is not None,
        "weights_up_to": largest_weight or None,
        "calibration_records": len(tested),
        "routes": {name: part_of(routed.routes == name, workload) for name in ROUTES},
        **_work(rules, routed, workload, minutes),
        "frequent": _frequent(rules, routed, workload),
        "answered_once": _once(rules, routed, workload),
        "seen": _seen(workload, routed),
        "levels": level_figures(
            thresholds, tested, workload, routed, tree, mode, largest_weight
        ),
        "groups": group_figures(routed, workload, tree),
        "thresholds": thresholds.to_dict(tree)["groups"],
        "repeated": thresholds.to_dict(tree)["repeated"],
        "seen_thresholds": seen.to_dict(tree)["groups"] if seen else None,
        "group_level": thresholds.group_level,
        "refusals": _all_refusals(rules, tree) if mode == "target" else [],
    }


def _work(
    rules: Rules, routed: Routed, workload: Workload, minutes: ClerkMinutes
) -> dict[str, Any]:
    once = _answered_once(rules, workload)
    return clerk_work(routed.routes, once, _texts(workload), minutes)


def _once(rules: Rules, routed: Routed, workload: Workload) -> dict[str, int]:
    """Records left to people that are answered text by text, and these decisions."""
    here = (routed.routes != AUTO) & _answered_once(rules, workload)
    return {
        "records": int(here.sum()),
        "decisions": len(np.unique(_texts(workload)[here])),
    }


def _answered_once(rules: Rules, workload: Workload) -> BoolArray:
    """Records that one decision about their text answers, `(n,)`."""
    answers, limit = workload.answers, rules.limit_in(workload)
    if answers is None or limit is None or answers.unit != TEXT:
        return np.zeros(len(workload), bool)
    return answers.is_repeated(limit)


def _texts(workload: Workload) -> npt.NDArray[np.integer]:
    """Number of the text of each record, `(n,)`."""
    answers = workload.answers
    return np.arange(len(workload)) if answers is None else answers.texts


def _frequent(rules: Rules, routed: Routed, workload: Workload) -> dict[str, Any]:
    """Units that stand too often for the thresholds: how many, and their records."""
    frequent = rules.frequent(workload)
    promised = frequent & (routed.routes == AUTO)
    answers, limit = workload.answers, rules.limit_in(workload)
    units = np.arange(len(workload)) if answers is None else answers.units
    if not (rules.promises_new or rules.promises_seen):
        frequent = np.zeros(len(workload), bool)  # no promise leaves any of them out
    return {
        "most_rows": limit.among(answers.records) if limit and answers else None,
        "unit": rules.limit.unit if rules.limit else None,
        "tested_rows": rules.limit.most_rows if rules.limit else None,
        "excuses_seen": _is_seen_excused(rules, workload),
        "units": len(np.unique(units[frequent])),
        "records": int(frequent.sum()),
        "share": mean(frequent),
        "promised_units": len(np.unique(units[promised])),
        "promised_records": int(promised.sum()),
    }


def _is_seen_excused(rules: Rules, workload: Workload) -> bool:
    """Whether texts seen in training may stand more often, as nothing is promised."""
    answers = workload.answers
    if answers is None or answers.seen is None or answers.unit != TEXT:
        return False
    if rules.limit is None or not rules.limit.excuses_seen:
        return False
    return rules.seen_thresholds is None and bool(answers.seen.any())


def _seen(workload: Workload, routed: Routed) -> dict[str, Any] | None:
    """Records whose text was seen in training; None if that is not known."""
    answers = workload.answers
    if answers is None or answers.seen is None:
        return None
    is_auto = routed.routes == AUTO
    return {
        "records": int(answers.seen.sum()),
        "share": mean(answers.seen),
        "auto": int((answers.seen & is_auto).sum()),
    }


def _all_refusals(rules: Rules, tree: Taxonomy) -> list[dict[str, Any]]:
    """Refusals of each band of repeats; if all refuse, those of the first speak."""
    bands = list(rules.thresholds.bands)
    if len(bands) == 1 or not any(band.promises_anything for band in bands):
        found = _refusals(bands[0], tree)
    else:
        among = rules.limit.records if rules.limit else None
        found = [one for band in bands for one in _refusals(band, tree, among=among)]
    if rules.seen_thresholds is not None:
        found += _refusals(rules.seen_thresholds, tree, seen=True)
    return found


def _refusals(
    thresholds: Thresholds,
    tree: Taxonomy,
    *,
    seen: bool = False,
    among: int | None = None,
) -> list[dict[str, Any]]:
    """The first level of each group at which nothing can be promised, and why.

    Args:
        thresholds: The thresholds, of one band of repeats if there are several.
        tree: The code list.
        seen: Whether they are for texts that were seen in training.
        among: Number of records in which the repeats of the band are counted.
    """
    sizes = [thresholds.least_rows, thresholds.most_rows, among]
    found = []
    for node, promises in thresholds.groups.items():
        refused = [i for i, promise in enumerate(promises) if not promise.is_kept]
        if refused:
            first = refused[0]
            code = "others" if node == POOL else tree.node_names[node]
            promise = promises[first]
            counts = {k: getattr(promise, k) for k in ("target", "rows", "right")}
            entry = {"code": code, "level": thresholds.levels[first], **counts}
            entry |= {"needed": promise.needed, "why": promise.why_not()}
            entry |= {"largest": promise.largest, "seen": seen}
            found.append(entry | {"repeats": sizes if among else None})
    return found
