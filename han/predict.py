"""`python -m han.predict RUN INPUT -o OUTPUT`: codes records that have no code."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import pandas as pd
from tqdm import tqdm

from han.cli import (
    OF_TERMINAL,
    CommandParser,
    add_language,
    add_table_options,
    given_table,
    run_command,
    screen_language,
)
from han.config import Config
from han.errors import InputError, printable
from han.languages.words import SUMMARY, Words
from han.prediction.coded_blocks import CodedBlock
from han.prediction.input_records import (
    InputRecords,
    file_source,
    input_lines,
    text_source,
)
from han.prediction.prediction_summary import Clock, PredictionSummary
from han.prediction.unit_counter import UnitCounter
from han.prediction.workers import PredictionJob, code_blocks, num_processes
from han.runs.classifier import Engine
from han.runs.loading import load_non_answers
from han.runs.manifest import run_identity
from han.runs.routing_policy import RoutingPolicy, load_routing_policy
from han.runs.run_folder import RunFolder
from han.runs.run_warnings import warn_of_run
from han.tables.output_file import check_output, check_rows, target
from han.tables.output_rows import ENDINGS
from han.tables.prediction_columns import columns_text, screen_names
from han.tables.reading import KINDS

EPILOG = f"""
examples:
  python -m han.predict runs/demo new.csv -o coded.csv
  python -m han.predict runs/demo --text "Pan de dulce" --text "Tornillos de acero"
  cat answers.txt | python -m han.predict runs/demo - -o coded.csv

The output has one row for each row of the input, in its order: the key columns of the
experiment (else row, its number), then these, with a number for each K:

{columns_text()}

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
        help=f"file to write: {', '.join(ENDINGS)} (default: the screen)",
    )
    arguments.add_argument(
        "--top-k", type=int, default=5, help="full codes to list (default: 5)"
    )
    _add_speed(arguments)
    add_language(arguments, "what is printed", OF_TERMINAL)
    return arguments


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
        help=f"records: {KINDS}; or - for standard input, one text a line",
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


def main(argv: Sequence[str] | None = None) -> int:
    """Codes the records and writes them."""
    given = parser().parse_args(argv)
    _check_arguments(given)
    run, identity = RunFolder(given.run), run_identity(given.run)
    words = Words(SUMMARY, screen_language(given))
    config = run.config(given.encoding)
    check_output(given.output, given.input)
    policy = load_routing_policy(given.run)
    counter = _counter(given.run, policy)
    source = _source(given, config, counter)
    check_rows(given.output, source.rows)
    if run.warning():
        print(run.warning(), file=sys.stderr)
    if source.repeated_keys:
        print(_repeated(source, config.data.key_columns, words), file=sys.stderr)
    if policy and policy.limit and source.units is None:
        most = policy.assumed_repeats(source.rows)
        said = words.say("no_units", column=policy.limit.unit, most=most)
        print(said, file=sys.stderr)
    if policy and policy.limit and policy.is_for_more(source.rows):
        count = words.numbers.count
        records, here = count(policy.limit.records), count(source.rows)
        print(words.say("small_input", records=records, here=here), file=sys.stderr)
    processes = num_processes(source, given.engine, given.processes)
    warn_of_run(given.run)
    job = PredictionJob(given.run, given.engine, given.top_k, given.output, identity)
    began = time.perf_counter()
    coded = _shown(code_blocks(source.blocks(), job, processes), source.rows)
    summary, clock = PredictionSummary(), Clock()
    coded = _counted(coded, summary, clock)
    if given.output is None:
        print(_screen(pd.concat([part.content for part in coded])))
        for sentence in summary.promised(policy, words):
            print(sentence, file=sys.stderr)  # the table alone goes down a pipe
        return 0
    _write(coded, given.output)
    said = summary.text(source, given.output, words)
    print(said, *summary.promised(policy, words), sep="\n")
    said = clock.speed(time.perf_counter() - began, processes, words)
    print(said, file=sys.stderr)
    return 0


def _counter(run: Path, policy: RoutingPolicy | None) -> UnitCounter | None:
    """What counts how often texts stand, if the thresholds of a run ask."""
    if policy is None or policy.limit is None:
        return None
    return UnitCounter(policy.limit, load_non_answers(run))


def _repeated(source: InputRecords, columns: Sequence[str], words: Words) -> str:
    # The keys themselves are not shown: they may lead to a person.
    records = words.count_of(source.repeated_keys, "record")
    return words.say("repeated_keys", records=records, columns=", ".join(columns))


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


def _source(
    given: argparse.Namespace, config: Config, counter: UnitCounter | None
) -> InputRecords:
    texts = given.text
    if not texts and given.input != "-":
        file = given_table(given, given.input, "INPUT")
        if file:
            return file_source(file, config, counter)
    elif not texts:
        texts = input_lines(sys.stdin.buffer.read(), config.data.encoding)
    return text_source(texts, given.field, config, counter)


def _shown(parts: Iterable[CodedBlock], rows: int) -> Iterator[CodedBlock]:
    """The same parts; long work shows how far it is."""
    is_hidden = not sys.stderr.isatty()
    with tqdm(total=rows, desc="coding", unit=" records", disable=is_hidden) as bar:
        for part in parts:
            yield part
            bar.update(part.rows)


def _screen(table: pd.DataFrame) -> str:
    shown = table[screen_names(list(table.columns))]
    text = shown.to_string(index=False, float_format="{:.3f}".format, na_rep="")
    return printable(text)


def _counted(
    parts: Iterable[CodedBlock], summary: PredictionSummary, clock: Clock
) -> Iterator[CodedBlock]:
    """The same parts; notes what there was in each, and how fast."""
    for part in parts:
        summary.add(part)
        clock.add(part)
        yield part


def _write(parts: Iterable[CodedBlock], file: Path) -> None:
    with target(file) as write:
        for part in parts:
            write(part.content)


if __name__ == "__main__":
    run_command(main)
