"""The second step of a job: each distinct answer is coded once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from han.errors import InputError
from han.jobs.answer_database import BLOCK
from han.jobs.chunk_coding import ChunkWork, code_chunks
from han.jobs.coding_job import CodingJob
from han.jobs.job_tasks import Task
from han.usable_cores import usable_cores


def chunk_work(job: CodingJob, task: Task) -> ChunkWork:
    """What a process must know to code chunks of a task.

    Raises:
        InputError: If the rows have not been read.
    """
    if job.num_answers(task) is None:
        raise InputError(
            f"{job.folder.folder}: the rows have not all been read. Give the command "
            "with --step read first, or without --step."
        )
    return ChunkWork(
        task,
        job.manifest.runs[task.name],
        date.fromisoformat(job.manifest.days[task.name]),
        job.manifest.tables,
        job.folder,
        {name: job.columns.names[name] for name in task.answer_columns},
        job.manifest.rows,
        -(-job.config.resources.answers // BLOCK),
        job.manifest.fingerprint,
    )


def code_answers(
    job: CodingJob, task: Task, part: int = 0, parts: int = 1
) -> Iterator[int]:
    """Codes the chunks of a task that are not there yet, or a part of them.

    Args:
        job: The job, whose rows have been read.
        task: The task.
        part: Which part, from 0.
        parts: Number of parts.

    Returns:
        Answers of each chunk, as it is done; those that were done before come first.

    Raises:
        InputError: If the run has changed or a process was ended by the system.
    """
    work, total = chunk_work(job, task), job.num_answers(task) or 0
    size = work.blocks * BLOCK
    own = range(part, work.num_chunks, parts)
    waiting = [number for number in own if not work.is_done(number)]
    kept = [number for number in own if number not in set(waiting)]
    if kept:
        job.events.say("kept", task=task.name, chunks=len(kept))
        yield sum(min(size, total - number * size) for number in kept)
    if not waiting:
        return
    asked = job.config.resources.processes or usable_cores()
    for number in code_chunks(work, waiting, min(asked, len(waiting))):
        answers = min(size, total - number * size)
        job.events.say("coded", task=task.name, chunk=number, answers=answers)
        yield answers
