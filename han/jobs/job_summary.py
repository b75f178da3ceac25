"""What a finished job says: rows by stage, and what is left for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from han.jobs.changed_codes import Change
from han.jobs.coding_job import CodingJob
from han.jobs.evidence_text import aligned, evidence_lines
from han.languages.words import Words


def job_summary(job: CodingJob, words: Words) -> str:
    """Rows by stage of each task, and where they lie.

    Args:
        job: The job, finished.
        words: Those of `JOB`, in a language.
    """
    known = json.loads(job.folder.counts.read_text(encoding="utf-8"))
    lines: list[str] = []
    for name, counts in known["tasks"].items():
        order = [*job.config.tasks[name].stages, "clerk"]
        lines += task_lines(name, known["rows"], counts, order, words)
    files = words.count_of(len(known["parts"]), "file")
    said = words.say("coded_in", folder=job.folder.coded, files=files)
    if job.config.output.file:
        said += words.say("and_file", file=Path(job.config.output.file))
    return "\n".join([*lines, said])


def task_lines(
    task: str, rows: int, counts: dict[str, Any], order: Sequence[str], words: Words
) -> Iterator[str]:
    """What is said of a task: rows by stage, the accuracy of stages, work for people.

    Args:
        task: Its name.
        rows: Rows of the job.
        counts: What `counts.json` has of it.
        order: Its stages.
        words: Those of `JOB`, in a language.
    """
    numbers = words.numbers
    yield words.say(
        "found",
        task=task,
        rows=words.count_of(rows, "row"),
        answers=words.count_of(counts["answers"], "answer"),
        share=numbers.percent(counts["commonest"] / rows),
    )
    head = [words.say(key) for key in ("stage", "rows_head", "share", "answers_head")]
    table = [head]
    for stage in dict.fromkeys(order):
        found = counts["method"].get(stage, {"rows": 0, "answers": 0})
        share = numbers.percent(found["rows"] / rows)
        both = (numbers.count(found["rows"]), numbers.count(found["answers"]))
        table.append([stage, both[0], share, both[1]])
    yield from aligned(table)
    yield from evidence_lines(task, counts.get("evidence"), words)
    people = counts["people"]
    yield words.say(
        "people",
        rows=words.count_of(people["rows"], "row"),
        share=numbers.percent(people["rows"] / rows),
        answers=words.count_of(people["answers"], "answer"),
    )


def change_text(changes: Sequence[Change], rows: int, words: Words) -> str:
    """How many rows would get another code, by the stage before and after.

    Args:
        changes: What would change.
        rows: All rows of the job.
        words: Those of `JOB`, in a language.
    """
    total = sum(change.rows for change in changes)
    share = words.numbers.percent(total / rows)
    lines = [words.say("changes", rows=words.count_of(total, "row"), share=share)]
    head = [words.say(key) for key in ("task", "stage_before", "stage_after")]
    table = [[*head, words.say("rows_head")]]
    for change in changes:
        count = words.numbers.count(change.rows)
        table.append([change.task, change.before, change.after, count])
    return "\n".join([*lines, *(aligned(table) if changes else ())])
