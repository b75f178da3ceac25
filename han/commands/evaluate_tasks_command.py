"""Evaluates all tasks of a run, and how their codes go together."""

from __future__ import annotations

import argparse

from han.cli import given_table
from han.commands.each_task import for_each_task
from han.commands.evaluate_command import carry_out
from han.experiment.row_sources import find_source, result_name
from han.runs.run_files import METRICS_FILE
from han.runs.run_folder import RunFolder
from han.tasks.pair_scores import pair_lines, pair_scores
from han.tasks.task_classifiers import load_tasks


def carry_out_tasks(given: argparse.Namespace) -> int:
    """Evaluates each task, then the pairs if the run has a table of them."""
    code = for_each_task(given, carry_out)
    classifiers = load_tasks(given.run)
    if classifiers.pairs is None:
        return code
    run = RunFolder(given.run)
    config = run.config(given.encoding, tasks=True)
    data = given_table(given, given.data, "DATA")
    scores = pair_scores(run, config, classifiers, data, given.split)
    first = RunFolder(run / next(iter(classifiers)))
    source = find_source(first, first.config(), data, given.split, given.encoding)
    known = run.results()
    name = result_name(source, known.get("pairs", {}))
    pairs = {**known.get("pairs", {}), name: scores}
    run.write_json(METRICS_FILE, {**known, "pairs": pairs})
    print("", *pair_lines(scores), sep="\n")
    return code
