"""The first step of a job: rows are read once, equal answers brought together."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from han.errors import InputError, listing
from han.jobs.answer_database import database, source_of, write_answers
from han.jobs.answer_repeats import counted_texts
from han.jobs.coding_job import CodingJob
from han.jobs.job_manifest import RESTART
from han.jobs.job_tasks import Task
from han.jobs.staged_rows import StagedFile, stage_file, staged_file
from han.tables.locations import DataFile
from han.tables.output_file import check_rows
from han.tables.whole_files import write_whole


def read_rows(job: CodingJob, seen: Callable[[int], object] = int) -> None:
    """Reads the rows of all inputs that have not been read yet.

    Args:
        job: The job, open.
        seen: Is told of rows as they are read.

    Raises:
        InputError: For a fault of a file, with its row; or if one has changed since it
            was read.
    """
    refuse_changes(job)
    found = [_staged(job, n, file, seen) for n, file in enumerate(job.files)]
    if not sum(file.rows for file in found):
        raise InputError("The input has no rows. Expected at least one.")
    _remove_others(job)
    check_rows(_file(job), sum(file.rows for file in found))
    if not job.manifest.inputs:
        job.manifest = job.manifest.with_inputs(found)
        job.manifest.write(job.folder.manifest)


def _remove_others(job: CodingJob) -> None:
    """Removes rows that are not of this input: half read, or of a file that is gone."""
    own = {job.folder.staged(number) for number in range(len(job.files))}
    for file in {*job.folder.rows.iterdir()} - own:
        file.unlink()


def _file(job: CodingJob) -> Path | None:
    file = job.config.output.file
    return None if file is None else Path(file)


def refuse_changes(job: CodingJob) -> None:
    """Raises InputError if the input is not the one that the job has read."""
    known = job.manifest.inputs
    if not known:
        return
    before, now = [file.name for file in known], [str(file) for file in job.files]
    if before != now:
        # In another order only: all of them.
        raise _changed(job, sorted({*before} ^ {*now}) or now)
    pairs = zip(known, job.files, strict=True)
    if changed := [one.name for one, file in pairs if not one.is_still(file)]:
        raise _changed(job, changed)


def _changed(job: CodingJob, names: Sequence[str]) -> InputError:
    return InputError(
        f"{job.folder.folder}: the input has changed since this job read it: "
        f"{listing(names)}. {RESTART}"
    )


def _staged(
    job: CodingJob, number: int, file: DataFile, seen: Callable[[int], object]
) -> StagedFile:
    target = job.folder.staged(number)
    known = staged_file(target)
    # What the manifest knows has been compared with the file already.
    is_own = known is not None and known.name == str(file)
    if known and is_own and (job.manifest.inputs or known.is_still(file)):
        seen(known.rows)
        return known
    encoding = job.config.input.encoding
    staged = stage_file(number, file, job.columns.read, encoding, target, seen)
    job.events.say("read", file=number, rows=staged.rows)
    return staged


def repeated_keys(job: CodingJob) -> int:
    """Rows whose keys are those of a row before; 0 where answers have been found.

    Args:
        job: The job, whose rows have been read.
    """
    keys = [job.columns.names[key] for key in job.config.input.keys]
    if not keys or all(job.num_answers(task) is not None for task in job.tasks):
        return 0
    share = job.config.resources.memory_share
    with database(job.folder.spill, share) as connection:
        source, hashed = source_of(job.folder.rows, {}), f"hash({', '.join(keys)})"
        query = f"SELECT count(*) - count(DISTINCT {hashed}) FROM {source}"
        return int(connection.sql(query).fetchall()[0][0])


def find_answers(job: CodingJob) -> Iterator[str]:
    """Writes the distinct answers of each task, unless they are there.

    Args:
        job: The job, whose rows have been read.

    Returns:
        Name of each task whose answers have been found.

    Raises:
        InputError: If memory or disk does not suffice.
    """
    waiting = [task for task in job.tasks if job.num_answers(task) is None]
    if not waiting:
        return
    names, share = job.columns.names, job.config.resources.memory_share
    with database(job.folder.spill, share) as connection:
        for task in waiting:
            count = write_answers(
                connection,
                job.folder.rows,
                task.cells(names),
                job.folder.answers(task.name),
                names[task.unit] if task.unit else None,
            )
            _count_repeats(job, task)
            known = {"job": job.manifest.fingerprint, "answers": count}
            write_whole(job.folder.found(task.name), json.dumps(known).encode())
            job.events.say("answers", task=task.name, answers=count)
            yield task.name


def _count_repeats(job: CodingJob, task: Task) -> None:
    """How often the text of each answer stands, if the thresholds ask."""
    limit = task.policy.limit if task.policy else None
    if limit is None or task.unit:
        return
    answers = job.folder.answers(task.name)
    counted = counted_texts(task, answers, job.columns.names, limit)
    content = io.BytesIO()
    np.save(content, counted)
    write_whole(job.folder.repeats(task.name), content.getvalue())
