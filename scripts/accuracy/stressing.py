"""What is left when texts are harder than those that a model has learnt from."""

from __future__ import annotations

from collections.abc import Sequence

from stress import Stress, stressed

from accuracy.comparison import best_baseline, networks
from accuracy.intervals import difference, mean
from accuracy.runs import Run, split
from accuracy.sets import LabelledSet
from han.runs.run_folder import RunFolder

STRESSES = {
    "as they are": Stress(),
    "typos in 5 % of the words": Stress(typos=0.05),
    "10 %": Stress(typos=0.1),
    "20 %": Stress(typos=0.2),
    "no accents": Stress(no_accents=True),
    "upper case": Stress(upper_case=True),
    "first half of the words": Stress(truncate=True),
}


def stresses(fields: Sequence[str]) -> dict[str, Stress]:
    """What is done to texts of so many fields: one after the other is missing."""
    missing = {f"without {name}": Stress(remove=name) for name in fields}
    return STRESSES | (missing if len(fields) > 1 else {})


def stress_table(
    sets: Sequence[LabelledSet], seeds: Sequence[int], baselines: Sequence[str]
) -> str:
    """Markdown rows: leaf accuracy of baseline and network on the test split."""
    head = ["set", "texts", "baseline", "HAN", "points won"]
    rows = [head, ["---"] * len(head)]
    for data in sets:
        cheap, ours = best_baseline(data, baselines), networks(data, seeds)
        for name, stress in stresses(list(data.experiment()["data"]["fields"])).items():
            both = [_leaf([cheap], stress), _leaf(ours, stress)]
            cells = [f"{values.mean():.3f}" for values in both]
            rows.append([data.name, name, *cells, difference(both[1], both[0])])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _leaf(runs: Sequence[Run], stress: Stress):  # type: ignore[no-untyped-def]
    first = runs[0]
    config = RunFolder(first.folder).config()
    texts, _ = split(first.data, "test", config)
    hard = stressed(texts, stress)
    return mean([run.scores("test", hard) for run in runs], "leaf")
