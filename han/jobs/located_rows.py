"""Rows in the order of the input, each with the hash of its answer of every task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from han.jobs.answer_database import (
    HASH,
    REPEATS,
    Connection,
    blocks_of,
    identifier,
    quoted,
    source_of,
)
from han.jobs.coding_job import CodingJob
from han.jobs.job_columns import FILE
from han.jobs.job_tasks import Task
from han.tables.prediction_columns import ROW

AT_ONCE = 1 << 16
Halves = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class LocatedRows:
    """Some rows of a job.

    Attributes:
        keys: What names each, `n` rows.
        hashes: Both halves of the hash of its answer, of each task, `(n,)` each.
    """

    keys: pa.Table
    hashes: list[tuple[Halves, Halves]]


def located_rows(
    connection: Connection, job: CodingJob, tasks: Sequence[Task]
) -> Iterator[LocatedRows]:
    """All rows of a job, `AT_ONCE` at once.

    Args:
        connection: The database.
        job: The job, whose rows have been read.
        tasks: Tasks of this job, or of others of the same rows.

    Raises:
        RuntimeError: If the database does not keep their order.
    """
    last = (0, 0)
    reader = connection.sql(_query(job, tasks)).to_arrow_reader(AT_ONCE)
    # Always the same rows together, whatever the batches of the database: files are
    # the same then, too.
    for batch in blocks_of(reader, AT_ONCE):
        last = _in_order(batch, last)
        keys = [name for name in batch.column_names if not name.startswith("at_")]
        hashes = [
            tuple(batch[f"at_{half}_{number}"].to_numpy() for half in HASH)
            for number in range(len(tasks))
        ]
        yield LocatedRows(batch.select(keys), hashes)


def _in_order(batch: pa.Table, last: tuple[int, int]) -> tuple[int, int]:
    """File and row of the last one of a batch, which follows upon another one."""
    files, rows = (batch[name].to_numpy() for name in ("at_file", "at_row"))
    first = (int(files[0]), int(rows[0]))
    same = np.diff(files) == 0
    steps = np.where(same, np.diff(rows) == 1, (np.diff(files) > 0) & (rows[1:] == 1))
    if not steps.all() or first <= last:
        raise RuntimeError(f"Rows came out of order near {first}.")
    return int(files[-1]), int(rows[-1])


def _query(job: CodingJob, tasks: Sequence[Task]) -> str:
    """SQL of the rows; DuckDB keeps their order where nothing is joined or counted."""
    names = job.columns.names
    units = {
        f"{REPEATS}_{number}": names[task.unit]
        for number, task in enumerate(tasks)
        if task.unit
    }
    keys = [f"{names[key]} AS {identifier(key)}" for key in job.config.input.keys]
    selected = [*(keys or [_file_name(job), f"row AS {ROW}"]), "file AS at_file"]
    selected.append("row AS at_row")
    for number, task in enumerate(tasks):
        cells = task.cells(names)
        if task.unit:
            cells = cells.with_other(f"{REPEATS}_{number}")
        halves = cells.hashes.items()
        selected += [f"{sql} AS at_{half}_{number}" for half, sql in halves]
    query = f"SELECT {', '.join(selected)} FROM {source_of(job.folder.rows, units)}"
    return f"{query} ORDER BY at_file, at_row" if units else query


def _file_name(job: CodingJob) -> str:
    """SQL of the name of a row's file."""
    names = ", ".join(quoted(file.name) for file in job.manifest.inputs)
    return f"[{names}][file + 1] AS {FILE}"
