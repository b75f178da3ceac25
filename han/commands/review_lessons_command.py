"""Writes what a queue teaches, as `han.review lessons` is asked to."""

from __future__ import annotations

import argparse
from pathlib import Path

from han.cli import screen_language
from han.languages.words import REVIEW_LESSONS, Words
from han.review_lessons.lesson_files import (
    CALIBRATION,
    DICTIONARY,
    RECORDS,
    LessonChoice,
    Lessons,
    write_lessons,
)
from han.review_lessons.lesson_tables import DESIGN_WEIGHT
from han.reviewing.queue_database import QueueDatabase
from han.runs.run_files import CONFIG_FILE
from han.runs.run_folder import RunFolder


def carry_out(given: argparse.Namespace) -> int:
    """Writes the files, says what is in them and who reads them."""
    words = Words(REVIEW_LESSONS, screen_language(given))
    choice = LessonChoice(given.only is not None, given.all, given.field)
    queue = QueueDatabase(given.queue)
    run = _run_of(given, queue)
    config = RunFolder(run, writes=False).config() if run else None
    found = write_lessons(queue, given.output, choice, config)
    for line in _lines(given.output, found, run, words):
        print(line)
    return 0


def _run_of(given: argparse.Namespace, queue: QueueDatabase) -> Path | None:
    """The run that reads the sample: the one of the queue, if it is still there."""
    if given.run:
        return Path(given.run)
    folder = Path(str(queue.settings.get("run", "")))
    return folder if (folder / CONFIG_FILE).is_file() else None


def _lines(folder: Path, found: Lessons, run: Path | None, words: Words) -> list[str]:
    records, dictionary, sample = (
        folder / name for name in (RECORDS, DICTIONARY, CALIBRATION)
    )
    coded = f"{{file: {dictionary}, code: code, count: support}}"
    exact = f"exact: {{field: {found.field}, coded: [{coded}]}}"
    lines = [
        f"{records}: {words.count_of(found.records, 'record')}",
        f"  {words.say('train', setting=f'data.reviewed: [{records}]')}",
        f"{dictionary}: {words.count_of(found.entries, 'entry')}",
        f"  {words.say('use_dictionary', setting=exact)}",
        f"  {words.say('support')}",
    ]
    if found.repeated:
        left_out = words.count_of(found.repeated, "text")
        lines.append(f"  {words.say('repeated', texts=left_out)}")
    if found.sample is None:
        return [*lines, words.say("no_sample")]
    command = (
        f"python -m han.plan {run or 'RUN'} --target leaf=0.9 --sample {sample} "
        f"--sample-weight {DESIGN_WEIGHT} --strata stratum"
    )
    lines.append(f"{sample}: {words.count_of(found.sample, 'sampled')}")
    lines.append(f"  {words.say('use_sample', command=command)}")
    if found.alone:
        lines.append(f"  {words.say('alone', alone=found.alone)}")
    if not run:
        lines.append(f"  {words.say('no_run')}")
    for work in found.work:
        if work.done < work.drawn:
            left = {"done": work.done, "drawn": work.drawn, "disputed": work.disputed}
            lines.append(f"  {words.say('left', stratum=work.name, **left)}")
    return lines
