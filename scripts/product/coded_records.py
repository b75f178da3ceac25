"""How many coded records an office needs: the demo with growing numbers of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from han.data.splits import hash_split
from han.planning.planning_session import planning_session
from product.commands import command
from product.generated import COLUMNS, NAMES
from product.works import DEMO

TARGETS = (0.8, 0.9)


def growth(folder: Path, sizes: list[int], seed: int) -> Iterator[str]:
    """A row for each number of coded records; all are tested on the same others."""
    yield "| coded records | leaf accuracy | hF | auto at 80% | at 90% | training s |"
    yield "| --- | --- | --- | --- | --- | --- |"
    table = pd.read_csv(NAMES, dtype=str, keep_default_na=False)
    texts = (table[COLUMNS[0]] + " " + table[COLUMNS[1]]).tolist()
    is_test = hash_split(texts, {"test": 0.1}, seed=seed) == "test"
    order = np.random.default_rng(seed).permutation(np.flatnonzero(~is_test))
    for size in sizes:
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
    settings = [f"logging.run_folder={run}", f"data.train={file}"]
    seconds = command("train", DEMO, *settings, "data.split={column: role}")
    found = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["test"]
    plans = planning_session(run).what_if(list(TARGETS))
    automatic = " | ".join(f"{plans.auto[target]:.0%}" for target in TARGETS)
    f1 = found["hierarchical"]["f1"]
    scores = f"{found['leaf_accuracy']:.3f} | {f1:.3f} | {automatic}"
    return f"| {len(chosen):,} | {scores} | {seconds:.0f} |"
