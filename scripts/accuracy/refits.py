"""All models trained again with the validation records, once these have chosen."""

from __future__ import annotations

from collections.abc import Sequence

from accuracy.comparison import (
    BASELINE_SEED,
    BASELINES,
    RECIPE,
    best_baseline,
    networks,
)
from accuracy.intervals import MEASURES, difference, mean, with_interval
from accuracy.runs import Run, Scores
from accuracy.sets import LabelledSet


def refit_table(
    sets: Sequence[LabelledSet], seeds: Sequence[int], baselines: Sequence[str]
) -> str:
    """Markdown rows: test scores, and paired differences of them in points.

    Args:
        sets: The sets.
        seeds: Seeds of the networks.
        baselines: Those to choose the best of, on the validation split.
    """
    names = list(MEASURES)
    head = ["set", "usual recipe, leaf / hF", "best baseline, leaf / hF"]
    head += [f"HAN {name}" for name in names]
    for what in ("over the recipe", "over the best", "by the refit"):
        head += [f"points of {name} {what}" for name in names]
    rows = [head, ["---"] * len(head)]
    rows += [_row(one, seeds, baselines) for one in sets]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(
    data: LabelledSet, seeds: Sequence[int], baselines: Sequence[str]
) -> list[str]:
    recipe = Run(data, "recipe", RECIPE, BASELINE_SEED)
    recipe.train()
    best = best_baseline(data, baselines)
    first = networks(data, seeds)
    usual = [_again(recipe, RECIPE).scores("test")]
    cheap = [_again(best, BASELINES[best.model]).scores("test")]
    ours = [_again(run, ()).scores("test") for run in first]
    before = [run.scores("test") for run in first]
    cells = [data.name, _plain(usual), _plain(cheap)]
    cells += [with_interval(mean(ours, name)) for name in MEASURES]
    for others in (usual, cheap, before):
        cells += [difference(mean(ours, name), mean(others, name)) for name in MEASURES]
    return cells


def _again(run: Run, overrides: Sequence[str]) -> Run:
    """The same model with the same seed, trained on both splits."""
    more = (*overrides, f"training.refit_of={run.folder}")
    again = Run(run.data, f"{run.model} refit", more, run.seed)
    again.train()
    return again


def _plain(scores: list[Scores]) -> str:
    return " / ".join(f"{mean(scores, name).mean():.3f}" for name in MEASURES)
