"""Codes records for all tasks of a run at once, as `han.predict` is asked to."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import cast

import pandas as pd

from han.cli import screen_language
from han.commands.predict_command import (
    note_limit,
    records_of,
    repeated_keys,
    set_choice,
    unit_counter,
    with_bar,
    write_blocks,
)
from han.errors import InputError, printable
from han.languages.words import SUMMARY, Words
from han.prediction.input_records import InputRecords
from han.prediction.prediction_summary import Clock, PredictionSummary
from han.prediction.workers import PredictionJob, code_blocks, num_processes
from han.runs.manifest import check_identity, run_identity
from han.runs.routing_policy import RoutingPolicy, load_routing_policy
from han.runs.run_files import PAIRS_FILE
from han.runs.run_folder import RunFolder
from han.tables.output_file import check_output, check_rows
from han.tasks.pair_table import VERDICTS
from han.tasks.task_prediction import (
    CodedTaskBlock,
    screen_columns,
    task_blocks,
    task_coder,
)
from han.tasks.task_run import BoundTasks

Policies = dict[str, RoutingPolicy | None]


def carry_out_tasks(given: argparse.Namespace) -> int:
    """Codes the records and writes them."""
    identity = run_identity(given.run)
    words = Words(SUMMARY, screen_language(given))
    check_output(given.output, given.input)
    bound = BoundTasks.read(given.run)
    bound.check(given.run)
    names = list(bound.weights)
    counts = _Counts(given, names)
    policies: Policies = {n: load_routing_policy(given.run / n) for n in names}
    sources = _sources(given, policies, words)
    source = next(iter(sources.values()))
    check_rows(given.output, source.rows)
    processes = num_processes(source, given.engine, given.processes)
    job = PredictionJob(given.run, given.engine, given.top_k, given.output, identity)
    began = time.perf_counter()
    parts = code_blocks(task_blocks(sources), job, processes, task_coder)
    coded = with_bar(cast("Iterator[CodedTaskBlock]", parts), source.rows)
    counted = counts.of(coded)
    if given.output is None:
        _print_table(pd.concat([part.content for part in counted]), names)
    else:
        write_blocks(counted, given.output)
    # A table on the screen may go down a pipe, and then goes alone.
    where = sys.stderr if given.output is None else sys.stdout
    for name, summary in counts.summaries.items():
        said = summary.promised(policies[name], words)
        if given.output is not None:
            text = summary.text(sources.get(name, source), given.output, words)
            said = [text, *said]
        for line in said:
            print(f"{name}: {line}", file=where)
    if (given.run / PAIRS_FILE).is_file():  # of no record, too
        found = {v: words.numbers.count(counts.verdicts[v]) for v in VERDICTS}
        print(words.say("pairs", **found), file=where)
    if given.output is not None:
        seconds = time.perf_counter() - began
        print(counts.clock.speed(seconds, processes, words), file=sys.stderr)
    return 0


def _sources(
    given: argparse.Namespace, policies: Policies, words: Words
) -> dict[str, InputRecords]:
    """The records, looked through by each task whose thresholds count repeats."""
    run = RunFolder(given.run)
    config = run.config(given.encoding, tasks=True)
    set_choice(given, config)  # it refuses what is of one run
    counting = {n: p for n, p in policies.items() if p and p.limit}
    if given.input == "-" and len(counting) > 1:
        raise InputError(
            f"{given.run}: several tasks count how often texts stand, and standard "
            "input can be read once. Write the texts into a file, or give the folder "
            "of one task."
        )
    found = {
        name: records_of(given, config, unit_counter(given.run / name, policy))
        for name, policy in counting.items()
    }
    if not found:
        found = {next(iter(policies)): records_of(given, config, None)}
    source = next(iter(found.values()))
    if source.repeated_keys:
        said = repeated_keys(source, config.data.key_columns, words)
        print(said, file=sys.stderr)
    for name, one in found.items():
        note_limit(policies[name], one, words)
    return found


class _Counts:
    """What there was among the coded records; the runs must stay what they were."""

    def __init__(self, given: argparse.Namespace, tasks: list[str]) -> None:
        self.summaries = {name: PredictionSummary() for name in tasks}
        self.verdicts: Counter[str] = Counter()
        self.clock = Clock()
        folders = [given.run / name for name in tasks]
        self._identities = {folder: run_identity(folder) for folder in folders}

    def of(self, parts: Iterable[CodedTaskBlock]) -> Iterator[CodedTaskBlock]:
        """The same parts; notes what there was in each, and how fast.

        Raises:
            InputError: After the last one, if the run of a task was replaced meanwhile.
        """
        for part in parts:
            for name, one in part.tasks.items():
                self.summaries[name].add(one)
            self.verdicts.update(part.verdicts)
            self.clock.add(part)
            yield part
        for folder, identity in self._identities.items():
            check_identity(folder, identity)


def _print_table(table: pd.DataFrame, tasks: list[str]) -> None:
    shown = table[screen_columns(list(table.columns), tasks)]
    text = shown.to_string(index=False, float_format="{:.3f}".format, na_rep="")
    print(printable(text))
