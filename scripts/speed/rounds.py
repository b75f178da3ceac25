"""Contestants take turns: one works, the others wait, round after round."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tqdm import tqdm

import han
from han.errors import InputError
from speed.entries import Entry
from speed.rooms import Sizes

TASKS = ("train", "predict")
OUR_SETTINGS = ("TF_ENABLE_ONEDNN_OPTS", "TF_CPU_ALLOCATOR_USE_BFC")
THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


@dataclass
class Measured:
    """What was measured of one contestant.

    Attributes:
        built: Seconds of building and of first steps, peak memory in MB.
        cpu: Documents per CPU second by task, one value a round.
        wall: Documents per second by task, one value a round.
        peak_mb: Largest memory of a process, in MB.
        traces: Graphs of the training step.
    """

    built: dict[str, Any] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)
    peak_mb: float = 0.0
    traces: int = 0

    def speed(self, task: str, clock: str = "cpu") -> float:
        """Median over the rounds."""
        return statistics.median(getattr(self, clock)[task])

    def add(self, task: str, answers: list[dict[str, Any]]) -> None:
        """Adds a round of one task, done by one process or by several at a time."""
        documents = sum(a["documents"] for a in answers)
        cpu, wall = (f(a[k] for a in answers) for f, k in ((sum, "cpu"), (max, "wall")))
        self.cpu.setdefault(task, []).append(documents / cpu)
        self.wall.setdefault(task, []).append(documents / wall)
        self.peak_mb = max(self.peak_mb, *(a["peak_mb"] for a in answers))
        self.traces = max(a["traces"] for a in answers)


Measures = dict[str, Measured]


def ratio(
    measures: Measures, one: str, other: str, task: str, clock: str = "cpu"
) -> float:
    """Median over the rounds of how many times faster `one` is than `other`."""
    pair = (getattr(measures[name], clock)[task] for name in (one, other))
    return statistics.median(a / b for a, b in zip(*pair, strict=True))


class Process:
    """A contestant in a process of its own, with its own threads."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.name = str(order.get("name", order["module"]))
        # Read after a failure, closed with the process.
        self.log = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "speed.work", json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(order["threads"]),
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.terminate()
        self.process.communicate()
        self.log.close()

    def send(self, order: dict[str, Any]) -> None:
        """Gives an order and does not wait."""
        if self.process.stdin is not None and self.process.poll() is None:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Gives an order and waits for its answer."""
        self.send(order)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Waits for the answer to an order.

        Raises:
            InputError: If the process has ended instead.
        """
        line = self.process.stdout.readline() if self.process.stdout else ""
        if line:
            found: dict[str, Any] = json.loads(line)
            return found
        self.process.wait()
        self.log.seek(0)
        tail = "\n".join(self.log.read().splitlines()[-15:])
        raise InputError(
            f"The contestant {self.name} ended with exit code "
            f"{self.process.returncode}. Its last lines:\n{tail}\nLeave it out with "
            "--only, or give it what it lacks."
        )


def environment(threads: int) -> dict[str, str]:
    """Settings of a contestant's process: its threads, and nothing of this package's.

    `han.cli` sets what suits the package; a rival must have its own defaults.
    """
    settings = {k: v for k, v in os.environ.items() if k not in OUR_SETTINGS}
    settings |= dict.fromkeys(THREAD_SETTINGS, str(threads))
    homes = [Path(__file__).parents[1], Path(han.__file__).parents[1]]
    paths = [*map(str, homes), settings.get("PYTHONPATH", "")]
    settings["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    settings["TF_CPP_MIN_LOG_LEVEL"] = "3"
    return settings


def order_of(entry: Entry, sizes: Sizes) -> dict[str, Any]:
    """What `speed.work` needs to know of a contestant."""
    return {
        "name": entry.name,
        "module": entry.module,
        "build": entry.build,
        "options": entry.options,
        "threads": entry.threads,
        "sizes": asdict(sizes),
    }


def compete(
    entries: Iterable[Entry], sizes: Sizes, rounds: int, seconds: float
) -> Measures:
    """Builds all contestants, then lets them take turns.

    Args:
        entries: The contestants.
        sizes: Sizes of network and work.
        rounds: Number of rounds.
        seconds: Time for each task of a round; whole steps, so it may be longer.
    """
    entries = list(entries)
    orders = [order_of(entry, sizes) for entry in entries]
    copies = [entry.copies for entry in entries]
    found = take_turns(orders, copies, rounds, seconds)
    return {entry.name: m for entry, m in zip(entries, found, strict=True)}


def take_turns(
    orders: list[dict[str, Any]], copies: list[int], rounds: int, seconds: float
) -> list[Measured]:
    """The same for contestants given by what `speed.work` is told of them."""
    with ExitStack() as stack:
        teams, found = [], []
        for order, count in zip(tqdm(orders, "building"), copies, strict=True):
            device_group = [stack.enter_context(Process(order)) for _ in range(count)]
            built = [one.ask({"do": "build"}) for one in device_group]
            teams.append((built[0].pop("tasks"), device_group))
            found.append(Measured(built[0]))
        for _ in tqdm(range(rounds), "rounds"):
            for (tasks, device_group), measured in zip(teams, found, strict=True):
                for task in tasks:
                    add_round(measured, task, device_group, seconds)
    return found


def add_round(
    measured: Measured, task: str, device_group: list[Process], seconds: float
) -> None:
    """One task of one round; several processes predict at a time, but one trains."""
    working = device_group if task == "predict" else device_group[:1]
    for one in working:
        one.send({"do": task, "seconds": seconds})
    measured.add(task, [one.answer() for one in working])
