"""Shares and accuracy of each route where a run has thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import ROOT
from han.decisions.coded_records import CodedRecords
from han.decisions.routing import ROUTES, route
from han.decisions.threshold_bands import Thresholds
from han.metrics.group_shares import shares_by_group
from han.reports.group_scores import Score, score


@dataclass(frozen=True)
class RouteRow:
    """The records of a route.

    Attributes:
        name: `auto`, `partial` or `review`.
        all: Their share among all records.
        right: Share of the codes given that are right, as far as they go.
    """

    name: str
    all: Score
    right: Score


@dataclass(frozen=True)
class Routes:
    """Routes, and what was promised of them.

    Attributes:
        rows: One for each route.
        promises: Level and target of each promise that is kept.
        confidence: Of all of them together.
    """

    rows: list[RouteRow]
    promises: list[tuple[int, float]]
    confidence: float


def routes_of(coded: CodedRecords, thresholds: Thresholds) -> Routes:
    """Sends the records where `han.predict` would.

    Args:
        coded: The records.
        thresholds: Those that the run routes by.
    """
    manual = coded.nodes == ROOT if coded.unread is None else coded.unread
    routed = route(coded.paths, thresholds, coded.tree, manual)
    levels = coded.tree.levels[np.maximum(routed.nodes, 0)] - 1
    true = coded.tree.paths[coded.true, levels]
    rows = []
    for name in ROUTES:
        here = routed.routes == name
        judged = np.flatnonzero(here & (routed.nodes != ROOT) & (true != ROOT))
        rows.append(
            RouteRow(
                name,
                _share(here, coded.weights),
                _share((routed.nodes == true)[judged], coded.weights[judged]),
            )
        )
    kept = {
        (level, promise.target)
        for promises in thresholds.groups.values()
        for level, promise in zip(thresholds.levels, promises, strict=True)
        if promise.is_kept
    }
    return Routes(rows, sorted(kept), thresholds.confidence)


def _share(hits: np.ndarray, weights: np.ndarray) -> Score:
    return score(shares_by_group(np.zeros(len(hits), int), hits, weights, 1), 0)
