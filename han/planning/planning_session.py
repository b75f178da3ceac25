"""A planning session: calibration records of a run, and the records to plan for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from han.code_list.taxonomy import Taxonomy
from han.decisions.level_names import find_level
from han.experiment.row_sources import find_source
from han.planning.calibration_records import CalibrationRecords, read_calibration
from han.planning.plan_figures import plan
from han.planning.plan_inputs import shared_unit
from han.planning.planned_records import read_workload
from han.planning.populations import populations
from han.planning.rules import Goal, choose_rules
from han.planning.unit_sizes import sized_by
from han.planning.workload import ClerkMinutes, Workload
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.runs.set_runs import refuse_sets
from han.tables.locations import data_location

CONFIDENCE = 0.95


@dataclass(frozen=True)
class PlanningSession:
    """All that plans are made from; each plan is then a matter of milliseconds.

    Attributes:
        calibrating: Coded calibration records, which choose and test thresholds.
        workload: The records to plan for, coded.
        tree: The code list.
        data: Name of these records.
        own_part: Whether they are a part of the run's own data.
    """

    calibrating: CalibrationRecords
    workload: Workload
    tree: Taxonomy
    data: str
    own_part: bool = False

    def plan(
        self,
        targets: Mapping[str, float],
        *,
        confidence: float = CONFIDENCE,
        minutes: ClerkMinutes | None = None,
    ) -> dict[str, Any]:
        """The figures that `python -m han.plan` prints; `plan_text` makes them a page.

        Args:
            targets: Accuracy asked for by level: `1`, `leaf`; see `find_level`.
            confidence: With which all promises hold together.
            minutes: Of a clerk.

        Raises:
            InputError: If there is no such level.
        """
        wanted = {find_level(name, self.tree): t for name, t in targets.items()}
        known = self.calibrating
        rules = choose_rules(known, None, Goal(wanted, confidence))
        found = plan(rules, known.tested, self.workload, self.tree, minutes=minutes)
        about = [one.to_dict() for one in populations(known, None, rules)]
        names = {
            "data": self.data,
            "populations": about,
            "own_part": self.own_part,
            "tested_by": "calibration",
        }
        return {**names, **found}

    def what_if(
        self,
        targets: Sequence[float],
        level: str = "leaf",
        *,
        also: Mapping[str, float] | None = None,
        confidence: float = CONFIDENCE,
        minutes: ClerkMinutes | None = None,
    ) -> pd.DataFrame:
        """A plan for each target, a row each.

        Args:
            targets: Accuracies asked for.
            level: The level that they are asked of.
            also: Targets of other levels, the same in all plans.
            confidence: With which the promises of one plan hold together.
            minutes: Of a clerk.

        Returns:
            Indexed by `target`: shares `auto`, `partial`, `review`; `clerk_hours`; and
            `measured`, the accuracy at the level of what is coded so far, where the
            records have codes; NaN where nothing is coded.
        """
        rows = []
        number = find_level(level, self.tree)
        for target in targets:
            found = self.plan(
                {**(also or {}), level: target}, confidence=confidence, minutes=minutes
            )
            entry = next(e for e in found["levels"] if e["level"] == number)
            rows.append(
                {
                    "target": target,
                    **{name: part["share"] for name, part in found["routes"].items()},
                    "clerk_hours": found["clerk_hours"],
                    "measured": entry["data"]["accuracy"],
                }
            )
        table = pd.DataFrame(rows).set_index("target")
        return table.astype(float)


def planning_session(
    folder: str | Path,
    data: str | Path | None = None,
    *,
    calibration: str | Path | None = None,
) -> PlanningSession:
    """Codes what plans need.

    Args:
        folder: The run.
        data: Records to plan for, with codes or without; None for the test records.
        calibration: Labelled records that the run has not seen; None for its own
            calibration records.

    Raises:
        InputError: If there is no such run or data, or no calibration records.

    Example:
        >>> session = planning_session("runs/demo")  # doctest: +SKIP
        >>> session.what_if([0.8, 0.9, 0.95])  # doctest: +SKIP
    """
    run = RunFolder(Path(folder))
    refuse_sets(run.config(), run.folder, "planning_session")
    config, classifier = run.config(), load_classifier(run.folder)
    known = read_calibration(
        run, config, classifier, data_location(calibration) if calibration else None
    )
    source = find_source(run, config, data_location(data) if data else None, None)
    workload, _ = read_workload(
        config,
        classifier,
        source,
        unit=shared_unit(config, source, known),
        seen_texts=classifier.seen_texts,
    )
    if workload.answers is not None:
        known = sized_by(known, workload.answers)
    tree, is_own = classifier.taxonomy, source.name is not None
    return PlanningSession(known, workload, tree, source.file.name, is_own)
