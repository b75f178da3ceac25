"""Gives records new codes, and prints what became of them."""

from __future__ import annotations

import argparse
from typing import Any

from han.cli import given_table, screen_language
from han.errors import InputError
from han.languages.words import REVISION, Words
from han.revision.chosen_targets import Choices, best_targets, random_targets
from han.revision.crosswalk_rows import OldToNew, read_crosswalk
from han.revision.given_proportions import proportional_targets
from han.revision.masked_model import model_targets
from han.revision.old_records import (
    FloatArray,
    OldRecords,
    RecordColumns,
    read_old_records,
)
from han.revision.proportion_table import read_proportions
from han.revision.recoded_table import recoded_table, summary_lines, write_rows
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder
from han.tables.locations import data_location
from han.tables.output_file import check_output, check_rows
from han.tasks.task_classifiers import load_run

_OF_MODE = {
    **{"proportions": "proportions", "by": "proportions"},
    **{"run": "model", "least": "model", "blank": "model", "ties": "best"},
}


def carry_out(given: argparse.Namespace) -> int:
    """Recodes a table."""
    _check_mode(given)
    check_output(given.output, given.data)
    data = given_table(given, given.data, "DATA")
    if data is None:  # argparse asks for it
        raise InputError("no records are given. Expected DATA.")
    walk = OldToNew.of(read_crosswalk(data_location(given.crosswalk)))
    names = {"domains": given.by, "keep": given.keep, **_model_columns(given)}
    columns = RecordColumns(given.old_column, given.key, given.weight, **names)
    records = read_old_records(data, columns, encoding=given.encoding or "utf-8")
    check_rows(given.output, len(records.code))
    words = Words(REVISION, screen_language(given))
    choices, mass = _chosen(given, records, walk, words)
    write_rows(recoded_table(records, choices, mass), given.output)
    print("\n".join(summary_lines(records, choices, words)))
    print(words.say("written", file=given.output))
    return 0


def _chosen(
    given: argparse.Namespace, records: OldRecords, walk: OldToNew, words: Words
) -> tuple[Choices, FloatArray | None]:
    if given.mode == "model":
        return _of_model(given, records, walk)
    if given.mode == "best":
        return best_targets(records, walk, ties=given.ties or "error"), None
    if given.mode == "random":
        return random_targets(records, walk, seed=given.seed or 0), None
    return _proportional(given, records, walk, words), None


def _model_columns(given: argparse.Namespace) -> dict[str, Any]:
    """Columns that the model reads."""
    if given.mode != "model":
        return {}
    config = RunFolder(given.run).config(given.encoding)
    if config.tasks or config.model.gives_sets:
        raise _gives_more(given)
    fields = {name: one.column or name for name, one in config.data.fields.items()}
    sides = {n: one.column or n for n, one in config.data.side_features.items()}
    return {"fields": fields, "sides": sides}


def _proportional(
    given: argparse.Namespace, records: OldRecords, walk: OldToNew, words: Words
) -> Choices:
    margins = None
    if given.proportions:
        margins = read_proportions(data_location(given.proportions), given.by)
    found = proportional_targets(records, walk, seed=given.seed or 0, margins=margins)
    decimal = words.numbers.decimal
    said = {
        "cell": decimal(found.worst_cell, 2),
        "margin": decimal(found.worst_margin, 2),
        "largest": decimal(found.largest_weight, 2),
    }
    print(words.say("proportions", **said))
    return found.choices


def _of_model(
    given: argparse.Namespace, records: OldRecords, walk: OldToNew
) -> tuple[Choices, FloatArray]:
    run, blank = load_run(given.run), given.blank or "random"
    if not isinstance(run, Classifier):
        raise _gives_more(given)
    least, seed = given.least or 0.0, given.seed or 0
    return model_targets(records, walk, run, least=least, blank=blank, seed=seed)


def _gives_more(given: argparse.Namespace) -> InputError:
    return InputError(
        f"{given.run}: this run has several tasks or gives sets of codes. Give one "
        "that gives one code, such as the folder of a task."
    )


def _check_mode(given: argparse.Namespace) -> None:
    """An option that another mode would ignore is a mistake."""
    if given.mode == "best" and given.seed is not None:
        raise InputError("--seed: nothing is drawn with --mode best. Leave it out.")
    for name, mode in _OF_MODE.items():
        if getattr(given, name) not in (None, []) and given.mode != mode:
            raise InputError(f"--{name} goes with --mode {mode}.")
    if given.mode == "model" and given.run is None:
        raise InputError("--mode model needs --run, a run of the new code list.")
    if given.least is not None and not 0 <= given.least <= 1:
        raise InputError(f"--least {given.least} is no probability. Expected 0 to 1.")
