"""Coded records whose truth is known: of a labelled set, or made up with repeats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from accuracy.comparison import BASELINES
from accuracy.runs import Run
from accuracy.sets import LabelledSet
from han.data.sampling_units import unit_numbers
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.path_probabilities import CodedPaths, coded_paths, level_nodes
from han.errors import InputError
from han.experiment.labelled_rows import LabelledRows, read_rows
from han.experiment.row_sources import find_source
from han.runs.classifier import Classifier
from han.runs.run_folder import RunFolder

Integers = npt.NDArray[np.int64]

# Cheap, and good enough to have something to promise.
MODEL = ("per_parent_C1", (*BASELINES["per_parent"], "model.C=1"))
PART = 2048  # records coded together
# Of the made-up population: as many texts as rows allow, and the largest.
ROWS, TEXTS, LARGEST = 20_000, 6_000, 0.05
MOST_LARGEST = 0.5


@dataclass(frozen=True)
class Population:
    """All records that a promise is held against.

    Attributes:
        name: Its name.
        labelled: What a model says of `n` records, and their truth.
        texts: Number of the text of each, from 0, `(n,)`.
        drawn_texts: Number of texts that a drawing has.
        drawn_rows: Number of rows that a drawing by rows has.
    """

    name: str
    labelled: LabelledPaths
    texts: Integers
    drawn_texts: int
    drawn_rows: int

    def __len__(self) -> int:
        """Number of records."""
        return len(self.labelled)

    @property
    def repeats(self) -> Integers:
        """Rows of the text of each record, `(n,)`."""
        found: Integers = np.bincount(self.texts)[self.texts]
        return found


def labelled_set(data: LabelledSet) -> Population:
    """The calibration and test records of a set, coded by a linear model.

    A drawing is as large as the calibration part. Records without a word that the
    model knows are left out: they are never coded without a person.
    """
    run = Run(data, *MODEL, seed=1)
    run.train()
    parts = [_rows_of(run, role) for role in ("calibration", "test")]
    coded = [_coded(rows, run.classifier) for rows in parts]
    keys = [key for rows in parts for key in rows.unit_keys]
    known = np.concatenate([one[3] for one in coded])
    nodes, probabilities, truth = (
        np.concatenate([one[place] for one in coded])[known] for place in range(3)
    )
    texts = unit_numbers([keys[row] for row in np.flatnonzero(known)])
    first = texts[: int(coded[0][3].sum())]
    labelled = LabelledPaths(CodedPaths(nodes, probabilities), truth)
    return Population(data.name, labelled, texts, len(np.unique(first)), len(first))


def _rows_of(run: Run, role: str) -> LabelledRows:
    folder = RunFolder(run.folder)
    config = folder.config()
    source = find_source(folder, config, None, role)
    rows = read_rows(
        config,
        run.classifier,
        source,
        without_keys=True,
        unknown="wrong",
        unit="text",
    )
    return rows.coded


def _coded(rows: LabelledRows, classifier: Classifier) -> list[npt.NDArray[np.generic]]:
    """Nodes, probabilities, truth, and whether the model knows a word."""
    parts = []
    for first in range(0, len(rows), PART):
        part = rows.take(np.arange(first, min(first + PART, len(rows))))
        texts = part.encode(classifier)
        paths = coded_paths(classifier.log_probabilities(texts), classifier.taxonomy)
        truth = level_nodes(part.true.nearest(paths.nodes[:, -1]), part.true.tree)
        parts.append((paths.nodes, paths.probabilities, truth, texts.known_words > 0))
    return [np.concatenate(one) for one in zip(*parts, strict=True)]


def zipf_population(
    seed: int, rows: int = ROWS, texts: int = TEXTS, largest: float = LARGEST
) -> Population:
    """Texts with Zipf-like repeats, whose rows are right or wrong together.

    The text of rank r has about `largest * rows / r ** s` rows. There are two levels. A
    text that the model gives the confidence c at a level is right there with the chance
    c, whatever its rank. Half as many texts are drawn as there are.

    Args:
        seed: Of confidences and outcomes.
        rows: About so many records.
        texts: Number of texts.
        largest: Share of the rows that the first text has.

    Raises:
        InputError: If the first text is to have less than all others, or nearly all.

    Example:
        >>> found = zipf_population(1, rows=1000, texts=300)
        >>> int(found.repeats.max()), len(np.unique(found.texts))
        (50, 300)
    """
    if not 1 / texts <= largest <= MOST_LARGEST:
        raise InputError(
            f"The largest of {texts} units may have {1 / texts:.4g} to {MOST_LARGEST} "
            f"of the rows. Received {largest}."
        )
    rng = np.random.default_rng(seed)
    ranks = np.arange(1, texts + 1.0)
    power = brentq(lambda s: (ranks**-s).sum() - 1 / largest, 0, 3)
    sizes = np.maximum(np.rint(largest * rows * ranks**-power), 1).astype(np.int64)
    steps = np.stack([rng.beta(12, 0.5, texts), rng.beta(4, 0.5, texts)], axis=1)
    right = np.logical_and.accumulate(rng.random((texts, 2)) < steps, axis=1)
    of = np.repeat(np.arange(texts), sizes)
    confidence = np.cumprod(steps, axis=1)[of]
    paths = CodedPaths(np.zeros((len(of), 2), np.int32), confidence)
    labelled = LabelledPaths(paths, np.where(right, 0, 1).astype(np.int32)[of])
    return Population(f"Zipf, seed {seed}", labelled, of, texts // 2, len(of) // 2)
