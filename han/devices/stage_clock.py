"""How long each stage of a training takes, and how much memory there was by then."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal

Stage = Literal[
    "start",
    "reading",
    "tokenising",
    "vectors",
    "linear",
    "network",
    "steps",
    "validation",
    "saving",
    "baseline",
    "calibration",
    "evaluation",
    "other",
]
SECONDS = ("wall_seconds", "cpu_seconds")
MEMORY = "peak_memory_gb"
# Of each thread by itself: several fits may go on side by side.
_CLOCK: ContextVar[StageClock] = ContextVar("stage clock")


class StageClock:
    """Adds up the time of stages; one within another is taken off the outer one.

    Args:
        age: Seconds of the process before the clock starts, which are of stage `start`,
            with all CPU seconds of the process so far; None: it has not just begun.

    Example:
        >>> clock = StageClock()
        >>> with clock.stage("steps"), clock.stage("saving"):
        ...     pass
        >>> found = clock.spent()
        >>> list(found["stages"]), found["parts"]
        (['other', 'steps', 'saving'], 1)
    """

    def __init__(self, age: float | None = None) -> None:
        self._stages: dict[str, dict[str, float]] = {}
        self._open: list[Stage] = ["other"]
        self._parts = 1
        self._before = _now()
        if age is not None:
            cpu = self._before[1]
            self._add("start", dict(zip(SECONDS, (age, cpu), strict=True)))

    @contextlib.contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """What is done within it is of this stage, but for stages within it."""
        self._charge()
        self._open.append(name)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def spent(self) -> dict[str, Any]:
        """Everything so far, as JSON holds it.

        Returns:
            `wall_seconds`, `cpu_seconds` (of all threads, and of other processes that
            have ended), `peak_memory_gb` (1e9 bytes, this process alone), `parts`: how
            many processes have worked at it, one after the other; and `stages`: the
            first three of each, the peak by its end.
        """
        self._charge()
        stages = {name: dict(stage) for name, stage in self._stages.items()}
        total = {key: sum(s[key] for s in stages.values()) for key in SECONDS}
        total[MEMORY] = max(stage[MEMORY] for stage in stages.values())
        return {**total, "parts": self._parts, "stages": stages}

    def add(self, earlier: Mapping[str, Any]) -> None:
        """Adds what `spent` said in a process that was stopped; nothing if empty."""
        for name, stage in earlier.get("stages", {}).items():
            self._add(name, stage)
        self._parts += earlier.get("parts", 0)

    def _charge(self) -> None:
        """The time since the last call is of the stage that is open."""
        now = _now()
        passed = (b - a for a, b in zip(self._before, now, strict=True))
        self._add(self._open[-1], dict(zip(SECONDS, passed, strict=True)))
        self._before = now

    def _add(self, name: str, passed: Mapping[str, float]) -> None:
        known = self._stages.setdefault(name, dict.fromkeys((*SECONDS, MEMORY), 0.0))
        for key in SECONDS:
            known[key] += passed[key]
        known[MEMORY] = max(known[MEMORY], passed.get(MEMORY) or _peak())


def _now() -> tuple[float, float]:
    """Wall and CPU seconds."""
    times = os.times()
    children = times.children_user + times.children_system
    return time.perf_counter(), time.process_time() + children


def _peak() -> float:
    from han.devices.process_memory import GIGABYTE, peak_memory  # psutil takes long

    return peak_memory() / GIGABYTE


def process_age() -> float:
    """Wall seconds since this process began; where no system tells, CPU seconds."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
        begun = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - begun
    except (OSError, ValueError, IndexError, AttributeError):
        return time.process_time()


@contextlib.contextmanager
def running_clock(*, age: float | None = None) -> Iterator[None]:
    """Times what is done within it; within another one it changes nothing.

    Args:
        age: As of `StageClock`.

    Example:
        >>> with running_clock(), stage("reading"):
        ...     sorted(spent()["stages"])
        ['other', 'reading']
        >>> spent()
        {}
    """
    if _CLOCK.get(None) is not None:
        yield
        return
    token = _CLOCK.set(StageClock(age))
    try:
        yield
    finally:
        _CLOCK.reset(token)


@contextlib.contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Times what is done within it, or a function that it decorates.

    Without a running clock it does nothing, as in a thread that prepares batches.

    Args:
        name: The stage.
    """
    clock = _CLOCK.get(None)
    with clock.stage(name) if clock else contextlib.nullcontext():
        yield


def spent() -> dict[str, Any]:
    """What the running clock has counted; empty without one."""
    clock = _CLOCK.get(None)
    return clock.spent() if clock else {}


def add_earlier(earlier: Mapping[str, Any]) -> None:
    """Adds what `spent` gave in a process that was stopped."""
    clock = _CLOCK.get(None)
    if clock:
        clock.add(earlier)
