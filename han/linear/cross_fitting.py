"""Fits the linear model; margins of training records come from other folds.

A network that learns with the margins of the records a linear model was trained on
would learn to trust them blindly: those are right nearly always. So the model is fitted
several times, each time without some of the records, and these get their margins from
the one that has not seen them. What kind of model suits the records is found by the
same margins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from tqdm import tqdm

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.ragged_sequences import distinct
from han.linear.linear_model import LinearModel, Margins
from han.linear.linear_tree import SHARPNESS, LinearTree
from han.linear.naive_bayes import ComplementBayes
from han.linear.ngram_features import Floats, NgramFeatures
from han.linear.part_factors import part_factors, weight_right
from han.linear.plane_training import Machine
from han.linear.plane_trials import Trial, best_trial
from han.linear.set_planes import weight_of_f1
from han.text.text_encoder import EncodedTexts

FOLDS = 5
TRIALS = 2  # folds that tell which planes are best, or one where records are many
ENOUGH = 2_000  # records whose codes tell
FLAT = 4_000_000  # leaves times records up to which flat planes are tried, too
LEFT_OUT = -1  # fold of records that no fit uses
JUDGES = 20_000  # records that judge planes: more would choose the same
MAX_SCORES = 1 << 24  # held at once where records are judged
GAIN = 0.005  # share of records that naive Bayes must put right to be worth its space
TINY = 1e-300  # weight of no records, to divide by


@dataclass(frozen=True)
class CrossFitted:
    """A linear model, and the ones that have not seen some of its records.

    Attributes:
        model: The model of all records.
        folds: What was learnt without the records of each fold.
        fold: Fold of each record, `(n,)`.
    """

    model: LinearModel
    folds: tuple[Margins, ...]
    fold: npt.NDArray[np.int64]

    def margins(
        self,
        texts: EncodedTexts,
        records: npt.NDArray[np.integer],
        chosen: npt.NDArray[np.integer] | None = None,
    ) -> Floats:
        """Margins of training records by models that have not seen them, `(c, N)`.

        Args:
            texts: Their documents, `(b,)`.
            records: Their numbers, `(b,)`.
            chosen: Whose margins are wanted, places within these, `(c,)`; None for all.
        """
        features, vectors = self.model.matrix(texts), self.model.vectors(texts)
        if chosen is not None:
            features, records = features[chosen], records[chosen]
            vectors = None if vectors is None else vectors[chosen]
        width = len(self.model.evidence.planes.biases)
        margins = np.empty((len(records), width), np.float32)
        fold = self.fold[records]
        for number in np.unique(fold):
            here = np.flatnonzero(fold == number)
            whole = number == LEFT_OUT
            evidence = self.model.evidence if whole else self.folds[number]
            known = None if vectors is None else vectors[here]
            margins[here] = evidence.of(features[here], known)
        return margins


def cross_fit(
    texts: EncodedTexts,
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
    tree: Taxonomy,
    vocabulary: tuple[str, ...],
    *,
    num_code_texts: int = 0,
    limit: int = 200_000,
    seed: int = 0,
    features: NgramFeatures | None = None,
) -> CrossFitted:
    """Fits the linear model of training records, and those for their own margins.

    Where leaves are few, flat planes are tried, too, and the kind is kept that codes
    more of the records rightly which it has not seen; so is the cost of an error.
    Naive Bayes joins them if it puts right half a record in a hundred.

    Args:
        texts: The documents, each with a word, `(n,)`.
        nodes: Their true nodes, `(n,)`; or sets of them, `(n, A)`, without naive Bayes.
        weights: Their weights, `(n,)`.
        tree: The code list.
        vocabulary: Words of the encoder that has made the texts.
        num_code_texts: How many texts at the end are of the code list: they teach, and
            choose nothing.
        limit: Number of records to learn from at most, drawn by the seed.
        seed: Seed of folds and fits.
        features: N-grams that are known already; by default they are learnt here.

    Reference:
        Wolpert 1992, Stacked Generalization.
    """
    fold = _folds(texts, limit, seed)
    chosen = np.flatnonzero(fold != LEFT_OUT)
    learning = texts.take(chosen).compact()
    if features is None:
        features = NgramFeatures.learn(learning, vocabulary, stems=True)
    records = _Records(
        features.matrix(learning),
        nodes[chosen],
        weights[chosen],
        fold[chosen],
        chosen < len(texts) - num_code_texts,
        tree,
        len(features.words),
        seed,
    )
    whole, folds = records.evidence()
    return CrossFitted(LinearModel(features, whole), folds, fold)


@dataclass(frozen=True)
class _Records:
    """Training records with their folds, and what can be learnt without one of them."""

    matrix: csr_array
    nodes: IntArray
    weights: npt.NDArray[np.float64]
    fold: npt.NDArray[np.int64]
    is_record: npt.NDArray[np.bool_]
    tree: Taxonomy
    words: int
    seed: int

    def evidence(self) -> tuple[Margins, tuple[Margins, ...]]:
        """What all records teach, and those that are not in each fold."""
        best = best_trial(self.trials, self.tries_flat)
        numbers = (*range(FOLDS), LEFT_OUT)
        planes = self.planes(best.flat, [Machine(n, best.cost) for n in numbers])
        self._bar.close()
        factors = self.bayes_factors(planes[:FOLDS])
        if factors is None:
            *folds, whole = map(Margins, planes)
        else:
            bayes = [self.bayes(number).times(factors) for number in numbers]
            *folds, whole = map(Margins, planes, bayes)
        return whole, tuple(folds)

    def planes(
        self, flat: bool, machines: Sequence[Machine], most: int | None = None
    ) -> list[LinearTree]:
        """Planes of a kind, by machines that each see records of other folds.

        Args:
            flat: Whether there are planes for leaves alone.
            machines: The machines.
            most: Number of records that teach, if not all.
        """
        rows = self._drawn(np.arange(len(self.nodes)), most)
        found = LinearTree.fit_several(
            self.matrix[rows] if len(rows) < len(self.nodes) else self.matrix,
            self.nodes[rows],
            self.weights[rows],
            self.tree,
            self.fold[rows],
            machines,
            flat=flat,
            seed=self.seed,
        )
        self._bar.update(len(machines))
        return found

    @property
    def has_sets(self) -> bool:
        """Whether a record has several codes that are right together."""
        return self.nodes.ndim > 1

    def _drawn(
        self, rows: npt.NDArray[np.integer], most: int | None
    ) -> npt.NDArray[np.integer]:
        """So many of the rows, drawn by the seed."""
        drawn = np.random.default_rng(self.seed).permutation(len(rows))[:most]
        return rows[np.sort(drawn)]

    @cached_property
    def _bar(self) -> tqdm[Any]:
        """Counts fits for who waits at a terminal; nothing where that takes seconds."""
        return tqdm(desc="linear model", delay=3, disable=None, unit=" fits")

    @property
    def tries_flat(self) -> bool:
        """Whether flat planes are tried: where leaves are many they take long."""
        return len(self.tree.leaves) * len(self.nodes) <= FLAT

    def bayes(self, left_out: int) -> ComplementBayes:
        """Naive Bayes of all records that are not in a fold."""
        rows = np.flatnonzero(self.fold != left_out)
        matrix = self.matrix if len(rows) == len(self.nodes) else self.matrix[rows]
        parts = (matrix, self.nodes[rows], self.weights[rows])
        return ComplementBayes.fit(*parts, self.tree, self.words)

    def trials(self, flat: bool, costs: Sequence[float], most: int) -> list[Trial]:
        """Planes of a kind at each cost, judged by records that they have not seen.

        Args:
            flat: Whether there are planes for leaves alone.
            costs: The costs.
            most: Number of records that teach at most.
        """
        judges = [self.is_record & (self.fold < k) for k in (1, TRIALS)]
        count = 1 if judges[0].sum() >= ENOUGH else TRIALS
        rows = self._drawn(np.flatnonzero(judges[count > 1]), JUDGES)
        machines = [Machine(number, c) for c in costs for number in range(count)]
        planes = self.planes(flat, machines, most)
        of_costs = [planes[i : i + count] for i in range(0, len(planes), count)]
        return [
            Trial(self.share_right(of_cost, rows), flat, cost)
            for cost, of_cost in zip(costs, of_costs, strict=True)
        ]

    def share_right(
        self, planes: Sequence[LinearTree], rows: npt.NDArray[np.integer]
    ) -> float:
        """Share of records, by weight, that planes code rightly which saw others."""
        size, right = max(MAX_SCORES // self.tree.num_nodes, 1), 0.0
        judge = weight_of_f1 if self.has_sets else weight_right
        for first in range(0, len(rows), size):
            here = rows[first : first + size]
            truth = self.nodes[here], self.weights[here], self.tree
            right += judge(self._of_planes(planes, here), *truth)
        return right / max(float(self.weights[rows].sum()), TINY)

    def bayes_factors(self, planes: Sequence[LinearTree]) -> Floats | None:
        """Factors of naive Bayes beside the planes, `(N,)`; none if it is no help."""
        if self.has_sets:  # it counts a record for one code
            return None
        most = max(MAX_SCORES // self.tree.num_nodes, 1)
        rows = self._drawn(np.arange(len(self.nodes)), most)
        alone = self._of_planes(planes, rows)
        counted = [partial(self._bayes_scores, number) for number in range(FOLDS)]
        beside = self._unseen(counted, rows)  # one after the other: they are large
        truth = self.nodes[rows], self.weights[rows], self.tree
        factors = part_factors(alone, beside, *truth, gain=GAIN)
        return None if factors is None else factors / SHARPNESS

    def _bayes_scores(self, left_out: int, features: csr_array) -> Floats:
        """Scores by naive Bayes of all records that are not in a fold."""
        return self.bayes(left_out).scores(features)

    def _of_planes(
        self, folds: Sequence[LinearTree], rows: npt.NDArray[np.integer]
    ) -> Floats:
        """Log-odds of records by planes learnt without them, `(rows, N)`."""
        scores = self._unseen([planes.margins for planes in folds], rows)
        scores *= SHARPNESS  # in its place: there may be many
        return scores

    def _unseen(
        self,
        folds: Sequence[Callable[[csr_array], Floats]],
        rows: npt.NDArray[np.integer],
    ) -> Floats:
        """Scores of records by what was learnt without them, `(rows, N)`."""
        scores = np.empty((len(rows), self.tree.num_nodes), np.float32)
        for number, score in enumerate(folds):
            here = np.flatnonzero(self.fold[rows] == number)
            scores[here] = score(self.matrix[rows[here]])
        return scores


def _folds(texts: EncodedTexts, limit: int, seed: int) -> npt.NDArray[np.int64]:
    """Fold of each record; equal texts have the same one."""
    words = texts.spelled_ids(int(texts.word_ids.max(initial=0)) + 1)
    lengths = texts.document_words
    _, same = distinct(words, lengths, np.zeros(len(texts), np.int32))
    generator = np.random.default_rng(seed)
    fold = generator.permutation(int(same.max(initial=0)) + 1)[same] % FOLDS
    left_out = generator.permutation(len(texts))[limit:]
    fold[left_out] = LEFT_OUT
    return fold
