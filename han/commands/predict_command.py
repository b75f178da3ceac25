"""Codes records that have no code, as `han.predict` is asked to."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd
from tqdm import tqdm

from han.cli import given_table, screen_language
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
from han.prediction.set_choice import SetChoice
from han.prediction.unit_counter import UnitCounter
from han.prediction.workers import PredictionJob, code_blocks, num_processes
from han.runs.loading import load_non_answers
from han.runs.manifest import run_identity
from han.runs.routing_policy import RoutingPolicy, load_routing_policy
from han.runs.run_folder import RunFolder
from han.runs.run_warnings import warn_of_run
from han.tables.output_file import check_output, check_rows, target
from han.tables.prediction_columns import screen_names

Coded = TypeVar("Coded", bound=CodedBlock)


def carry_out(given: argparse.Namespace) -> int:
    """Codes the records and writes them."""
    run, identity = RunFolder(given.run), run_identity(given.run)
    words = Words(SUMMARY, screen_language(given))
    config = run.config(given.encoding)
    sets = set_choice(given, config)
    check_output(given.output, given.input)
    # Other codes than those of the run have no promise.
    policy = load_routing_policy(given.run)
    if sets and policy:
        print(words.say("not_routed"), file=sys.stderr)
        policy = None
    counter = unit_counter(given.run, policy)
    source = records_of(given, config, counter)
    check_rows(given.output, source.rows)
    if run.warning():
        print(run.warning(), file=sys.stderr)
    if source.repeated_keys:
        print(repeated_keys(source, config.data.key_columns, words), file=sys.stderr)
    note_limit(policy, source, words)
    processes = num_processes(source, given.engine, given.processes)
    warn_of_run(given.run)
    options = given.engine, given.top_k, given.output
    job = PredictionJob(given.run, *options, identity, sets)
    began = time.perf_counter()
    coded = with_bar(code_blocks(source.blocks(), job, processes), source.rows)
    summary, clock = PredictionSummary(), Clock()
    coded = _counted(coded, summary, clock)
    if given.output is None:
        print(_screen(pd.concat([part.content for part in coded])))
        for sentence in summary.promised(policy, words):
            print(sentence, file=sys.stderr)  # the table alone goes down a pipe
        return 0
    write_blocks(coded, given.output)
    said = summary.text(source, given.output, words)
    print(said, *summary.promised(policy, words), sep="\n")
    said = clock.speed(time.perf_counter() - began, processes, words)
    print(said, file=sys.stderr)
    return 0


def set_choice(given: argparse.Namespace, config: Config) -> SetChoice | None:
    """Which codes of a set the arguments ask for; None: what the run says.

    Raises:
        InputError: If they ask of a run that gives a record one code, or of several.
    """
    asked = "--decoding" if given.decoding else "--allow-empty"
    if not (given.decoding or given.allow_empty):
        return None
    if config.tasks:
        raise InputError(
            f"{asked} is for one task that gives a record a set of codes (`head: "
            f"multi_path`), and {given.run} has several tasks. Leave it out, or give "
            f"the folder of that task: {given.run}/TASK."
        )
    if not config.model.gives_sets:
        raise InputError(
            f"{asked} is for runs that give a record a set of codes (`model.head: "
            f"multi_path`), and {given.run} gives one code. Leave it out."
        )
    return SetChoice(given.decoding or "thresholds", given.allow_empty)


def note_limit(
    policy: RoutingPolicy | None, source: InputRecords, words: Words
) -> None:
    """Says so where thresholds cannot count repeats, or are for larger inputs."""
    if policy and policy.limit and source.units is None:
        most = policy.assumed_repeats(source.rows)
        said = words.say("no_units", column=policy.limit.unit, most=most)
        print(said, file=sys.stderr)
    if policy and policy.limit and policy.is_for_more(source.rows):
        count = words.numbers.count
        records, here = count(policy.limit.records), count(source.rows)
        print(words.say("small_input", records=records, here=here), file=sys.stderr)


def unit_counter(run: Path, policy: RoutingPolicy | None) -> UnitCounter | None:
    """What counts how often texts stand, if the thresholds of a run ask."""
    if policy is None or policy.limit is None:
        return None
    return UnitCounter(policy.limit, load_non_answers(run))


def repeated_keys(source: InputRecords, columns: Sequence[str], words: Words) -> str:
    """What is said of keys that stand several times."""
    # The keys themselves are not shown: they may lead to a person.
    records = words.count_of(source.repeated_keys, "record")
    return words.say("repeated_keys", records=records, columns=", ".join(columns))


def records_of(
    given: argparse.Namespace, config: Config, counter: UnitCounter | None
) -> InputRecords:
    """The records that the arguments name; units are counted by `counter`."""
    texts = given.text
    if not texts and given.input != "-":
        file = given_table(given, given.input, "INPUT")
        if file:
            return file_source(file, config, counter)
    elif not texts:
        texts = input_lines(sys.stdin.buffer.read(), config.data.encoding)
    return text_source(texts, given.field, config, counter)


def with_bar(parts: Iterable[Coded], rows: int) -> Iterator[Coded]:
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


def write_blocks(parts: Iterable[CodedBlock], file: Path) -> None:
    """Writes coded blocks into one file."""
    with target(file) as write:
        for part in parts:
            write(part.content)
