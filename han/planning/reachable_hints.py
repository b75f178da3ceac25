"""Says of each refused target which one could be had."""

from __future__ import annotations

from typing import Any

from han.decisions.reachable_targets import reachable_target
from han.planning.calibration_records import CalibrationRecords
from han.planning.rules import Goal


def add_hints(found: dict[str, Any], known: CalibrationRecords, goal: Goal) -> None:
    """Adds `reachable` to the refusals of a plan that concern all new texts.

    Args:
        found: The plan.
        known: The calibration records.
        goal: What was asked for.
    """
    for refusal in found["refusals"]:
        if not refusal["seen"] and refusal["repeats"] is None:
            refusal["reachable"] = reachable_target(
                known.tested,
                known.reference,
                goal.targets,
                goal.confidence,
                refusal["level"],
                known.most_rows,
                goal.largest_weight,
            )
