"""Makes a queue, as `han.review out` is asked to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from han.catalogue.registration import open_store, register
from han.cli import given_table, screen_language
from han.commands.review_stats_arguments import LEAST
from han.errors import InputError, listing
from han.jobs.job_folder import JobFolder
from han.languages.words import QUEUE, Words
from han.review_making.job_answers import CodedJob
from han.review_making.new_queue import MadeQueue, QueueSource, new_queue
from han.review_making.queue_drawing import QueueShares
from han.review_making.run_answers import CodedData
from han.runs.run_warnings import warn_of_run
from han.runs.task_folders import task_names

SHARES = ("double", "double_checks", "gold", "check", "sample", "no_suggestions")


def carry_out(given: argparse.Namespace) -> int:
    """Makes the queue and says what is in it."""
    words, shares = Words(QUEUE, screen_language(given)), asked_shares(given)
    store = open_store(given.store)
    source = _source(given)
    warn_of_run(source.coded.run)
    bars: list[tqdm[NoReturn]] = []

    def seen(what: str) -> Callable[[int], object]:
        hidden = not sys.stderr.isatty()
        bars.append(tqdm(desc=words.say(what), unit="", disable=hidden))
        return bars[-1].update

    try:
        made = new_queue(source, given.output, shares, seen)
    finally:
        for bar in bars:
            bar.close()
    register(store, given.output, ["review"])
    print("\n".join(_summary(made, source, given.output, words)))
    return 0


def asked_shares(given: argparse.Namespace) -> QueueShares:
    """How the budget is spent.

    Raises:
        InputError: For a number that is too small, or a share that is none.
    """
    for name in ("budget", "batch"):
        if getattr(given, name) < 1:
            raise InputError(
                f"--{name} must be at least 1. Received: {getattr(given, name)}."
            )
    for name in SHARES:
        share = getattr(given, name)
        if not 0 <= share <= 1:
            option = name.replace("_", "-")
            raise InputError(f"--{option} must be from 0 to 1. Received: {share}.")
    if given.check + given.sample > 1:
        raise InputError(
            f"--check and --sample are {given.check + given.sample:g} together. "
            "Expected at most 1: they are shares of the same answers."
        )
    if given.active and "doubt" in given.without:
        raise InputError(
            "--active asks what is doubtful of each code, and --without doubt leaves "
            "doubt out. Give one of the two."
        )
    shares = {name: getattr(given, name) for name in SHARES}
    return QueueShares(
        given.budget,
        given.batch,
        without=tuple(dict.fromkeys(given.without)),
        seed=given.seed,
        active=given.active,
        **shares,
    )


def _source(given: argparse.Namespace) -> QueueSource:
    folder = Path(given.coded)
    if JobFolder(folder).is_job:
        if given.data:
            raise InputError(
                f"{folder} is the folder of a job, which has its rows. Give the "
                "command without DATA, or the folder of a run."
            )
        given_table(given, None, "DATA")  # options of a table that is not there
        coded = CodedJob.of(folder, given.task)
        exact = coded.task.settings.exact
        index = given.index or (exact.index if exact else None)
        return QueueSource(coded, given.notes, index)
    run = _run(folder, given.task)
    file = given_table(given, given.data, "DATA")
    if file is None:
        raise InputError(
            f"{folder} is the folder of a run, which has no rows. Give DATA, too: "
            f"python -m han.review out {folder} new.csv -o {given.output}."
        )
    data = CodedData.of(run, file, given.encoding)
    return QueueSource(data, given.notes, given.index)


def _run(folder: Path, task: str | None) -> Path:
    """The run, of a task where it has several."""
    names = task_names(folder)
    if task is None and not names:
        return folder
    if task not in names:
        known = f"the tasks {listing(names)}" if names else "no tasks"
        raise InputError(
            f"{folder}: this run has {known}. A queue is of one: "
            + ("give --task NAME." if names else "leave --task out.")
        )
    return folder / str(task)


def _few_checks(made: MadeQueue, words: Words) -> list[str]:
    """A warning where the machine will have no figure."""
    checks = [one for one in made.answers if one.drawn.part == "check"]
    twice = sum(one.seats == 2 for one in checks)
    if not checks or twice >= LEAST:
        return []
    return [words.say("few_checks", twice=twice, least=LEAST)]


def _summary(
    made: MadeQueue, source: QueueSource, place: str, words: Words
) -> list[str]:
    """What was made, and what comes next."""
    frame, answers = made.frame, made.answers
    coded, number = int(frame.coded.sum()), words.numbers.count
    parts = {part: made.part(part) for part in ("work", "sample", "check")}
    said = [
        words.say(
            "made",
            place=place,
            decisions=words.count_of(made.decisions, "decision"),
            answers=words.count_of(len(answers), "answer"),
            batches=words.count_of(made.batches, "batch"),
        ),
        words.say("parts_active" if made.shares.active else "parts", **parts),
        words.say(
            "twice",
            twice=sum(one.seats == 2 for one in answers),
            gold=sum(one.gold for one in answers),
            bare=sum(not one.suggestions for one in answers),
        ),
        *_few_checks(made, words),
        words.say("hours", hours=number(made.hours, 1)),
        words.say(
            "drawn_from",
            answers=words.count_of(len(frame), "answer"),
            rows=words.count_of(int(frame.rows.sum()), "row"),
            coded=coded,
            people=len(frame) - coded,
        ),
    ]
    if frame.blank_rows:
        said.append(words.say("blank", rows=words.count_of(frame.blank_rows, "row")))
    if isinstance(source.coded, CodedData) and not source.coded.is_routed:
        said.append(words.say("no_thresholds", run=source.coded.run))
    if not made.has_notes:
        said.append(words.say("no_notes"))
    if (left := made.shares.budget - made.decisions) > 1:
        said.append(words.say("unspent", left=words.count_of(left, "decision")))
    return [*said, words.say("next", place=place)]
