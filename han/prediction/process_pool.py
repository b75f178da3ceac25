"""Processes of one core each that code side by side.

They are those of `concurrent.futures`, with what a command needs besides: they end with
it, whatever ends it, and whoever is ended by the system is one clear error.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from han.devices.termination import ENDING
from han.errors import InputError, RunWarning

ALONE = {  # each process computes on one core, and leaves the GPU to others
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
ENDED = (
    "A process that coded was ended by the system: most often memory has run out. "
    "{kept} Give fewer processes, or more memory."
)
Make = Callable[[Any], Callable[[Any], Any]]


@contextmanager
def process_pool(
    processes: int, make: Make, given: object, kept: str
) -> Iterator[Callable[[Any], Future[Any]]]:
    """Processes that each make a function once, and call it for what they are asked.

    Args:
        processes: How many.
        make: Makes the function in each process; imported there by its name.
        given: What it is made of.
        kept: What is said of the work so far, if a process is ended by the system.

    Returns:
        A function that asks a process: its future answer, or what was raised.

    Raises:
        InputError: If a process was ended by the system.
    """
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(
        processes, context, initializer=_begin, initargs=(theirs, make, given)
    )

    def ask(item: object) -> Future[Any]:
        with environment(ALONE), interrupts_held():  # it may start a process
            return pool.submit(_call, item)

    try:
        yield ask
        pool.shutdown()  # whoever has nothing left to do ends by itself
    except BrokenProcessPool:
        raise InputError(ENDED.format(kept=kept)) from None
    finally:
        ours.close()  # all others see it, and end
        pool.shutdown(cancel_futures=True)
        theirs.close()


_MADE: list[Any] = []  # of this process: how to make the function, then itself


def _begin(theirs: Connection, make: Make, given: object) -> None:
    """What a process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    warnings.simplefilter("ignore", RunWarning)  # which the first process has said
    threading.Thread(target=_end_with, args=(theirs,), daemon=True).start()
    _MADE[:] = [make, given]


def _end_with(theirs: Connection) -> None:
    """Ends this process when the first one closes the pipe, or is no more."""
    with contextlib.suppress(EOFError, OSError):
        theirs.recv()
    os._exit(1)


def _call(item: object) -> object:
    try:
        if len(_MADE) == 2:  # here, where its faults come back as what they are
            make, given = _MADE
            _MADE[:] = [make(given)]
        return _MADE[0](item)
    except MemoryError:
        os._exit(1)


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
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
def interrupts_held() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait; a process that is started now never sees one.

    They go to every process of a terminal or a job, and one that is still importing
    would answer with a traceback. The first process ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start would let Ctrl-C in again
    numbers = {signal.SIGINT, *ENDING}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        with _handlers_held(numbers):
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _handlers_held(numbers: set[signal.Signals]) -> Iterator[None]:
    """Signals that another thread takes, which blocks none, wait as well."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {n: signal.getsignal(n) for n in numbers}
    held = {n: handler for n, handler in before.items() if callable(handler)}
    for number in held:
        signal.signal(number, lambda n, _: came.append(n))
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for first in came[:1]:
            signal.raise_signal(first)
