"""Time and memory of the choice of thresholds, for many calibration records.

    python scripts/benchmark_planning.py

Calibration records of made-up texts with Zipf-like repeats, by default 100,000 rows in
20,000 units, and half as many for reference, choose thresholds for two levels together.
Each round is a process of its own, so that its peak memory is its own, too: that of the
whole process, with Python, NumPy and the records, which it had before.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from han.cli import run_command
from han.errors import InputError
from promises.measuring import measure
from promises.methods import METHODS

HEAD = ("method", "rows", "units", "seconds", "peak MB", "peak MB before")


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("--rows", type=int, default=100_000, help="rows that are tested (100000)")
    add("--units", type=int, default=20_000, help="units of these rows (20000)")
    add("--largest", type=float, default=0.05, help="share of the largest unit (0.05)")
    add("--rounds", type=int, default=5, help="processes; medians are printed (5)")
    add(
        "--method",
        nargs="+",
        choices=METHODS,
        default=list(METHODS),
        help="how thresholds are chosen (all)",
    )
    return result


def row(given: argparse.Namespace, method: str) -> str:
    """The row of the table for a method."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as processes:
        orders = (method, given.rows, given.units, given.largest)
        waiting = [processes.submit(measure, *orders) for _ in range(given.rounds)]
        found = np.array([one.result() for one in waiting])
    rows, seconds, peak, before = map(statistics.median, found.T.tolist())
    cells = [method, f"{rows:,.0f}", f"{given.units:,}", f"{seconds:.3f}"]
    return "| " + " | ".join([*cells, f"{peak:.0f}", f"{before:.0f}"]) + " |"


def main() -> int:
    """Prints the table."""
    given = parser().parse_args()
    if given.rounds < 1 or not 2 <= given.units <= given.rows:
        raise InputError("--rounds: 1 or more; --units: from 2 to --rows.")
    print("| " + " | ".join(HEAD) + " |")
    print("| " + " | ".join(["---"] * len(HEAD)) + " |")
    for method in given.method:
        print(row(given, method), flush=True)
    return 0


if __name__ == "__main__":
    run_command(main)
