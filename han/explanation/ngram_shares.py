"""What sums over n-grams owe to each word, which is exact.

The linear model and the bag of n-grams are sums over words, pairs of words and letter
sequences. A letter sequence is its word's, and a pair is half of each of its words';
what stands several times is shared by its places.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from han.kernels.gru import Floats, Integers
from han.kernels.svm import said_of_levels
from han.layers.ngram_bag_numpy import SCALE, NumpyNgramBag
from han.linear.linear_model import LinearModel
from han.linear.ngram_features import NgramFeatures
from han.text.text_encoder import EncodedTexts

Shares = npt.NDArray[np.float64]


class SpreadFeatures:
    """N-grams of documents, and the words that they are made of.

    Args:
        model: The linear model, which knows the n-grams.
        texts: The documents, `(n,)`.
    """

    def __init__(self, model: LinearModel, texts: EncodedTexts) -> None:
        self.model = model
        self.matrix = model.matrix(texts)
        self._words = _parts_of_words(model.features, texts, self.matrix)

    @cached_property
    def _owners(self) -> Integers:
        """Document of each entry of the matrix."""
        return np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))

    @cached_property
    def _margins(self) -> Floats:
        """Distances from the planes, `(n, N)`."""
        return self.model.evidence.planes.margins(self.matrix)

    def of_margins(self, chosen: Floats, levels: Integers) -> Shares:
        """What sums of margins owe to each word, `(words, L)`.

        Args:
            chosen: Weight of each node in the sum of its level, `(n, N)`.
            levels: Level of each node, from 0, `(N,)`.
        """
        planes, bayes = self.model.evidence.planes, self.model.evidence.bayes
        weights = (
            planes.plane_weights(self._margins, chosen) if planes.is_flat else chosen
        )
        said = said_of_levels(
            self.matrix, planes.first, planes.nodes, planes.weights, weights, levels
        )
        if bayes is not None:
            said += said_of_levels(
                self.matrix, bayes.first, bayes.nodes, bayes.weights, chosen, levels
            )
            drifting = chosen * bayes.drift
            drift = np.stack(
                [drifting[:, levels == i].sum(axis=1) for i in range(said.shape[1])], 1
            )
            counts = np.where(self.matrix.indices < bayes.width, self.matrix.data, 0)
            said -= counts[:, None] * drift[self._owners]
        return np.asarray(self._words @ said)

    def of_bag(self, bag: NumpyNgramBag, directions: Floats) -> Shares:
        """What products of the bag's vectors owe to each word, `(words, k)`.

        Args:
            bag: The bag.
            directions: What the vectors are multiplied by, `(n, k, units)`.
        """
        rows = self.matrix.indices % len(bag.rows)
        said = np.empty((len(rows), directions.shape[1]), np.float32)
        for direction, (first, last) in zip(
            directions, pairwise(self.matrix.indptr.tolist()), strict=True
        ):
            said[first:last] = bag.rows[rows[first:last]] @ direction.T
        return np.asarray(self._words @ (SCALE * self.matrix.data[:, None] * said))


def _parts_of_words(
    features: NgramFeatures, texts: EncodedTexts, matrix: csr_array
) -> csr_array:
    """Which part of each entry of the matrix each word has, `(words, entries)`."""
    words, columns, parts = features.occurrences(texts)
    width, num_words = matrix.shape[1], len(texts.word_ids)
    documents = np.repeat(np.arange(len(texts)), texts.document_words)
    owners = np.repeat(np.arange(len(texts)), np.diff(matrix.indptr))
    keys = owners * width + matrix.indices
    order = np.argsort(keys)
    asked = documents[words] * width + columns
    entries = order[np.searchsorted(keys, asked, sorter=order)]
    totals = np.bincount(entries, parts, minlength=len(keys))
    shape = (num_words, len(keys))
    return csr_array((parts / totals[entries], (words, entries)), shape=shape)
