"""Which rows would get another code with another rule table, dictionary or run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from han.config.job_config import JobConfig
from han.errors import InputError, listing
from han.jobs.answer_database import Connection, database, identifier
from han.jobs.coding_job import CodingJob
from han.jobs.coding_step import chunk_work, code_answers
from han.jobs.job_folder import JobFolder
from han.jobs.job_output import JobOutput
from han.jobs.reading_step import find_answers, refuse_changes
from han.runs.run_files import CONFIG_FILE
from han.tables.output_file import target

WHAT = ("code", "method", "reason")  # of each row, before and after
FILE = "changes.parquet"


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
        return given
    is_run = (Path(given) / CONFIG_FILE).is_file()
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
    for task in job.tasks:
        chunk_work(job, task).check_done()
    other = change_job(job, config)
    other.check()
    _forget_others(other.folder.folder)
    other.open()
    if not other.manifest.inputs:
        other.manifest = other.manifest.with_inputs(job.manifest.inputs)
        other.manifest.write(other.folder.manifest)
    find_answers(other)
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
    other = CodingJob.of(config)
    needed = {c for task in other.tasks for c in task.answer_columns}
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
    outputs = [
        JobOutput(one.config, one.folder, one.tasks, job.columns.names, one.manifest)
        for one in (job, other)
    ]
    found: list[Change] = []
    with database(job.folder.spill, job.config.resources.memory_share) as connection:
        query, prefixes = _differences(job, outputs)
        connection.execute(f"CREATE TEMP TABLE changed AS {query}")
        with target(job.folder.folder / FILE) as write:
            for batch in connection.sql("FROM changed").to_arrow_reader(1 << 16):
                write(_table(batch))
        for task, prefix in zip(job.tasks, prefixes, strict=True):
            found += _counts(connection, task.name, prefix)
    return found


def _table(batch: Any) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches([batch])


def _differences(job: CodingJob, outputs: Sequence[JobOutput]) -> tuple[str, list[str]]:
    """SQL of the rows that differ, and what begins the columns of each task."""
    prefixes = [f"{t.name}_" if len(job.tasks) > 1 else "" for t in job.tasks]
    keys = [identifier(key) for key in job.config.input.keys] or ["file", "row"]
    cells = [
        f"{side}.{identifier(p + what)} AS {identifier(f'{p}{what}_{when}')}"
        for p in prefixes
        for what in WHAT
        for side, when in (("a", "before"), ("b", "after"))
    ]
    differ = " OR ".join(
        f"a.{identifier(p + 'code')} <> b.{identifier(p + 'code')}" for p in prefixes
    )
    before, after = (output.numbered_query for output in outputs)
    query = (
        f"SELECT {', '.join([*(f'a.{key}' for key in keys), *cells])} FROM ({before}) "
        f"AS a JOIN ({after}) AS b ON a.at_file = b.at_file AND a.at_row = b.at_row "
        f"WHERE {differ} ORDER BY a.at_file, a.at_row"
    )
    return query, prefixes


def _counts(connection: Connection, task: str, prefix: str) -> list[Change]:
    before, after, old, new = (
        identifier(f"{prefix}{what}_{when}")
        for what in ("method", "code")
        for when in ("before", "after")
    )
    query = (
        f"SELECT {before}, {after}, count(*) FROM changed WHERE {old} <> {new} "
        "GROUP BY ALL ORDER BY count(*) DESC, 1, 2"
    )
    return [Change(task, *row) for row in connection.sql(query).fetchall()]
