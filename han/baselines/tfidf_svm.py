"""A common recipe: TF-IDF of single words and a linear support vector machine."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.svm import LinearSVC

from han.baselines.baseline_file import StoredBaseline
from han.baselines.calibrated_baseline import Calibrated
from han.baselines.score_probabilities import (
    FloatArray,
    check_two_codes,
    full_codes,
    leaf_log_probabilities,
)
from han.code_list.taxonomy import IntArray, Taxonomy
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID


class TfidfSvm(Calibrated):
    """TF-IDF of the most frequent words and a linear support vector machine.

    The recipe to beat: flat over the full codes, words one by one. Its probabilities
    are a softmax of the distances to the planes, divided by a temperature.

    Args:
        max_features: Number of words, those most frequent in the training texts.
        seed: Seed of the solver.
    """

    kind = "tfidf_svm"
    stored = ("max_features", "seed")

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
        rows = full_codes(nodes, tree)
        check_two_codes("tfidf_svm", nodes[rows], tree)
        self.tree = tree
        counts = _word_counts(texts.take(rows))
        frequency = np.asarray(counts.sum(axis=0)).ravel()
        order = np.argsort(-frequency, kind="stable")
        self.columns = np.sort(order[: self.max_features])
        self.tfidf = TfidfTransformer()
        features = self.tfidf.fit_transform(counts[:, self.columns])
        self.svm = LinearSVC(random_state=self.seed)
        self.svm.fit(features, nodes[rows], sample_weight=weights[rows])
        return self

    def scores(self, texts: EncodedTexts) -> FloatArray:
        """Distances to the plane of each code, `(n, classes)`."""
        counts = _word_counts(texts, width=int(self.columns.max(initial=0)) + 1)
        distances: FloatArray = self.svm.decision_function(
            self.tfidf.transform(counts[:, self.columns])
        )
        if distances.ndim == 1:  # two classes: one distance
            distances = np.stack([-distances, distances], axis=1)
        return distances

    def leaf_log_probabilities(
        self, scores: FloatArray, temperature: float
    ) -> FloatArray:
        """A softmax over the codes of the training records."""
        return leaf_log_probabilities(
            scores / temperature, self.svm.classes_, self.tree
        )

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "columns": self.columns,
            "idf": self.tfidf.idf_,
            "classes": self.svm.classes_,
            "slopes": self.svm.coef_,
            "offsets": self.svm.intercept_,
        }

    @classmethod
    def _of(cls, words: tuple[str, ...], settings: dict[str, Any]) -> Self:
        return cls(**settings)

    def _restore(self, stored: StoredBaseline) -> None:
        arrays = stored.arrays
        self.columns, self.tfidf = arrays["columns"], TfidfTransformer()
        self.tfidf.idf_ = arrays["idf"]
        self.svm = LinearSVC(random_state=self.seed)
        self.svm.classes_ = stored.nodes("classes")
        self.svm.coef_, self.svm.intercept_ = arrays["slopes"], arrays["offsets"]
        planes = len(self.svm.classes_) if len(self.svm.classes_) > 2 else 1
        shapes = [self.svm.coef_.shape, self.svm.intercept_.shape, arrays["idf"].shape]
        width = len(self.columns)
        if shapes != [(planes, width), (planes,), (width,)] or planes < 1:
            raise ValueError("arrays of other sizes")


def _word_counts(texts: EncodedTexts, width: int = 0) -> sparse.csr_array:
    """How often each known word stands in each document, `(n, words)`."""
    documents = np.repeat(texts.sentence_documents, texts.sentence_lengths)
    words = texts.vocabulary_ids - FIRST_WORD_ID
    known = words >= 0
    width = max(width, int(words.max(initial=0)) + 1)
    cells = (documents[known], words[known])
    return sparse.csr_array((np.ones(known.sum()), cells), shape=(len(texts), width))
