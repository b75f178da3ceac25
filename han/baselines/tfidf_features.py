"""TF-IDF of n-grams: what a linear model sees of a document."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from han.baselines.ngram_table import Keys, WordTable, character_ngrams, counted
from han.text.text_encoder import EncodedTexts


class NgramTfidf:
    """Sublinear TF-IDF of words and word pairs, and of characters within words.

    Both halves of a row have length 1 (or 0), so that neither drowns the other. Words
    outside the vocabulary take part: they are n-grams like others.

    Args:
        words: The vocabulary of the text encoder.
        word_ngrams: Most words of an n-gram.
        characters: Least and greatest number of characters of an n-gram.
        min_words: Number of documents that must hold an n-gram of words.
        min_characters: The same for one of characters.

    Example:
        >>> ones = np.ones(2, np.int32)
        >>> texts = EncodedTexts(ones * 2, ones, ones * 0, ones, np.zeros(2, bool))
        >>> NgramTfidf(["pan"]).fit_transform(texts).shape  # " p", "pa", ..., "pan"
        (2, 11)
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        word_ngrams: int = 2,
        characters: tuple[int, int] = (2, 5),
        min_words: int = 2,
        min_characters: int = 2,
    ) -> None:
        self.words = tuple(words)
        self.word_ngrams = word_ngrams
        self.characters = characters
        self.min_words = min_words
        self.min_characters = min_characters

    def fit_transform(self, texts: EncodedTexts) -> sparse.csr_array:
        """Learns n-grams and their weights, and gives the rows, `(n, features)`."""
        table = WordTable(texts, self.words)
        documents, keys = table.word_ngrams(self.word_ngrams)
        self.word_keys = np.unique(keys)
        by_word = _matrix(documents, keys, self.word_keys, len(texts))
        letters_of, keys = character_ngrams(table.words, *self.characters)
        self.character_keys = np.unique(keys)
        by_character = table.counts() @ _matrix(
            letters_of, keys, self.character_keys, len(table.words)
        )
        by_word, kept = _frequent(by_word, self.min_words)
        self.word_keys = self.word_keys[kept]
        by_character, kept = _frequent(by_character, self.min_characters)
        self.character_keys = self.character_keys[kept]
        self.word_tfidf = TfidfTransformer(sublinear_tf=True).fit(by_word)
        self.character_tfidf = TfidfTransformer(sublinear_tf=True).fit(by_character)
        return self._weighted(by_word, by_character)

    def transform(self, texts: EncodedTexts) -> sparse.csr_array:
        """Rows of other documents, `(n, features)`."""
        table = WordTable(texts, self.words)
        documents, keys = table.word_ngrams(self.word_ngrams)
        by_word = _matrix(documents, keys, self.word_keys, len(texts))
        letters_of, keys = character_ngrams(table.words, *self.characters)
        by_character = table.counts() @ _matrix(
            letters_of, keys, self.character_keys, len(table.words)
        )
        return self._weighted(by_word, by_character)

    def _weighted(
        self, by_word: sparse.csr_array, by_character: sparse.csr_array
    ) -> sparse.csr_array:
        halves = [
            self.word_tfidf.transform(by_word),
            self.character_tfidf.transform(by_character),
        ]
        return sparse.csr_array(sparse.hstack(halves, format="csr"))


def _matrix(
    rows: npt.NDArray[np.int64], keys: Keys, known: Keys, num_rows: int
) -> sparse.csr_array:
    """Counts of the n-grams that are known (sorted), `(rows, known)`."""
    columns = np.searchsorted(known, keys)
    columns[columns == len(known)] = 0
    if not len(known):
        return counted(rows[:0], columns[:0], (num_rows, 0))
    found = known[columns] == keys
    return counted(rows[found], columns[found], (num_rows, len(known)))


def _frequent(
    counts: sparse.csr_array, min_documents: int
) -> tuple[sparse.csr_array, npt.NDArray[np.intp]]:
    """Columns that at least `min_documents` rows have, and which they are.

    If there are none, those that most rows have: a model needs something to look at.
    """
    documents = np.bincount(counts.indices, minlength=counts.shape[1])
    least = min(min_documents, documents.max(initial=0))
    kept = np.flatnonzero(documents >= least)
    return counts[:, kept], kept
