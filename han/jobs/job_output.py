"""Every input row with its code: coded answers joined back, in the input's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.config.job_config import JobConfig
from han.jobs.answer_database import (
    HASH,
    REPEATS,
    Connection,
    blocks_of,
    hash_of,
    identifier,
    quoted,
    source_of,
)
from han.jobs.job_columns import FILE
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest
from han.jobs.job_tasks import Task
from han.tables.output_file import target
from han.tables.output_rows import Content, content_of
from han.tables.prediction_columns import ROW

INNER = (*HASH, "records")  # columns of coded answers that stay here


@dataclass(frozen=True)
class JobOutput:
    """Where the rows of a job come from and go to.

    Attributes:
        config: The job.
        folder: Its folder.
        tasks: Its tasks; with several, the columns of each begin with its name.
        names: Name of each input column in the staged rows.
        manifest: What the job is made of.
    """

    config: JobConfig
    folder: JobFolder
    tasks: Sequence[Task]
    names: dict[str, str]
    manifest: JobManifest

    @property
    def query(self) -> str:
        """SQL of the output: keys, then what each task gave, in the input's order."""
        return f"{self._query('')} ORDER BY r.file, r.row"

    @property
    def numbered_query(self) -> str:
        """The same in any order, with the place of each row: `at_file`, `at_row`."""
        return self._query(", r.file AS at_file, r.row AS at_row")

    def _query(self, more: str) -> str:
        units = {
            f"{REPEATS}_{number}": self.names[task.unit]
            for number, task in enumerate(self.tasks)
            if task.unit
        }
        keys = [
            f"r.{self.names[key]} AS {identifier(key)}"
            for key in self.config.input.keys
        ]
        selected = keys or [f"f.name AS {FILE}", f"r.row AS {ROW}"]
        joins = [] if keys else [f"JOIN {self._files()} ON f.number = r.file"]
        for number, task in enumerate(self.tasks):
            selected += self._columns(number, task)
            joins.append(self._join(number, task))
        return (
            f"SELECT {', '.join(selected)}{more} FROM "
            f"{source_of(self.folder.rows, units)} AS r {' '.join(joins)}"
        )

    def _files(self) -> str:
        """SQL of the names of the inputs."""
        names = (
            f"({number}, {quoted(file.name)})"
            for number, file in enumerate(self.manifest.inputs)
        )
        return f"(VALUES {', '.join(names)}) AS f(number, name)"

    def _columns(self, number: int, task: Task) -> list[str]:
        prefix = f"{task.name}_" if len(self.tasks) > 1 else ""
        chunk = min(self.folder.chunks(task.name).glob("*.parquet"))
        names = [n for n in pq.read_schema(chunk).names if n not in INNER]
        hashes = task.hashes | {"job": self.manifest.fingerprint[:12]}
        return [
            *(f"t{number}.{identifier(n)} AS {identifier(prefix + n)}" for n in names),
            *(f"{quoted(v)} AS {identifier(prefix + n)}" for n, v in hashes.items()),
        ]

    def _join(self, number: int, task: Task) -> str:
        cells = [f"r.{self.names[column]}" for column in task.answer_columns]
        cells += [f"r.{REPEATS}_{number}"] if task.unit else []
        same = " AND ".join(
            f"t{number}.{half} = {sql}" for half, sql in hash_of(cells).items()
        )
        chunks = quoted(str(self.folder.chunks(task.name) / "*.parquet"))
        return f"JOIN read_parquet({chunks}) AS t{number} ON {same}"

    def write(self, connection: Connection) -> Iterator[tuple[str, int]]:
        """Writes the parts and, if asked for, one file.

        Each is whole or not there. What an earlier attempt has left is replaced.

        Returns:
            Name and rows of each part, as it is done.
        """
        output = self.config.output
        whole = Path(output.file) if output.file else None
        reader = connection.sql(self.query).to_arrow_reader(1 << 16)
        names = set()
        with target(whole) if whole else nullcontext() as add:
            for number, table in enumerate(blocks_of(reader, output.rows)):
                part = self.folder.coded / f"part-{number:06d}.{output.form}"
                with target(part) as write:
                    write(_content(table, part, is_first=True))
                if whole and add:
                    add(_content(table, whole, is_first=number == 0))
                names.add(part.name)
                yield part.name, len(table)
        for old in self.folder.coded.glob("*part-*"):
            if old.name not in names:
                old.unlink()


def _content(table: pa.Table, file: Path, *, is_first: bool) -> Content:
    if file.suffix == ".parquet":
        return table
    return content_of(table.to_pandas(types_mapper=_typed), file, is_first=is_first)


def _typed(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Whole numbers stay whole where some are missing."""
    return pd.Int64Dtype() if kind == pa.int64() else None
