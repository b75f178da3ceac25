"""Seconds of the commands, from the start of each to its end, with its files."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from product.generated import NAMES
from product.works import DEMO, ROOT

TO_PREDICT = 10_000


def speed(folder: Path) -> Iterator[str]:
    """The whole demo, and the coding of many records with its run."""
    run, new, coded = folder / "run", folder / "new.csv", folder / "coded.csv"
    table = pd.read_csv(NAMES, dtype=str, keep_default_na=False)
    table.head(TO_PREDICT).to_csv(new, index=False)
    yield "| command | records | seconds | records a second |"
    yield "| --- | --- | --- | --- |"
    steps: dict[str, tuple[list[object], int | None]] = {
        "train": (["train", DEMO, f"logging.run_folder={run}"], len(table)),
        "evaluate": (["evaluate", run], None),
        "plan": (["plan", run, "--target", "leaf=0.8"], None),
        "predict": (["predict", run, new, "-o", coded], TO_PREDICT),
    }
    for name, (arguments, records) in steps.items():
        seconds = command(str(arguments[0]), *arguments[1:])
        count = f"{records:,}" if records else "test"
        rate = f"{records / seconds:,.0f}" if records else "-"
        yield f"| `han {name}` | {count} | {seconds:.1f} | {rate} |"


def command(name: str, *arguments: object) -> float:
    """Runs a command of the package; seconds from its start to its end."""
    words = [sys.executable, "-m", f"han.{name}", *map(str, arguments)]
    began = time.perf_counter()
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began
