"""The tables of sets, as Markdown: scores on the test split, and points won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from accuracy.intervals import difference, with_interval
from code_sets.runs import Floats, SetRun

RIVALS = ("baseline", "baseline with vectors")


def score_table(contests: Sequence[Mapping[str, Sequence[SetRun]]]) -> str:
    """A row for each set and model: means over seeds, intervals over records.

    Args:
        contests: Of each set the runs of each model, by its name.
    """
    head = ["set", "model", "seeds", "test records", "hF of a record", "micro hF"]
    head += ["subset accuracy", "average precision by level", "training CPU s"]
    rows = [head, ["---"] * len(head)]
    for models in contests:
        rows += [_scores(name, runs) for name, runs in models.items()]
    return _markdown(rows)


def points_table(contests: Sequence[Mapping[str, Sequence[SetRun]]]) -> str:
    """A row for each set and network: points of hF of a record that it has won."""
    head = ["set", "model", *(f"won over the {rival}" for rival in RIVALS)]
    rows = [head, ["---"] * len(head)]
    for models in contests:
        for name, runs in models.items():
            if name not in RIVALS:
                won = [_won(runs, models.get(rival, ())) for rival in RIVALS]
                rows.append([runs[0].data.name, name, *won])
    return _markdown(rows)


def _scores(name: str, runs: Sequence[SetRun]) -> list[str]:
    tests = [run.results["test"] for run in runs]
    levels = [
        np.mean([one["levels"][level]["average_precision"] for one in tests])
        for level in tests[0]["levels"]
    ]
    micro = np.mean([one["hierarchical"]["micro"]["f1"] for one in tests])
    subset = np.mean([one["subset_accuracy"] for one in tests])
    seconds = np.mean([run.results["time"]["cpu_seconds"] for run in runs])
    return [
        runs[0].data.name,
        name,
        str(len(runs)),
        f"{tests[0]['rows']:,}",
        with_interval(_mean(runs)),
        f"{micro:.3f}",
        f"{subset:.3f}",
        " / ".join(f"{level:.3f}" for level in levels),
        f"{seconds:.0f}",
    ]


def _won(ours: Sequence[SetRun], theirs: Sequence[SetRun]) -> str:
    return difference(_mean(ours), _mean(theirs)) if theirs else "-"


def _mean(runs: Sequence[SetRun]) -> Floats:
    """Mean over seeds of each record's score."""
    values: Floats = np.mean([run.f_scores for run in runs], axis=0)
    return values


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
