"""Trains the network and its baselines on one experiment and prints a Markdown table.

    python scripts/compare_models.py experiments/demo.yaml [key.sub=value ...]

Each model is an ordinary run under `runs/compare/NAME/KIND`; a finished one is not
trained again. The table holds the test split, which nothing was chosen on, with 95 %
bootstrap intervals over documents.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from han.config import read_config
from han.doors import run_door
from han.errors import InputError

KINDS = {
    "majority": "commonest code",
    "tfidf_svm": "TF-IDF, 1,000 words, linear SVM",
    "han": "HAN, tree head",
}


def main() -> int:
    """Trains what is missing and prints the table."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("experiment", type=Path)
    arguments.add_argument("overrides", nargs="*", metavar="key.sub=value")
    arguments.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = arguments.parse_intermixed_args()
    name = read_config(given.experiment, given.overrides).name
    folder = Path("runs/compare") / name
    results = {
        kind: train(given.experiment, given.overrides, kind, folder / kind)
        for kind in given.kinds
    }
    print(table(results))
    return 0


def train(
    experiment: Path, overrides: list[str], kind: str, folder: Path
) -> dict[str, Any]:
    """Test metrics of one kind, trained in a process of its own."""
    settings = [*overrides, f"model.kind={kind}", f"logging.run_folder={folder}"]
    print(f"== {kind}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "han.train", str(experiment), *settings]
    done = subprocess.run(command, stdout=sys.stderr)
    if done.returncode:
        raise InputError(f"Training {kind} ended with exit code {done.returncode}.")
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    if "test" not in metrics:
        raise InputError(
            f"{experiment}: no test split. Give `data.split.test` a share."
        )
    result: dict[str, Any] = metrics["test"]
    return result


def table(results: dict[str, dict[str, Any]]) -> str:
    """The table, with what it was measured on."""
    rows = next(iter(results.values()))["rows"]
    lines = [
        "| model | leaf accuracy | hF | top 5 |",
        "|---|---|---|---|",
    ]
    for kind, result in results.items():
        cells = [
            cell(result["leaf_accuracy"], result["intervals"].get("leaf_accuracy")),
            cell(
                result["hierarchical"]["f1"],
                result["intervals"].get("hierarchical.f1"),
            ),
            f"{result['top_k_accuracy']['5']:.3f}",
        ]
        lines.append(f"| {KINDS[kind]} (`{kind}`) | {' | '.join(cells)} |")
    machine = f"Python {platform.python_version()}, {os.cpu_count()} CPU cores"
    return "\n".join([*lines, "", f"{rows} test records; {machine}."])


def cell(value: float, interval: list[float] | None) -> str:
    """A score with its interval."""
    low_high = f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return f"{value:.3f}{low_high}"


if __name__ == "__main__":
    run_door(main)
