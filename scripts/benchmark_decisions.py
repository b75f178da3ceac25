"""How much can be coded without people at a promised quality, on labelled sets.

    python scripts/benchmark_decisions.py FOLDER/scian2023_es FOLDER/msha_body_en

For each set (as for `benchmark_accuracy.py`, whose runs are used, or made if they are
missing) thresholds are chosen on the calibration records for two promises, which hold
together with the stated confidence: full codes, and codes one level above. The test
records, which had no say in it, show what becomes of the promises.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accuracy.comparison import BASELINES, best_baseline, networks
from accuracy.coverage import planned
from accuracy.runs import Run
from accuracy.sets import find_sets
from han.cli import run_command

HEAD = ("set", "model", "records", "auto", "partial", "review")
RIGHT = ("full codes right", "codes above right")


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="+", metavar="FOLDER", help="folders of labelled sets")
    add("--seed", type=int, default=1, help="seed of the networks (default: 1)")
    add("--full", type=float, default=0.95, help="accuracy of full codes (0.95)")
    add("--above", type=float, default=0.98, help="accuracy one level above (0.98)")
    add("--confidence", type=float, default=0.95, help="of both promises (0.95)")
    add(
        "--baselines",
        nargs="+",
        choices=BASELINES,
        default=["flat", "per_parent"],
        help="baselines to choose the best of",
    )
    return result


def row(name: str, run: Run, found: Mapping[str, Any], depth: int) -> str:
    """A row of the table."""
    shares = [f"{100 * part['share']:.1f} %" for part in found["routes"].values()]
    cells = [name, run.model, f"{found['records']:,}", *shares]
    for level in (depth, depth - 1):
        entry = next((e for e in found["levels"] if e["level"] == level), None)
        if not entry or not entry["records"]:
            cells.append("-")
            continue
        data = entry["data"]
        low, high = data["interval"]
        cells.append(f"{data['accuracy']:.3f} [{low:.3f}, {high:.3f}]")
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Prints the table."""
    given = parser().parse_args()
    print("| " + " | ".join([*HEAD, *RIGHT]) + " |")
    print("| " + " | ".join(["---"] * len([*HEAD, *RIGHT])) + " |")
    for data in find_sets(given.sets):
        runs = [best_baseline(data, given.baselines), *networks(data, [given.seed])]
        for run in runs:
            depth = run.classifier.taxonomy.num_levels
            above = {depth - 1: given.above} if depth > 1 else {}
            found = planned(run, {depth: given.full, **above}, given.confidence)
            print(row(data.name, run, found, depth), flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    run_command(main)
