"""Chunks of distinct answers: each is coded by one process, and kept from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from han.errors import InputError
from han.jobs.answer_coding import AnswerCoder
from han.jobs.answer_database import BLOCK, HASH, REPEATS
from han.jobs.job_folder import JobFolder
from han.jobs.job_manifest import RESTART, table_fingerprint
from han.jobs.job_tasks import Task
from han.jobs.model_stage import NUMBER, REPEATED
from han.prediction.process_pool import process_pool
from han.tables.whole_files import whole_file

KEPT = "What was coded is kept: the same command goes on."
MARK = b"han.job"  # key of the job's fingerprint in a chunk


@dataclass(frozen=True)
class ChunkWork:
    """What a process must know to code chunks of a task.

    Attributes:
        task: The task.
        identity: Identity of its run, when the job began.
        day: The day for which its rules hold.
        tables: SHA-256 of its tables, when the job began.
        folder: The job folder.
        columns: Name of each input column in the file of answers.
        records: Number of all rows of the job.
        blocks: Blocks of answers (row groups of their file) in a chunk.
        fingerprint: Of all that codes depend on.
    """

    task: Task
    identity: str
    day: date
    tables: dict[str, str]
    folder: JobFolder
    columns: dict[str, str]
    records: int
    blocks: int
    fingerprint: str

    @property
    def num_chunks(self) -> int:
        """Number of chunks."""
        with pq.ParquetFile(self.folder.answers(self.task.name)) as source:
            groups: int = source.num_row_groups
        return -(-groups // self.blocks)

    def is_done(self, number: int) -> bool:
        """Whether a chunk is there, and of this job."""
        file = self.folder.chunk(self.task.name, number)
        if not file.is_file():
            return False
        try:
            metadata = pq.read_schema(file).metadata or {}
        except (OSError, pa.ArrowInvalid):
            return False
        return metadata.get(MARK) == self.mark

    def check_done(self) -> None:
        """Raises InputError if a chunk has not been coded."""
        numbers = range(self.num_chunks)
        missing = [number for number in numbers if not self.is_done(number)]
        if missing:
            raise InputError(
                f"{self.folder.folder}: {len(missing)} of {len(numbers)} chunks of "
                f"{self.task.name} have not been coded. Give the command with --step "
                "code first, or without --step."
            )

    def remove_others(self) -> None:
        """Removes what is no chunk of this size: of another one, or half written."""
        name = self.task.name
        own = {self.folder.chunk(name, number) for number in range(self.num_chunks)}
        for file in self.folder.chunks(name).iterdir():
            if file not in own:
                file.unlink()

    @property
    def mark(self) -> bytes:
        """What a chunk says of the job that it belongs to, and of its size."""
        return f"{self.fingerprint}-{self.blocks}".encode()

    def coder(self) -> AnswerCoder:
        """What codes answers; loads the run.

        Raises:
            InputError: If it, or a table of its stages, has changed since the job
                began.
        """
        found = AnswerCoder(self.task, self.records, self.identity, self.day)
        for file in self.task.files:
            if table_fingerprint(file) != self.tables[file]:
                raise InputError(
                    f"{file}: the table was changed while this job worked with it. "
                    f"{RESTART}"
                )
        return found


def code_chunks(
    work: ChunkWork, numbers: Iterable[int], processes: int
) -> Iterator[int]:
    """Codes chunks in processes of one core each; gives the number of each one done.

    Which process codes a chunk, and when, changes nothing: answers are coded in the
    same blocks always.

    Raises:
        InputError: If a process was ended by the system, or a run or table has a fault.
    """
    waiting, alone = iter(numbers), replace(work, task=work.task.bare)
    with process_pool(processes, chunk_coder, alone, KEPT) as ask:
        running = {ask(number) for number in islice(waiting, 2 * processes)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
            running |= {ask(number) for number in islice(waiting, len(done))}


def chunk_coder(work: ChunkWork) -> Callable[[int], int]:
    """Loads the run once; the function that it gives codes a chunk."""
    coder = work.coder()

    def code(number: int) -> int:
        code_chunk(work, coder, number)
        return number

    return code


def code_chunk(work: ChunkWork, coder: AnswerCoder, number: int) -> None:
    """Codes one chunk and writes it, whole or not at all."""
    file = work.folder.chunk(work.task.name, number)
    tables = [_coded(work, coder, block) for block in _blocks_of(work, number)]
    table = pa.concat_tables(tables)
    marked = {**(table.schema.metadata or {}), MARK: work.mark}
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
    counted = _repeats(work.folder.repeats(work.task.name), number, len(answers))
    if work.task.unit:
        counted = {REPEATED: answers[REPEATS].to_pylist()}
    frame = pd.DataFrame(cells | counted, dtype=object)
    coded = coder.code(frame)
    own = {name: answers[name] for name in (*HASH, "records")}
    table = pa.Table.from_pandas(coded, preserve_index=False)
    for place, (name, column) in enumerate(own.items()):
        table = table.add_column(place, name, column)
    return table


def _repeats(file: Path, block: int, rows: int) -> dict[str, list[str]]:
    """How often the units of the answers of a block stand, if that is known."""
    if not file.is_file():
        return {}
    counted = np.load(file, mmap_mode="r")[:, block * BLOCK : block * BLOCK + rows]
    return {
        name: [str(n) for n in row.tolist()]
        for name, row in zip((REPEATED, NUMBER), counted, strict=True)
    }
