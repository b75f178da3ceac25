"""TF-IDF of n-grams and linear models: the strongest of the cheap baselines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import log_softmax

from han.baselines.baseline_file import (
    StoredBaseline,
    matrix_arrays,
    stored_matrix,
)
from han.baselines.calibrated_baseline import Calibrated
from han.baselines.linear_planes import Linear, Planes, fit_planes
from han.baselines.scopes import Scope, codes_on_level, questions
from han.baselines.score_probabilities import (
    FLOOR,
    FloatArray,
    check_two_codes,
    full_codes,
    leaf_log_probabilities,
)
from han.code_list.taxonomy import IntArray, Taxonomy
from han.linear.class_means import Floats, document_vectors
from han.linear.linear_model import SentenceKnowledge
from han.linear.ngram_features import NgramFeatures
from han.text.text_encoder import EncodedTexts

# Short answers that repeat each other want much, long and noisy texts or others than
# those of the training little. `search_cost` begins in the middle.
COSTS: dict[Linear, tuple[float, ...]] = {
    "svm": (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0),
    "logistic": (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5),
}
# Of a document's pretrained vector, beside half a row of n-grams of length 1.
VECTOR_WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0)
_FEATURES = ("words", "letters", "idf")


class TfidfLinear(Calibrated):
    """Words and word pairs, characters within words, and one-against-all planes.

    Its probabilities are a softmax of the distances to the planes, divided by a
    temperature that `calibrate` finds. With pretrained vectors it is the rival of a
    network that reads them: what the same knowledge is worth without a network.

    Args:
        words: The vocabulary of the text encoder; other words count, too.
        linear: `svm`, a linear support vector machine, or `logistic` regression.
        scope: `flat`: one model over the full codes. `per_level`: one for each level,
            whose distances are added along each path; a full code that ends early
            stands for itself on the levels below. `per_parent`: one for each split,
            whose probabilities are multiplied down the path. Partial codes train what
            they say; `flat` leaves them out.
        cost: What an error costs beside the size of the weights (`C`).
        seed: Seed of the solver.
        knowledge: Pretrained vectors of sentences. Their mean in each document, of
            length 1, stands beside the n-grams.
        vector_weight: By which that mean is multiplied; 0: there is none.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> ones = np.ones(2, np.int32)
        >>> ids = np.array([2, 3], np.int32)
        >>> texts = EncodedTexts(ids, ones, ones * 0, ones, np.zeros(2, bool))
        >>> model = TfidfLinear(["pan", "sal"])
        >>> model = model.fit(texts, np.array([0, 1]), np.ones(2), tree)
        >>> model.log_probabilities(texts).argmax(axis=1).tolist()
        [0, 1]
    """

    kind = "tfidf_linear"
    stored = ("linear", "scope", "cost", "seed")

    def __init__(
        self,
        words: Sequence[str],
        *,
        linear: Linear = "svm",
        scope: Scope = "flat",
        cost: float = 1.0,
        seed: int = 0,
        knowledge: SentenceKnowledge | None = None,
        vector_weight: float = 0.0,
    ) -> None:
        self.words = tuple(words)
        self.linear: Linear = linear
        self.scope: Scope = scope
        self.cost = cost
        self.seed = seed
        self.knowledge = knowledge
        self.vector_weight = vector_weight

    @property
    def pretrained_width(self) -> int:
        """Numbers of a pretrained vector; 0 if it reads none."""
        return len(self.models[0].vector_slopes) if self.vector_weight else 0

    def fit(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray, tree: Taxonomy
    ) -> TfidfLinear:
        """Trains on records of any weight above 0.

        Raises:
            InputError: If they have fewer than two different full codes.
        """
        (self.models,) = self._learn(texts, nodes, weights, tree, [self.cost])
        return self

    def fit_costs(
        self,
        texts: EncodedTexts,
        nodes: IntArray,
        weights: FloatArray,
        tree: Taxonomy,
        costs: Sequence[float],
    ) -> list[TfidfLinear]:
        """The same model trained at each of several costs, which shares most work.

        Raises:
            InputError: If they have fewer than two different full codes.
        """
        found = self._learn(texts, nodes, weights, tree, costs)
        made = [copy(self) for _ in costs]
        for model, cost, models in zip(made, costs, found, strict=True):
            model.cost, model.models = cost, models
        return made

    def _learn(
        self,
        texts: EncodedTexts,
        nodes: IntArray,
        weights: FloatArray,
        tree: Taxonomy,
        costs: Sequence[float],
    ) -> list[list[Planes]]:
        """Learns leaves and features; planes of each question, for each cost."""
        self.tree = tree
        used = (
            full_codes(nodes, tree) if self.scope == "flat" else np.arange(len(nodes))
        )
        used = used[np.asarray(weights)[used] > 0]
        nodes = nodes[used]
        self.leaves = np.unique(nodes[full_codes(nodes, tree)])
        check_two_codes("tfidf_linear", nodes, tree)
        texts = texts.take(used)
        self.features = _learn_features(texts.compact(), self.words)
        features, vectors = self._matrix(texts), self._vectors(texts)
        weights = np.asarray(weights, np.float64)[used]
        found = [
            fit_planes(
                features[rows],
                labels,
                weights[rows],
                costs=costs,
                vectors=vectors[rows],
                linear=self.linear,
                seed=self.seed,
            )
            for rows, labels in questions(self.scope, nodes, tree)
        ]
        return [[*models] for models in zip(*found, strict=True)]

    def at_vector_weight(self, weight: float) -> TfidfLinear:
        """The same model at another weight of vectors, to be trained."""
        made = copy(self)
        made.vector_weight = weight
        return made

    def scores(self, texts: EncodedTexts) -> FloatArray:
        """Distances to the planes of all models side by side, `(n, planes)`."""
        features, vectors = self._matrix(texts), self._vectors(texts)
        found = [model.distances(features, vectors) for model in self.models]
        return np.concatenate(found, axis=1)

    def _vectors(self, texts: EncodedTexts) -> Floats:
        """Pretrained vectors of documents, of length `vector_weight`, `(n, D)`."""
        if not self.vector_weight:
            return np.zeros((len(texts), 0), np.float32)
        if self.knowledge is None:
            raise ValueError("Set `knowledge`: this model reads pretrained vectors.")
        found = document_vectors(*self.knowledge(texts), texts)
        return found * np.float32(self.vector_weight)

    def _matrix(self, texts: EncodedTexts) -> sparse.csr_array:
        """TF-IDF of documents, each half of a row of length 1, `(n, features)`."""
        matrix = self.features.matrix(texts.compact())
        # liblinear takes indices of 32 bits alone.
        places = (matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
        values = matrix.data * np.float32(np.sqrt(2))
        return sparse.csr_array((values, *places), shape=matrix.shape)

    def leaf_log_probabilities(
        self, scores: FloatArray, temperature: float
    ) -> FloatArray:
        """Log-probabilities of the leaves, `(n, num_leaves)`."""
        if self.scope == "per_parent":
            return self._down_the_tree(scores / temperature)
        # No softmax of each level: all full codes together have one.
        total = np.zeros((len(scores), len(self.leaves)))
        for level, (model, own) in enumerate(self._with_columns(scores), start=1):
            named = self.leaves
            if self.scope == "per_level":
                named = codes_on_level(self.leaves, level, self.tree)
            total += own[:, np.searchsorted(model.classes, named)]
        return leaf_log_probabilities(total / temperature, self.leaves, self.tree)

    def _down_the_tree(self, scores: FloatArray) -> FloatArray:
        """Products of the probabilities among siblings, in logarithms."""
        tree = self.tree
        logs = np.full((len(scores), tree.num_nodes), np.log(FLOOR))
        for model, own in self._with_columns(scores):
            logs[:, model.classes] = log_softmax(own, axis=1)
        seen = np.concatenate([model.classes for model in self.models])
        for level in range(1, tree.num_levels + 1):
            on_level = np.flatnonzero(tree.levels == level)
            if level > 1:
                parents = tree.parents[on_level]
                # Where no record went on below, nothing is known: siblings are equal.
                blind = ~np.isin(parents, tree.parents[seen])
                equal = -np.log(tree.child_counts[parents])
                logs[:, on_level[blind]] = equal[blind]
                logs[:, on_level] += logs[:, parents]
        return logs[:, tree.leaves]

    def _with_columns(self, scores: FloatArray) -> Iterator[tuple[Planes, FloatArray]]:
        """Each model with its columns of the scores."""
        first = 0
        for model in self.models:
            yield model, scores[:, first : first + len(model.classes)]
            first += len(model.classes)

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        features = self.features
        found = {name: getattr(features, name) for name in _FEATURES}
        found["leaves"] = self.leaves
        for number, model in enumerate(self.models):
            found |= matrix_arrays(f"slopes_{number}", model.slopes)
            found[f"classes_{number}"] = model.classes
            found[f"offsets_{number}"] = model.offsets
            if self.vector_weight:
                found[f"vector_slopes_{number}"] = model.vector_slopes
        if self.vector_weight:
            found["vector_weight"] = np.array(self.vector_weight)
        return found

    def _restore(self, stored: StoredBaseline) -> None:
        arrays = stored.arrays
        learnt: dict[str, Any] = {name: arrays[name] for name in _FEATURES}
        self.features = NgramFeatures(stored.words, across_sentences=True, **learnt)
        self.features.check()
        self.leaves = stored.nodes("leaves")
        self.vector_weight = float(arrays.get("vector_weight", 0.0))
        numbers = range(sum(name.startswith("classes_") for name in arrays))
        self.models = [self._planes(stored, number) for number in numbers]
        widths = {len(model.vector_slopes) for model in self.models}
        if len(widths) > 1 or (widths != {0}) != (self.vector_weight > 0):
            raise ValueError("slopes of other vectors")

    def _planes(self, stored: StoredBaseline, number: int) -> Planes:
        classes = stored.nodes(f"classes_{number}")
        shape = (len(self.features), len(classes))
        slopes = stored_matrix(f"slopes_{number}", stored.arrays, shape)
        offsets = stored.arrays[f"offsets_{number}"]
        if offsets.shape != classes.shape:
            raise ValueError("offsets of other classes")
        none = np.zeros((0, len(classes)), np.float32)
        of_vectors = stored.arrays.get(f"vector_slopes_{number}", none)
        if of_vectors.shape[1:] != classes.shape:
            raise ValueError("slopes of other classes")
        return Planes(classes, slopes, offsets, of_vectors)


def _learn_features(texts: EncodedTexts, words: Sequence[str]) -> NgramFeatures:
    """N-grams of two records at least, or all: a model needs something to look at."""
    for min_count in (2, 1):
        features = NgramFeatures.learn(
            texts, words, min_count=min_count, across_sentences=True
        )
        if len(features.words) and len(features.letters):
            break
    return features
