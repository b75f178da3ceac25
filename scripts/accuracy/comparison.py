"""The network against the best cheap baseline of each set."""

from __future__ import annotations

from collections.abc import Sequence

from accuracy.intervals import MEASURES, difference, mean, spread, with_interval
from accuracy.runs import Run
from accuracy.sets import LabelledSet

# Cheap models to choose from, by what they change in the experiment.
BASELINES = {
    "flat": ("model.kind=tfidf_linear", "model.scope=flat"),
    "per_parent": ("model.kind=tfidf_linear", "model.scope=per_parent"),
    "fasttext": ("model.kind=fasttext",),
}
# What most studies compare with: one flat machine, as it comes, on the records alone.
RECIPE: tuple[str, ...] = ("model.kind=tfidf_linear", "model.scope=flat", "model.C=1")
RECIPE += ("taxonomy.texts=none",)
BASELINE_SEED = 1  # they hardly depend on it


def comparison_table(
    sets: Sequence[LabelledSet],
    seeds: Sequence[int],
    baselines: Sequence[str],
    *,
    recipe: bool = False,
) -> str:
    """Markdown rows: test scores of both, and their paired differences in points."""
    names = list(MEASURES)
    head = ["set", "records", *(["usual recipe, leaf / hF"] if recipe else [])]
    head += ["best baseline"]
    head += [f"baseline {name}" for name in names] + [f"HAN {name}" for name in names]
    head += [f"points of {name} won" for name in names] + ["between seeds"]
    rows = [head, ["---"] * len(head)]
    rows += [_row(one, seeds, baselines, recipe) for one in sets]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(
    data: LabelledSet, seeds: Sequence[int], baselines: Sequence[str], recipe: bool
) -> list[str]:
    cheap = best_baseline(data, baselines)
    ours = [run.scores("test") for run in networks(data, seeds)]
    theirs = [cheap.scores("test")]
    cells = [
        data.name,
        f"{len(theirs[0].leaf):,}",
        *([_recipe(data)] if recipe else []),
    ]
    cells.append(cheap.model)
    for scores in (theirs, ours):
        cells += [with_interval(mean(scores, name)) for name in MEASURES]
    cells += [difference(mean(ours, name), mean(theirs, name)) for name in MEASURES]
    return [*cells, " / ".join(f"{100 * spread(ours, name):.1f}" for name in MEASURES)]


def _recipe(data: LabelledSet) -> str:
    run = Run(data, "recipe", RECIPE, BASELINE_SEED)
    run.train()
    scores = run.scores("test")
    return " / ".join(f"{mean([scores], name).mean():.3f}" for name in MEASURES)


def networks(
    data: LabelledSet,
    seeds: Sequence[int],
    model: str = "han",
    overrides: Sequence[str] = (),
) -> list[Run]:
    """Trained networks of the default settings, and the given changes of them."""
    runs = [Run(data, model, tuple(overrides), seed) for seed in seeds]
    for run in runs:
        run.train()
    return runs


def best_baseline(data: LabelledSet, names: Sequence[str]) -> Run:
    """The baseline with the best leaf accuracy on the validation split."""
    runs = [Run(data, name, BASELINES[name], BASELINE_SEED) for name in names]
    for run in runs:
        run.train()
    return max(runs, key=lambda run: float(run.scores("validation").leaf.mean()))
