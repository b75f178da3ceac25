"""Answers that teach most against random ones: records saved to reach the same hF.

    python scripts/benchmark_active.py FOLDER/*

Each FOLDER is a set as of `benchmark_accuracy.py`. Of its training records a pool is
drawn, of which a model knows some. Round by round people code more of them: at random,
by doubt alone, or as `han.review out --active` chooses. Scores are those of validation
records; test records are not read. The model is `tfidf_linear` with C: 1, scope: flat.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from accuracy.sets import LabelledSet, find_sets
from han import HierarchicalTextClassifier
from han.cli import run_command
from han.reviewing.active_choice import active_scores

Floats = npt.NDArray[np.float64]
Chooser = Callable[[Floats, Any], Floats]


def random_scores(proba: Floats, chance: Any) -> Floats:
    """Whatever comes."""
    return np.asarray(chance.random(len(proba)))


def doubt_scores(proba: Floats, chance: Any) -> Floats:
    """Doubt alone: one minus the best probability."""
    return np.asarray(1.0 - proba.max(axis=1))


def taught_scores(proba: Floats, chance: Any) -> Floats:
    """As the command chooses."""
    return active_scores(1.0 - proba.max(axis=1), proba.argmax(axis=1))


CHOICES: dict[str, Chooser] = {
    "random": random_scores,
    "doubt": doubt_scores,
    "active": taught_scores,
}


def parser() -> argparse.ArgumentParser:
    """Describes the command line."""
    result = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = result.add_argument
    add("sets", type=Path, nargs="+", metavar="FOLDER", help="folders of labelled sets")
    add("--seeds", type=int, nargs="+", default=[1, 2, 3], help="default: 1 2 3")
    add("--pool", type=int, default=6000, help="records to choose from")
    add("--first", type=int, default=1000, help="records that the model knows")
    add("--step", type=int, default=500, help="records of a round")
    add("--rounds", type=int, default=4, help="rounds")
    return result


def curves_of(
    given: argparse.Namespace, one: LabelledSet, seed: int
) -> dict[str, list[float]]:
    """The hF of each choice at the start and after each round."""
    pool, judges = _rows(one, given.pool, seed)
    start = _fitted(one, pool[: given.first], seed)
    return {
        name: _curve(given, one, choose, (pool, judges), start, seed)
        for name, choose in CHOICES.items()
    }


def _curve(
    given: argparse.Namespace,
    one: LabelledSet,
    choose: Chooser,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    coder: HierarchicalTextClassifier,
    seed: int,
) -> list[float]:
    pool, judges = tables
    chance = np.random.default_rng(seed)
    known = np.arange(len(pool)) < given.first
    found = []
    for number in range(given.rounds + 1):
        coder = _fitted(one, pool[known], seed) if number else coder
        found.append(coder.score(*_split(one, judges)))
        if number < given.rounds:
            rest = np.flatnonzero(~known)
            proba = coder.predict_proba(_split(one, pool.iloc[rest])[0])
            scores = choose(proba, chance)
            known[rest[np.argsort(-scores, kind="stable")[: given.step]]] = True
    return found


def _rows(one: LabelledSet, size: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = pd.read_parquet(one.table).fillna("").astype(str)
    train = table[table["split"] == "train"].sample(frac=1, random_state=seed)
    judges = table[table["split"] == "validation"]
    return train[:size].reset_index(drop=True), judges[:3000]


def _split(one: LabelledSet, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    given = one.experiment()["data"]
    return table[list(given["fields"])], table[given["label_columns"]]


def _fitted(
    one: LabelledSet, table: pd.DataFrame, seed: int
) -> HierarchicalTextClassifier:
    given = one.experiment()
    coder = HierarchicalTextClassifier(
        kind="tfidf_linear",
        language=given["text"]["language"],
        taxonomy=given.get("taxonomy", {}).get("file"),
        fields=given["data"]["fields"],
        validation_fraction=0.1,
        calibration_fraction=0.0,
        settings={"model.C": 1, "model.scope": "flat", "taxonomy.texts": "none"},
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of probabilities that are not calibrated
        return coder.fit(*_split(one, table))


def saved(random: Floats, other: Floats, first: int, step: int) -> float:
    """Share of the records that random choice needs, and the other does not.

    The score to be reached is that of random choice after its last round, or the
    other's if it never comes so far; between rounds curves are straight lines.
    """
    goal = min(random[-1], other.max())
    sizes = first + step * np.arange(len(random))
    needs = [_reached(curve, sizes, goal) - first for curve in (random, other)]
    return float(1.0 - needs[1] / needs[0]) if needs[0] > 0 else 0.0


def _reached(curve: Floats, sizes: npt.NDArray[np.int64], goal: float) -> float:
    """Records from which on a curve is at the goal, or above it."""
    rising = np.maximum.accumulate(curve)
    place = int(np.argmax(rising >= goal - 1e-12))
    if place == 0:
        return float(sizes[0])
    below, above = rising[place - 1], rising[place]
    share = (goal - below) / (above - below)
    return float(sizes[place - 1] + share * (sizes[place] - sizes[place - 1]))


def table_line(given: argparse.Namespace, one: LabelledSet) -> str:
    """Scores at the end and records saved, means over seeds with their spread."""
    found = [curves_of(given, one, seed) for seed in given.seeds]
    curves = {name: np.array([of[name] for of in found]) for name in CHOICES}
    cells = [one.name, *(f"{curves[name][:, -1].mean():.3f}" for name in CHOICES)]
    for name in list(CHOICES)[1:]:
        shares = [
            saved(random, other, given.first, given.step)
            for random, other in zip(curves["random"], curves[name], strict=True)
        ]
        cells.append(f"{np.mean(shares):.0%} ({min(shares):.0%} to {max(shares):.0%})")
    for name, rows in curves.items():
        shown = " ".join(f"{score:.3f}" for score in rows.mean(axis=0))
        print(f"{one.name} {name}: {shown}", file=sys.stderr)
    return f"| {' | '.join(cells)} |"


def main(argv: list[str] | None = None) -> int:
    """Prints a table."""
    given = parser().parse_args(argv)
    last = given.first + given.rounds * given.step
    heads = ["set", *(f"hF of {name}, {last} records" for name in CHOICES)]
    heads += ["records saved by doubt", "records saved by active"]
    print(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for one in find_sets(given.sets):
        print(table_line(given, one), flush=True)
    return 0


if __name__ == "__main__":
    run_command(main)
