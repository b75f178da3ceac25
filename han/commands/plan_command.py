"""Plans how much can be coded without people, as `han.plan` is asked to."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import Any

import numpy as np

from han.catalogue.registration import open_store, register
from han.cli import written_language
from han.code_list.taxonomy import Taxonomy
from han.commands.plan_sets_command import carry_out_sets
from han.data.sampling_units import TEXT
from han.decisions.budget import Pile, budget_thresholds, least_decisions
from han.decisions.conformal_lists import ConformalSets
from han.decisions.level_names import find_level
from han.errors import InputError, count_of
from han.languages.words import PLAN as PLAN_WORDS
from han.languages.words import SUMMARY, Words
from han.planning.applied_plan import apply_rules
from han.planning.calibration_records import CalibrationRecords
from han.planning.goal_targets import read_targets
from han.planning.group_figures import set_figures
from han.planning.job_plan import job_plan
from han.planning.plan_arguments import asked_of, check_goal
from han.planning.plan_figures import plan
from han.planning.plan_folder import (
    data_name,
    plan_folder,
    where_written,
    write_plan,
)
from han.planning.plan_inputs import PlanInputs, read_inputs
from han.planning.plan_text import plan_rows, plan_text
from han.planning.populations import populations, sample_estimates
from han.planning.reachable_hints import add_hints
from han.planning.rules import Goal, Rules, choose_rules
from han.planning.workload import ClerkMinutes, Workload
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.promised_population import population_sentences
from han.runs.run_files import PLAN
from han.runs.run_folder import RunFolder
from han.tables.spreadsheet_cells import without_formulas


def carry_out_for_job(given: argparse.Namespace) -> int:
    """Says of a job that is coded what a plan says of a run."""
    print(job_plan(given))
    return 0


def carry_out(given: argparse.Namespace) -> int:
    """Makes the plan, prints it, writes it."""
    run = RunFolder(given.run)
    config = run.config()
    if config.model.gives_sets:
        return carry_out_sets(given, config)
    check_goal(given)
    store = open_store(config.store if given.apply else None)
    identity = run_identity(run.folder)
    language = written_language(given, config)
    words = Words(PLAN_WORDS, language)
    classifier = load_classifier(run.folder)
    tree = classifier.taxonomy
    goal = _goal(given, tree)
    if run.warning():
        print(run.warning(), file=sys.stderr)
    inputs = read_inputs(given, run, config, classifier)
    goal = inputs.weighted(goal)
    rules = _rules(given, goal, inputs)
    found = _figures(given, goal, rules, inputs, tree)
    known, sample = inputs.known, inputs.sample
    about = populations(known, sample if goal.targets else None, rules)
    asked = asked_of(given, inputs.source.name or inputs.source.file.name)
    found = {"run": str(given.run), "asked": asked, **found}
    found["data"] = data_name(inputs.source, words)
    found["populations"] = [one.to_dict() for one in about]
    found["own_part"] = inputs.source.name is not None
    said_of = population_sentences(about, Words(SUMMARY, language))
    text = plan_text(found, tree, language, said_of)
    place = plan_folder(run / PLAN, asked, given.output)
    rows = without_formulas(plan_rows(found), ["title"])
    check_identity(run.folder, identity)  # else the promise would be of another model
    write_plan(place.folder, found, text, rows)
    said = where_written(place, words)
    if given.apply:  # before anything is printed: nobody may be reading to the end
        lists = (inputs.sets, given.list_codes)
        said += apply_rules(rules, lists, about, run, classifier, asked, words)
        register(store, run.folder, ["plan"])
    print(text, *said, sep="\n")
    return 0


def _goal(given: argparse.Namespace, tree: Taxonomy) -> Goal:
    group_level = find_level(given.by_group, tree) if given.by_group else None
    return Goal(read_targets(given.target, tree), given.confidence, group_level)


def _rules(given: argparse.Namespace, goal: Goal, inputs: PlanInputs) -> Rules:
    if goal.targets:
        return choose_rules(inputs.known, inputs.sample, goal)
    if inputs.known is None:
        raise InputError(
            "--budget needs calibration records of the run, or --calibration FILE: a "
            "sample alone promises targets (--target)."
        )
    return _budget(given, goal, inputs.known, inputs.workload)


def _budget(
    given: argparse.Namespace,
    goal: Goal,
    known: CalibrationRecords,
    workload: Workload,
) -> Rules:
    pile, parts = _pile(known, workload), (known.tested, known.reference)
    least = least_decisions(*parts, pile)
    if least > given.budget:
        manual = count_of(int(workload.manual.sum()), "record")
        raise InputError(
            f"--budget {given.budget}: only people can code {manual} of DATA without a "
            "word that the run knows, and texts that stand too often for any bound. "
            f"Give a budget of {least} decisions at least."
        )
    largest = goal.largest_weight
    found = budget_thresholds(*parts, pile, given.budget, goal.confidence, largest)
    return Rules(found, known.limit(found), is_budget=True)


def _pile(known: CalibrationRecords, workload: Workload) -> Pile:
    """The records to plan for, as a budget sees them."""
    sure = np.where(workload.manual, -1.0, workload.paths.probabilities[:, -1])
    answers = workload.answers
    if answers is None or answers.unit != known.unit:
        return Pile(sure)
    scale = replace(known.repeats_up_to(1), excuses_seen=False)
    units = answers.units if answers.unit == TEXT else None
    excused = answers.is_excused(known.repeats_up_to(1))
    return Pile(sure, answers.repeats(scale), units, excused)


def _figures(
    given: argparse.Namespace,
    goal: Goal,
    rules: Rules,
    inputs: PlanInputs,
    tree: Taxonomy,
) -> dict[str, Any]:
    minutes = ClerkMinutes(given.minutes_per_record, given.minutes_per_partial)
    found = plan(
        rules,
        inputs.tested(rules),
        inputs.workload,
        tree,
        mode="target" if given.target else "budget",
        minutes=minutes,
        largest_weight=goal.largest_weight,
    )
    found["unknown_clusters"] = inputs.unknown_clusters
    found["tested_by"] = inputs.tested_by(rules)
    found["sample"] = inputs.sample_facts
    found["estimates"] = sample_estimates(inputs.sample, rules, inputs.workload, tree)
    if goal.targets and goal.group_level is None and inputs.known is not None:
        add_hints(found, inputs.known, goal)
    if inputs.sets and inputs.lists:
        found["sets"] = _set_figures(inputs.sets, inputs, rules, tree)
    return found


def _set_figures(
    sets: ConformalSets, inputs: PlanInputs, rules: Rules, tree: Taxonomy
) -> dict[str, Any]:
    lists, routed = inputs.lists, rules.route(inputs.workload, tree)
    if lists is None:
        return sets.to_dict()
    answers = inputs.workload.answers
    figures = set_figures(
        lists.sizes,
        lists.is_covered,
        lists.inside,
        routed,
        None if answers is None else answers.texts,
    )
    return {**sets.to_dict(), **figures}
