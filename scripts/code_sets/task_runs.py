"""One run of several tasks and a run for each: trained, timed, compared."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from han.comparison.comparison_result import Comparison
from han.comparison.paired_comparison import compare
from han.config import Config, read_config
from han.config.single_tasks import task_configs
from han.config.yaml_writer import config_text
from han.runs.run_folder import RunFolder

TOGETHER = "together"
COSTS = "costs.json"
CODING_ROUNDS = 3


@dataclass(frozen=True)
class TaskRuns:
    """A run of all tasks of an experiment, and one of each, with the same settings.

    Attributes:
        experiment: Its file.
        folder: Where the runs of this seed lie.
        seed: Seed of all of them.
        attention: `shared` by all tasks, or `own` of each: two runs of all tasks, which
            the same runs of each stand beside.
    """

    experiment: Path
    folder: Path
    seed: int
    attention: str = "shared"

    @property
    def together(self) -> str:
        """Name of the run of all tasks."""
        return TOGETHER if self.attention == "shared" else f"{TOGETHER}-own"

    @cached_property
    def configs(self) -> dict[str, Config]:
        """The experiment, and that of each task, by the name of its run."""
        own = [f"seed={self.seed}", "data.cache=null"]
        both = read_config(self.experiment, own)
        asked = [f"tasks.{name}.attention={self.attention}" for name in both.tasks]
        together = read_config(self.experiment, own + asked)
        return {self.together: together, **task_configs(both)}

    def costs(self) -> dict[str, dict[str, float]]:
        """CPU seconds to train and to code the training file, by run.

        What has been trained and coded is not done again. Coding is the least of some
        rounds, in which the runs take turns: other work on the machine only adds to it.
        """
        file = self.folder / COSTS
        known = json.loads(file.read_text("utf-8")) if file.is_file() else {}

        def keep(name: str, command: str, seconds: float) -> None:
            known.setdefault(name, {})[command] = seconds
            file.write_text(json.dumps(known, indent=2), encoding="utf-8")

        for name, config in self.configs.items():
            run = self.folder / name
            if "train" not in known.get(name, {}) or not RunFolder(run).is_finished:
                keep(name, "train", _train(run, config))
        for number in range(CODING_ROUNDS):
            for name, config in self.configs.items():
                if (command := f"code {number + 1}") not in known[name]:
                    keep(name, command, _code(self.folder / name, config))
        return {
            name: {
                "train": known[name]["train"],
                "code": min(s for what, s in known[name].items() if what != "train"),
            }
            for name in self.configs
        }

    def comparisons(self) -> dict[str, Comparison]:
        """Of each task, the run of all held against its own, on the test records."""
        return {
            name: compare([self.folder / name, self.folder / self.together / name])
            for name in self.configs
            if name != self.together
        }


def _train(run: Path, config: Config) -> float:
    run.parent.mkdir(parents=True, exist_ok=True)
    file = run.with_suffix(".yaml")
    file.write_text(config_text(config.to_dict()), encoding="utf-8")
    print(f"== {run}", file=sys.stderr, flush=True)
    return _seconds("han.train", str(file), f"logging.run_folder={run}", "--overwrite")


def _code(run: Path, config: Config) -> float:
    output, data = str(run.with_suffix(".coded.csv")), str(config.data.train)
    return _seconds("han.predict", str(run), data, "-o", output, "--processes", "1")


def _seconds(*command: str) -> float:
    """CPU seconds of a command of this package, start-up included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
