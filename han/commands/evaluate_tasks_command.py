"""Evaluates all tasks of a run, and how their codes go together."""

from __future__ import annotations

import argparse

from han.cli import given_table, screen_language
from han.commands.each_task import for_each_task
from han.commands.evaluate_command import carry_out
from han.errors import InputError, NothingCoded
from han.experiment.labelled_rows import has_labels
from han.experiment.row_sources import find_source, result_name
from han.languages.words import SUMMARY, Words
from han.runs.run_files import METRICS_FILE
from han.runs.run_folder import RunFolder
from han.runs.task_folders import task_names
from han.tasks.pair_scores import pair_lines, pair_scores
from han.tasks.task_classifiers import load_tasks


def carry_out_tasks(given: argparse.Namespace) -> int:
    """Evaluates each task, then the pairs if the run has a table of them.

    A task without labels in the file is named and passed over.
    """
    unlabelled: list[str] = []
    words = Words(SUMMARY, screen_language(given))

    def evaluate(own: argparse.Namespace) -> int:
        if not _is_evaluated(own):
            unlabelled.append(own.run.name)
            file = given_table(own, own.data, "DATA")
            print(words.say("task_unlabelled", file=file or "DATA"))
        return 0

    for_each_task(given, evaluate)
    if len(unlabelled) == len(task_names(given.run)):
        raise InputError(
            f"{given.data}: no record has a label of any task, so there is nothing to "
            "evaluate against. To code records without codes use python -m han.predict."
        )
    _evaluate_pairs(given, unlabelled, words)
    return 0


def _is_evaluated(given: argparse.Namespace) -> bool:
    """Evaluates a task; False if no record has a label of it."""
    run, data = RunFolder(given.run), given_table(given, given.data, "DATA")
    config = run.config()
    source = find_source(run, config, data, given.split, given.encoding)
    if not has_labels(config, source):
        return False
    try:
        carry_out(given)
    except NothingCoded:
        return False
    return True


def _evaluate_pairs(
    given: argparse.Namespace, unlabelled: list[str], words: Words
) -> None:
    classifiers = load_tasks(given.run)
    if classifiers.pairs is None:
        return
    run = RunFolder(given.run)
    config = run.config(given.encoding, tasks=True)
    data = given_table(given, given.data, "DATA")
    scores = pair_scores(run, config, classifiers, data, given.split, unlabelled)
    first = RunFolder(run / next(iter(classifiers)))
    source = find_source(first, first.config(), data, given.split, given.encoding)
    known = run.results()
    name = result_name(source, known.get("pairs", {}))
    pairs = {**known.get("pairs", {}), name: scores}
    run.write_json(METRICS_FILE, {**known, "pairs": pairs})
    print("", *pair_lines(scores, words), sep="\n")
