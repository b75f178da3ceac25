"""Trains the network and its baselines on one experiment and prints a Markdown table.

    python scripts/compare_models.py experiments/demo.yaml [key.sub=value ...]
    python scripts/compare_models.py experiments/demo.yaml [...] --encoders

fastText is an extra: it is compared if `--kinds` names it. Each model is an ordinary
run under `runs/compare/NAME/KIND`; a finished one is not trained again. The table
holds the test split, which nothing was chosen on, with 95 % bootstrap intervals over
documents.

With `--encoders` (all, or those named) the models are networks that differ in
`model.encoder`, and the table holds their speeds, too: the networks stand in one
process and take turns in training and prediction, so that a busy machine slows all.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from model_speeds import measure, tasks

from han.cli import run_command
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.usable_cores import usable_cores

KINDS = {
    "majority": "commonest code",
    "tfidf_svm": "TF-IDF, 1,000 words, linear SVM",
    "fasttext": "fastText, words and n-grams",
    "tfidf_linear": "TF-IDF, words and characters, linear SVM",
    "han": "HAN, tree head",
}
ENCODERS = {
    "gru": "GRU in both directions",
    "lstm": "LSTM in both directions",
    "cnn": "convolution over 3 words",
    "mean": "mean without context",
}
ROUNDS, STEPS = 9, 30  # of the speeds; training steps in a round
Results = dict[str, dict[str, Any]]  # test metrics of each model


def main() -> int:
    """Trains what is missing and prints the table."""
    given = parser().parse_intermixed_args()
    if given.encoders is None:
        results = train_all(given, "model.kind", given.kinds)
        print(table("model", KINDS, results, {"top 5": top_5(results)}))
    else:
        chosen = given.encoders or list(ENCODERS)
        given.overrides.append("model.kind=han")
        results = train_all(given, "model.encoder", chosen)
        print(table("encoder", ENCODERS, results, speeds(given, chosen)))
    print(f"\n{conditions(results)}")
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("experiment", type=Path)
    arguments.add_argument("overrides", nargs="*", metavar="key.sub=value")
    models = arguments.add_mutually_exclusive_group()
    plain = [kind for kind in KINDS if kind != "fasttext"]  # which is an extra
    models.add_argument("--kinds", nargs="+", choices=KINDS, default=plain)
    models.add_argument("--encoders", nargs="*", choices=ENCODERS)
    return arguments


# Accuracy


def train_all(given: argparse.Namespace, key: str, values: Iterable[str]) -> Results:
    """Test metrics of the models that differ in one key."""
    name = read_config(given.experiment, given.overrides).name
    folder = Path("runs/compare") / name
    settings = {value: [*given.overrides, f"{key}={value}"] for value in values}
    for overrides in settings.values():
        read_config(given.experiment, overrides)  # all mistakes before any training
    return {
        value: train(given.experiment, overrides, folder / value)
        for value, overrides in settings.items()
    }


def train(experiment: Path, overrides: list[str], folder: Path) -> dict[str, Any]:
    """Test metrics of one model, trained in a process of its own."""
    settings = [*overrides, f"logging.run_folder={folder}"]
    print(f"== {folder.name}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "han.train", str(experiment), *settings]
    done = subprocess.run(command, stdout=sys.stderr)
    if done.returncode:
        raise InputError(
            f"Training {folder.name} ended with exit code {done.returncode}."
        )
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    if "test" not in metrics:
        raise InputError(
            f"{experiment}: no test split. Give `data.split.test` a share."
        )
    result: dict[str, Any] = metrics["test"]
    return result


# Speed


def speeds(given: argparse.Namespace, encoders: list[str]) -> dict[str, list[str]]:
    """Documents per CPU second in training and prediction, a cell for each encoder."""
    corpus = read_corpus(read_config(given.experiment, given.overrides))
    work: dict[str, dict[str, Callable[[], int]]] = {}
    for encoder in encoders:
        overrides = [*given.overrides, f"model.encoder={encoder}"]
        config = read_config(given.experiment, overrides)
        work[encoder] = tasks(config, corpus, STEPS)
    found = measure(work, ROUNDS)
    return {
        f"{task}, documents per CPU second (times {encoders[0]})": [
            with_ratio(found[task, encoder], found[task, encoders[0]])
            for encoder in encoders
        ]
        for task in ("train", "predict")
    }


def with_ratio(speed: list[float], first: list[float]) -> str:
    """The median speed, and the median of the ratios within each round."""
    ratio = statistics.median(a / b for a, b in zip(speed, first, strict=True))
    return f"{statistics.median(speed):,.0f} ({ratio:.2f})"


# Table


def table(
    what: str, titles: dict[str, str], results: Results, more: dict[str, list[str]]
) -> str:
    """Scores and more columns, a row for each model, as Markdown."""
    columns = {
        what: [f"{titles[name]} (`{name}`)" for name in results],
        "leaf accuracy": [
            cell(r["leaf_accuracy"], r["intervals"].get("leaf_accuracy"))
            for r in results.values()
        ],
        "hF": [
            cell(r["hierarchical"]["f1"], r["intervals"].get("hierarchical.f1"))
            for r in results.values()
        ],
        **more,
    }
    rows = [list(columns), ["---"] * len(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def top_5(results: Results) -> list[str]:
    """Share of records whose code is among the five most probable."""
    return [f"{result['top_k_accuracy']['5']:.3f}" for result in results.values()]


def cell(value: float, interval: list[float] | None) -> str:
    """A score with its interval."""
    low_high = f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    return f"{value:.3f}{low_high}"


def conditions(results: Results) -> str:
    """What the table was measured on."""
    rows = next(iter(results.values()))["rows"]
    return (
        f"{rows} test records; Python {platform.python_version()}, {usable_cores()} "
        "CPU cores."
    )


if __name__ == "__main__":
    run_command(main)
