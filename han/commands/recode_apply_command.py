"""Gives records new codes, and prints what became of them."""

from __future__ import annotations

import argparse

from han.cli import given_table, screen_language
from han.errors import InputError
from han.languages.words import REVISION, Words
from han.revision.chosen_targets import Choices, best_targets, random_targets
from han.revision.crosswalk_rows import OldToNew, read_crosswalk
from han.revision.old_records import OldRecords, RecordColumns, read_old_records
from han.revision.recoded_table import recoded_table, summary_lines, write_rows
from han.tables.locations import data_location
from han.tables.output_file import check_output, check_rows


def carry_out(given: argparse.Namespace) -> int:
    """Recodes a table."""
    check_output(given.output, given.data)
    data = given_table(given, given.data, "DATA")
    if data is None:  # argparse asks for it
        raise InputError("no records are given. Expected DATA.")
    walk = OldToNew.of(read_crosswalk(data_location(given.crosswalk)))
    columns = RecordColumns(given.old_column, given.key, given.weight, keep=given.keep)
    records = read_old_records(data, columns, encoding=given.encoding or "utf-8")
    check_rows(given.output, len(records.code))
    choices = _chosen(given, records, walk)
    write_rows(recoded_table(records, choices), given.output)
    words = Words(REVISION, screen_language(given))
    print("\n".join(summary_lines(records, choices, words)))
    print(words.say("written", file=given.output))
    return 0


def _chosen(given: argparse.Namespace, records: OldRecords, walk: OldToNew) -> Choices:
    if given.mode == "best":
        return best_targets(records, walk, ties=given.ties)
    return random_targets(records, walk, seed=given.seed)
