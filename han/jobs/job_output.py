"""Every input row with its code: coded answers joined back, in the order of the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from han.config.job_config import JobConfig
from han.jobs.answer_database import HASH, blocks_of, hash_of, quoted, source_of
from han.jobs.job_folder import JobFolder
from han.jobs.job_tasks import Task
from han.tables.output_file import target
from han.tables.output_rows import content_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PLACE = ("file", "row")
READ = 1 << 16  # rows at once


def joined_query(
    config: JobConfig, folder: JobFolder, tasks: Sequence[Task], names: dict[str, str]
) -> str:
    """SQL of the output: keys, then what each task gave, in the order of the input.

    Args:
        config: The job.
        folder: Its folder.
        tasks: Its tasks; with several, the columns of each begin with its name.
        names: Name of each input column in the staged rows.
    """
    keys = [f"rows.{names[key]} AS {identifier(key)}" for key in config.input.keys]
    selected = keys or [f"rows.{name} AS {name}" for name in PLACE]
    joins = []
    for number, task in enumerate(tasks):
        prefix = f"{task.name}_" if len(tasks) > 1 else ""
        chunks = f"read_parquet({quoted(str(folder.chunks(task.name) / '*.parquet'))})"
        columns = _columns(folder.chunks(task.name))
        selected += [
            f"t{number}.{identifier(name)} AS {identifier(prefix + name)}"
            for name in columns
        ]
        joins.append(f"JOIN {chunks} AS t{number} ON {_same(task, names, number)}")
    unit = next((names[task.unit] for task in tasks if task.unit), None)
    source = source_of(folder.rows, unit)
    return (
        f"SELECT {', '.join(selected)} FROM {source} AS rows {' '.join(joins)} "
        f"ORDER BY rows.file, rows.row"
    )


def _same(task: Task, names: dict[str, str], number: int) -> str:
    """SQL that says whether a row has an answer."""
    columns = [f"rows.{names[column]}" for column in task.answer_columns]
    columns += ["rows.repeats"] if task.unit else []
    halves = zip(HASH, hash_of(columns).values(), strict=True)
    return " AND ".join(f"t{number}.{name} = {sql}" for name, sql in halves)


def _columns(chunks: Path) -> list[str]:
    first = min(chunks.glob("*.parquet"))
    return [n for n in pq.read_schema(first).names if n not in (*HASH, "records")]


def write_output(
    connection: DuckDBPyConnection, query: str, config: JobConfig, folder: JobFolder
) -> Iterator[int]:
    """Writes the parts and, if asked for, one file; gives the rows as they are done.

    Each part is whole or not there. What an earlier attempt has left is replaced.
    """
    reader = connection.sql(query).to_arrow_reader(READ)
    folder.coded.mkdir(0o700, exist_ok=True)
    ending, rows = f".{config.output.form}", config.output.rows
    names = set()
    whole = Path(config.output.file) if config.output.file else None
    for number, table in enumerate(blocks_of(reader, rows)):
        file = folder.coded / f"part-{number:05d}{ending}"
        names.add(file.name)
        with target(file) as write:
            write(content_of(_frame(table), file, is_first=True))
        yield len(table)
    for old in folder.coded.iterdir():
        if old.name not in names:
            old.unlink()
    if whole:
        _write_whole(folder, whole, sorted(names))


def _frame(table: pa.Table):  # type: ignore[no-untyped-def]
    return table.to_pandas(types_mapper=None)


def _write_whole(folder: JobFolder, whole: Path, parts: Sequence[str]) -> None:
    raise NotImplementedError


def identifier(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'
