"""What is coded at each level or deeper, and how well."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.routing import Routed
from han.decisions.threshold_bands import Thresholds
from han.decisions.unit_bounds import lower_accuracy
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, Evidence, Outcomes
from han.metrics.design_estimates import design_ratio
from han.planning.group_figures import mean, part_of
from han.planning.workload import Workload

Mode = Literal["target", "budget"]
BoolArray = npt.NDArray[np.bool_]


def level_figures(
    thresholds: Thresholds,
    tested: LabelledPaths,
    workload: Workload,
    routed: Routed,
    tree: Taxonomy,
    mode: Mode,
    largest_weight: float = 0.0,
) -> list[dict[str, Any]]:
    """The figures of each level down to the last one with a target.

    Args:
        thresholds: What routes records.
        tested: The calibration records that chose them.
        workload: The records to plan for.
        routed: Where they go.
        tree: The code list.
        mode: See `plan`.
        largest_weight: As there.
    """
    repeats = None if tested.units is None else tested.repeats
    deepest = thresholds.passed(tested.paths, repeats)
    ends = np.where(routed.nodes >= 0, tree.levels[routed.nodes], 0)
    found = []
    for level in range(1, max(thresholds.levels) + 1):
        accepted = tested.take(deepest >= level)
        bound = _target(thresholds, level)
        if mode == "budget":
            bound = _bound(thresholds, level, accepted, largest_weight)
        rows = routed.passed >= level
        entry: dict[str, Any] = {
            "level": level,
            "is_target": level in thresholds.levels,
            **part_of(rows, workload),
            "ends_here": int((ends == level).sum()),
            "calibration": _accuracy(accepted.outcomes[:, level - 1]),
            "at_least": bound if rows.any() and np.isfinite(bound) else None,
        }
        entry["data"] = _data_accuracy(workload, rows, level, thresholds.confidence)
        found.append(entry)
    return found


def _target(thresholds: Thresholds, level: int) -> float:
    """Accuracy that is promised at a level: what is right further down is so here."""
    place = next(i for i, k in enumerate(thresholds.levels) if k >= level)
    return max(p.target for p in (g[place] for g in thresholds.groups.values()))


def _bound(
    thresholds: Thresholds, level: int, accepted: LabelledPaths, largest_weight: float
) -> float:
    """Lower bound of the accuracy at a level, by itself."""
    units = accepted.drawn_as(
        accepted.largest_unit(thresholds.most_rows, largest_weight)
    )
    every = np.ones(len(accepted))
    known = Evidence.of(every, accepted.outcomes[:, level - 1], units)
    return lower_accuracy(known, 1.0, 1 - thresholds.confidence)


def _data_accuracy(
    workload: Workload, rows: BoolArray, level: int, confidence: float
) -> dict[str, Any]:
    """Right codes among the labelled records of the workload that are coded so far.

    The interval is by sampling units, with equal weights.
    """
    outcomes = LabelledPaths(workload.paths, workload.truth).outcomes[:, level - 1]
    found = _accuracy(outcomes[rows])
    known = rows & (outcomes != UNKNOWN_OUTCOME)
    found["interval"] = None
    if known.any():
        units = None if workload.answers is None else workload.answers.units
        right = known & (outcomes == 1)
        estimate = design_ratio(right, known, clusters=units, confidence=confidence)
        found["interval"] = list(estimate.interval)
    if workload.weights is not None:
        weights = workload.weights[known]
        found["weighted_accuracy"] = mean(outcomes[known] == 1, weights)
    return found


def _accuracy(outcomes: Outcomes) -> dict[str, Any]:
    """Share of right codes among those that can be judged, and the share of these."""
    known, right = int((outcomes != UNKNOWN_OUTCOME).sum()), int((outcomes == 1).sum())
    return {
        "known": known,
        "right": right,
        "accuracy": right / known if known else None,
        "judged": known / len(outcomes) if len(outcomes) else None,
    }
