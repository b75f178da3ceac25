"""Labelled records of a job, each with the code that its answer was given."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace

import pyarrow.parquet as pq

from han.config.job_config import EvidenceConfig, JobInput, OutputConfig
from han.data.sampling_units import ROW, TEXT
from han.errors import InputError
from han.jobs.answer_database import (
    BLANKS,
    REPEATS,
    Connection,
    database,
    identifier,
    quoted,
    source_of,
)
from han.jobs.answer_repeats import most_rows, text_rows
from han.jobs.coding_job import CodingJob
from han.jobs.coding_step import code_answers
from han.jobs.evidence_answers import LabelledAnswers, is_drawn_whole
from han.jobs.evidence_codes import true_cells
from han.jobs.job_folder import JobFolder
from han.jobs.job_tasks import Task
from han.jobs.reading_step import find_answers, read_rows


def sample_job(job: CodingJob, task: Task) -> CodingJob:
    """The job whose rows are labelled: a file of evidence is one of its own.

    Its answers go through the same stages, on the same day, by the same processes.
    """
    given = _evidence(task)
    if given.file is None:
        return job
    settings = replace(task.settings, evidence=replace(given, file=None))
    folder = JobFolder(job.folder.work / "evidence" / task.name)
    config = replace(
        job.config,
        input=JobInput((given.file,), encoding=task.encoding),
        tasks={task.name: settings},
        output=OutputConfig(str(folder.folder)),
    )
    twin = Task(task.name, settings, task.encoding)
    manifest = replace(job.manifest, settings={}, inputs=())
    return CodingJob(config, [twin], folder, manifest)


def _evidence(task: Task) -> EvidenceConfig:
    if task.settings.evidence is None:
        raise ValueError(f"{task.name} has no evidence.")
    return task.settings.evidence


@dataclass(frozen=True)
class EvidenceRecords:
    """Labelled answers of a task.

    Attributes:
        task: The task.
        job: The job that they judge.
        sample: The job whose rows are labelled: see `sample_job`.
    """

    task: Task
    job: CodingJob
    sample: CodingJob

    @classmethod
    def of(cls, job: CodingJob, task: Task) -> EvidenceRecords:
        """Those of a task; `EvidenceConfig` says where they stand."""
        return cls(task, job, sample_job(job, task))

    @property
    def given(self) -> EvidenceConfig:
        """What the job file says of them."""
        return _evidence(self.task)

    @property
    def where(self) -> str:
        """File and column of the right codes, for messages."""
        file = self.given.file or "the input"
        return f"{file}, column {self.given.code!r}"

    @property
    def is_own(self) -> bool:
        """Whether the labelled rows are those of the job itself."""
        return self.sample is self.job

    def code(self) -> None:
        """Codes what is in a file.

        Raises:
            InputError: For a fault of the file; or if the working files are gone.
        """
        if not any(self.job.folder.chunks(self.task.name).glob("*.parquet")):
            raise InputError(
                f"{self.job.folder.folder}: the working files were removed (--clean), "
                "and new evidence needs them. Begin anew with --restart, or give the "
                "evidence that the job had."
            )
        if self.is_own:
            return
        shutil.rmtree(self.sample.folder.folder, ignore_errors=True)
        self.sample.open()
        read_rows(self.sample)
        for _ in find_answers(self.sample):
            pass
        for _ in code_answers(self.sample, self.sample.tasks[0]):
            pass

    def _cell(self, column: str) -> str:
        """SQL of a cell of the rows, without blanks around it."""
        return f"trim({self.sample.columns.names[column]}, {quoted(BLANKS)})"

    @property
    def is_by_column(self) -> bool:
        """Whether units stand in a column."""
        return self.given.unit not in (TEXT, ROW)

    @property
    def _labelled(self) -> str:
        """SQL of the labelled rows: equal ones once, with their number."""
        task, names = self.task, self.sample.columns.names
        units = {REPEATS: names[task.unit]} if task.unit else {}
        cells = task.cells(names)
        halves = (cells.with_other(REPEATS) if units else cells).hashes
        fields = {f"f{k}": names[c] for k, c in enumerate(task.fields.values())}
        selected = [
            *(f"{sql} AS {name}" for name, sql in halves.items()),
            f"{self._cell(self.given.code)} AS truth",
            f"{self._cell(self.given.unit) if self.is_by_column else quoted('')} "
            "AS unit",
            *(f"any_value({cell}) AS {name}" for name, cell in fields.items()),
            "count(*) AS n",
        ]
        source = source_of(self.sample.folder.rows, units)
        return (
            f"SELECT {', '.join(selected)} FROM {source} "
            f"WHERE {self._cell(self.given.code)} <> '' GROUP BY high, low, truth, unit"
        )

    @property
    def _coded(self) -> str:
        """SQL of them with the codes of the job, else those of the file's own."""
        chunks = self.job.folder.chunks(self.task.name)
        known = pq.read_schema(min(chunks.glob("*.parquet"))).names
        node = "code_path" if "code_path" in known else "code"
        wanted = {"method": "method", "reason": "reason", "node": node}
        wanted |= {"route": "route"} if "route" in known else {}
        parts = {"a": self.job, **({} if self.is_own else {"b": self.sample})}
        cells = [
            f"coalesce({', '.join(f'{p}.{identifier(n)}' for p in parts)}) AS {name}"
            for name, n in wanted.items()
        ]
        joins = [
            f"LEFT JOIN {_chunks(part, self.task)} AS {p} "
            f"ON {p}.high = r.high AND {p}.low = r.low"
            for p, part in parts.items()
        ]
        return (
            f"SELECT r.*, coalesce(s.records, 0) AS records, {', '.join(cells)} FROM "
            f"({self._labelled}) AS r {' '.join(joins)} "
            f"LEFT JOIN (SELECT high, sum(records) AS records FROM "
            f"{_chunks(self.job, self.task)} GROUP BY high) AS s ON s.high = r.high "
            "ORDER BY ALL"
        )

    def read(self) -> LabelledAnswers:
        """All of them, coded.

        Raises:
            InputError: If the codes are of another list, or need their paths.
        """
        share = self.job.config.resources.memory_share
        with database(self.job.folder.spill, share) as connection:
            table = connection.sql(self._coded).to_arrow_table().to_pandas()
            is_whole = self.given.unit == TEXT and is_drawn_whole(table)
            largest = self._largest(connection, is_whole)
        cells, records = table["truth"].tolist(), table["n"].tolist()
        true = true_cells(cells, records, self.task, self.where)
        kept = true.is_coded
        true = replace(true, nodes=true.nodes[kept])
        return LabelledAnswers(
            self.task, table[kept], true, self.given.unit, largest, is_whole
        )

    def check_codes(self) -> None:
        """Looks at all right codes as soon as the rows have been read.

        Raises:
            InputError: As `read`.
        """
        query = (
            f"SELECT {self._cell(self.given.code)} AS truth, count(*) FROM "
            f"{source_of(self.sample.folder.rows, {})} GROUP BY truth ORDER BY truth"
        )
        share = self.job.config.resources.memory_share
        with database(self.job.folder.spill, share) as connection:
            found = connection.sql(query).fetchall()
        cells, counts = zip(*found, strict=True)
        true_cells(cells, counts, self.task, self.where)

    def _largest(self, connection: Connection, is_whole: bool) -> int:
        """Rows of the largest unit of the job, as far as it is known; 1 if it is not.

        A column is in the input only where that is labelled itself. Texts have all
        their rows in the sample where they were drawn whole, and then the largest may
        be one that was not drawn. Else rows were drawn, and the sample says how often
        a text comes in one of its size.
        """
        if self.is_by_column and self.is_own:
            cell = self._cell(self.given.unit)
            query = (
                f"SELECT max(n) FROM (SELECT count(*) AS n FROM "
                f"{source_of(self.job.folder.rows, {})} WHERE {cell} <> '' "
                f"GROUP BY {cell})"
            )
            return int(connection.sql(query).fetchall()[0][0] or 1)
        if not is_whole:
            return 1
        # By texts, whatever else stages read, and however they are written.
        job, name = self.job, self.task.name
        hashes, rows = text_rows(self.task, job.folder.answers(name), job.columns.names)
        chunks = sorted(job.folder.chunks(name).glob("*.parquet"))
        codes = pq.read_table(chunks, columns=["code"])["code"].to_pandas()
        is_coded = (codes != "").to_numpy(bool)
        return most_rows(hashes[is_coded], rows[is_coded])


def _chunks(job: CodingJob, task: Task) -> str:
    """SQL of the coded answers of a job."""
    chunks = job.folder.chunks(task.name)
    return f"read_parquet({quoted(str(chunks / '*.parquet'))})"
