"""The product as it is installed, beside what people would take in its place.

    python scripts/benchmark_product.py --records 5000 --codes 100 1000 -o product.json
    python scripts/benchmark_product.py --demo -o product.json
    python scripts/benchmark_product.py -o product.json --show --plot product.svg
    python scripts/benchmark_product.py --coded-records  # growing numbers of them
    python scripts/benchmark_product.py --speed          # the commands, on the demo

Generated records, and those of the demo, are learnt and others coded by scikit-learn,
by han's own linear baseline with its search, by fastText, by a packed PyTorch HAN and
by han as `python -m han.train` trains it; each in a process of its own, in turns. What
has been measured stands in the file of -o: the same command goes on where it was
stopped, and others add to it. Who runs out of time or memory stays in the tables.
Contestants have all cores, or as many threads as OMP_NUM_THREADS says.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from han.cli import run_command
from han.devices.process_memory import GIGABYTE
from han.errors import InputError
from product.coded_records import growth
from product.commands import speed
from product.contestants import CONTESTANTS, USUAL, check_known, measure
from product.costs import Limits
from product.generated import Shape
from product.growth_plot import write_plot
from product.results import Results
from product.tables import head, said, tables
from product.works import Work

SIZES = (500, 1000, 2000, 4000, 8000)
PICTURES = (".svg", ".png")
MEMORY_SHARE = 0.75  # of the machine's


def parser() -> argparse.ArgumentParser:
    """Arguments of the script."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    memory = MEMORY_SHARE * psutil.virtual_memory().total / GIGABYTE
    add = made.add_argument
    add("--records", type=int, nargs="+", metavar="N", help="coded records, generated")
    add("--codes", type=int, nargs="+", default=[1000], metavar="N", help="full codes")
    add("--words", type=int, nargs="+", default=[15], metavar="N", help="of a text")
    add("--demo", action="store_true", help="the shipped demo, too")
    add(
        "--only",
        default=",".join(USUAL),
        metavar="NAME,NAME",
        help=f"who takes part, of: {', '.join(CONTESTANTS)}; default: %(default)s",
    )
    add("--rounds", type=int, default=1, help="each with its seed; default 1")
    add("--limit", type=float, default=60.0, metavar="MINUTES", help="default 60")
    add(
        "--memory", type=float, default=memory, metavar="GB", help="default %(default)d"
    )
    add("-o", "--output", type=Path, metavar="FILE", help="JSON, to go on from")
    add("--show", action="store_true", help="what the file has; nothing is measured")
    add("--plot", type=Path, metavar="FILE", help=".svg or .png, of what the file has")
    add("--coded-records", type=int, nargs="*", metavar="N", help="how many are needed")
    add("--speed", action="store_true", help="time the commands")
    add("--seed", type=int, default=1, help="of --coded-records: the draw of records")
    return made


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    check(given)
    if given.speed or given.coded_records is not None:
        load = os.getloadavg()[0]
        print(f"{time.strftime('%d %B %Y')}, {os.cpu_count()} cores, load {load:.1f}\n")
        for line in of_the_demo(given):
            print(line, flush=True)
        return 0
    results = Results.open(given.output)
    if not given.show:
        compete(given, results)
    for line in itertools.chain(head(results), [""], tables(results)):
        print(line)
    if given.plot:
        write_plot(results, given.plot)
    return 0


def of_the_demo(given: argparse.Namespace) -> Iterator[str]:
    """Tables of han alone."""
    with tempfile.TemporaryDirectory() as folder:
        if given.speed:
            yield from speed(Path(folder))
        else:
            sizes = given.coded_records or list(SIZES)
            yield from growth(Path(folder), sizes, given.seed)


def check(given: argparse.Namespace) -> None:
    """Says what is wrong with the options, if anything is."""
    for name in ("records", "codes", "words", "rounds", "limit", "memory"):
        values = getattr(given, name) or []
        for value in values if isinstance(values, list) else [values]:
            if value <= 0:
                raise InputError(f"--{name} must be above 0, not {value}.")
    check_known(given.only.split(","))
    alone = given.speed or given.coded_records is not None
    if given.speed and given.coded_records is not None:
        raise InputError("--speed and --coded-records are two runs: ask for one.")
    if alone and (given.records or given.demo or given.show):
        raise InputError("--speed and --coded-records stand alone: leave out the rest.")
    if not (alone or given.show or given.records or given.demo):
        raise InputError("Nothing to do: give --records N, --demo, --show, or --speed.")
    if given.show and (given.output is None or not given.output.exists()):
        raise InputError("--show needs -o FILE with what has been measured.")
    if given.plot and given.plot.suffix not in PICTURES:
        raise InputError(f"--plot {given.plot}: the ending must be .svg or .png.")


def compete(given: argparse.Namespace, results: Results) -> None:
    """Lets all take part in all works, in turns, round after round."""
    shapes = itertools.product(given.records or [], given.codes, given.words)
    works = [Work.of(None)] if given.demo else []
    works += [Work.of(Shape(*sizes)) for sizes in shapes]
    names = given.only.split(",")
    for work in works:
        turns = [
            (name, number)
            for number in range(1, given.rounds + 1)
            for name in names
            if not results.is_known(work.key, name, number, given.limit)
        ]
        if turns:
            with tempfile.TemporaryDirectory(prefix="han-product-") as folder:
                take_turns(work, turns, Path(folder), given, results)


def take_turns(
    work: Work,
    turns: list[tuple[str, int]],
    folder: Path,
    given: argparse.Namespace,
    results: Results,
) -> None:
    """Measures what has not been measured of one work."""
    tell(f"{work.name}: writing records")
    about = {"work": work.key, "title": work.name, **work.write(folder)}
    limits = {"minutes": given.limit, "gigabytes": given.memory}
    for name, number in turns:
        tell(f"{work.name}, round {number}: {name}")
        found = measure(name, folder, number, Limits(**limits))
        entry: dict[str, Any] = {**about, "contestant": name, "round": number}
        results.add({**entry, **limits, **found})
        tell(progress(entry | limits | found))


def progress(entry: dict[str, Any]) -> str:
    """What came of a turn, in a line."""
    if entry["state"] != "done":
        return f"  {said(entry)} {entry.get('said', '')}"
    cpu, coded = entry["fit"]["cpu"], entry["coding"]["cpu"]
    scores = f"leaf {entry['leaf']:.3f}, hF {entry['hf']:.3f}"
    return f"  fit {cpu:.1f}, coding {coded:.2f} CPU seconds; {scores}"


def tell(line: str) -> None:
    """Progress, beside the tables."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run_command(main)
