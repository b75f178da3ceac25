"""The network, with and without pretrained vectors, against the best cheap baselines.

What all share are contests: the runs of a set, and what each scores on its test split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accuracy.encoder_share import shares_by_level
from accuracy.intervals import MEASURES, difference, mean, spread, with_interval
from accuracy.runs import Run, Scores
from accuracy.sets import LabelledSet
from han.errors import InputError

# Cheap models to choose from, by what they change in the experiment.
BASELINES = {
    "flat": ("model.kind=tfidf_linear", "model.scope=flat"),
    "per_parent": ("model.kind=tfidf_linear", "model.scope=per_parent"),
    "fasttext": ("model.kind=fasttext",),
}
# The same with the knowledge that the network has; fastText reads no vectors.
VECTORS = {
    f"{name} with vectors": (*BASELINES[name], "pretrained.encoder=use")
    for name in ("flat", "per_parent")
}
# Networks, by what they change: one without vectors; one that has learnt from them and
# reads none when it codes; the default, which always reads them.
NETWORKS: dict[str, tuple[str, ...]] = {
    "plain": ("pretrained.encoder=none",),
    "distilled": ("pretrained.encoder=use", "pretrained.mode=distill"),
    "han": (),
}
# What most studies compare with: one flat machine, as it comes, on the records alone.
RECIPE: tuple[str, ...] = ("model.kind=tfidf_linear", "model.scope=flat", "model.C=1")
RECIPE += ("taxonomy.texts=none",)
BASELINE_SEED = 1  # they hardly depend on it
CHEAP, CHEAP_WITH_VECTORS = RIVALS = ("baseline", "baseline with vectors")


@dataclass(frozen=True)
class Contest:
    """The models of a set, the best of each kind.

    Attributes:
        data: The set.
        runs: The runs of each model, by its name: `RIVALS` have one, `NETWORKS` one for
            each seed.
        scores: Their scores on the test split.
    """

    data: LabelledSet
    runs: dict[str, list[Run]]
    scores: dict[str, list[Scores]]

    def points(self, name: str, rival: str, measure: str) -> str:
        """Points that a model has won over another, paired by record."""
        both = (mean(self.scores[one], measure) for one in (name, rival))
        return difference(*both)


def contest(
    data: LabelledSet, seeds: Sequence[int], baselines: Sequence[str]
) -> Contest:
    """Trains what is missing of the models of a set, and scores them."""
    runs = {
        CHEAP: [best_baseline(data, baselines)],
        CHEAP_WITH_VECTORS: [best_baseline(data, with_vectors(baselines))],
        **{name: networks(data, seeds, name, NETWORKS[name]) for name in NETWORKS},
    }
    scores = {name: [run.scores("test") for run in of] for name, of in runs.items()}
    return Contest(data, runs, scores)


def with_vectors(baselines: Sequence[str]) -> list[str]:
    """The same baselines with pretrained vectors, those that can read them."""
    names = [f"{name} with vectors" for name in baselines]
    found = [name for name in names if name in VECTORS]
    if not found:
        raise InputError(
            f"--baselines {' '.join(baselines)}: none reads pretrained vectors, and "
            "the table compares with such a one. Add flat or per_parent."
        )
    return found


def comparison_table(contests: Sequence[Contest], *, recipe: bool = False) -> str:
    """Markdown, a row for each set: test scores, and points that the default won."""
    names = [*RIVALS, *NETWORKS]
    head = ["set", "records", *(["usual recipe, leaf / hF"] if recipe else [])]
    head += [f"{name}, leaf / hF" for name in names]
    head += [f"{name} won over {rival}" for name in MEASURES for rival in RIVALS]
    rows = [head, ["---"] * len(head)]
    for one in contests:
        cells = [one.data.name, f"{len(one.scores[CHEAP][0].leaf):,}"]
        cells += [_recipe(one.data)] if recipe else []
        cells += [_plain(one.scores[name]) for name in names]
        cells += [one.points("han", r, name) for name in MEASURES for r in RIVALS]
        rows.append(cells)
    return _markdown(rows)


def points_table(contests: Sequence[Contest]) -> str:
    """Markdown, a row for each set and model: intervals, points won, encoder's share.

    The share is that of the encoder in what spoke for the code on each level, as the
    page of evidence has it.
    """
    head = ["set", "model", *MEASURES]
    head += [f"{name} won over {rival}" for rival in RIVALS for name in MEASURES]
    head += ["between seeds", "encoder's share by level"]
    rows = [head, ["---"] * len(head)]
    for one in contests:
        rows += [_cells(one, name) for name in one.runs]
    return _markdown(rows)


def _cells(one: Contest, name: str) -> list[str]:
    runs, scores = one.runs[name], one.scores[name]
    is_network = name in NETWORKS
    cells = [one.data.name, name if is_network else runs[0].model]
    cells += [with_interval(mean(scores, measure)) for measure in MEASURES]
    for rival in RIVALS:
        beaten = is_network or rival == CHEAP != name
        cells += [one.points(name, rival, m) if beaten else "" for m in MEASURES]
    if not is_network:
        return [*cells, "", ""]
    cells.append(" / ".join(f"{100 * spread(scores, m):.1f}" for m in MEASURES))
    return [*cells, shares_by_level(runs)]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _plain(scores: Sequence[Scores]) -> str:
    return " / ".join(f"{mean(scores, name).mean():.3f}" for name in MEASURES)


def _recipe(data: LabelledSet) -> str:
    run = Run(data, "recipe", RECIPE, BASELINE_SEED)
    run.train()
    return _plain([run.scores("test")])


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
    known = BASELINES | VECTORS
    runs = [Run(data, name, known[name], BASELINE_SEED) for name in names]
    for run in runs:
        run.train()
    return max(runs, key=lambda run: float(run.scores("validation").leaf.mean()))
