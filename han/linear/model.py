"""The linear model beside the network: margins of documents, honest for its own ones.

A network that learns with the margins of the records a linear model was trained on
would learn to trust them blindly: those are right nearly always. So the model is fitted
several times, each time without some of the records, and these get their margins from
the one that has not seen them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import log_softmax

from han.kernels.sequences import distinct
from han.linear.features import Floats, NgramFeatures
from han.linear.tree import SHARPNESS, LinearTree
from han.taxonomy import IntArray, Taxonomy
from han.text.encoding import EncodedTexts

FOLDS = 5
FLAT = 4_000_000  # leaves times records up to which flat planes are tried, too
LEFT_OUT = -1  # fold of records that no fit uses


@dataclass(frozen=True)
class LinearModel:
    """Features of documents, and planes that tell nodes from their siblings."""

    features: NgramFeatures
    planes: LinearTree
    _last: list[tuple[EncodedTexts, csr_array]] = field(default_factory=list)

    def matrix(self, texts: EncodedTexts) -> csr_array:
        """Features of documents, `(n, features)`; those of the last ones are kept.

        The margins and the bag of a batch are asked for one after the other.
        """
        for known, matrix in self._last[-1:]:
            if known is texts:
                return matrix
        matrix = self.features.matrix(texts.compact())
        self._last[:] = [(texts, matrix)]
        return matrix

    def margins(self, texts: EncodedTexts) -> Floats:
        """Margin of each document for each node, `(n, N)`."""
        return self.planes.margins(self.matrix(texts))

    def bag(self, texts: EncodedTexts, rows: int) -> csr_array:
        """Features of documents folded onto so many rows of a table, `(n, rows)`."""
        matrix = self.matrix(texts)
        folded = (matrix.data, matrix.indices % rows, matrix.indptr)
        return csr_array(folded, shape=(len(texts), rows))

    def save(self, file: Path) -> None:
        """Writes arrays alone: no word, and no letters."""
        arrays = {f"planes_{f.name}": getattr(self.planes, f.name) for f in _PLANES}
        learnt = {name: getattr(self.features, name) for name in _FEATURES}
        with file.open("wb") as stream:
            np.savez(stream, **arrays, **learnt)

    @classmethod
    def load(cls, file: Path, vocabulary: tuple[str, ...]) -> LinearModel:
        """Reads what `save` wrote.

        Args:
            file: The file.
            vocabulary: Words of the text encoder.
        """
        with np.load(file) as saved:
            features = NgramFeatures(vocabulary, *(saved[name] for name in _FEATURES))
            planes = LinearTree(*(saved[f"planes_{f.name}"] for f in _PLANES))
        return cls(features, planes)


_FEATURES = ("words", "letters", "idf")
_PLANES = fields(LinearTree)


@dataclass(frozen=True)
class CrossFitted:
    """A linear model, and the ones that have not seen some of its records.

    Attributes:
        model: The model of all records.
        folds: Planes learnt without the records of each fold.
        fold: Fold of each record, `(n,)`.
    """

    model: LinearModel
    folds: tuple[LinearTree, ...]
    fold: npt.NDArray[np.int64]

    def margins(self, texts: EncodedTexts, records: npt.NDArray[np.integer]) -> Floats:
        """Margins of training records by planes that have not seen them, `(b, N)`.

        Args:
            texts: Their documents, `(b,)`.
            records: Their numbers, `(b,)`.
        """
        features = self.model.matrix(texts)
        margins = np.empty((len(texts), len(self.model.planes.biases)), np.float32)
        fold = self.fold[records]
        for number in np.unique(fold):
            here = np.flatnonzero(fold == number)
            planes = self.model.planes if number == LEFT_OUT else self.folds[number]
            margins[here] = planes.margins(features[here])
        return margins


def cross_fit(
    texts: EncodedTexts,
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
    tree: Taxonomy,
    vocabulary: tuple[str, ...],
    *,
    limit: int = 200_000,
    seed: int = 0,
) -> CrossFitted:
    """Fits the linear model of training records, and those for their own margins.

    Where leaves are few, flat planes are tried, too, and the kind is kept that codes
    more of the records rightly which it has not seen.

    Args:
        texts: The documents, each with a word, `(n,)`.
        nodes: Their true nodes, `(n,)`.
        weights: Their weights, `(n,)`.
        tree: The code list.
        vocabulary: Words of the encoder that has made the texts.
        limit: Number of records to learn from at most, drawn by the seed.
        seed: Seed of folds and fits.

    Reference:
        Wolpert 1992, Stacked Generalization.
    """
    fold = _folds(texts, limit, seed)
    chosen = np.flatnonzero(fold != LEFT_OUT)
    learning = texts.take(chosen).compact()
    features = NgramFeatures.learn(learning, vocabulary)
    matrix = features.matrix(learning)

    def fit(left_out: int, flat: bool) -> LinearTree:
        rows = np.flatnonzero(fold[chosen] != left_out)
        records = chosen[rows]
        return LinearTree.fit(
            matrix[rows], nodes[records], weights[records], tree, flat=flat, seed=seed
        )

    def folds(flat: bool) -> tuple[LinearTree, ...]:
        return tuple(fit(number, flat) for number in range(FOLDS))

    fitted = {False: folds(False)}
    if len(tree.leaves) * len(chosen) <= FLAT:
        fitted[True] = folds(True)
    right = {
        flat: _right(planes, matrix, nodes[chosen], weights[chosen], fold[chosen], tree)
        for flat, planes in fitted.items()
    }
    flat = max(right, key=lambda flat: right[flat])
    model = LinearModel(features, fit(LEFT_OUT, flat))
    return CrossFitted(model, fitted[flat], fold)


def _right(
    folds: Sequence[LinearTree],
    matrix: csr_array,
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
    fold: npt.NDArray[np.int64],
    tree: Taxonomy,
) -> float:
    """Weight of the records whose code is right by planes that have not seen them."""
    right = 0.0
    for number, planes in enumerate(folds):
        rows = np.flatnonzero(fold == number)
        found = most_probable(SHARPNESS * planes.margins(matrix[rows]), tree)
        right += float(weights[rows][found == nodes[rows]].sum())
    return right


def most_probable(scores: Floats, tree: Taxonomy) -> IntArray:
    """The most probable leaf where scores are log-odds among siblings, `(n,)`.

    Args:
        scores: `(n, N)`.
        tree: The code list.
    """
    logs = np.empty_like(scores)
    edges = np.flatnonzero(np.diff(tree.parents, prepend=-2, append=-2))
    for first, last in pairwise(edges.tolist()):
        logs[:, first:last] = log_softmax(scores[:, first:last], axis=1)
        if (parent := tree.parents[first]) >= 0:
            logs[:, first:last] += logs[:, [parent]]
    leaves: IntArray = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    return leaves


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
