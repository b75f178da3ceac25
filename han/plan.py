"""`python -m han.plan RUN [DATA]`: how much can be coded without people, how well."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from han.cli import given_table, run_command, written_language
from han.code_list.taxonomy import Taxonomy
from han.config import Config
from han.decisions.budget import Pile, budget_thresholds
from han.decisions.conformal_lists import ConformalSets
from han.decisions.level_names import find_level
from han.decisions.reachable_targets import reachable_target
from han.decisions.routing import route
from han.decisions.threshold_bands import Thresholds
from han.decisions.thresholds import choose_thresholds
from han.errors import InputError, count_of
from han.experiment.row_sources import Source, find_source
from han.languages.words import PLAN as PLAN_WORDS
from han.languages.words import Words
from han.planning.plan_arguments import (
    asked_of,
    check_arguments,
    parser,
    read_targets,
)
from han.planning.plan_folder import (
    PlanFolder,
    applied_plan,
    plan_folder,
    write_plan,
)
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
from han.tables.locations import data_location
from han.tables.spreadsheet_cells import without_formulas


def main(argv: Sequence[str] | None = None) -> int:
    """Makes the plan, prints it, writes it."""
    given = parser().parse_args(argv)
    check_arguments(given)
    run = RunFolder(given.run)
    identity = run_identity(run.folder)
    config = run.config()
    words = Words(PLAN_WORDS, written_language(given, config))
    classifier = load_classifier(run.folder)
    tree = classifier.taxonomy
    targets = read_targets(given.target, tree)
    group_level = find_level(given.by_group, tree) if given.by_group else None
    if run.warning():
        print(run.warning(), file=sys.stderr)
    calibrating = _calibrating(given, run, config, classifier)
    sets = (
        ConformalSets.fit(calibrating.true_scores, given.sets) if given.sets else None
    )
    workload, lists, source = _pile(given, run, config, classifier, sets)
    goal = (targets, given.confidence, group_level)
    thresholds = (
        choose_thresholds(calibrating.tested, calibrating.reference, *goal)
        if targets
        else _budget(given, calibrating, workload)
    )
    found = _figures(given, thresholds, calibrating, workload, tree)
    asked = asked_of(given, source.name or source.file.name)
    name = _data_name(source, words)
    found = {"run": str(given.run), "data": name, "asked": asked, **found}
    if targets and group_level is None:
        _add_hints(found, calibrating, targets, given.confidence)
    if sets and lists:
        found["sets"] = _set_figures(sets, lists, workload, thresholds, tree)
    text = plan_text(found, tree, words.language)
    place = plan_folder(run / PLAN, asked, given.output)
    rows = without_formulas(plan_rows(found), ["title"])
    check_identity(run.folder, identity)  # else the promise would be of another model
    write_plan(place.folder, found, text, rows)
    said = _where(place, words)
    if given.apply:  # before anything is printed: nobody may be reading to the end
        applied = RoutingPolicy(thresholds, sets, given.list_codes, given.list_codes)
        said += _apply(applied, run, tree, asked, words)
    print(text, *said, sep="\n")
    return 0


def _calibrating(
    given: argparse.Namespace, run: RunFolder, config: Config, classifier: Classifier
) -> CalibrationRecords:
    """The records that promises are made from: the run's own, or a file."""
    file = data_location(given.calibration) if given.calibration else None
    progress = sys.stderr.isatty()
    return read_calibration(run, config, classifier, file, progress=progress)


def _data_name(source: Source, words: Words) -> str:
    """The records, as the plan calls them."""
    if not source.name:
        return str(source.file)
    part = words.say("own_part", role=words.say(f"role_{source.name}"))
    return f"{source.file}{part}"


def _where(place: PlanFolder, words: Words) -> list[str]:
    """Where the plan lies, and what is with another one that was there."""
    lines = [words.say("written", folder=place.folder)]
    if place.beside:
        lines.append(words.say("beside", first=place.beside, asked=place.other))
    elif place.other:
        lines.append(words.say("replaced", asked=place.other))
    return lines


def _apply(
    applied: RoutingPolicy, run: RunFolder, tree: Taxonomy, asked: str, words: Words
) -> list[str]:
    """Keeps the thresholds in the run, and says what that means."""
    before = applied_plan(run / THRESHOLDS_FILE)
    form = {**applied.to_dict(run.folder, tree), "asked": asked}
    run.write_json(THRESHOLDS_FILE, form)
    bind_file(run.folder, THRESHOLDS_FILE)
    lines = [words.say("applied", asked=asked, file=run / THRESHOLDS_FILE)]
    if before not in ("", asked):
        lines.append(words.say("applied_instead", asked=before))
    promises = [p for group in applied.thresholds.groups.values() for p in group]
    if not any(promise.is_kept for promise in promises):
        lines.append(words.say("nothing_promised"))
    return lines


def _pile(
    given: argparse.Namespace,
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    sets: ConformalSets | None,
) -> tuple[Workload, ClerkLists | None, Source]:
    """The records to plan for, their lists, and where they are."""
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
    return workload, lists, source


def _budget(
    given: argparse.Namespace, calibrating: CalibrationRecords, workload: Workload
) -> Thresholds:
    manual = int(workload.manual.sum())
    if manual > given.budget:
        have, them = ("has", "it") if manual == 1 else ("have", "them")
        raise InputError(
            f"--budget {given.budget}: {count_of(manual, 'record')} of DATA {have} no "
            f"word that the run knows, so that only people can code {them}. Give a "
            "budget of that many at least."
        )
    sure = np.where(workload.manual, -1.0, workload.paths.probabilities[:, -1])
    parts = calibrating.tested, calibrating.reference
    return budget_thresholds(*parts, Pile(sure), given.budget, given.confidence)


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


if __name__ == "__main__":
    run_command(main)
