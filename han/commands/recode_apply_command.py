"""Gives records new codes, and prints what became of them."""

from __future__ import annotations

import argparse

from han.cli import given_table, screen_language
from han.errors import InputError
from han.languages.words import REVISION, Words
from han.revision.chosen_targets import Choices, best_targets, random_targets
from han.revision.crosswalk_rows import OldToNew, read_crosswalk
from han.revision.given_proportions import proportional_targets
from han.revision.old_records import OldRecords, RecordColumns, read_old_records
from han.revision.proportion_table import read_proportions
from han.revision.recoded_table import recoded_table, summary_lines, write_rows
from han.tables.locations import data_location
from han.tables.output_file import check_output, check_rows


def carry_out(given: argparse.Namespace) -> int:
    """Recodes a table."""
    _check_mode(given)
    check_output(given.output, given.data)
    data = given_table(given, given.data, "DATA")
    if data is None:  # argparse asks for it
        raise InputError("no records are given. Expected DATA.")
    walk = OldToNew.of(read_crosswalk(data_location(given.crosswalk)))
    names = {"domains": given.by, "keep": given.keep}
    columns = RecordColumns(given.old_column, given.key, given.weight, **names)
    records = read_old_records(data, columns, encoding=given.encoding or "utf-8")
    check_rows(given.output, len(records.code))
    words = Words(REVISION, screen_language(given))
    choices = _chosen(given, records, walk, words)
    write_rows(recoded_table(records, choices), given.output)
    print("\n".join(summary_lines(records, choices, words)))
    print(words.say("written", file=given.output))
    return 0


def _chosen(
    given: argparse.Namespace, records: OldRecords, walk: OldToNew, words: Words
) -> Choices:
    if given.mode == "best":
        return best_targets(records, walk, ties=given.ties)
    if given.mode == "random":
        return random_targets(records, walk, seed=given.seed)
    return _proportional(given, records, walk, words)


def _proportional(
    given: argparse.Namespace, records: OldRecords, walk: OldToNew, words: Words
) -> Choices:
    margins = None
    if given.proportions:
        margins = read_proportions(data_location(given.proportions), given.by)
    found = proportional_targets(records, walk, seed=given.seed, margins=margins)
    decimal = words.numbers.decimal
    said = {
        "cell": decimal(found.worst_cell, 2),
        "margin": decimal(found.worst_margin, 2),
        "largest": decimal(found.largest_weight, 2),
    }
    print(words.say("proportions", **said))
    return found.choices


def _check_mode(given: argparse.Namespace) -> None:
    """An option that another mode would ignore is a mistake."""
    for name, mode in (("proportions", "proportions"), ("by", "proportions")):
        if getattr(given, name) and given.mode != mode:
            raise InputError(f"--{name} goes with --mode {mode}.")
