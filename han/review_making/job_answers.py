"""Answers of a coding job that is finished, from its folder alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.code_list.taxonomy import Taxonomy
from han.config.job_config import JobConfig
from han.config.yaml_reader import read_section
from han.config.yaml_tree import compose
from han.errors import InputError, listing
from han.jobs.answer_database import HASH, database
from han.jobs.coded_answers import INNER, CodedAnswers
from han.jobs.coding_job import CodingJob
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import JobManifest, table_fingerprint
from han.jobs.job_tasks import Task
from han.jobs.located_rows import located_rows
from han.review_making.answer_frame import (
    AnswerFrame,
    CodedPart,
    FrameBuilder,
    IntArray,
    Keys,
)
from han.runs.folder_lock import held
from han.runs.manifest import run_identity


@dataclass(frozen=True)
class CodedJob:
    """A finished job and one of its tasks.

    Attributes:
        job: The job.
        task: The task.
    """

    job: CodingJob
    task: Task

    @classmethod
    def of(cls, folder: Path, name: str | None = None) -> CodedJob:
        """The job of a folder.

        Args:
            folder: The job folder.
            name: The task; needed where there are several.

        Raises:
            InputError: If the job is not finished, its working files were removed, a
                run or table is another one now, or there is no such task.
        """
        job = _job_of(JobFolder(folder))
        if not job.was_written:
            raise InputError(
                f"{folder}: this job is not finished. Give `python -m han.code` with "
                "its job file first."
            )
        task = _task_of(job, name)
        if job.num_answers(task) is None:
            raise InputError(
                f"{folder}: the working files of this job, which hold the texts, are "
                "not there; --clean removes them. Code it again with `python -m "
                "han.code` and --restart, or give RUN and DATA."
            )
        _check_unchanged(job)
        return cls(job, task)

    @property
    def run(self) -> Path:
        """Folder of the run that coded."""
        return self.task.run

    @property
    def tree(self) -> Taxonomy:
        """Its code list."""
        return self.task.tree

    @property
    def keys(self) -> list[str]:
        """Columns that name a row: the keys of the job, else file and row."""
        return list(self.job.config.input.keys) or ["file", "row"]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other processes from changing the folder.

        Raises:
            InputError: If one works there.
        """
        folder = self.job.folder
        busy = f"{folder.folder}: a process works on this job. Wait until it has ended."
        with held(folder.lock, busy):
            yield

    def frame(self, seen: Callable[[int], object] = int) -> AnswerFrame:
        """Its distinct answers; call it and what it gives while the folder is held.

        Args:
            seen: Is told of answers as they are read.
        """
        names = self.job.columns.names
        builder = FrameBuilder(self.tree, self.task.non_answers, has_stages=True)
        places: list[IntArray] = []
        for answers, coded in self._blocks():
            cells = {c: answers[names[c]].to_pylist() for c in self.task.text_columns}
            sides = {name: cells[c] for name, c in self.task.sides.items()}
            rows = answers["records"].to_numpy().astype(np.int64)
            part = CodedPart(
                self.task.texts(cells), sides, rows, rows.astype(float), coded
            )
            places.append(builder.add(part))
            seen(len(rows))
        found = np.concatenate(places)
        return builder.frame(lambda asked: self._row_keys(asked, found))

    def _blocks(self) -> Iterator[tuple[pa.Table, pd.DataFrame]]:
        """Distinct answers and their codes, which stand in the same order."""
        folder, name = self.job.folder, self.task.name
        chunks = sorted(folder.chunks(name).glob("*.parquet"))
        with pq.ParquetFile(folder.answers(name)) as source:
            answers = source.iter_batches(1 << 14)
            waiting = pa.Table.from_batches([], schema=source.schema_arrow)
            for chunk in chunks:
                coded = pq.read_table(chunk)
                while len(waiting) < len(coded):
                    more = pa.Table.from_batches([next(answers)])
                    waiting = pa.concat_tables([waiting, more])
                own, waiting = waiting[: len(coded)], waiting[len(coded) :]
                if any(not own[half].equals(coded[half]) for half in HASH):
                    raise InputError(
                        f"{chunk}: not the answers of this job. Code again with "
                        "`python -m han.code JOB.yaml --restart`."
                    )
                yield own, coded.drop_columns(list(INNER)).to_pandas()

    def _row_keys(
        self, asked: Sequence[int], places: IntArray
    ) -> dict[int, list[Keys]]:
        """Keys of the rows of some answers."""
        folder, name = self.job.folder, self.task.name
        hashes = pq.read_table(folder.answers(name), columns=list(HASH))
        for column in ("records", "place"):  # the first is left out again
            hashes = hashes.append_column(column, pa.array(places))
        known = CodedAnswers(hashes.combine_chunks())
        found: dict[int, list[Keys]] = {place: [] for place in asked}
        share = self.job.config.resources.memory_share
        with database(folder.spill, share) as connection:
            for rows in located_rows(connection, self.job, [self.task]):
                own = known.of(*rows.hashes[0])["place"].to_numpy()
                at = np.flatnonzero(np.isin(own, list(found)))
                keys = rows.keys.take(pa.array(at)).to_pylist()
                for place, row in zip(own[at].tolist(), keys, strict=True):
                    found[place].append({n: str(v) for n, v in row.items()})
        return found


def _job_of(folder: JobFolder) -> CodingJob:
    """A job as its folder knows it, whatever has become of its file."""
    manifest = JobManifest.read(folder.manifest)
    # The rows that it wrote are not read: their file may be anywhere by now.
    output = {**manifest.settings["output"], "folder": str(folder.folder), "file": None}
    # A copy: the manifest is compared with what the parts were coded by.
    settings = {**deepcopy(manifest.settings), "output": output}
    for task in settings["tasks"].values():
        if task["evidence"]:  # a manifest says none where it is no column
            given = {k: v for k, v in task["evidence"].items() if v is not None}
            task["evidence"] = given
    # JSON is YAML.
    tree = compose(json.dumps(settings, ensure_ascii=False), str(folder.manifest))
    config: JobConfig = read_section(JobConfig, tree)
    tasks = [
        Task(name, task, task.encoding or config.input.encoding)
        for name, task in config.tasks.items()
    ]
    return CodingJob(config, tasks, folder, manifest)


def _check_unchanged(job: CodingJob) -> None:
    """Raises InputError if a run or table is not the one that this job was coded with.

    Those of all tasks: what they read gives the columns of the working files names.
    """
    for task in job.tasks:
        if run_identity(task.run) != job.manifest.runs[task.name]:
            raise _another(job, f"{task.run}: this run", "Restore it")
    for file, known in job.manifest.tables.items():
        if _fingerprint(file) != known:
            raise _another(job, f"{file}: this table", "Put it back")


def _fingerprint(file: str) -> str | None:
    """None of a table that is gone."""
    try:
        return table_fingerprint(file)
    except InputError:
        return None


def _another(job: CodingJob, what: str, undo: str) -> InputError:
    return InputError(
        f"{what} is not the one that the job {job.folder.folder} was coded with. "
        f"{undo}, or code again with `python -m han.code JOB.yaml --restart`."
    )


def _task_of(job: CodingJob, name: str | None) -> Task:
    names = [task.name for task in job.tasks]
    if name is None and len(names) > 1:
        raise InputError(
            f"{job.folder.folder}: this job has the tasks {listing(names)}. A queue is "
            "of one: give --task NAME."
        )
    found = [task for task in job.tasks if name in (None, task.name)]
    if not found:
        raise InputError(
            f"{job.folder.folder}: there is no task {name!r}. Found: {listing(names)}."
        )
    return found[0]
