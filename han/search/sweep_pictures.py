"""Pictures of a sweep: which keys matter, and which values go together."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import matplotlib
import optuna
from optuna.importance import FanovaImportanceEvaluator
from optuna.trial import TrialState
from optuna.visualization import matplotlib as plots

from han.runs.run_folder import RunFolder
from han.search.study import Study

FEWEST = 2  # finished trials below which there is nothing to compare
NAMES = ("parallel.svg", "importance.svg")


def draw(study: Study) -> list[str]:
    """Draws what the finished trials allow.

    Returns:
        Names of the pictures.
    """
    finished = [t for t in study.trials if t.state == TrialState.COMPLETE]
    folder = RunFolder(study.sweep.folder)
    differing = _differing(finished)
    if len(finished) < FEWEST or not differing:
        return []
    makers: dict[str, Callable[[], Any]] = {
        "parallel.svg": lambda: plots.plot_parallel_coordinate(
            study.optuna, params=differing, target_name="validation hF"
        )
    }
    if len({trial.value for trial in finished}) > 1:
        evaluator = FanovaImportanceEvaluator(seed=study.sweep.settings.seed)
        makers["importance.svg"] = lambda: plots.plot_param_importances(
            study.optuna,
            params=differing,
            evaluator=evaluator,
            target_name="validation hF",
        )
    for name, make in makers.items():
        _save(folder, name, make)
    return list(makers)


def _differing(trials: list[optuna.trial.FrozenTrial]) -> list[str]:
    """Keys that have had more than one value."""
    keys = trials[0].params if trials else {}
    return [key for key in keys if len({t.params[key] for t in trials}) > 1]


def _save(folder: RunFolder, name: str, make: Callable[[], Any]) -> None:
    matplotlib.use("agg")
    from matplotlib import pyplot

    with warnings.catch_warnings(), matplotlib.rc_context({"svg.hashsalt": "han"}):
        warnings.simplefilter("ignore")  # Optuna calls these pictures experimental
        axes = make()
        figure = axes.figure
        figure.set_size_inches(9, 5)
        folder.write(
            name,
            lambda file: figure.savefig(
                file, format="svg", bbox_inches="tight", metadata={"Date": None}
            ),
        )
        pyplot.close(figure)
