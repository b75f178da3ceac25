"""Plans for a run that gives sets of codes, as `han.plan` is asked to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from han.catalogue.registration import open_store, register
from han.cli import given_table, written_language
from han.code_list.taxonomy import Taxonomy
from han.code_sets.set_plan import SetPlan
from han.code_sets.set_plan_choice import promised_levels
from han.config import Config
from han.data.sampling_units import ROW, TEXT
from han.decisions.repeat_limit import RepeatLimit
from han.errors import InputError, listing
from han.experiment.labelled_rows import names_of
from han.experiment.row_sources import Source, find_source
from han.languages.words import PLAN as PLAN_WORDS
from han.languages.words import SUMMARY, Words
from han.planning.applied_plan import write_applied
from han.planning.goal_targets import read_targets
from han.planning.plan_arguments import asked_of
from han.planning.plan_folder import (
    data_name,
    plan_folder,
    where_written,
    write_plan,
)
from han.planning.set_plan_figures import set_plan_figures
from han.planning.set_plan_records import (
    SetCalibrationRecords,
    SetWorkload,
    read_set_calibration,
    read_set_workload,
    set_rule_of,
)
from han.planning.set_plan_text import set_plan_rows, set_plan_text
from han.planning.workload import ClerkMinutes
from han.runs.classifier import Classifier
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.runs.promised_population import Population, population_sentences
from han.runs.routing_policy import RoutingPolicy
from han.runs.run_files import PLAN
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location

SINGLE = (  # options that plan for single codes alone, and what they are without
    *(("budget", None), ("by_group", None), ("weighted", False), ("sample", None)),
    *(("sample_weight", None), ("strata", None), ("sample_cluster", None)),
)


@dataclass(frozen=True)
class _Planned:
    """A plan, what it was made from, and the records that it is for."""

    plan: SetPlan
    known: SetCalibrationRecords
    source: Source
    work: SetWorkload

    @property
    def about(self) -> list[Population]:
        """For which records promises hold."""
        return [self.known.about] if self.plan.promises_anything else []


def carry_out_sets(given: argparse.Namespace, config: Config) -> int:
    """Makes the plan, prints it, writes it.

    Args:
        given: Arguments of the command.
        config: Settings of the run, which gives sets.
    """
    _refuse_single(given)
    run, language = RunFolder(given.run), written_language(given, config)
    identity, words = run_identity(run.folder), Words(PLAN_WORDS, language)
    store = open_store(config.store if given.apply else None)
    classifier = load_classifier(run.folder)
    if run.warning():
        print(run.warning(), file=sys.stderr)
    tree, made = classifier.taxonomy, _planned(given, run, config, classifier)
    asked = asked_of(given, made.source.name or made.source.file.name)
    found = _figures(given, made, tree, asked, words)
    said = population_sentences(made.about, Words(SUMMARY, language))
    text = set_plan_text(found, tree, language, said)
    place = plan_folder(run / PLAN, asked, given.output)
    check_identity(run.folder, identity)  # else the promise would be of another model
    write_plan(place.folder, found, text, set_plan_rows(found))
    lines = where_written(place, words)
    if given.apply:  # before anything is printed: nobody may be reading to the end
        policy = RoutingPolicy.of_sets(made.plan, made.about)
        form, is_any = policy.to_dict(run.folder, tree), policy.promises_anything
        lines += write_applied(run, form, asked, is_any, words)
        register(store, run.folder, ["plan"])
    print(text, *lines, sep="\n")
    return 0


def _planned(
    given: argparse.Namespace, run: RunFolder, config: Config, classifier: Classifier
) -> _Planned:
    """Makes the plan, and routes the records by it."""
    targets = read_targets(given.target, classifier.taxonomy)
    targets = {level: targets[level] for level in sorted(targets)}
    known = _calibration(given, run, config, classifier, targets)
    plan = _plan(given, known, classifier, targets)
    data = given_table(given, given.data, "DATA")
    source = find_source(run, config, data, None, given.encoding)
    unit, show = _shared_unit(config, source, known), sys.stderr.isatty()
    work = read_set_workload(config, classifier, source, plan, progress=show, unit=unit)
    return _Planned(plan, known, source, work)


def _figures(
    given: argparse.Namespace, made: _Planned, tree: Taxonomy, asked: str, words: Words
) -> dict[str, Any]:
    """What `plan.json` holds."""
    unit = made.known.about.unit
    minutes = ClerkMinutes(given.minutes_per_record, given.minutes_per_partial)
    return {
        "run": str(given.run),
        "asked": asked,
        "data": data_name(made.source, words),
        "own_part": made.source.name is not None,
        "unit": unit,
        "unit_known": unit in (ROW, made.work.answers.unit),
        "small": _small(made.plan, made.known, made.work),
        "most_listed": made.plan.most_listed,
        **set_plan_figures(made.plan, made.known, made.work, tree, minutes),
        "plan": made.plan.to_dict(),
    }


def _refuse_single(given: argparse.Namespace) -> None:
    """Raises InputError for what is planned for single codes alone."""
    options = [n for n, usual in SINGLE if getattr(given, n) != usual]
    if options:
        names = listing(f"--{name.replace('_', '-')}" for name in options)
        raise InputError(
            f"{given.run}: the run gives a record a set of codes (`model.head: "
            f"multi_path`), and {names} does not work with sets. Give --target, "
            "--sets, or both; a coded random sample of the records is --calibration "
            "FILE --cluster none."
        )


def _calibration(
    given: argparse.Namespace,
    run: RunFolder,
    config: Config,
    classifier: Classifier,
    targets: Mapping[int, float],
) -> SetCalibrationRecords:
    return read_set_calibration(
        run,
        config,
        classifier,
        data_location(given.calibration) if given.calibration else None,
        list(targets),
        progress=sys.stderr.isatty(),
        unit=given.cluster,
    )


def _plan(
    given: argparse.Namespace,
    known: SetCalibrationRecords,
    classifier: Classifier,
    targets: Mapping[int, float],
) -> SetPlan:
    """The thresholds and lists that the calibration records allow."""
    most, promises = promised_levels(
        known.tested, known.reference, targets, given.confidence
    )
    return SetPlan(
        set_rule_of(classifier).thresholds,
        tuple(targets),
        promises,
        given.confidence,
        most,
        _limit(most, known),
        known.lists(given.sets),
        given.list_codes,
    )


def _limit(most: int, known: SetCalibrationRecords) -> RepeatLimit | None:
    """How often units repeat, if records were not drawn one by one."""
    unit = known.about.unit
    return None if unit == ROW else RepeatLimit(most, known.drawn_from, unit)


def _shared_unit(
    config: Config, source: Source, known: SetCalibrationRecords
) -> str | None:
    """What stands together in the records to plan for, as in the calibration records.

    None, for what is usual, if they do not have the column.
    """
    unit = known.about.unit
    is_there = unit in (TEXT, ROW) or unit in names_of(config, source, (unit,))
    return unit if is_there else TEXT


def _small(plan: SetPlan, known: SetCalibrationRecords, work: SetWorkload) -> int:
    """Records of the files that promises were tested for, if there are far fewer here.

    0 if not, or if no text repeats.
    """
    repeat = known.about.records > known.about.units
    if plan.limit is None or not repeat:
        return 0
    return plan.limit.records if plan.limit.is_small(work.answers.records) else 0
