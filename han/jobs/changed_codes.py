"""Which rows would get another code with another rule table, dictionary or run."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from han.config.job_config import JobConfig
from han.errors import InputError, listing
from han.jobs.answer_database import Connection, database
from han.jobs.coded_answers import CodedAnswers
from han.jobs.coding_job import CodingJob
from han.jobs.coding_step import chunk_work, code_answers
from han.jobs.job_folder import JobFolder
from han.jobs.job_output import prefix_of
from han.jobs.located_rows import located_rows
from han.jobs.reading_step import find_answers, refuse_changes
from han.runs.run_files import CONFIG_FILE
from han.tables.output_file import target

WHAT = ("code", "method", "reason")  # of each row, before and after


@dataclass(frozen=True)
class Change:
    """Rows of one task that go from one stage to another, or from code to code.

    Attributes:
        task: The task.
        before: The stage that decides them now.
        after: The stage that would.
        rows: Number of rows whose code would be another one.
    """

    task: str
    before: str
    after: str
    rows: int


def changed_setting(config: JobConfig, given: str) -> str:
    """The override that is meant by a file or folder: rules, or a run.

    Args:
        config: The job.
        given: `key.sub=value`, which stands for itself; the folder of a run; or a
            rule table.

    Raises:
        InputError: If several tasks could be meant, or none.
    """
    if "=" in given:
        if given.split(".")[0] != "tasks":
            raise InputError(
                f"--explain-change {given}: input, output and resources are those of "
                "the job. Expected a key of its tasks, like tasks.NAME.rules.file=..."
            )
        return given
    is_run = (Path(given) / CONFIG_FILE).is_file()
    if not is_run and not Path(given).is_file():
        raise InputError(
            f"--explain-change {given}: there is no such file. Expected a rule table, "
            "the folder of a run, or key.sub=value."
        )
    tasks = [name for name, t in config.tasks.items() if is_run or t.rules]
    key = "run" if is_run else "rules.file"
    if len(tasks) != 1:
        meant = listing(f"tasks.{name}.{key}" for name in tasks or config.tasks)
        raise InputError(
            f"--explain-change {given}: {len(tasks)} tasks have "
            f"{'a run' if is_run else 'rules'}. Say which key is meant, as in "
            f"--explain-change tasks.NAME.{key}={given} ({meant})."
        )
    return f"tasks.{tasks[0]}.{key}={given}"


def explained_change(job: CodingJob, config: JobConfig) -> Iterator[tuple[str, int]]:
    """Codes the answers of a job as another job file says, beside the job.

    Args:
        job: The job, whose answers have been coded.
        config: The other one; its input is that of the job.

    Returns:
        Name of a task and answers of it, as they are coded.

    Raises:
        InputError: If the job is not coded, its input has changed, or the other one
            reads a column that the job has not read.
    """
    refuse_changes(job)
    if job.is_finished and not any(job.folder.rows.glob("*.parquet")):
        raise InputError(
            f"{job.folder.folder}: the working files were removed (--clean), and a "
            "change cannot be explained without them. Begin anew with --restart."
        )
    for task in job.tasks:
        chunk_work(job, task).check_done()
    other = change_job(job, config)
    other.check()
    _forget_others(other.folder.folder)
    other.open()
    if not other.manifest.inputs:
        other.manifest = other.manifest.with_inputs(job.manifest.inputs)
        other.manifest.write(other.folder.manifest)
    for _ in find_answers(other):
        pass
    for task in other.tasks:
        for answers in code_answers(other, task):
            yield task.name, answers


def _forget_others(folder: Path) -> None:
    """Removes what was coded for other changes."""
    for old in folder.parent.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def change_job(job: CodingJob, config: JobConfig) -> CodingJob:
    """The other job, which shares the rows of the first one."""
    if config.tasks.keys() != job.config.tasks.keys():
        raise InputError(
            "--explain-change must leave the job the tasks that it has: "
            f"{listing(job.config.tasks)}."
        )
    other = CodingJob.of(config)
    needed = {c for task in other.tasks for c in task.answer_columns}
    needed |= {task.unit for task in other.tasks if task.unit}
    if unread := sorted(needed - job.columns.names.keys()):
        raise InputError(
            f"This change reads the columns {listing(map(repr, unread))}, which the "
            "job has not read. Code it as a job of its own, with another "
            "`output.folder`."
        )
    place = job.folder.work / "changes" / other.manifest.fingerprint[:12]
    output = replace(config.output, folder=str(place), file=None)
    own = replace(config, output=output)
    folder = JobFolder(place, shared_rows=job.folder.rows)
    shared = CodingJob(own, other.tasks, folder, other.manifest)
    shared.columns = job.columns  # the rows are there under its names
    return shared


def write_changes(job: CodingJob, other: CodingJob) -> list[Change]:
    """Writes which rows would change, into the job folder, and counts them.

    The file has the keys of each row, and code, method and reason before and after.

    Args:
        job: The job.
        other: The other one, coded.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    share = job.config.resources.memory_share
    with (
        database(job.folder.spill, share) as connection,
        target(job.folder.changes) as write,
    ):
        for table in _compared(connection, job, other):
            for task in job.tasks:
                counts.update(_moves(table, task.name, prefix_of(job, task)))
            write(table)
    return [Change(*move, rows) for move, rows in counts.most_common()]


def _compared(
    connection: Connection, job: CodingJob, other: CodingJob
) -> Iterator[pa.Table]:
    """Rows of which any code differs, with what each task says before and after."""
    tasks = [*job.tasks, *other.tasks]
    folders = [one.folder for one in (job, other) for _ in one.tasks]
    answers = [
        CodedAnswers.read(folder.chunks(task.name))
        for folder, task in zip(folders, tasks, strict=True)
    ]
    for rows in located_rows(connection, job, tasks):
        found = [known.of(*at) for known, at in zip(answers, rows.hashes, strict=True)]
        columns = dict(zip(rows.keys.column_names, rows.keys.columns, strict=True))
        differs = pa.array([False] * len(rows.keys))
        both = zip(
            job.tasks, found[: len(job.tasks)], found[len(job.tasks) :], strict=True
        )
        for task, before, after in both:
            differs = pc.or_(differs, pc.not_equal(before["code"], after["code"]))
            for what in WHAT:
                name = prefix_of(job, task) + what
                columns |= {
                    f"{name}_before": before[what],
                    f"{name}_after": after[what],
                }
        yield pa.table(columns).filter(differs)


def _moves(table: pa.Table, task: str, prefix: str) -> Counter[tuple[str, str, str]]:
    """Rows of a task by the stage before and after, where its code differs."""
    old, new = (table[f"{prefix}code_{when}"] for when in ("before", "after"))
    moved = table.filter(pc.not_equal(old, new))
    stages = [
        moved[f"{prefix}method_{when}"].to_pylist() for when in ("before", "after")
    ]
    return Counter((task, before, after) for before, after in zip(*stages, strict=True))
