"""The third step of a job: every row is written, and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator

from han.jobs.answer_database import database
from han.jobs.coding_job import CodingJob
from han.jobs.coding_step import chunk_work
from han.jobs.job_counts import task_counts
from han.jobs.job_output import write_parts
from han.runs.manifest import check_identity
from han.tables.whole_files import write_whole


def write_rows(job: CodingJob) -> Iterator[int]:
    """Writes every row, and counts.

    Args:
        job: The job, whose answers have been coded.

    Returns:
        Rows of each part, as it is done.

    Raises:
        InputError: If an answer has not been coded, a run was replaced meanwhile, or
            the disk does not suffice.
    """
    for task in job.tasks:
        work = chunk_work(job, task)
        work.check_done()
        work.remove_others()
    share = job.config.resources.memory_share
    parts: dict[str, int] = {}
    with database(job.folder.spill, share) as connection:
        for name, rows in write_parts(connection, job):
            parts[name] = rows
            job.events.say("written", part=name, rows=rows)
            yield rows
        counts = {
            task.name: task_counts(connection, job.folder.chunks(task.name))
            for task in job.tasks
        }
    for task in job.tasks:  # whose hashes stand in every row
        check_identity(task.run, job.manifest.runs[task.name])
    if sum(parts.values()) != job.manifest.rows:
        raise RuntimeError(f"{sum(parts.values())} of {job.manifest.rows} rows written")
    known = {
        "job": job.manifest.fingerprint,
        "rows": job.manifest.rows,
        "file": job.config.output.file,
    }
    text = json.dumps({**known, "parts": parts, "tasks": counts}, indent=2)
    write_whole(job.folder.counts, text.encode())
    job.events.say("finished", rows=job.manifest.rows)
