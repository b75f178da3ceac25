"""`python -m han.predict RUN INPUT -o OUTPUT`: codes records that have no code."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from han.cli import (
    OF_TERMINAL,
    CommandParser,
    add_language,
    add_table_options,
    run_command,
)
from han.devices.runtime import Engine
from han.errors import InputError
from han.prediction.set_choice import SetDecoding
from han.tables.column_texts import columns_text
from han.tables.file_kinds import READABLE, WRITABLE
from han.tables.prediction_columns import OF_SETS

EPILOG = f"""
examples:
  python -m han.predict runs/demo new.csv -o coded.csv
  python -m han.predict runs/demo --text "Pan de dulce" --text "Tornillos de acero"
  cat answers.txt | python -m han.predict runs/demo - -o coded.csv

The output has one row for each row of the input, in its order: the key columns of the
experiment (else row, its number), then these, with a number for each K:

{columns_text()}

A run that gives a record a set of codes (model.head: multi_path) has these in their
place, of the first --top-k codes given, and of as many full codes:

{columns_text(OF_SETS)}

flag says blank (no word), non_answer (nothing but ns, 99 or the like) or bare_code
(nothing but a code), all three without a code and a level; or the first of
odd_characters, other_language, unknown_words (the model knows none), cut (words beyond
the field's limits were not read) and long (far longer than the texts of training).

A run with thresholds (python -m han.plan RUN --target leaf=0.95 --apply) says in the
column route who codes a record: auto, the code is a full one; partial, it is the
coarser code that is still safe, and a person completes it; review, there is none. code,
level, label and probability are those of the safe code, empty for review, so that no
program takes an unsafe one by accident; top_1_code and so on list the candidates all
the same. With --sets, set_codes lists the codes that hold the right one with the
promised probability. At the end stands for which records the promise holds.

Of a run of several tasks all are coded at once; columns have the name of their task
before them, as in occupation_code. A run with a table of pairs adds pair, pair_note,
pair_TASK_code and pair_probability (docs/user_guide/tasks.md).

INPUT may be a sheet (book.xlsx#Sheet2), a table of a database (sqlite:///x.db#answers)
or a query of it (--query "SELECT ... ORDER BY id"). It may have any number of
rows: it is looked through for mistakes first, then read,
coded and written a block at a time. --text, standard input and what goes to the screen
are held in memory.

--text and standard input fill one field, the first one of the run or the one that
--field names; other fields stay blank.

.xlsx has codes and keys as text, so that Excel keeps their leading zeros. .csv and .tsv
are written in UTF-8 with commas and tabs, whatever --separator says of INPUT; Excel
drops zeros when such a file is opened by a click.
"""


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    arguments = CommandParser(
        "predict",
        description="Code new records with a trained run.",
        epilog=EPILOG,
    )
    _add_input(arguments)
    arguments.add_argument(
        "-o",
        "--output",
        type=Path,
        help=f"file to write: {', '.join(WRITABLE)} (default: the screen)",
    )
    arguments.add_argument(
        "--top-k", type=int, default=5, help="full codes to list (default: 5)"
    )
    _add_sets(arguments)
    _add_speed(arguments)
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


def _add_sets(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "--decoding",
        choices=get_args(SetDecoding),
        help="of a run with sets of codes, which ones a record gets: those that reach "
        "the threshold of their level, the set of best expected hF, or the --top-k "
        "most probable full codes (default: as set_rule.json of the run says)",
    )
    arguments.add_argument(
        "--allow-empty",
        action="store_true",
        help="of a run with sets of codes, let a record get none; else one that would "
        "gets its most probable full code, and only texts without a word get none",
    )


def _add_speed(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help="processes that code side by side, each on one core and with the run in "
        "its own memory; the result is the same (default: one for little text, else "
        "one for each core that may be used, or for each of SLURM_CPUS_PER_TASK)",
    )
    arguments.add_argument(
        "--engine",
        choices=get_args(Engine),
        default="auto",
        help="what computes the network: numpy starts faster, takes a fraction of the "
        "memory and needs no TensorFlow; tensorflow computes every network, and uses a "
        "GPU in one process; auto (default) is numpy where it can compute the network",
    )


def _add_input(arguments: argparse.ArgumentParser) -> None:
    arguments.add_argument("run", type=Path, help="run folder")
    arguments.add_argument(
        "input",
        nargs="?",
        help=f"records: {READABLE}; or - for standard input, one text a line",
    )
    arguments.add_argument(
        "--text", action="append", default=[], help="a text to code; may be repeated"
    )
    arguments.add_argument(
        "--field",
        metavar="NAME",
        help="text field that --text and standard input fill (default: the first)",
    )
    add_table_options(arguments, "INPUT")


def _check_arguments(given: argparse.Namespace) -> None:
    if given.input and given.text:
        raise InputError("Give INPUT or --text, not both.")
    if not given.input and not given.text:
        raise InputError("Give INPUT or --text: there are no records to code.")
    if given.top_k < 1:
        raise InputError(f"--top-k must be at least 1. Received: {given.top_k}.")
    if given.processes is not None and given.processes < 1:
        raise InputError(
            f"--processes must be at least 1. Received: {given.processes}."
        )
    if given.allow_empty and given.decoding == "top_k":
        raise InputError(
            "--allow-empty: --decoding top_k gives each record its --top-k most "
            "probable codes, so none is left without one. Leave one of them out."
        )
    _check_file_options(given)
    if given.field and given.input not in (None, "-"):
        raise InputError(
            "--field goes with --text or standard input: a file has a column for each "
            "field."
        )


def _check_file_options(given: argparse.Namespace) -> None:
    names = ["separator", "decimal", "table", "query"]
    said = [name for name in names if getattr(given, name) is not None]
    if given.text and (said or given.encoding):
        raise InputError(
            f"--{(said or ['encoding'])[0]} goes with INPUT: --text comes from the "
            "terminal."
        )
    if said and given.input == "-":
        raise InputError(
            f"--{said[0]} goes with a file: standard input has one text a line."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Codes the records and writes them."""
    given = parser().parse_args(argv)
    _check_arguments(given)
    from han.runs.task_folders import task_names

    if task_names(given.run):
        from han.commands.predict_tasks_command import carry_out_tasks

        return carry_out_tasks(given)
    from han.commands.predict_command import carry_out

    return carry_out(given)


if __name__ == "__main__":
    run_command(main)
