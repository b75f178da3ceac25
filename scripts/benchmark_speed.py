"""Times this package's network beside others, on documents made in memory.

    python scripts/benchmark_speed.py             long and short, usual rivals
    python scripts/benchmark_speed.py --corpus long --only ours,torch-tuned
    python scripts/benchmark_speed.py --units 128 --corpus long
    python scripts/benchmark_speed.py --targets   what the package must reach
    python scripts/benchmark_speed.py --growth    time and memory as work grows

How: each contestant is a process of its own with one thread. They take turns, one
working while the others wait, round after round. Printed are medians of documents per
CPU second, which neighbours on the machine disturb least, and medians of the ratios
within a round; only compare figures of one table. Batches are made before the clock
starts, for all but `loop`; prediction starts from word ids, sorting and packing
included. Rivals compute the same function; a line says how well they agree.

The roof is what the machine could do if it did nothing but the matrix products of the
real words at the speed of its best large product (and moved the least memory); a
training step counts three forward passes. Nothing is saved there by projecting a word
once, so that a clever program could pass 100 %.

PyTorch and fastText: install PyTorch from its index of CPU builds first, then
`pip install '.[benchmark]'`. Who is not installed is left out, with a line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from han.cli import run_command
from han.errors import InputError
from han.tables.whole_files import write_whole
from speed.entries import ENTRIES, OURS, USUAL, chosen
from speed.growth import ALL as GROWTHS
from speed.growth import TARGETS as GROWTH_TARGETS
from speed.growth import Growth, Scale
from speed.roofline import machine_rates
from speed.rooms import Sizes
from speed.runs import Effort, Run, run, same_outputs, say
from speed.tables import machine_line, run_table
from speed.targets import RUNS, target_rows, target_table

POSITIVE = ("rounds", "units", "batch", "vocabulary", "embedding")
SIZES = ("corpus", "only", "units", "batch", "embedding", "vocabulary", "documents")


def main() -> int:
    """Runs what is asked for and prints Markdown."""
    given = parser().parse_args()
    check(given)
    effort = Effort(given.rounds, given.seconds)
    say("The machine")
    rates = machine_rates(min(given.seconds, 0.5))
    show(machine_line(rates))
    runs = (
        [] if given.growth else [compare(*work, effort, rates) for work in plan(given)]
    )
    grown = [grow(by, effort) for by in growths(given)]
    rows = target_rows(runs) + [line for growth in grown for line in growth.targets]
    if rows:
        show(target_table(rows))
    if given.json:
        write(given.json, runs, grown, rates)
    return 0


def show(text: str) -> None:
    """Prints a paragraph at once, so that a long run can be followed."""
    print(f"{text}\n", flush=True)


def compare(sizes: Sizes, names: str, effort: Effort, rates: dict[str, float]) -> Run:
    """One run: whether outputs are the same, then the table."""
    show(same_outputs(sizes))
    done = run(sizes, chosen(names), effort, rates)
    show(run_table(done))
    return done


def growths(given: argparse.Namespace) -> tuple[Callable[..., Growth], ...]:
    """What growth is asked for."""
    return GROWTHS if given.growth else GROWTH_TARGETS if given.targets else ()


def grow(by: Callable[..., Growth], effort: Effort) -> Growth:
    """One growth table, on short documents but for their length."""
    growth: Growth = by(Sizes("short"), Scale(), effort)
    show(growth.text)
    return growth


def plan(given: argparse.Namespace) -> list[tuple[Sizes, str]]:
    """Sizes and contestants of each run."""
    if given.targets:
        return list(RUNS)
    corpora = ("long", "short") if given.corpus == "both" else (given.corpus,)
    return [
        (
            Sizes(
                corpus,
                given.documents,
                given.vocabulary,
                given.embedding,
                given.units,
                given.batch,
            ),
            given.only,
        )
        for corpus in corpora
    ]


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ", ".join(ENTRIES)
    made.add_argument("--corpus", choices=("long", "short", "both"), default="both")
    made.add_argument(
        "--only",
        default=",".join(USUAL),
        metavar="NAME,NAME",
        help=f"who takes part, of: {names}; `{OURS}` is what ratios are to; `keras-td` "
        "needs minutes for its first steps; default: %(default)s",
    )
    made.add_argument("--units", type=int, default=50, help="of a GRU, default 50")
    made.add_argument("--batch", type=int, default=64, help="documents, default 64")
    made.add_argument("--embedding", type=int, default=200, help="width, default 200")
    made.add_argument("--vocabulary", type=int, default=50_000, help="default 50000")
    made.add_argument(
        "--documents", type=int, default=0, help="default: 6000 long, 40000 short"
    )
    made.add_argument("--rounds", type=int, default=5, help="default 5")
    made.add_argument(
        "--seconds", type=float, default=2.0, help="of a task in a round, default 2"
    )
    made.add_argument(
        "--targets",
        action="store_true",
        help="the runs of the table of targets: 128 units, batch 512, two threads and "
        "the rest; sizes and contestants are given; about 15 minutes",
    )
    made.add_argument(
        "--growth",
        action="store_true",
        help="how time and memory grow with length of documents, rows, vocabulary and "
        "codes; about 10 minutes",
    )
    made.add_argument("--json", type=Path, help="file for all that was measured")
    return made


def check(given: argparse.Namespace) -> None:
    """Says what is wrong with the options, if anything is."""
    for name in POSITIVE:
        if getattr(given, name) < 1:
            raise InputError(f"--{name} must be 1 or more, not {getattr(given, name)}.")
    if given.documents < 0:
        raise InputError(f"--documents must not be negative, not {given.documents}.")
    if given.targets and given.growth:
        raise InputError("--targets and --growth are two runs: ask for one of them.")
    for mode in ("targets", "growth"):
        changed = [n for n in SIZES if getattr(given, n) != parser().get_default(n)]
        if getattr(given, mode) and changed:
            raise InputError(
                f"--{mode} has its own sizes and contestants: leave out --{changed[0]}."
            )
    if given.seconds < 0:
        raise InputError(f"--seconds must not be negative, not {given.seconds}.")
    chosen(given.only)


def write(
    file: Path, runs: list[Run], grown: list[Growth], rates: dict[str, float]
) -> None:
    """Writes everything as JSON, whole or not at all."""
    content: dict[str, Any] = {
        "machine": rates,
        "runs": [run.to_dict() for run in runs],
        "growth": [growth.to_dict() for growth in grown],
    }
    write_whole(file, json.dumps(content, indent=1).encode())


if __name__ == "__main__":
    run_command(main)
