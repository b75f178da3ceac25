"""Codes a stream of any size, as `han.code` is asked to."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from han.catalogue.registration import check_approved, open_store, register
from han.cli import screen_language
from han.config.job_config import read_job
from han.jobs.changed_codes import (
    change_job,
    changed_setting,
    explained_change,
    write_changes,
)
from han.jobs.coding_job import CodingJob
from han.jobs.coding_step import code_answers
from han.jobs.encoding_key import encoding_named
from han.jobs.evidence_step import add_evidence, check_evidence, check_read_codes
from han.jobs.job_folder import JobFolder
from han.jobs.job_slurm import asked_part, submit_steps
from han.jobs.job_summary import change_text, job_summary
from han.jobs.reading_step import (
    find_answers,
    read_rows,
    refuse_changes,
    repeated_keys,
)
from han.jobs.rule_check import rule_remarks
from han.jobs.writing_step import write_rows
from han.languages.words import JOB, Words
from han.runs.folder_lock import held
from han.runs.run_warnings import warn_of_run


def carry_out(given: argparse.Namespace) -> int:
    """Codes what the job asks for."""
    words = Words(JOB, screen_language(given))
    config = read_job(given.job, given.overrides)
    if given.clean:  # whatever has become of the run
        return _cleaned(JobFolder(Path(config.output.folder)), words)
    store = open_store(config.store)
    job = CodingJob.of(config)
    job.check()
    check_approved(store if config.only_approved else None, [t.run for t in job.tasks])
    check_evidence(job)
    for task in job.tasks:
        warn_of_run(task.run)
    if given.check:
        return _checked(job, given.job, words)
    if given.slurm:
        return _submitted(job, given, words)
    asked_part(given.part)  # for its error, before anything is done
    # Array tasks work in one folder at the same time; all else does not.
    lock = nullcontext() if given.step == "code" else _held(job.folder)
    with lock, _ended_in_words(job):
        if given.explain_change:
            return _explained(job, given, words)
        code = _coded(job, given, words)
        if job.is_finished:
            register(store, job.folder.folder, ["code"])
        return code


@contextmanager
def _ended_in_words(job: CodingJob) -> Iterator[None]:
    """Tells the events that the job has stopped, and not why.

    A message may hold what respondents wrote.
    """
    try:
        yield
    except BaseException as error:
        if job.folder.is_job:
            job.events.say("stopped", level="error", by=type(error).__name__)
        raise


def _held(folder: JobFolder) -> AbstractContextManager[None]:
    folder.make([])
    return held(
        folder.lock,
        f"{folder.folder}: another process works on this job. Wait until it has "
        "ended, or give another `output.folder`.",
    )


def _cleaned(folder: JobFolder, words: Words) -> int:
    folder.refuse_others()
    if folder.is_job:
        with _held(folder):
            folder.clean()
    print(words.say("cleaned", folder=folder.folder))
    return 0


def _checked(job: CodingJob, file: Path, words: Words) -> int:
    for line in rule_remarks(job, words):
        print(line)
    files = words.count_of(len(job.files), "file")
    print(words.say("checked", file=file, files=files))
    return 0


def _submitted(job: CodingJob, given: argparse.Namespace, words: Words) -> int:
    command = [str(given.job), *given.overrides, "--lang", words.language]
    folder = job.folder.folder.resolve()
    asked = {name: getattr(given, name) for name in ("time", "partition", "account")}
    folder.parent.mkdir(parents=True, exist_ok=True)
    if given.restart:
        with _held(job.folder):
            job.open(restart=True)
    found = submit_steps(command, folder, job.config.name, given.slurm, **asked)
    jobs = ", ".join(f"{step} {number}" for step, number in found.items())
    print(words.say("submitted", jobs=jobs, log=f"{folder}-*.log"))
    return 0


def _coded(job: CodingJob, given: argparse.Namespace, words: Words) -> int:
    began = time.perf_counter()
    job.open(restart=given.restart)
    if job.is_finished:
        refuse_changes(job)
        if given.step in (None, "write"):
            add_evidence(job)
        print(words.say("finished", folder=job.folder.folder))
        print(job_summary(job, words))
        return 0
    if given.step in (None, "read"):
        _read(job, words)
    if given.step in (None, "code"):
        answers = _code(job, given, words)
    if given.step == "read":
        rows = words.count_of(job.manifest.rows, "row")
        print(words.say("step_read", folder=job.folder.folder, rows=rows))
    elif given.step == "code":
        said = words.count_of(answers, "answer")
        print(words.say("step_code", folder=job.folder.folder, answers=said))
    else:
        _write(job, words)
        add_evidence(job)
        print(job_summary(job, words))
        seconds = words.numbers.count(time.perf_counter() - began, 1)
        print(words.say("took", seconds=seconds), file=sys.stderr)
    return 0


def _explained(job: CodingJob, given: argparse.Namespace, words: Words) -> int:
    """What a change would do to a job that has been coded."""
    job.open()
    setting = changed_setting(job.config, given.explain_change)
    config = read_job(given.job, [*given.overrides, setting])
    total = sum(job.num_answers(task) or 0 for task in job.tasks)
    done = (answers for _, answers in explained_change(job, config))
    for _ in _counted(done, words.say("comparing"), "answers", total):
        pass
    other = change_job(job, config)
    other.open()
    changes = write_changes(job, other)
    print(change_text(changes, job.manifest.rows, words))
    print(words.say("changes_in", file=job.folder.changes))
    return 0


def _read(job: CodingJob, words: Words) -> None:
    with (
        _bar(words.say("reading"), "rows", None) as bar,
        encoding_named("input.encoding"),
    ):
        read_rows(job, bar.update)
    if repeated := repeated_keys(job):
        # The keys themselves are not shown: they may lead to a person.
        rows, keys = words.count_of(repeated, "row"), ", ".join(job.config.input.keys)
        print(words.say("repeated_keys", rows=rows, columns=keys), file=sys.stderr)
    with _bar(words.say("finding"), "tasks", len(job.tasks)) as bar:
        for _ in find_answers(job):
            bar.update()
    check_read_codes(job)


def _code(job: CodingJob, given: argparse.Namespace, words: Words) -> int:
    part, parts = asked_part(given.part) if given.step else (0, 1)
    done = 0
    for task in job.tasks:
        coded = code_answers(job, task, part, parts)
        total = -(-(job.num_answers(task) or 0) // parts)
        what = words.say("coding", task=task.name)
        for count in _counted(coded, what, "answers", total):
            done += count
    return done


def _write(job: CodingJob, words: Words) -> None:
    rows = job.manifest.rows
    for _ in _counted(write_rows(job), words.say("writing"), "rows", rows):
        pass


def _bar(what: str, unit: str, total: int | None) -> tqdm[NoReturn]:
    """Shows how far long work is, its rate and the time left, to who watches."""
    hidden = not sys.stderr.isatty()
    return tqdm(desc=what, unit=f" {unit}", total=total, disable=hidden)


def _counted(counts: Iterable[int], what: str, unit: str, total: int) -> Iterator[int]:
    """The same counts; long work shows how far it is."""
    with _bar(what, unit, total) as bar:
        for count in counts:
            yield count
            bar.update(count)
