"""One contestant in its own process: reads orders, works, reports; JSON line by line.

    python -m speed.work '{"module": "ours", ...}'

Orders: `{"do": "build"}`, `{"do": TASK, "seconds": 2}` and `{"do": "quit"}`. Its own
process gives a contestant clean peak memory and threads, and CPU seconds of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from speed.rooms import Contestant, Sizes


def main() -> None:
    """Obeys orders until told to quit."""
    order = json.loads(sys.argv[1])
    answers = own_output()
    contestant: Contestant | None = None
    for line in sys.stdin:
        given = json.loads(line)
        if given["do"] == "quit":
            break
        if given["do"] == "build":
            contestant, answer = build(order)
        elif contestant is not None:
            answer = run(contestant, given["do"], given["seconds"])
        answer["peak_mb"] = peak_mb()
        print(json.dumps(answer), file=answers, flush=True)


def own_output() -> TextIO:
    """Standard output for answers alone; what libraries print goes to the error log."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def build(order: dict[str, Any]) -> tuple[Contestant, dict[str, Any]]:
    """Builds the contestant and has each task done once, so that graphs exist."""
    make = getattr(importlib.import_module(f"speed.{order['module']}"), order["build"])
    begun = time.perf_counter()
    sizes = Sizes(**order["sizes"])
    contestant = make(sizes, order["threads"], **order["options"])
    answer: dict[str, Any] = {"build": time.perf_counter() - begun}
    answer["tasks"] = list(contestant.tasks)
    for task, work in contestant.tasks.items():
        begun = time.perf_counter()
        work()
        answer[f"first_{task}"] = time.perf_counter() - begun
        if task == "train" and contestant.stepwise:
            work()  # TensorFlow may trace a second time
            answer["train_peak_mb"] = peak_mb()
    if not contestant.stepwise:
        answer.pop("first_train", None)
    return contestant, answer


def run(contestant: Contestant, task: str, seconds: float) -> dict[str, Any]:
    """Whole units of a task until the time is over."""
    work, documents = contestant.tasks[task], 0.0
    begun, cpu = time.perf_counter(), cpu_seconds()
    while True:
        documents += work()
        wall = time.perf_counter() - begun
        if wall >= seconds:
            break
    return {
        "documents": documents,
        "wall": wall,
        "cpu": cpu_seconds() - cpu,
        "traces": contestant.traces(),
    }


def cpu_seconds() -> float:
    """CPU time of all threads of this process, of the system in its name included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """Largest resident memory so far, in megabytes (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count the memory of the parent before exec
        line = next(x for x in status.read_text().splitlines() if "VmHWM" in x)
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


if __name__ == "__main__":
    main()
