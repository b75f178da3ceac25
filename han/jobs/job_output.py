"""Every input row with its code: coded answers brought back, in the input's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pyarrow as pa

from han.jobs.answer_database import Connection
from han.jobs.coded_answers import CodedAnswers
from han.jobs.coding_job import CodingJob
from han.jobs.job_tasks import Task
from han.jobs.located_rows import LocatedRows, located_rows
from han.tables.output_file import target
from han.tables.output_rows import TITLES, Content, content_of
from han.tables.spreadsheet_cells import without_formulas


def write_parts(connection: Connection, job: CodingJob) -> Iterator[tuple[str, int]]:
    """Writes the parts and, if asked for, one file.

    Each is whole or not there. What an earlier attempt has left is replaced.

    Args:
        connection: The database.
        job: The job, coded.

    Returns:
        Name and rows of each part, as it is done.
    """
    output, rows = job.config.output, job.manifest.rows
    whole = Path(output.file) if output.file else None
    tables = _Tables(coded_rows(connection, job))
    names = set()
    with target(whole) if whole else nullcontext() as add:
        for number in range(-(-rows // output.rows)):
            part = job.folder.coded / f"part-{number:06d}.{output.form}"
            with target(part) as write:
                count = 0
                for table in tables.next_rows(output.rows):
                    write(_content(job, table, part, is_first=count == 0))
                    if whole and add:
                        is_first = number == 0 and count == 0
                        add(_content(job, table, whole, is_first=is_first))
                    count += len(table)
            names.add(part.name)
            yield part.name, count
    for old in job.folder.coded.glob("*part-*"):
        if old.name not in names:
            old.unlink()


class _Tables:
    """Tables that are taken a number of rows at a time."""

    def __init__(self, tables: Iterator[pa.Table]) -> None:
        self._tables, self._rest = tables, None

    def next_rows(self, rows: int) -> Iterator[pa.Table]:
        """The next rows, so many if there are, in several tables."""
        while rows:
            table = self._rest or next(self._tables, None)
            if table is None:
                return
            taken, self._rest = table.slice(0, rows), None
            if len(table) > rows:
                self._rest = table.slice(rows)
            rows -= len(taken)
            yield taken


def coded_rows(connection: Connection, job: CodingJob) -> Iterator[pa.Table]:
    """Rows of the output, some at once: keys, then what each task gave."""
    answers = [CodedAnswers.read(job.folder.chunks(task.name)) for task in job.tasks]
    for rows in located_rows(connection, job, job.tasks):
        yield _coded(job, rows, answers)


def _coded(
    job: CodingJob, rows: LocatedRows, answers: Sequence[CodedAnswers]
) -> pa.Table:
    columns = dict(zip(rows.keys.column_names, rows.keys.columns, strict=True))
    for task, known, halves in zip(job.tasks, answers, rows.hashes, strict=True):
        found, prefix = known.of(*halves), prefix_of(job, task)
        names = [prefix + name for name in found.column_names]
        columns |= dict(zip(names, found.columns, strict=True))
        hashes = task.hashes | {"job": job.manifest.fingerprint[:12]}
        for name, text in hashes.items():
            columns[prefix + name] = pa.repeat(pa.scalar(text), len(rows.keys))
    return _typed_for_pandas(pa.table(columns))


def _typed_for_pandas(table: pa.Table) -> pa.Table:
    """The same, with a note for pandas: whole numbers stay whole where some lack."""
    frame = table.slice(0, 0).to_pandas(types_mapper=_typed)
    noted = pa.Table.from_pandas(frame, preserve_index=False).schema.metadata
    return table.replace_schema_metadata(noted)


def prefix_of(job: CodingJob, task: Task) -> str:
    """What the columns of a task begin with, where there are several."""
    return f"{task.name}_" if len(job.tasks) > 1 else ""


def _content(job: CodingJob, table: pa.Table, file: Path, *, is_first: bool) -> Content:
    if file.suffix.lower() == ".parquet":
        return table
    titles = [prefix_of(job, task) + name for task in job.tasks for name in TITLES]
    found = without_formulas(table.to_pandas(types_mapper=_typed), titles)
    return content_of(found, file, is_first=is_first)


def _typed(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Whole numbers stay whole where some are missing."""
    return pd.Int64Dtype() if kind == pa.int64() else None
