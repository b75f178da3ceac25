"""What thresholds mean for a workload: shares, accuracy, clerk-hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.binomial_bounds import lower_bound, upper_bound
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths
from han.decisions.routing import PARTIAL, REVIEW, ROUTES, Routed, route
from han.decisions.threshold_bands import POOL, Thresholds
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, FloatArray, Outcomes

Mode = Literal["target", "budget"]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Workload:
    """Records to plan for.

    Attributes:
        paths: What the model says of each, `n` records.
        truth: True node at each level, `(n, L)`; -1 where it is not known.
        blank: Records without any word, `(n,)`.
        weights: Survey weights, `(n,)`; None if there are none.
        unread: Records without a word that the run knows, `(n,)`, the blank ones
            among them; None: the blank ones alone. Only a person can code them.
        several: Number of records with several acceptable codes.
        outside: What `OutsideLabels.to_dict` says of codes that the run lacks.
    """

    paths: CodedPaths
    truth: IntArray
    blank: BoolArray
    weights: FloatArray | None = None
    unread: BoolArray | None = None
    several: int = 0
    outside: Mapping[str, Any] | None = None

    def __len__(self) -> int:
        """Number of records."""
        return len(self.blank)

    @property
    def manual(self) -> BoolArray:
        """Records that only a person can code, `(n,)`."""
        return self.blank if self.unread is None else self.unread


@dataclass(frozen=True)
class ClerkMinutes:
    """Time of a clerk for one record.

    Attributes:
        review: To code it from scratch.
        partial: To complete a partial code.
    """

    review: float = 2.0
    partial: float = 1.0


def plan(
    thresholds: Thresholds,
    tested: LabelledPaths,
    workload: Workload,
    tree: Taxonomy,
    *,
    mode: Mode = "target",
    minutes: ClerkMinutes | None = None,
) -> dict[str, Any]:
    """All figures of a plan as plain JSON values; None where one is undefined.

    Args:
        thresholds: What routes the records.
        tested: The calibration records that chose the thresholds.
        workload: The records to plan for.
        tree: The code list.
        mode: `target`: the bound of a level is what was asked for there, or further
            down; `budget`: Clopper and Pearson's for each level by itself.
        minutes: Of a clerk.

    Example:
        >>> from han.decisions.guarantee import Promise
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> paths = CodedPaths(np.array([[0], [1]]), np.array([[0.9], [0.6]]))
        >>> truth = np.array([[0], [0]])
        >>> limits = Thresholds((1,), 0.95, {-1: (Promise(0.8, 0.7, 1, 1, 14),)})
        >>> records = Workload(paths, truth, np.zeros(2, bool))
        >>> found = plan(limits, LabelledPaths(paths, truth), records, tree)
        >>> found["routes"]["auto"], found["manual_records"]
        ({'records': 1, 'share': 0.5}, 1)
    """
    minutes = minutes or ClerkMinutes()
    routed = route(workload.paths, thresholds, tree, workload.manual)
    partial, review = ((routed.routes == r).sum() for r in (PARTIAL, REVIEW))
    hours = (review * minutes.review + partial * minutes.partial) / 60
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
        "calibration_records": len(tested),
        "routes": {name: _part(routed.routes == name, workload) for name in ROUTES},
        "manual_records": int(partial + review),
        "clerk_hours": round(float(hours), 2),
        "minutes": {"review": minutes.review, "partial": minutes.partial},
        "levels": _levels(thresholds, tested, workload, routed, tree, mode),
        "groups": _groups(routed, workload, tree),
        "thresholds": thresholds.to_dict(tree)["groups"],
        "group_level": thresholds.group_level,
        "refusals": _refusals(thresholds, tree) if mode == "target" else [],
    }


def _refusals(thresholds: Thresholds, tree: Taxonomy) -> list[dict[str, Any]]:
    """The first level of each group at which nothing can be promised, and why."""
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
            found.append(entry)
    return found


def _part(rows: BoolArray, workload: Workload) -> dict[str, Any]:
    """Number and share of some records, and their weighted share if there is one."""
    found: dict[str, Any] = {"records": int(rows.sum()), "share": _mean(rows)}
    if workload.weights is not None:
        found["weighted_share"] = _mean(rows, workload.weights)
    return found


def _mean(values: npt.NDArray[Any], weights: FloatArray | None = None) -> float | None:
    weights = np.ones(len(values)) if weights is None else weights
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0 else None


def _levels(
    thresholds: Thresholds,
    tested: LabelledPaths,
    workload: Workload,
    routed: Routed,
    tree: Taxonomy,
    mode: Mode,
) -> list[dict[str, Any]]:
    """What is coded at each level or deeper, and how well."""
    last = max(thresholds.levels)
    deepest = thresholds.passed(tested.paths)
    ends = np.where(routed.nodes >= 0, tree.levels[routed.nodes], 0)
    found = []
    for level in range(1, last + 1):
        accepted = tested.outcomes[deepest >= level, level - 1]
        bound = _bound(thresholds, level, accepted, mode)
        rows = routed.passed >= level
        entry: dict[str, Any] = {
            "level": level,
            "is_target": level in thresholds.levels,
            **_part(rows, workload),
            "ends_here": int((ends == level).sum()),
            "calibration": _accuracy(accepted, None),
            "at_least": bound if rows.any() and np.isfinite(bound) else None,
        }
        entry["data"] = _data_accuracy(workload, rows, level, thresholds.confidence)
        found.append(entry)
    return found


def _bound(thresholds: Thresholds, level: int, accepted: Outcomes, mode: Mode) -> float:
    """Accuracy that is promised at a level: what is right further down is so here."""
    if mode == "budget":
        known = accepted != UNKNOWN_OUTCOME
        right = int((accepted == 1).sum())
        return lower_bound(right, int(known.sum()), 1 - thresholds.confidence)
    place = next(i for i, k in enumerate(thresholds.levels) if k >= level)
    return max(p.target for p in (g[place] for g in thresholds.groups.values()))


def _data_accuracy(
    workload: Workload, rows: BoolArray, level: int, confidence: float
) -> dict[str, Any]:
    """Right codes among the labelled records of the workload that are coded so far."""
    outcomes = LabelledPaths(workload.paths, workload.truth).outcomes[rows, level - 1]
    found = _accuracy(outcomes, (1 - confidence) / 2)
    if workload.weights is not None:
        known = outcomes != UNKNOWN_OUTCOME
        weights = workload.weights[rows][known]
        found["weighted_accuracy"] = _mean(outcomes[known] == 1, weights)
    return found


def _accuracy(outcomes: Outcomes, tail: float | None) -> dict[str, Any]:
    """Share of right codes; its Clopper-Pearson interval with `tail` on each side."""
    known, right = int((outcomes != UNKNOWN_OUTCOME).sum()), int((outcomes == 1).sum())
    accuracy = right / known if known else None
    found: dict[str, Any] = {"known": known, "right": right, "accuracy": accuracy}
    if tail is not None:
        bounds = [f(right, known, tail) for f in (lower_bound, upper_bound)]
        found["interval"] = bounds if known else None
    return found


def _groups(routed: Routed, workload: Workload, tree: Taxonomy) -> list[dict[str, Any]]:
    """Routes by the top-level code of the model; blank records by themselves."""
    top = np.where(workload.blank, POOL, workload.paths.nodes[:, 0])
    found = []
    for node in np.unique(top).tolist():
        rows = top == node
        names = {"code": "", "title": "(blank)"}
        if node != POOL:
            names = {"code": tree.node_names[node], "title": tree.titles[node]}
        entry: dict[str, Any] = {**names, **_part(rows, workload)}
        for name in ROUTES:
            is_so = routed.routes[rows] == name
            entry[name] = int(is_so.sum())
            entry[f"{name}_share"] = _mean(is_so)
            if workload.weights is not None:
                entry[f"{name}_weighted_share"] = _mean(is_so, workload.weights[rows])
        found.append(entry | {"accuracy": _right_codes(routed, workload, rows)})
    return sorted(found, key=lambda entry: str(entry["code"]) or "\uffff")


def _right_codes(routed: Routed, workload: Workload, rows: BoolArray) -> float | None:
    """Share of right codes among those given, full and partial, as far as known."""
    rows = rows & (routed.passed > 0)
    places = routed.passed[rows][:, None] - 1
    outcomes = LabelledPaths(workload.paths, workload.truth).outcomes[rows]
    given = np.take_along_axis(outcomes, places, axis=1)[:, 0]
    known = given != UNKNOWN_OUTCOME
    return _mean(given[known] == 1)


def set_figures(
    sizes: npt.NDArray[np.int64],
    is_covered: BoolArray,
    inside: npt.NDArray[np.int8],
    routed: Routed,
) -> Mapping[str, Any]:
    """How long lists of codes are, and whether the right one is inside.

    Args:
        sizes: Codes in each list, `(n,)`; 0 where there is none (blank records).
        is_covered: Whether one short node says the same, `(n,)`.
        inside: 1 if the right code is in the list, 0 if not, -1 if unknown, `(n,)`.
        routed: Where the records go.
    """
    listed = sizes > 0
    manual = listed & (routed.passed == 0) | (routed.routes == PARTIAL)
    found = {}
    for name, rows in {"all": listed, "manual": manual}.items():
        known = inside[rows] >= 0
        found[name] = {
            "records": int(rows.sum()),
            "mean_size": _mean(sizes[rows]),
            "median_size": float(np.median(sizes[rows])) if rows.any() else None,
            "covered_by_a_short_node": _mean(is_covered[rows]),
            "known": int(known.sum()),
            "right_code_inside": _mean(inside[rows][known] == 1),
        }
    return found
