#!/usr/bin/env python3
"""One run of several tasks against a run for each: scores and CPU time.

    python scripts/benchmark_tasks.py experiments/tasks_demo.yaml -o FOLDER

Trains the experiment, and each of its tasks by itself with the same settings, then
codes the training file with all of them. Scores are those of the test records; paired
intervals come from `python -m han.compare`, whose command is printed. CPU seconds are
those of each command, start-up included.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from han.config import Config, read_config
from han.config.single_tasks import task_configs
from han.config.yaml_writer import config_text


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    found = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    found.add_argument("experiment", type=Path, help="an experiment with `tasks`")
    found.add_argument("-o", "--output", type=Path, required=True, help="a folder")
    return found


def main() -> None:
    """Trains, codes, prints a table."""
    arguments = parser().parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    together = arguments.output / "together"
    config = read_config(
        arguments.experiment, [f"logging.run_folder={together}", "data.cache=null"]
    )
    train = {"together": _train(arguments.output / "together.yaml", config)}
    code = {"together": _code(together, config)}
    for name, alone in task_configs(config).items():
        folder = arguments.output / f"{name}-alone"
        own = read_config(
            _written(arguments.output / f"{name}.yaml", alone),
            [f"logging.run_folder={folder}"],
        )
        train[name] = _train(arguments.output / f"{name}.yaml", own)
        code[name] = _code(folder, config)
        _print_scores(name, together / name, folder)
    for what, seconds in (("training", train), ("coding", code)):
        both = seconds.pop("together")
        apart = sum(seconds.values())
        print(
            f"{what}: together {both:.1f} CPU seconds, apart {apart:.1f}, "
            f"ratio {both / apart:.2f}"
        )


def _written(file: Path, config: Config) -> Path:
    file.write_text(config_text(config.to_dict()), encoding="utf-8")
    return file


def _train(file: Path, config: Config) -> float:
    return _seconds("han.train", str(_written(file, config)), "--overwrite")


def _code(run: Path, config: Config) -> float:
    output = str(run.with_suffix(".coded.csv"))
    return _seconds(
        "han.predict",
        str(run),
        str(config.data.train),
        "-o",
        output,
        "--processes",
        "1",
    )


def _seconds(*command: str) -> float:
    """CPU seconds of a command of this package."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _print_scores(task: str, together: Path, alone: Path) -> None:
    for which, run in (("together", together), ("alone", alone)):
        test = json.loads((run / "metrics.json").read_text("utf-8"))["test"]
        leaf, hf = test["leaf_accuracy"], test["hierarchical"]["f1"]
        print(f"{task}, {which}: leaf {leaf:.4f}, hF {hf:.4f}, {test['rows']} records")
    print(f"  python -m han.compare {together} {alone}")


if __name__ == "__main__":
    main()
