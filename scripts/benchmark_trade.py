"""What pretrained knowledge brings to a network, and what it costs.

    python scripts/benchmark_trade.py FOLDER/esco_es FOLDER/clinc150_en

For each set (as for `benchmark_accuracy.py`) the three networks of that script, trained
once more without a cache, so that each pays for all that it needs: test scores, CPU
seconds of the training, records coded in a second of one core, and the most memory of
the process that codes them. Equal texts are coded once. A finished run is not trained
again. Needs `pip install '.[pretrained]'`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from accuracy.comparison import NETWORKS
from accuracy.intervals import MEASURES, mean
from accuracy.runs import Run
from accuracy.sets import find_sets
from han.cli import run_command
from han.errors import InputError

HEAD = (
    *("set", "network", "leaf / hF", "training, CPU seconds"),
    *("records a second", "memory, MB"),
)
CODING = Path(__file__).parent / "accuracy" / "prediction_cost.py"


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="+", metavar="FOLDER", help="folders of labelled sets")
    add("--seed", type=int, default=1, help="seed of the networks (default: 1)")
    return result


def main() -> int:
    """Prints the table."""
    given = parser().parse_args()
    print("| " + " | ".join(HEAD) + " |")
    print("| " + " | ".join(["---"] * len(HEAD)) + " |")
    for data in find_sets(given.sets):
        for name, overrides in NETWORKS.items():
            alone = (*overrides, "data.cache=null")
            run = Run(data, f"{name} without cache", alone, given.seed)
            cells = [data.name, name, *measured(run)]
            print("| " + " | ".join(cells) + " |", flush=True)
    return 0


def measured(run: Run) -> list[str]:
    """Scores of a run, CPU seconds of its training, and speed and memory of coding."""
    seconds = training_seconds(run)
    scores = run.scores("test")
    right = " / ".join(f"{mean([scores], name).mean():.3f}" for name in MEASURES)
    speed, peak = coding_cost(run)
    return [right, f"{seconds:,.0f}", f"{speed:,.0f}", f"{peak:,.0f}"]


def training_seconds(run: Run) -> float:
    """CPU seconds of the training of a run, as measured when it was trained."""
    file = run.folder.with_name(f"{run.folder.name}.cpu_seconds")
    if not file.exists():
        if run.folder.exists():
            raise InputError(
                f"{run.folder}: begun without being measured to its end. Remove the "
                "folder, and it is trained again."
            )
        before = _seconds_of_children()
        run.train()
        file.write_text(f"{_seconds_of_children() - before:.2f}", encoding="utf-8")
    return float(file.read_text(encoding="utf-8"))


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def coding_cost(run: Run) -> tuple[float, float]:
    """Records a second of one core, and megabytes of the process that codes them."""
    done = subprocess.run(
        [sys.executable, str(CODING), str(run.folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if done.returncode:
        raise InputError(f"{run.folder}: coding ended with {done.returncode}.")
    found = json.loads(done.stdout)
    return found["records"] / found["seconds"], found["peak_mb"]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    run_command(main)
