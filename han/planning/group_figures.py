"""Shares and accuracy of groups of records, and of lists for clerks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.routing import PARTIAL, ROUTES, Routed
from han.decisions.threshold_bands import POOL
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, FloatArray
from han.planning.workload import Workload

BoolArray = npt.NDArray[np.bool_]


def part_of(rows: BoolArray, workload: Workload) -> dict[str, Any]:
    """Number and share of some records, and their weighted share if there is one."""
    found: dict[str, Any] = {"records": int(rows.sum()), "share": mean(rows)}
    if workload.weights is not None:
        found["weighted_share"] = mean(rows, workload.weights)
    return found


def mean(values: npt.NDArray[Any], weights: FloatArray | None = None) -> float | None:
    """Weighted mean; None without weight."""
    weights = np.ones(len(values)) if weights is None else weights
    total = float(weights.sum())
    return float((values * weights).sum()) / total if total > 0 else None


def group_figures(
    routed: Routed, workload: Workload, tree: Taxonomy
) -> list[dict[str, Any]]:
    """Routes by the top-level code of the model; blank records by themselves."""
    top = np.where(workload.blank, POOL, workload.paths.nodes[:, 0])
    found = []
    for node in np.unique(top).tolist():
        rows = top == node
        names = {"code": "", "title": "(blank)"}
        if node != POOL:
            names = {"code": tree.node_names[node], "title": tree.titles[node]}
        entry: dict[str, Any] = {**names, **part_of(rows, workload)}
        for name in ROUTES:
            is_so = routed.routes[rows] == name
            entry[name] = int(is_so.sum())
            entry[f"{name}_share"] = mean(is_so)
            if workload.weights is not None:
                entry[f"{name}_weighted_share"] = mean(is_so, workload.weights[rows])
        found.append(entry | {"accuracy": _right_codes(routed, workload, rows)})
    return sorted(found, key=lambda entry: str(entry["code"]) or "\uffff")


def _right_codes(routed: Routed, workload: Workload, rows: BoolArray) -> float | None:
    """Share of right codes among those given, full and partial, as far as known."""
    rows = rows & (routed.passed > 0)
    places = routed.passed[rows][:, None] - 1
    outcomes = LabelledPaths(workload.paths, workload.truth).outcomes[rows]
    given = np.take_along_axis(outcomes, places, axis=1)[:, 0]
    known = given != UNKNOWN_OUTCOME
    return mean(given[known] == 1)


def set_figures(
    sizes: npt.NDArray[np.int64],
    is_covered: BoolArray,
    inside: npt.NDArray[np.int8],
    routed: Routed,
    texts: npt.NDArray[np.integer] | None = None,
) -> Mapping[str, Any]:
    """How long lists of codes are, and whether the right one is inside.

    Args:
        sizes: Codes in each list, `(n,)`; 0 where there is none (blank records).
        is_covered: Whether one short node says the same, `(n,)`.
        inside: 1 if the right code is in the list, 0 if not, -1 if unknown, `(n,)`.
        routed: Where the records go.
        texts: Number of the text of each, `(n,)`; None: all differ.

    Example:
        >>> paths = np.array(["review"] * 3, object), np.full(3, -1), np.zeros(3, int)
        >>> inside = np.array([1, 1, 0], np.int8)
        >>> found = set_figures(
        ...     np.ones(3, int), np.zeros(3, bool), inside, Routed(*paths), inside)
        >>> found["all"]["right_code_inside"].__round__(2)
        0.67
        >>> found["all"]["right_code_inside_by_text"]
        0.5
    """
    every = np.arange(len(sizes)) if texts is None else texts
    listed = sizes > 0
    manual = listed & (routed.passed == 0) | (routed.routes == PARTIAL)
    found = {}
    for name, rows in {"all": listed, "manual": manual}.items():
        known = inside[rows] >= 0
        found[name] = {
            "records": int(rows.sum()),
            "mean_size": mean(sizes[rows]),
            "median_size": float(np.median(sizes[rows])) if rows.any() else None,
            "covered_by_a_short_node": mean(is_covered[rows]),
            "known": int(known.sum()),
            "right_code_inside": mean(inside[rows][known] == 1),
            "right_code_inside_by_text": _by_text(
                inside[rows][known] == 1, every[rows][known]
            ),
        }
    return found


def _by_text(hits: BoolArray, texts: npt.NDArray[np.integer]) -> float | None:
    """Mean over texts of their share of hits."""
    _, place, counts = np.unique(texts, return_inverse=True, return_counts=True)
    return mean(hits, 1 / counts[place]) if len(hits) else None
