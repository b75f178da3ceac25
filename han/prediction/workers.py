"""Codes blocks of records in one process or several, in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue

import pandas as pd

from han.devices.runtime import Engine
from han.devices.termination import ENDING
from han.errors import InputError, RunWarning
from han.prediction.coded_blocks import CodedBlock, coded_block
from han.prediction.input_records import Block, InputRecords
from han.runs.loading import load_classifier
from han.runs.manifest import check_identity, run_identity
from han.tables.output_rows import content_of
from han.usable_cores import usable_cores

# Characters of text (40,000 short answers) below which to start more processes takes
# about as long as they save.
WORTH_A_PROCESS = 1 << 21
AHEAD = 2  # blocks of each process that are read but not yet written
ALONE = {  # each process computes on one core, and leaves the GPU to others
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
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
    """

    run: Path
    engine: Engine = "auto"
    top_k: int = 5
    output: Path | None = None
    identity: str | None = None


def coder(job: PredictionJob) -> Callable[[Block], CodedBlock]:
    """Loads the run once; the function that it gives codes a block.

    Raises:
        InputError: If the run is damaged, needs what is not installed, or is not the
            one that the job began with.
    """
    classifier = load_classifier(job.run, engine=job.engine)
    router = classifier.router  # before a new run can be there
    if job.identity:
        check_identity(job.run, job.identity)

    def code(block: Block) -> CodedBlock:
        began = time.perf_counter()
        coded = classifier.predict(
            block.fields, side=block.side, top_k=job.top_k, repeats=block.repeats
        )
        table = pd.concat([block.keys, coded], axis=1)
        content = content_of(table, job.output, is_first=block.number == 0)
        left_out = router.num_left_out(block.fields) if router else 0
        seconds = time.perf_counter() - began
        return coded_block(content, coded, block.repeats, left_out, seconds)

    return code


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
    blocks: Iterable[Block], job: PredictionJob, processes: int
) -> Iterator[CodedBlock]:
    """Codes blocks in the given number of processes.

    At most `AHEAD` blocks of each process are read and not yet handed back, so that
    memory does not grow with the number of blocks.

    Returns:
        The coded blocks in the order of `blocks`.

    Raises:
        InputError: If the run cannot be used or was replaced meanwhile, or a process
            was ended by the system.
    """
    identity = job.identity or run_identity(job.run)
    job = replace(job, identity=identity)
    if processes == 1:
        yield from map(coder(job), blocks)
    else:
        yield from _coded_by_workers(blocks, job, processes)
    check_identity(job.run, identity)  # before the output is put in place


def _coded_by_workers(
    blocks: Iterable[Block], job: PredictionJob, processes: int
) -> Iterator[CodedBlock]:
    with ThreadPoolExecutor(processes) as threads, _workers(processes, job) as ask:
        under_way: deque[Future[CodedBlock]] = deque()
        for block in blocks:
            under_way.append(threads.submit(ask, block))
            if len(under_way) == AHEAD * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


@dataclass(frozen=True)
class _Worker:
    process: BaseProcess
    connection: Connection


@contextmanager
def _workers(count: int, job: PredictionJob) -> Iterator[Callable[[Block], CodedBlock]]:
    """Starts processes, and ends them whatever happens.

    Each has a pipe of its own, so that the end of one is seen at once: with a queue for
    all, one that dies while it writes would leave the others waiting for ever.
    """
    workers: list[_Worker] = []
    free: SimpleQueue[_Worker] = SimpleQueue()

    def ask(block: Block) -> CodedBlock:
        worker = free.get()
        try:
            return _answer(worker, block)
        finally:
            free.put(worker)

    try:
        with _environment(ALONE), _interrupts_held():
            for _ in range(count):
                workers.append(_start(job))
                free.put(workers[-1])
        yield ask
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()


def _start(job: PredictionJob) -> _Worker:
    # Never by fork: TensorFlow's threads do not survive it.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, job), daemon=True)
    process.start()
    theirs.close()  # else its end would not be seen
    return _Worker(process, ours)


def _answer(worker: _Worker, block: Block) -> CodedBlock:
    try:
        worker.connection.send(block)
        answer: CodedBlock | Exception = worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join(1)
        raise _ended(worker.process.exitcode) from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ended(code: int | None) -> InputError:
    how = f"signal {-code}" if code and code < 0 else f"exit code {code}"
    return InputError(
        f"A process that coded records was ended by the system ({how}): most often "
        "memory has run out. Nothing was written. Give fewer with --processes, or "
        "more memory."
    )


def _serve(connection: Connection, job: PredictionJob) -> None:
    """What a worker does: answers blocks until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    warnings.simplefilter("ignore", RunWarning)  # which the first process has said
    code: Callable[[Block], CodedBlock] | None = None
    while True:
        try:
            block = connection.recv()
        except EOFError:
            return
        answer: CodedBlock | Exception
        try:
            code = code or coder(job)
            answer = code(block)
        except InputError as error:
            answer = error
        except MemoryError:
            os._exit(1)
        except Exception:
            answer = RuntimeError(traceback.format_exc())
        try:
            connection.send(answer)
        except BrokenPipeError:
            return


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables that processes inherit which are started now."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait; a process that is started now never sees one.

    They go to every process of a terminal or a job, and one that is still importing
    would answer with a traceback. The first process ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start would let Ctrl-C in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *ENDING})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
