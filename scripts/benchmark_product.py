"""What an office gets: by number of coded records, and how long it takes end to end.

python scripts/benchmark_product.py                # growing numbers of coded records
python scripts/benchmark_product.py --speed        # the whole demo, 10,000 predictions

Both train the default product (network, linear model, calibration, evaluation) on the
shipped demo, as `python -m han.train` does, each in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from han.data.splits import hash_split
from han.planning.planning_session import planning_session

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data/productos/productos.csv.gz"
EXPERIMENT = ROOT / "experiments/demo.yaml"
SIZES = (500, 1000, 2000, 4000, 8000)
TARGETS = (0.8, 0.9)
TO_PREDICT = 10_000


def parser() -> argparse.ArgumentParser:
    """Arguments of the script."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--speed", action="store_true", help="time the whole demo")
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--seed", type=int, default=1, help="of the draw of records")
    return arguments


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    load = os.getloadavg()[0]
    print(f"{time.strftime('%d %B %Y')}, {os.cpu_count()} cores, load {load:.1f}\n")
    with tempfile.TemporaryDirectory() as folder:
        lines = speed(Path(folder)) if given.speed else growth(Path(folder), given)
        for line in lines:
            print(line, flush=True)
    return 0


def growth(folder: Path, given: argparse.Namespace) -> Iterator[str]:
    """A row for each number of coded records; all are tested on the same others."""
    yield "| coded records | leaf accuracy | hF | auto at 80% | at 90% | training s |"
    yield "| --- | --- | --- | --- | --- | --- |"
    table = pd.read_csv(DATA, dtype=str, keep_default_na=False)
    texts = (table["descripcion"] + " " + table["palabras_similares"]).tolist()
    is_test = hash_split(texts, {"test": 0.1}, seed=given.seed) == "test"
    order = np.random.default_rng(given.seed).permutation(np.flatnonzero(~is_test))
    for size in given.sizes:
        yield growth_row(folder, table, order[:size], is_test)


def growth_row(
    folder: Path, table: pd.DataFrame, chosen: np.ndarray, is_test: np.ndarray
) -> str:
    """Trains on so many records: a tenth each validates and calibrates."""
    roles = np.full(len(table), "", dtype=object)
    tenths = np.arange(len(chosen)) % 10
    roles[chosen] = np.select(
        [tenths == 0, tenths == 1], ["validation", "calibration"], "train"
    )
    roles[is_test] = "test"
    file, run = folder / f"{len(chosen)}.csv", folder / f"run{len(chosen)}"
    table.assign(role=roles)[roles != ""].to_csv(file, index=False)
    settings = f"data.train={file}", "data.split={column: role}"
    seconds = train(run, *settings)
    found = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["test"]
    plans = planning_session(run).what_if(list(TARGETS))
    automatic = " | ".join(f"{plans.auto[target]:.0%}" for target in TARGETS)
    f1 = found["hierarchical"]["f1"]
    scores = f"{found['leaf_accuracy']:.3f} | {f1:.3f} | {automatic}"
    return f"| {len(chosen):,} | {scores} | {seconds:.0f} |"


def speed(folder: Path) -> Iterator[str]:
    """Seconds of each command, from its start to its end, with its files."""
    run, new, coded = folder / "run", folder / "new.csv", folder / "coded.csv"
    table = pd.read_csv(DATA, dtype=str, keep_default_na=False)
    table.head(TO_PREDICT).to_csv(new, index=False)
    yield "| command | records | seconds | records a second |"
    yield "| --- | --- | --- | --- |"
    steps: dict[str, tuple[list[object], int | None]] = {
        "train": (["train", EXPERIMENT, f"logging.run_folder={run}"], len(table)),
        "evaluate": (["evaluate", run], None),
        "plan": (["plan", run, "--target", "leaf=0.8"], None),
        "predict": (["predict", run, new, "-o", coded], TO_PREDICT),
    }
    for name, (arguments, records) in steps.items():
        seconds = command(str(arguments[0]), *arguments[1:])
        count = f"{records:,}" if records else "test"
        rate = f"{records / seconds:,.0f}" if records else "-"
        yield f"| `han {name}` | {count} | {seconds:.1f} | {rate} |"


def train(run: Path, *settings: str) -> float:
    """Trains the demo with other settings; seconds."""
    return command("train", EXPERIMENT, f"logging.run_folder={run}", *settings)


def command(name: str, *arguments: object) -> float:
    """Runs a command of the package; seconds from its start to its end."""
    words = [sys.executable, "-m", f"han.{name}", *map(str, arguments)]
    began = time.perf_counter()
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
