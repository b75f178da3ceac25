#!/usr/bin/env python3
"""One run of several tasks against a run for each: accuracy and CPU time.

    python scripts/benchmark_tasks.py census FOLDER/scian2023_es --records 5000
    python scripts/benchmark_tasks.py experiments/tasks_demo.yaml

Trains an experiment with `tasks`, and each of its tasks by itself with the same
settings, then codes the training file with all of them. A finished run is neither
trained nor timed again. `scripts/code_sets/questions.py` makes two sets under
`runs/sets`: `census`, simulated texts that are about one thing in Spanish and about
another in English; and the index of activities of the folder `scian2023_es`, where the
second question is what is done, a rule over words.

Points are those that the common run has won, on the test records, with paired 95 %
intervals of `han.compare`, which draws equal texts together. CPU seconds are those of
each command, start-up included, with one thread for arithmetic; those of coding are the
least of three rounds.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Mapping
from pathlib import Path

from code_sets.questions import ROOT, two_questions
from code_sets.task_runs import TOGETHER, TaskRuns
from han.cli import run_command
from han.metrics.paired_scores import PairedScore

SCORES = {"leaf": "leaf_accuracy", "hF": "hierarchical.f1"}


def parser() -> argparse.ArgumentParser:
    """Arguments of the command."""
    found = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = found.add_argument
    add("works", nargs="+", metavar="SET", help="census, scian2023_es, an experiment")
    add("--records", type=int, default=0, help="training records, at most")
    add("--attention", choices=["shared", "own"], default="shared", help="of tasks")
    add("--seeds", type=int, nargs="+", default=[1], help="default: 1")
    add("-o", "--output", type=Path, help="also write the tables here, as Markdown")
    return found


def main() -> int:
    """Trains and codes what is missing, prints the tables."""
    given = parser().parse_args()
    scores = [["set", "question", "seed", "test records"]]
    scores[0] += [f"{which}, leaf / hF" for which in ("alone", TOGETHER)]
    scores[0] += [f"{name} won together" for name in SCORES]
    costs = [["set", "seed", "seconds of", TOGETHER, "apart", "ratio"]]
    for table in scores, costs:
        table.append(["---"] * len(table[0]))
    for experiment in (two_questions(work, given.records) for work in given.works):
        for seed in given.seeds:
            folder = ROOT / experiment.stem / f"seed-{seed}"
            runs = TaskRuns(experiment, folder, seed, given.attention)
            row = [experiment.stem, str(seed)]
            costs += [row + cells for cells in _costs(runs.costs())]
            scores += _scores(runs)
    tables = [
        "\n".join("| " + " | ".join(row) + " |" for row in t) for t in (scores, costs)
    ]
    conditions = f"Python {platform.python_version()}, {platform.machine()}"
    text = "\n\n".join([*tables, conditions])
    print(text)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")
    return 0


def _costs(seconds: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """Of the run of all, the first, of the runs apart, and their ratio, by command."""
    rows, together = [], next(iter(seconds))
    for command, said in (("train", "training"), ("code", "coding")):
        both = seconds[together][command]
        apart = sum(s[command] for s in seconds.values()) - both
        rows.append([said, f"{both:.0f}", f"{apart:.0f}", f"{both / apart:.2f}"])
    return rows


def _scores(runs: TaskRuns) -> list[list[str]]:
    rows = []
    for task, found in runs.comparisons().items():
        pairs = [found.scores[name] for name in SCORES.values()]
        row = [runs.experiment.stem, task, str(runs.seed), f"{found.records:,}"]
        row += [" / ".join(f"{pair[k].value:.3f}" for pair in pairs) for k in (0, 1)]
        rows.append(row + [_points(pair[1]) for pair in pairs])
    return rows


def _points(score: PairedScore) -> str:
    low, high = score.difference_interval or (float("nan"), float("nan"))
    return f"{100 * score.difference:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


if __name__ == "__main__":
    run_command(main)
