"""What `python -m han.plan` says of a job that has been coded."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from han.cli import screen_language
from han.decisions.routing import PARTIAL
from han.errors import InputError, listing
from han.jobs.job_folder import JobFolder
from han.jobs.job_summary import task_lines
from han.languages.words import JOB, Words
from han.planning.plan_arguments import check_minutes, parser
from han.planning.workload import ClerkMinutes

OWN = {"run", "minutes_per_record", "minutes_per_partial", "lang"}
NONE = {"rows": 0, "answers": 0}


def job_plan(given: argparse.Namespace) -> str:
    """Rows by stage of each task, the evidence, the promise, and hours of clerks.

    The thresholds of a job are those of its runs: nothing is chosen here.

    Args:
        given: The arguments of the command; `run` is the folder of a job.

    Raises:
        InputError: If the job is not finished, or an option plans for a run.
    """
    usual = parser()
    others = [n for n in vars(given) if n not in OWN]
    if asked := [n for n in others if getattr(given, n) != usual.get_default(n)]:
        names = ["DATA" if n == "data" else f"--{n.replace('_', '-')}" for n in asked]
        raise InputError(
            f"{given.run} is the folder of a job, which is coded by the plans of its "
            f"runs. Give the command without {listing(names)}, or the folder of a run."
        )
    check_minutes(given)
    folder, words = JobFolder(given.run), Words(JOB, screen_language(given))
    minutes = ClerkMinutes(given.minutes_per_record, given.minutes_per_partial)
    known, settings = _known(folder)
    lines: list[str] = []
    for name, counts in known["tasks"].items():
        order = [*settings["tasks"][name]["stages"], "clerk"]
        lines += task_lines(name, known["rows"], counts, order, words)
        lines.append(_clerks(counts, minutes, words))
    return "\n".join(lines)


def _known(folder: JobFolder) -> tuple[dict[str, Any], dict[str, Any]]:
    """Counts and settings of a finished job."""
    settings = json.loads(folder.manifest.read_text(encoding="utf-8"))["settings"]
    try:
        return json.loads(folder.counts.read_text(encoding="utf-8")), settings
    except (OSError, ValueError):
        raise InputError(
            f"{folder.folder}: this job is not finished, so that there is nothing to "
            "say of it yet. Give python -m han.code with its file first."
        ) from None


def _clerks(counts: Mapping[str, Any], minutes: ClerkMinutes, words: Words) -> str:
    """Hours of clerks: a decision for each row, or for each distinct answer."""
    people, partial = counts["people"], counts.get("route", {}).get(PARTIAL, NONE)
    parts = {by: (people[by] - partial[by], partial[by]) for by in ("rows", "answers")}
    hours = {
        by: (review * minutes.review + completed * minutes.partial) / 60
        for by, (review, completed) in parts.items()
    }
    review, completed = parts["rows"]
    return words.say(
        "clerks",
        hours=words.numbers.count(hours["rows"], 1),
        once=words.numbers.count(hours["answers"], 1),
        review=words.count_of(review, "row"),
        partial=words.count_of(completed, "row"),
        minutes_review=f"{minutes.review:g}",
        minutes_partial=f"{minutes.partial:g}",
    )
