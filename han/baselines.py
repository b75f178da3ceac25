"""Cheap models behind the same wall: encoded texts in, node log-probabilities out."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from han.errors import InputError
from han.taxonomy import IntArray, Taxonomy
from han.text.encoding import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

FloatArray = npt.NDArray[np.floating]
# A code that no training record has is improbable, not impossible.
FLOOR = 1e-12


class Majority:
    """Gives every document the shares of the codes in the training records.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> ones = np.ones(2, np.int32)
        >>> texts = EncodedTexts(ones, ones, ones, ones, np.zeros(2, bool))
        >>> model = Majority().fit(texts, np.array([0, 0]), np.ones(2), tree)
        >>> np.exp(model.log_probabilities(texts)).round(3).tolist()
        [[1.0, 0.0], [1.0, 0.0]]
    """

    def fit(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray, tree: Taxonomy
    ) -> Majority:
        """Counts the full codes; partial ones are left out."""
        rows = _full_codes(nodes, tree)
        counts = np.bincount(nodes[rows], weights[rows], minlength=tree.num_nodes)
        self.tree = tree
        self.log_shares = _log_shares(counts[tree.leaves].astype(np.float64))
        return self

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """The same row for each document, `(n, N)`."""
        row = _node_log_probabilities(self.log_shares[None], self.tree)
        return np.repeat(row, len(texts), axis=0)

    def save(self, file: Path) -> None:
        """Writes the model with joblib."""
        joblib.dump(self, file)


class TfidfSvm:
    """TF-IDF of the most frequent words and a linear support vector machine.

    The recipe to beat: flat over the full codes, words one by one. Its probabilities
    are a softmax of the distances to the planes; they rank codes and are not
    calibrated.

    Args:
        max_features: Number of words, those most frequent in the training texts.
        seed: Seed of the solver.
    """

    def __init__(self, max_features: int = 1000, seed: int = 0) -> None:
        self.max_features = max_features
        self.seed = seed

    def fit(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray, tree: Taxonomy
    ) -> TfidfSvm:
        """Trains on the records with a full code; partial ones are left out.

        Raises:
            InputError: If they have fewer than two different codes or know no word.
        """
        rows = _full_codes(nodes, tree)
        if len(np.unique(nodes[rows])) < 2:
            raise InputError(
                "`model.kind: tfidf_svm` needs training records of at least two full "
                "codes. Check `data.split` and the labels."
            )
        self.tree = tree
        counts = _word_counts(texts.take(rows))
        frequency = np.asarray(counts.sum(axis=0)).ravel()
        self.words = np.sort(np.argsort(-frequency, kind="stable")[: self.max_features])
        self.tfidf = TfidfTransformer()
        features = self.tfidf.fit_transform(counts[:, self.words])
        self.svm = LinearSVC(random_state=self.seed)
        self.svm.fit(features, nodes[rows], sample_weight=weights[rows])
        return self

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Log-probabilities of all nodes, `(n, N)`."""
        if not len(texts):  # scikit-learn refuses to transform nothing
            return np.empty((0, self.tree.num_nodes), np.float32)
        counts = _word_counts(texts, width=int(self.words.max(initial=0)) + 1)
        distances = self.svm.decision_function(
            self.tfidf.transform(counts[:, self.words])
        )
        if distances.ndim == 1:  # two classes: one distance
            distances = np.stack([-distances, distances], axis=1)
        place = np.full(self.tree.num_nodes, -1)
        place[self.svm.classes_] = np.arange(len(self.svm.classes_))
        column = place[self.tree.leaves]
        leaves = np.full((len(texts), len(column)), np.log(FLOOR))
        leaves[:, column >= 0] = log_softmax(distances, axis=1)[:, column[column >= 0]]
        return _node_log_probabilities(leaves, self.tree)

    def save(self, file: Path) -> None:
        """Writes the model with joblib."""
        joblib.dump(self, file)


Baseline = Majority | TfidfSvm


def load_baseline(file: Path) -> Baseline:
    """Reads what `save` wrote. Like any pickle: only from a run you trust."""
    model: Baseline = joblib.load(file)
    return model


def _full_codes(nodes: IntArray, tree: Taxonomy) -> npt.NDArray[np.intp]:
    return np.flatnonzero(tree.child_counts[nodes] == 0)


def _log_shares(counts: FloatArray) -> FloatArray:
    shares: FloatArray = np.log(np.maximum(counts / max(counts.sum(), FLOOR), FLOOR))
    return shares


def _word_counts(texts: EncodedTexts, width: int = 0) -> sparse.csr_array:
    """How often each known word stands in each document, `(n, words)`."""
    documents = np.repeat(texts.sentence_documents, texts.sentence_lengths)
    words = texts.vocabulary_ids - FIRST_WORD_ID
    known = words >= 0
    width = max(width, int(words.max(initial=0)) + 1)
    cells = (documents[known], words[known])
    return sparse.csr_array((np.ones(known.sum()), cells), shape=(len(texts), width))


def _node_log_probabilities(
    leaf_log_probabilities: FloatArray, tree: Taxonomy
) -> npt.NDArray[np.float32]:
    """Log-probabilities of all nodes from those of the leaves, renormalised."""
    leaves = np.exp(log_softmax(leaf_log_probabilities, axis=1))
    nodes: npt.NDArray[np.float32] = np.log(tree.sum_leaves(leaves)).astype(np.float32)
    return nodes
