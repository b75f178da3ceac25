"""`python -m han.plan RUN [DATA]`: how much can be coded without people, how well."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from han.cli import given_table, run_command
from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.decisions.conformal_lists import ConformalSets
from han.decisions.level_names import find_level
from han.decisions.reachable_targets import reachable_target
from han.decisions.routing import route
from han.decisions.thresholds import (
    Thresholds,
    budget_thresholds,
    choose_thresholds,
)
from han.errors import InputError
from han.experiment.row_sources import find_source
from han.planning.plan_arguments import check_arguments, parser, read_targets
from han.planning.plan_text import plan_rows, plan_text
from han.planning.planned_records import (
    CalibrationRecords,
    ClerkLists,
    read_calibration,
    read_workload,
)
from han.planning.workload import ClerkMinutes, Workload, plan, set_figures
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import bind_file, check_identity, run_identity
from han.runs.routing_policy import RoutingPolicy
from han.runs.run_files import PLAN, THRESHOLDS_FILE
from han.runs.run_folder import RunFolder
from han.tables.file_access import make_folder
from han.tables.locations import data_location
from han.tables.spreadsheet_cells import without_formulas


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the plan, prints it, writes it."""
    given = parser().parse_args(argv)
    check_arguments(given)
    run = RunFolder(given.run)
    identity = run_identity(run.folder)
    config = run.config()
    classifier = load_classifier(run.folder)
    tree = classifier.taxonomy
    targets = read_targets(given.target, tree)
    group_level = find_level(given.by_group, tree) if given.by_group else None
    if run.warning():
        print(run.warning(), file=sys.stderr)
    progress = sys.stderr.isatty()
    known = data_location(given.calibration) if given.calibration else None
    calibrating = read_calibration(run, config, classifier, known, progress=progress)
    sets = (
        ConformalSets.fit(calibrating.true_scores, given.sets) if given.sets else None
    )
    workload, lists, name = _pile(given, run, config, classifier, sets)
    if targets:
        reference = calibrating.reference
        asked = (targets, given.confidence, group_level)
        thresholds = choose_thresholds(calibrating.tested, reference, *asked)
    else:
        thresholds = _budget(given, calibrating, workload)
    found = _figures(given, thresholds, calibrating, workload, tree)
    found = {"run": str(given.run), "data": name, **found}
    if targets and group_level is None:
        _add_hints(found, calibrating, targets, given.confidence)
    if sets and lists:
        found["sets"] = _set_figures(sets, lists, workload, thresholds, tree)
    text = plan_text(found, tree)
    folder = given.output or run / PLAN
    _write(folder, found, text)
    said = f"Written: plan.md, plan.csv and plan.json in {folder}."
    check_identity(run.folder, identity)  # else the promise would be of another model
    if given.apply:  # before anything is printed: nobody may be reading to the end
        applied = RoutingPolicy(thresholds, sets, given.list_codes, given.list_codes)
        said += f"\n{_apply(applied, run, tree)}"
    print(f"{text}\n{said}")
    return 0


def _apply(applied: RoutingPolicy, run: RunFolder, tree: Taxonomy) -> str:
    """Keeps the thresholds in the run, and says what that means."""
    run.write_json(THRESHOLDS_FILE, applied.to_dict(run.folder, tree))
    bind_file(run.folder, THRESHOLDS_FILE)
    said = f"han.predict routes by {run / THRESHOLDS_FILE} from now on."
    promises = [p for group in applied.thresholds.groups.values() for p in group]
    if not any(promise.is_kept for promise in promises):
        said += "\nNothing could be promised, so it sends every record to a person."
    return said


def _pile(
    given: argparse.Namespace,
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    sets: ConformalSets | None,
) -> tuple[Workload, ClerkLists | None, str]:
    """The records to plan for, their lists, and what they are called."""
    data = given_table(given, given.data, "DATA")
    source = find_source(run, config, data, None, given.encoding)
    workload, lists = read_workload(
        config,
        classifier,
        source,
        sets=sets,
        progress=sys.stderr.isatty(),
        sizes=(given.list_codes, given.list_codes),
    )
    part = f" (the run's {source.name} records)" if source.name else ""
    return workload, lists, f"{source.file}{part}"


def _budget(
    given: argparse.Namespace, calibrating: CalibrationRecords, workload: Workload
) -> Thresholds:
    manual = int(workload.manual.sum())
    if manual > given.budget:
        raise InputError(
            f"--budget {given.budget}: {manual} records of DATA have no word that the "
            "run knows, so that only people can code them. Give a budget of that many "
            "at least."
        )
    sure = np.where(workload.manual, -1.0, workload.paths.probabilities[:, -1])
    return budget_thresholds(calibrating.tested, sure, given.budget, given.confidence)


def _figures(
    given: argparse.Namespace,
    thresholds: Thresholds,
    calibrating: CalibrationRecords,
    workload: Workload,
    tree: Taxonomy,
) -> dict[str, Any]:
    return plan(
        thresholds,
        calibrating.tested,
        workload,
        tree,
        mode="target" if given.target else "budget",
        minutes=ClerkMinutes(given.minutes_per_record, given.minutes_per_partial),
    )


def _add_hints(
    found: dict[str, Any],
    calibrating: CalibrationRecords,
    targets: dict[int, float],
    confidence: float,
) -> None:
    """Says of each refused target which one could be had."""
    for refusal in found["refusals"]:
        refusal["reachable"] = reachable_target(
            calibrating.tested,
            calibrating.reference,
            targets,
            confidence,
            refusal["level"],
        )


def _set_figures(
    sets: ConformalSets,
    lists: ClerkLists,
    workload: Workload,
    thresholds: Thresholds,
    tree: Taxonomy,
) -> dict[str, Any]:
    routed = route(workload.paths, thresholds, tree, workload.manual)
    figures = set_figures(lists.sizes, lists.is_covered, lists.inside, routed)
    return {**sets.to_dict(), **figures}


def _rows(found: dict[str, Any]) -> pd.DataFrame:
    return without_formulas(plan_rows(found), ["title"])


def _write(folder: Path, found: dict[str, Any], text: str) -> None:
    """The three files, each whole or not at all."""
    make_folder(folder, "the folder of the plan", "Give another folder with -o.")
    target = RunFolder(folder)
    target.write("plan.md", lambda file: file.write_text(text, encoding="utf-8"))
    target.write("plan.csv", lambda file: _rows(found).to_csv(file, index=False))
    target.write_json("plan.json", found)


if __name__ == "__main__":
    run_command(main)
