"""Holds a crosswalk against both code lists, and prints what is wrong."""

from __future__ import annotations

import argparse

import numpy as np

from han.cli import given_table, screen_language
from han.code_list.code_list_files import read_code_list
from han.code_list.list_form import ListForm
from han.commands.recode_check_arguments import FAULTY
from han.errors import InputError
from han.jobs.evidence_text import aligned
from han.languages.words import REVISION, Words
from han.revision.crosswalk_checks import FAULTS, Fault, code_kinds, crosswalk_faults
from han.revision.crosswalk_rows import CrosswalkRows, read_crosswalk
from han.revision.old_records import OldRecords, RecordColumns, read_old_records
from han.tables.locations import data_location

SHOWN = 10
KINDS = ("1:1", "n:1", "1:n", "n:m", "1:0")


def carry_out(given: argparse.Namespace) -> int:
    """Prints kinds of change and faults; 3 if there are faults."""
    data = given_table(given, given.data, "DATA")
    if (data is None) != (given.old_column is None):
        raise InputError(
            "records are counted by their old codes: give both --data and --old-column."
        )
    rows = read_crosswalk(data_location(given.crosswalk))
    form = ListForm(parent=given.parents)
    old, new = (read_code_list(data_location(f), form=form) for f in _lists(given))
    records = None
    if data is not None:
        columns = RecordColumns(given.old_column, weight=given.weight)
        records = read_old_records(data, columns, encoding=given.encoding or "utf-8")
    words = Words(REVISION, screen_language(given))
    _print_kinds(rows, records, words)
    faults = crosswalk_faults(rows, old, new, level=given.level)
    _print_faults(faults, words)
    return FAULTY if faults else 0


def _lists(given: argparse.Namespace) -> tuple[str, str]:
    return given.old, given.new


def _print_kinds(rows: CrosswalkRows, records: OldRecords | None, words: Words) -> None:
    pairs = [(o, n) for o, n in zip(rows.old, rows.new, strict=True) if n]
    counts = {"old": len(set(rows.old)), "new": len({new for _, new in pairs})}
    print(words.say("crosswalk", file=rows.where, pairs=len(pairs), **counts))
    targets: dict[str, list[str]] = {old: [] for old in rows.old}
    for code, to in pairs:
        targets[code].append(to)
    found = code_kinds(targets)
    count = words.numbers.count
    table = [[words.say("kind"), words.say("codes")]]
    table += [[k, count(sum(kind == k for kind in found.values()))] for k in KINDS]
    if records is not None:
        _add_records(table, found, records, words)
    print("\n".join(aligned(table)))
    print(f"  {words.say('kinds')}\n")


def _add_records(
    table: list[list[str]], found: dict[str, str], records: OldRecords, words: Words
) -> None:
    """Adds columns of records and weights, and lines of codes without a kind."""
    blank, unknown = words.say("no_old_code"), words.say("unknown_old_code")
    kinds = [found.get(old, unknown) if old else blank for old in records.old]
    table += [[name, ""] for name in (blank, unknown) if name in kinds]
    table[0] += [words.say("records"), "%", words.say("weight"), "%"]
    total = records.weights.sum()
    for line in table[1:]:
        is_kind = np.array([kind == line[0] for kind in kinds])[records.code]
        weight = records.weights[is_kind].sum()
        numbers = words.numbers
        line += [numbers.count(int(is_kind.sum())), numbers.percent(is_kind.mean())]
        line += [numbers.count(weight), numbers.percent(weight / total)]


def _print_faults(faults: list[Fault], words: Words) -> None:
    if not faults:
        print(words.say("no_faults"))
    for kind in FAULTS:
        found = [fault for fault in faults if fault.kind == kind]
        if not found:
            continue
        print(f"{words.say(kind)}: {words.numbers.count(len(found))}")
        for fault in found[:SHOWN]:
            rows = words.listing(fault.rows, SHOWN)
            key = "fault_found" if fault.found else "fault"
            said = words.say(key, code=fault.code, rows=rows, found=fault.found)
            print(said if fault.rows else f"  {fault.code}")
        if len(found) > SHOWN:
            print(words.say("and_more", count=len(found) - SHOWN))
