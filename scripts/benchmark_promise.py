"""Whether a promise holds where answers repeat.

    python scripts/benchmark_promise.py FOLDER/onet_titles_en FOLDER/msha_body_en
    python scripts/benchmark_promise.py --zipf 1 2 3

The calibration and test records of a labelled set (as for `benchmark_accuracy.py`) are
coded by a linear model, which is trained if that has not been done. They are the
population. Calibration records are drawn from it with replacement, again and again;
each time a threshold is chosen, and its promise is held against all records. With 95 %
confidence at most 5 % of the drawings may fail. `--zipf` needs no data: it makes up
texts with Zipf-like repeats, the largest 5 % of the rows, right or wrong together.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

from accuracy.sets import find_sets
from han.cli import run_command
from han.errors import InputError
from promises.drawings import UNITS, Kept, drawings, kept_promises
from promises.methods import CONFIDENCE, METHODS
from promises.populations import Population, labelled_set, zipf_population

HEAD = (
    *("set", "rows", "texts", "largest text", "method", "drawn by", "target"),
    *("failed", "coded", "rows in frequent texts", "frequent texts"),
)
LEAF = "leaf"
DEVIATIONS = 3  # that chance may add to the failures


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="*", metavar="FOLDER", help="folders of labelled sets")
    add("--zipf", type=int, nargs="+", default=[], metavar="SEED", help="made-up texts")
    add("--drawings", type=int, default=400, help="number of drawings (400)")
    add(
        "--targets",
        type=float,
        nargs="+",
        default=[0.85, 0.9, 0.95],
        help="accuracies to promise (0.85 0.9 0.95)",
    )
    add("--level", default=LEAF, help="level of the promise: 1, 2 ... or leaf (leaf)")
    add(
        "--method",
        nargs="+",
        choices=METHODS,
        default=list(METHODS),
        help="how thresholds are chosen (all)",
    )
    return result


def populations(given: argparse.Namespace) -> Iterator[Population]:
    """The made-up ones, then those of the sets.

    Raises:
        InputError: If there are none.
    """
    if not given.sets and not given.zipf:
        raise InputError("Nothing to draw from: give FOLDERs of sets, or --zipf 1.")
    yield from map(zipf_population, given.zipf)
    if given.sets:
        yield from map(labelled_set, find_sets(given.sets))


def level_of(given: str, population: Population) -> int:
    """The level that is meant.

    Raises:
        InputError: If the records have no such level.
    """
    levels: int = population.labelled.truth.shape[1]
    if given == LEAF:
        return levels
    if not given.isdecimal() or not 1 <= int(given) <= levels:
        raise InputError(
            f"--level {given}: {population.name} has the levels 1 to {levels}, and "
            f"`{LEAF}` for full codes."
        )
    return int(given)


def rows(population: Population, given: argparse.Namespace) -> Iterator[str]:
    """The rows of the table for one population."""
    level = level_of(given.level, population)
    largest = population.repeats.max()
    first = [
        population.name,
        f"{len(population):,}",
        f"{population.texts.max() + 1:,}",
        f"{largest:,} ({100 * largest / len(population):.1f} %)",
    ]
    for name in given.method:
        for unit in UNITS:
            for target in given.targets:
                drawn = drawings(population, unit, given.drawings)
                kept = kept_promises(population, drawn, METHODS[name], level, target)
                cells = [*first, name, unit, f"{100 * target:g} %", *figures(kept)]
                yield "| " + " | ".join(cells) + " |"


def figures(kept: Kept) -> list[str]:
    """The cells of what became of the promises."""
    shares = (kept.failed, kept.coded, kept.frequent_rows)
    return [*(f"{100 * share:.1f} %" for share in shares), f"{kept.frequent_units:.1f}"]


def main() -> int:
    """Prints the table."""
    given = parser().parse_args()
    if given.drawings < 1 or not all(0 < target < 1 for target in given.targets):
        raise InputError("--drawings: 1 or more; --targets: above 0, under 1.")
    print("| " + " | ".join(HEAD) + " |")
    print("| " + " | ".join(["---"] * len(HEAD)) + " |")
    for population in populations(given):
        for row in rows(population, given):
            print(row, flush=True)
    allowed = 1 - CONFIDENCE
    spread = math.sqrt(allowed * CONFIDENCE / given.drawings)
    print(
        f"\n{100 * allowed:.0f} % may fail. Of {given.drawings} drawings up to "
        f"{100 * (allowed + DEVIATIONS * spread):.1f} % may fail by chance "
        f"({DEVIATIONS} standard deviations)."
    )
    return 0


if __name__ == "__main__":
    run_command(main)
