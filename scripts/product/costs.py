"""What a process takes: seconds, memory, and an end where it takes too much."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from han.devices.process_memory import GIGABYTE

ROOT = Path(__file__).resolve().parents[2]
State = Literal["done", "time", "memory", "failed"]
LOOK = 0.1  # seconds between two looks at whether a process has ended
MEMORY_LOOK = 5  # each fifth looks at its memory, too, which holds it up a little


@dataclass(frozen=True)
class Limits:
    """What a process may take.

    Attributes:
        minutes: By the clock.
        gigabytes: With the processes that it has started.
    """

    minutes: float
    gigabytes: float


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes:
        state: `done`; `time` or `memory`, which ran out; or `failed`.
        wall: Seconds.
        cpu: Seconds of it and of the processes that it waited for.
        memory: The most of all together, in GB; shared pages count once.
        said: The last lines of one that failed.
    """

    state: State
    wall: float
    cpu: float
    memory: float
    said: str = ""


def run_process(arguments: Sequence[str], limits: Limits) -> Cost:
    """Runs Python in a process of its own, with all of the machine's cores."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # so that it ends with all that it has started
        )
        try:
            state, cpu, memory = _watch(process, began, limits)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):  # it may have ended
                os.killpg(process.pid, signal.SIGKILL)
            raise
        log.seek(0)
        said = "\n".join(log.read().splitlines()[-3:]) if state == "failed" else ""
    return Cost(state, time.perf_counter() - began, cpu, memory / GIGABYTE, said)


def _environment() -> dict[str, str]:
    """The machine's own; `OMP_NUM_THREADS` is left as it was given."""
    paths = [str(ROOT / "scripts"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return found | {"TF_CPP_MIN_LOG_LEVEL": "3"}


def _watch(
    process: subprocess.Popen[bytes], began: float, limits: Limits
) -> tuple[State, float, float]:
    """Waits for the end and brings it about where a limit is reached."""
    ran_out: State | None = None
    peak = 0.0
    for look in itertools.count():
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            break
        if look % MEMORY_LOOK == 0:
            peak = max(peak, _memory(process.pid))
        if ran_out is None:
            ran_out = _exceeded(time.perf_counter() - began, peak, limits)
            if ran_out:
                os.killpg(process.pid, signal.SIGKILL)
        time.sleep(LOOK)
    failed: State = "failed" if process.returncode else "done"
    return ran_out or failed, used.ru_utime + used.ru_stime, peak


def _exceeded(seconds: float, memory: float, limits: Limits) -> State | None:
    if seconds > 60 * limits.minutes:
        return "time"
    return "memory" if memory > limits.gigabytes * GIGABYTE else None


def _memory(number: int) -> float:
    """Bytes of a process and of those that it has started."""
    used = 0.0
    try:
        process = psutil.Process(number)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return used
    for one in family:
        try:
            full = one.memory_full_info()
        except psutil.Error:  # it has ended meanwhile
            continue
        used += getattr(full, "pss", full.uss)  # only Linux knows shares of pages
    return used
