"""TF-IDF of words or of pairs of words, learnt from training texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_selection import chi2

from han.text.encoded_texts import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TermTable:
    """Terms that enough training texts hold, and those that are columns.

    A term is a number: the id of a word, or of a pair the first id times the number of
    ids, plus the second.

    Attributes:
        is_pairs: Whether terms are pairs of words next to each other in a sentence.
        num_ids: Number of word ids.
        terms: All terms, sorted, `(terms,)`.
        idf: Their weights, `ln((1 + n) / (1 + df)) + 1` as in scikit-learn, `(terms,)`.
        chosen: Places in `terms` of those that are columns, `(columns,)`.
    """

    is_pairs: bool
    num_ids: int
    terms: IntArray
    idf: FloatArray
    chosen: IntArray

    @classmethod
    def learn(
        cls,
        texts: EncodedTexts,
        labels: npt.NDArray[np.int64],
        num_ids: int,
        *,
        is_pairs: bool,
        min_count: int,
        most: int,
    ) -> TermTable:
        """Learns from training texts.

        Args:
            texts: The texts, `n`.
            labels: Code of the first level of each, `(n,)`; -1 without one.
            num_ids: Number of word ids.
            is_pairs: Whether terms are pairs.
            min_count: Texts that must hold a term: rarer ones may tell who wrote them.
            most: Columns at most: those that tell most of the code, by chi square.
        """
        documents, keys = _terms(texts, num_ids, is_pairs)
        terms, place = np.unique(keys, return_inverse=True)
        pairs = np.unique(documents * max(len(terms), 1) + place) % max(len(terms), 1)
        counts = np.bincount(pairs.astype(np.int64), minlength=len(terms))
        kept = counts >= min_count
        idf = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
        none = np.zeros(0, np.int64)
        whole = cls(is_pairs, num_ids, terms[kept], idf, none)
        return replace(whole, chosen=whole._telling(texts, labels, most))

    def matrix(self, texts: EncodedTexts) -> sparse.csr_array:
        """TF-IDF of all terms, each row of length 1, `(n, terms)`."""
        documents, keys = _terms(texts, self.num_ids, self.is_pairs)
        shape = (len(texts), len(self.terms))
        if not len(self.terms):
            return sparse.csr_array(shape)
        place = np.minimum(np.searchsorted(self.terms, keys), len(self.terms) - 1)
        known = self.terms[place] == keys
        documents, place = documents[known], place[known]
        found = sparse.csr_array((self.idf[place], (documents, place)), shape)
        squares = np.sqrt((found.multiply(found)).sum(axis=1))
        rows = np.repeat(np.arange(len(texts)), np.diff(found.indptr))
        found.data /= squares[rows]
        return found

    def columns(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Those of the chosen terms, `(n, columns)`."""
        found: npt.NDArray[np.float32] = (
            self.matrix(texts)[:, self.chosen].toarray().astype(np.float32)
        )
        return found

    def names(self, words: Sequence[str], prefix: str) -> list[str]:
        """Names of the columns.

        Args:
            words: Words of the vocabulary, in order.
            prefix: What all begin with.
        """
        chosen = self.terms[self.chosen].tolist()
        if not self.is_pairs:
            return [f"{prefix}_{words[key - FIRST_WORD_ID]}" for key in chosen]
        both = [divmod(key, self.num_ids) for key in chosen]
        return [
            f"{prefix}_{words[one - FIRST_WORD_ID]}_{words[two - FIRST_WORD_ID]}"
            for one, two in both
        ]

    def _telling(
        self, texts: EncodedTexts, labels: npt.NDArray[np.int64], most: int
    ) -> IntArray:
        """Places of the terms that tell most; ties in the order of the terms."""
        rows = np.flatnonzero(labels >= 0)
        matrix = self.matrix(texts)
        if len(np.unique(labels[rows])) > 1 and len(self.terms):
            with np.errstate(divide="ignore", invalid="ignore"):
                scores = np.nan_to_num(chi2(matrix[rows], labels[rows])[0])
        else:
            scores = -self.idf
        return np.sort(np.argsort(-scores, kind="stable")[:most])


def _terms(
    texts: EncodedTexts, num_ids: int, is_pairs: bool
) -> tuple[IntArray, IntArray]:
    """The document and the number of each term that stands somewhere."""
    ids = texts.vocabulary_ids.astype(np.int64)
    lengths = texts.sentence_lengths
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    documents = texts.sentence_documents[sentences].astype(np.int64)
    known = ids >= FIRST_WORD_ID
    if not is_pairs:
        return documents[known], ids[known]
    beside = known[:-1] & known[1:] & (sentences[:-1] == sentences[1:])
    return documents[:-1][beside], (ids[:-1] * num_ids + ids[1:])[beside]
