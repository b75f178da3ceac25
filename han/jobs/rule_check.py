"""What `--check` says of rule tables, from the first rows of the input."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pandas as pd

from han.jobs.coding_job import CodingJob
from han.jobs.job_tasks import Task
from han.languages.words import Words
from han.stages.answer_texts import Answers
from han.stages.rule_problems import rule_problems
from han.stages.rule_table import RuleTable
from han.tables.reading import read_blocks

ROWS = 20_000  # that are looked at


def rule_remarks(job: CodingJob, words: Words) -> Iterator[str]:
    """Conflicts of rules, and rules that decide nothing, a line each.

    Args:
        job: The job.
        words: Those of `JOB`, in a language.

    Raises:
        InputError: For a fault in the rows that are looked at.
    """
    tasks = [(task, task.rules) for task in job.tasks if task.rules]
    if not tasks:
        return
    table = _first_rows(job)
    for task, rules in tasks:
        rows = words.count_of(len(table), "row")
        yield words.say("rules_looked", task=task.name, rows=rows)
        yield from _remarks(task, rules, table, words)


def _first_rows(job: CodingJob) -> pd.DataFrame:
    encoding, read = job.config.input.encoding, job.columns.read
    blocks = (
        block
        for file in job.files
        for block in read_blocks(file, read, ROWS, encoding=encoding)
    )
    found: list[pd.DataFrame] = []
    for block in islice(blocks, len(job.files)):
        found.append(block)
        if sum(map(len, found)) >= ROWS:
            break
    return pd.concat(found, ignore_index=True).head(ROWS)


def _remarks(
    task: Task, rules: RuleTable, table: pd.DataFrame, words: Words
) -> Iterator[str]:
    cells = table[task.answer_columns].drop_duplicates()
    answers = Answers(
        task.texts({str(name): cells[name].tolist() for name in cells}),
        {name: cells[name].tolist() for name in task.others},
        task.non_answers,
    )
    for problem in rule_problems(rules, answers, task.day):
        named = words.listing(problem.rules)
        count = words.count_of(problem.answers, "answer")
        yield "  " + words.say(f"rule_{problem.kind}", rules=named, answers=count)
