"""Codes blocks of records in one process or several, in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from han.code_sets.set_rule import SetRule
from han.devices.runtime import Engine
from han.prediction.coded_blocks import CodedBlock, coded_block
from han.prediction.input_records import Block, InputRecords
from han.prediction.process_pool import process_pool
from han.prediction.set_choice import SetChoice
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.tables.output_rows import content_of
from han.usable_cores import usable_cores

# Characters of text (40,000 short answers) below which to start more processes takes
# about as long as they save.
WORTH_A_PROCESS = 1 << 21
AHEAD = 2  # blocks of each process that are read but not yet written
GPU = Path("/dev/nvidiactl")


@dataclass(frozen=True)
class PredictionJob:
    """What every process must know to code a block.

    Attributes:
        run: The run folder.
        engine: What computes the network.
        top_k: Number of full codes to list.
        output: The file to write, whose name says the form; None for a table.
        identity: What tells the run from one that takes its place: `run_identity`;
            None for the run that lies there now.
        sets: Which codes of a set are given; None: what the run says.
    """

    run: Path
    engine: Engine = "auto"
    top_k: int = 5
    output: Path | None = None
    identity: str | None = None
    sets: SetChoice | None = None


def coder(job: PredictionJob) -> Callable[[Block], CodedBlock]:
    """Loads the run once; the function that it gives codes a block.

    Raises:
        InputError: If the run is damaged, needs what is not installed, or is not the
            one that the job began with.
    """
    classifier = load_classifier(job.run, engine=job.engine)
    rule = None
    if job.sets:
        known = classifier.set_rule or SetRule.at_half(classifier.taxonomy)
        rule = job.sets.rule(known, job.top_k)
    columns = classifier.columns(job.top_k, rule)
    router = None if rule else classifier.router  # before a new run can be there
    if job.identity:
        check_identity(job.run, job.identity)

    def code(block: Block) -> CodedBlock:
        began = time.perf_counter()
        coded = classifier.predict(
            block.fields,
            side=block.side,
            top_k=job.top_k,
            rule=rule,
            repeats=block.repeats,
        )
        table = pd.concat([block.keys, coded], axis=1)
        is_first = block.number == 0
        content = content_of(
            table, job.output, is_first=is_first, titles=columns.titles
        )
        left_out = router.num_left_out(block.fields) if router else 0
        seconds = time.perf_counter() - began
        return coded_block(content, coded, block.repeats, left_out, seconds)

    return code


MakeCoder = Callable[[PredictionJob], Callable[[Block], CodedBlock]]


def num_processes(
    source: InputRecords, engine: Engine, asked: int | None = None
) -> int:
    """Processes to use for a source: never more than it has blocks.

    Args:
        source: The records.
        engine: What computes the network.
        asked: What the user wants; None: one for little text, else one for each core.
    """
    if asked is None and engine == "tensorflow" and GPU.exists():
        asked = 1  # the GPU is faster than the cores, and processes cannot share it
    if asked is None:
        asked = usable_cores() if source.characters >= WORTH_A_PROCESS else 1
    return max(1, min(asked, source.num_blocks))


def code_blocks(
    blocks: Iterable[Block],
    job: PredictionJob,
    processes: int,
    make: MakeCoder = coder,
) -> Iterator[CodedBlock]:
    """Codes blocks in the given number of processes.

    At most `AHEAD` blocks of each process are read and not yet handed back, so that
    memory does not grow with the number of blocks.

    Args:
        blocks: The blocks, in order.
        job: What every process must know.
        processes: How many there are.
        make: Makes what codes a block; imported in each process by its name.

    Returns:
        The coded blocks in the order of `blocks`.

    Raises:
        InputError: If the run cannot be used or was replaced meanwhile, or a process
            was ended by the system.
    """
    identity = job.identity or run_identity(job.run)
    job = replace(job, identity=identity)
    if processes == 1:
        yield from map(make(job), blocks)
    else:
        yield from _coded_by_workers(blocks, job, processes, make)
    check_identity(job.run, identity)  # before the output is put in place


def _coded_by_workers(
    blocks: Iterable[Block], job: PredictionJob, processes: int, make: MakeCoder
) -> Iterator[CodedBlock]:
    with process_pool(processes, make, job, "Nothing was written.") as ask:
        under_way: deque[Future[CodedBlock]] = deque()
        for block in blocks:
            under_way.append(ask(block))
            if len(under_way) == AHEAD * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
