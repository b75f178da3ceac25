"""The planes of the linear model, by our solver and by scikit-learn's, side by side.

    OMP_NUM_THREADS=1 python scripts/benchmark_planes.py
    OMP_NUM_THREADS=1 python scripts/benchmark_planes.py experiments/census.yaml

One plane tells each code from its siblings, learnt from the training records of an
experiment: `han.kernels.svm_training` and `sklearn.svm.LinearSVC` (liblinear) minimise
the same objective on the same features. Solvers take turns, split by split, in rounds;
printed are medians of CPU seconds over the rounds, medians of the ratios within a
round, how far objectives are above the least one of their plane, and how many
validation records get their code from each solver's planes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC
from tqdm import tqdm

from han.cli import run_command
from han.code_list.taxonomy import ROOT, Taxonomy
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import Examples, read_corpus
from han.linear.ngram_features import NgramFeatures
from han.linear.part_factors import most_probable
from han.linear.plane_training import TOLERANCE, Choice, Machine, draw_places
from speed.tables import markdown, number

Floats = npt.NDArray[np.floating]
Planes = tuple[Floats, Floats]  # weights, `(siblings, features)`, and offsets
OURS = "ours"
HEAD = (
    "solver",
    "CPU s",
    "ours is faster",
    "objective above the least: mean",
    "largest",
    "codes right",
)


@dataclass(frozen=True)
class Split:
    """The records below one parent, and which of its children each belongs to.

    Attributes:
        features: `(n, features)`, float32.
        labels: Child of each record, `(n,)`.
    """

    features: sparse.csr_array
    labels: npt.NDArray[np.integer]

    @cached_property
    def doubles(self) -> sparse.csr_array:
        """Features as liblinear takes them, so that it need not copy them."""
        places = (self.features.indices, self.features.indptr)
        narrow = (part.astype(np.int32) for part in places)
        values = self.features.data.astype(np.float64)
        return sparse.csr_array((values, *narrow), shape=self.features.shape)

    @cached_property
    def signs(self) -> Floats:
        """1 for the records of each child that has any, else -1, `(siblings, n)`."""
        siblings = np.unique(self.labels)
        return np.where(siblings[:, None] == self.labels, 1, -1).astype(np.float32)

    def objectives(self, planes: Planes) -> Floats:
        """What both solvers minimise, for each plane."""
        weights, offsets = planes
        distances = (self.doubles @ weights.T.astype(np.float64) + offsets).T
        errors = np.maximum(1 - self.signs * distances, 0)
        lengths = (weights.astype(np.float64) ** 2).sum(axis=1) + offsets**2
        return np.asarray(lengths / 2 + (errors**2).sum(axis=1))


def ours(split: Split, folds: int = 0) -> Planes:
    """Planes of a split by the package's own solver, as `LinearTree` has them.

    Args:
        split: The records.
        folds: So many further planes of each child are trained at the same time, each
            without one fold, as the linear model needs them; they are not returned.
    """
    siblings, count = np.unique(split.labels), len(split.labels)
    choice = Choice(
        split.features,
        split.labels,
        np.ones(count, np.float32),
        np.arange(count) % max(folds, 1),
        [Machine(fold, 1.0) for fold in range(-1, folds)],
        draw_places(count, seed=0),
        tolerance=TOLERANCE,
    )
    found = [choice.planes(int(label)) for label in siblings]
    weights = np.zeros((len(siblings), split.features.shape[1]), np.float32)
    weights[:, choice.columns] = [planes[:, 0] for planes, _ in found]
    return weights, np.array([biases[0] for _, biases in found])


def by_liblinear(split: Split, tolerance: float) -> Planes:
    """The same by scikit-learn, all planes in one call."""
    solver = LinearSVC(tol=tolerance, random_state=0).fit(split.doubles, split.labels)
    weights, offsets = solver.coef_, solver.intercept_
    if len(weights) == 1:
        return np.concatenate([-weights, weights]), np.append(-offsets, offsets)
    return weights, offsets


SOLVERS: dict[str, Callable[[Split], Planes]] = {
    OURS: ours,
    "ours, and five without a fold each": partial(ours, folds=5),
    "LinearSVC, tol 1e-4 (default)": partial(by_liblinear, tolerance=1e-4),
    "LinearSVC, tol 0.1": partial(by_liblinear, tolerance=0.1),
}


class Measures:
    """Seconds of each round, objectives, and scores of the validation records."""

    def __init__(self, validation: sparse.csr_array, tree: Taxonomy) -> None:
        self.validation = validation
        self.seconds: dict[str, list[float]] = {name: [] for name in SOLVERS}
        self.objectives: dict[str, list[Floats]] = {name: [] for name in SOLVERS}
        shape = (validation.shape[0], tree.num_nodes)
        # A child that no record has is out, as in `LinearTree`.
        self.scores = {name: np.full(shape, -1, np.float32) for name in SOLVERS}

    def keep(self, name: str, split: Split, planes: Planes) -> None:
        """What the planes are worth, outside the clock."""
        self.objectives[name].append(split.objectives(planes))
        scores = self.validation @ planes[0].T + planes[1]
        self.scores[name][:, np.unique(split.labels)] = scores


def splits(
    features: sparse.csr_array, examples: Examples, tree: Taxonomy
) -> Iterator[Split]:
    """The choices of the tree that records of two children at least tell of."""
    for level in range(tree.num_levels):
        children = tree.paths[examples.nodes, level]
        parents = np.where(children == ROOT, tree.num_nodes, tree.parents[children])
        for parent in np.unique(parents[children != ROOT]):
            rows = np.flatnonzero(parents == parent)
            if len(np.unique(children[rows])) > 1:
                yield Split(features[rows], children[rows])


def measure(all_splits: list[Split], measures: Measures, rounds: int) -> None:
    """Lets the solvers take turns, each first in some rounds."""
    names = list(SOLVERS)
    for turn in tqdm(range(rounds), "rounds"):
        spent = dict.fromkeys(names, 0.0)
        for split in all_splits:
            for name in names:
                start = time.process_time()
                planes = SOLVERS[name](split)
                spent[name] += time.process_time() - start
                if turn == 0:
                    measures.keep(name, split, planes)
        for name, seconds in spent.items():
            measures.seconds[name].append(seconds)
        names.append(names.pop(0))


def table(measures: Measures, nodes: npt.NDArray[np.integer], tree: Taxonomy) -> str:
    """Markdown, a row for each solver."""
    found = {n: np.concatenate(parts) for n, parts in measures.objectives.items()}
    least = np.min(list(found.values()), axis=0)
    rows = []
    for name, seconds in measures.seconds.items():
        pairs = zip(seconds, measures.seconds[OURS], strict=True)
        excess = found[name] / least - 1
        right = most_probable(3 * measures.scores[name], tree) == nodes
        rows.append(
            (
                name,
                number(statistics.median(seconds)),
                f"{statistics.median(a / b for a, b in pairs):.1f}x",
                f"{excess.mean():.3%}",
                f"{excess.max():.3%}",
                f"{right.mean():.2%}",
            )
        )
    return markdown(HEAD, rows)


def main() -> int:
    """Measures and prints Markdown."""
    given = parser().parse_args()
    if given.rounds < 1:
        raise InputError(f"--rounds must be 1 or more, not {given.rounds}.")
    corpus = read_corpus(read_config(given.experiment))
    train, validation = (corpus.examples[role] for role in ("train", "validation"))
    words, tree = corpus.encoder.vocabulary.words, corpus.tree
    learnt = NgramFeatures.learn(train.texts.compact(), words)
    features = learnt.matrix(train.texts.compact())
    chosen = list(splits(features, train, tree))
    ours(chosen[-1])  # compiled before the clock starts
    measures = Measures(learnt.matrix(validation.texts.compact()), tree)
    measure(chosen, measures, given.rounds)
    planes = sum(len(split.signs) for split in chosen)
    print(
        f"{planes:,} planes of {len(chosen)} splits, {len(train):,} records, "
        f"{len(learnt):,} features, {given.rounds} rounds\n"
    )
    print(table(measures, validation.nodes, tree))
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path("experiments/demo.yaml")
    made.add_argument("experiment", type=Path, nargs="?", default=default)
    made.add_argument("--rounds", type=int, default=5, help="default 5")
    return made


if __name__ == "__main__":
    run_command(main)
