"""Markdown of what was measured."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from han.usable_cores import usable_cores
from speed.entries import ENTRIES, OURS
from speed.rounds import TASKS, ratio
from speed.runs import Run, title

PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "torch", "numpy", "scikit-learn")
COLUMNS = (
    "contestant",
    "train",
    "han is faster",
    "predict",
    "han is faster",
    "% of the roof, train / predict",
    "peak MB",
    "first step s",
)


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def run_table(run: Run) -> str:
    """Speeds, ratios, memory and first step of each contestant of a run."""
    one = [n for n in run.measures if ENTRIES[n].threads == ENTRIES[n].copies == 1]
    rows = [cells(run, name) for name in one]
    head = (
        f"{title(run.sizes).capitalize()}: {run.words:.1f} words a document, "
        f"{run.flops / 1e6:.2f} MFLOP forward. One core; medians of documents per CPU "
        "second, and of the ratios within a round."
    )
    text = f"{head}\n\n{markdown(COLUMNS, rows)}"
    several = [name for name in run.measures if name not in one]
    return f"{text}\n\n{wall_table(run, several)}" if several else text


def wall_table(run: Run, names: list[str]) -> str:
    """Speeds by wall clock of contestants that use several cores, beside one core."""
    beside = [OURS] if OURS in run.measures else []
    rows = [
        [
            ENTRIES[name].title,
            *(number(run.measures[name].speed(task, "wall")) for task in TASKS),
        ]
        for name in beside + names
    ]
    header = ("documents a second by wall clock", *TASKS)
    return markdown(header, rows)


def cells(run: Run, name: str) -> list[str]:
    """One row of the table."""
    measured, entry = run.measures[name], ENTRIES[name]
    speeds = {task: measured.speed(task) for task in TASKS}
    times = {
        task: f"{number(ratio(run.measures, OURS, name, task), 2)}x"
        if OURS in run.measures and name != OURS
        else ""
        for task in TASKS
    }
    roof = " / ".join(f"{speeds[t] / run.bounds[t]:.0%}" for t in TASKS)
    return [
        entry.title,
        number(speeds["train"]),
        times["train"],
        number(speeds["predict"]),
        times["predict"],
        roof if entry.is_han else "",
        number(measured.peak_mb),
        f"{measured.built['first_train']:.1f}"
        if "first_train" in measured.built
        else "",
    ]


def number(value: float, digits: int = 3) -> str:
    """A number with so many digits that count, and no more after the point."""
    return f"{value:,.0f}" if value >= 10 ** (digits - 1) else f"{value:.{digits}g}"


def machine_line(rates: dict[str, float]) -> str:
    """The machine, its rates and the versions, in a line."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return (
        f"Machine: {processor()}, {usable_cores()} cores; one core: "
        f"{rates['product']:.0f} GFLOP/s in float32 products, {rates['triad']:.1f} "
        f"GB/s; Python {platform.python_version()}, {', '.join(versions)}."
    )


def processor() -> str:
    """Model of the processor."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
