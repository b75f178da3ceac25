"""What a sweep found: a table, means over seeds, and the best settings as a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
from optuna.trial import FrozenTrial, TrialState
from scipy.stats import t as student

from han.config.yaml_writer import config_text
from han.runs.run_folder import RunFolder
from han.search.study import REASON, Study, trial_name, values_of
from han.search.sweep_file import SEED, Sweep

TABLE = "results.csv"
SEEDS = "seeds.csv"
BEST = "best.yaml"
SCORE = "validation_hierarchical_f1"
CONFIDENCE = 0.95
STATES = {
    TrialState.COMPLETE: "finished",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
# Scores of one split, by the keys of metrics.json.
MEASURES = {"hierarchical_f1": ("hierarchical", "f1"), "leaf_accuracy": None}


def table(study: Study) -> pd.DataFrame:
    """One row for each trial, the best first, then those without a score."""
    rows = [_row(study.sweep, trial) for trial in study.trials]
    columns = ["trial", "state", SCORE, "validation_leaf_accuracy", "epochs"]
    columns += [parameter.key for parameter in study.sweep.parameters]
    frame = pd.DataFrame(rows, columns=[*columns, "run_folder", "note"])
    return frame.sort_values(SCORE, ascending=False, kind="stable", ignore_index=True)


def _row(sweep: Sweep, trial: FrozenTrial) -> dict[str, Any]:
    folder = sweep.folder / trial_name(trial.number)
    run = RunFolder(folder)
    scores = _scores(run, "validation") if run.is_finished else {}
    return {
        "trial": trial.number,
        "state": STATES[trial.state],
        **scores,
        "epochs": len(trial.intermediate_values) or None,
        **{
            key: "null" if value is None else value
            for key, value in values_of(trial).items()
        },
        "run_folder": str(folder),
        "note": trial.user_attrs.get(REASON, "") or _note(trial),
    }


def _note(trial: FrozenTrial) -> str:
    """Of a trial that ended early, how far it had come."""
    if trial.state != TrialState.PRUNED:
        return ""
    return f"best epoch {max(trial.intermediate_values.values()):.4f}"


def _scores(run: RunFolder, split: str) -> dict[str, float]:
    found = run.results().get(split)
    if not found:
        return {}
    return {
        f"{split}_{name}": float(found[path[0]][path[1]] if path else found[name])
        for name, path in MEASURES.items()
    }


def seeds_table(study: Study) -> pd.DataFrame:
    """Mean, standard deviation and 95 % interval of each setting over its seeds.

    The interval is that of a mean by Student's t: seeds are drawn, records are not.
    Settings with most seeds come first, of those the best.
    """
    finished = [t for t in study.trials if t.state == TrialState.COMPLETE]
    rows = []
    for trial in finished:
        run = RunFolder(study.sweep.folder / trial_name(trial.number))
        values = {k: "null" if v is None else v for k, v in values_of(trial).items()}
        rows.append({**values, **_scores(run, "validation"), **_scores(run, "test")})
    if not rows:
        return pd.DataFrame()
    frame = pd.DataFrame(rows)
    keys = [p.key for p in study.sweep.parameters if p.key != SEED]
    measures = [
        name for name in frame if str(name).startswith(("validation_", "test_"))
    ]
    groups = frame.groupby(keys, sort=False) if keys else [((), frame)]
    means = [_summary(keys, values, part, measures) for values, part in groups]
    return pd.DataFrame(means).sort_values(
        ["seeds", f"{SCORE}_mean"], ascending=False, kind="stable", ignore_index=True
    )


def _summary(
    keys: list[str], values: Any, part: pd.DataFrame, measures: list[Any]
) -> dict[str, Any]:
    row: dict[str, Any] = {**dict(zip(keys, values, strict=True)), "seeds": len(part)}
    for name in measures:
        row |= {f"{name}_{k}": v for k, v in spread(part[name].tolist()).items()}
    return row


def spread(scores: list[float]) -> dict[str, float]:
    """Mean, standard deviation, and the interval of the mean.

    Example:
        >>> {name: round(x, 3) for name, x in spread([0.7, 0.8, 0.9]).items()}
        {'mean': 0.8, 'std': 0.1, 'low': 0.552, 'high': 1.048}
    """
    values = pd.Series(scores, dtype=float)
    mean, deviation = float(values.mean()), float(values.std(ddof=1))
    factor = student.ppf((1 + CONFIDENCE) / 2, len(values) - 1)
    half = float(factor) * deviation / math.sqrt(len(values))
    return {"mean": mean, "std": deviation, "low": mean - half, "high": mean + half}


def best_trial(study: Study) -> FrozenTrial | None:
    """The best trial; with seeds, the first one of the setting with the best mean."""
    finished = [t for t in study.trials if t.state == TrialState.COMPLETE]
    if not finished:
        return None
    if not study.sweep.has_seeds:
        return max(finished, key=lambda trial: trial.value or 0.0)
    groups: dict[Any, list[FrozenTrial]] = {}
    for trial in finished:
        setting = tuple((k, v) for k, v in trial.params.items() if k != SEED)
        groups.setdefault(frozenset(setting), []).append(trial)
    best = max(groups.values(), key=lambda g: (len(g), sum(t.value or 0 for t in g)))
    return best[0]


def write_table(study: Study) -> None:
    """Writes the table, the means over seeds, and the best settings so far."""
    folder = RunFolder(study.sweep.folder)
    frame = table(study)
    folder.write(TABLE, lambda file: frame.to_csv(file, index=False))
    if study.sweep.has_seeds:
        means = seeds_table(study)
        folder.write(SEEDS, lambda file: means.to_csv(file, index=False))
    if (best := best_trial(study)) is not None:
        folder.write(BEST, lambda file: _write_best(file, study.sweep, best))


def _write_best(file: Path, sweep: Sweep, best: FrozenTrial) -> None:
    config = sweep.config(values_of(best)).to_dict()
    config["logging"]["run_folder"] = str(sweep.folder / "best")
    note = (
        f"Best of the sweep {sweep.file}: {trial_name(best.number)}, validation hF "
        f"{best.value:.4f}.\n  python -m han.train {sweep.folder / BEST}"
    )
    file.write_text(config_text(config, note), encoding="utf-8")
