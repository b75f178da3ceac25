"""Chunks of distinct answers: each is coded by one process, and kept from then on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.jobs.answer_coding import AnswerCoder
from han.jobs.job_folder import JobFolder
from han.jobs.job_tasks import Task
from han.jobs.model_stage import NUMBER, REPEATS
from han.tables.whole_files import whole_file

MARK = b"han.job"  # key of the job's fingerprint in a chunk


@dataclass(frozen=True)
class ChunkWork:
    """What a process must know to code chunks of a task.

    Attributes:
        task: The task.
        folder: The job folder.
        columns: Name of each input column in the file of answers.
        records: Number of all rows of the job.
        blocks: Blocks of answers (row groups of their file) in a chunk.
        fingerprint: Of all that codes depend on.
    """

    task: Task
    folder: JobFolder
    columns: dict[str, str]
    records: int
    blocks: int
    fingerprint: str

    @property
    def num_chunks(self) -> int:
        """Number of chunks."""
        with pq.ParquetFile(self.folder.answers(self.task.name)) as source:
            return -(-source.num_row_groups // self.blocks)

    def is_done(self, number: int) -> bool:
        """Whether a chunk is there, and of this job."""
        file = self.folder.chunk(self.task.name, number)
        if not file.is_file():
            return False
        try:
            metadata = pq.read_schema(file).metadata or {}
        except (OSError, pa.ArrowInvalid):
            return False
        return metadata.get(MARK) == self.fingerprint.encode()


def code_chunks(work: ChunkWork, numbers: Iterable[int], processes: int) -> Iterator[int]:
    """Codes chunks in processes of one core each; gives the number of each that is done.

    Which process codes a chunk, and when, changes nothing: answers are coded in the
    same blocks always.

    Raises:
        InputError: If a process was ended by the system, or a run or table has a fault.
    """
    waiting = iter(numbers)
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(work,)
    ) as pool:
        try:
            running = {pool.submit(_code, n) for n in islice(waiting, 2 * processes)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(_code, n) for n in islice(waiting, len(done))}
                yield from (future.result() for future in done)
        except BrokenProcessPool:
            raise InputError(
                "A process that coded answers was ended by the system: most often "
                "memory has run out. What is coded is kept. Give the same command "
                "again, with fewer `resources.processes` or more memory."
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_WORK: list[tuple[ChunkWork, AnswerCoder]] = []  # of this process


def _begin(work: ChunkWork) -> None:
    _WORK[:] = [(work, AnswerCoder(work.task, work.records))]


def _code(number: int) -> int:
    work, coder = _WORK[0]
    code_chunk(work, coder, number)
    return number


def code_chunk(work: ChunkWork, coder: AnswerCoder, number: int) -> None:
    """Codes one chunk and writes it, whole or not at all."""
    file = work.folder.chunk(work.task.name, number)
    file.parent.mkdir(0o700, parents=True, exist_ok=True)
    tables = [_coded(work, coder, block) for block in _blocks_of(work, number)]
    table = pa.concat_tables(tables)
    marked = {**(table.schema.metadata or {}), MARK: work.fingerprint.encode()}
    with whole_file(file) as temporary:
        pq.write_table(table.replace_schema_metadata(marked), temporary)


def _blocks_of(work: ChunkWork, number: int) -> Iterator[tuple[int, pa.Table]]:
    """Blocks of answers of a chunk, each with its number."""
    with pq.ParquetFile(work.folder.answers(work.task.name)) as source:
        first = number * work.blocks
        for block in range(first, min(first + work.blocks, source.num_row_groups)):
            yield block, source.read_row_group(block)


def _coded(
    work: ChunkWork, coder: AnswerCoder, block: tuple[int, pa.Table]
) -> pa.Table:
    number, answers = block
    cells = {at: answers[name].to_pylist() for at, name in work.columns.items()}
    counted = _repeats(work.folder.answers(work.task.name), number, len(answers))
    frame = pd.DataFrame(cells | counted, dtype=object)
    coded = coder.code(frame)
    own = {name: answers[name] for name in ("high", "low", "records")}
    table = pa.Table.from_pandas(coded, preserve_index=False)
    for place, (name, column) in enumerate(own.items()):
        table = table.add_column(place, name, column)
    return table


def _repeats(answers: Path, block: int, rows: int) -> dict[str, list[str]]:
    """How often the units of the answers of a block stand, if that is known."""
    file = answers.with_name("repeats.npy")
    if not file.is_file():
        return {}
    from han.jobs.answer_database import BLOCK

    counted = np.load(file, mmap_mode="r")[:, block * BLOCK : block * BLOCK + rows]
    return {
        name: [str(n) for n in row.tolist()]
        for name, row in zip((REPEATS, NUMBER), counted, strict=True)
    }


def alone() -> dict[str, str]:
    """Variables by which a process computes on one core."""
    names = ("OMP", "OPENBLAS", "MKL")
    return {f"{name}_NUM_THREADS": "1" for name in names} | dict(os.environ)
