"""N-grams of words and of characters, known by a number of 64 bits each.

The number is a hash of the n-gram, so that a saved model holds no word that a single
respondent wrote; with 64 bits two n-grams of a corpus practically never share one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from han.kernels.ragged_ranges import ranges, starts
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
# Numbers of splitmix64 (Steele, Lea and Flood 2014).
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def word_keys(words: Sequence[str]) -> Keys:
    """Number of each word, `(words,)`; the same on every machine."""
    digests = (
        hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for word in words
    )
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def mixed(first: Keys, second: Keys) -> Keys:
    """Numbers of pairs; the order within a pair matters."""
    value = first * _MIX_2 + second + _STEP
    value = (value ^ (value >> np.uint64(30))) * _MIX_1
    value = (value ^ (value >> np.uint64(27))) * _MIX_2
    return value ^ (value >> np.uint64(31))


def character_ngrams(
    words: Sequence[str], shortest: int, longest: int
) -> tuple[Places, Keys]:
    """N-grams within words, each word between two blanks, as scikit-learn's `char_wb`.

    Args:
        words: The words.
        shortest: Least number of characters.
        longest: Greatest number.

    Returns:
        Place of the word, and number of the n-gram, of every n-gram, `(ngrams,)`.

    Example:
        >>> word, key = character_ngrams(["pan", "pan"], 2, 3)
        >>> word.tolist(), len(set(key.tolist()))
        ([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1], 7)
    """
    letters = np.frombuffer(
        "".join(f" {word} " for word in words).encode("utf-32-le", "surrogatepass"),
        "<u4",
    ).astype(np.uint64)
    lengths = np.fromiter(map(len, words), np.int32, len(words)) + np.int32(2)
    first = starts(lengths)
    found: list[tuple[Places, Keys]] = []
    keys = letters
    for n in range(2, longest + 1):
        keys = mixed(keys[: len(letters) - n + 1], letters[n - 1 :])
        if n >= shortest:
            counts = np.maximum(lengths - n + 1, 0)
            word = np.repeat(np.arange(len(words)), counts)
            found.append((word, keys[ranges(first, counts)]))
    return (
        np.concatenate([word for word, _ in found]),
        np.concatenate([key for _, key in found]),
    )


class WordTable:
    """Distinct words of some documents, and where each word of the documents is one.

    Args:
        texts: The documents.
        words: The vocabulary.

    Attributes:
        words: The words that the documents hold.
        word_of: Place in `words` of each word of the documents.
        document_of: Document of each word.
    """

    def __init__(self, texts: EncodedTexts, words: Sequence[str]) -> None:
        ids, self.word_of = np.unique(texts.word_ids, return_inverse=True)
        self.words = [
            words[i - FIRST_WORD_ID] if i > 0 else texts.unknown[-1 - i]
            for i in ids.tolist()
        ]
        self.num_documents = len(texts)
        lengths = texts.sentence_lengths
        self.document_of = np.repeat(texts.sentence_documents, lengths)
        self._field_of = np.repeat(texts.sentence_fields, lengths)

    def counts(self) -> sparse.csr_array:
        """How often each document holds each word, `(n, words)`."""
        return counted(
            self.document_of, self.word_of, (self.num_documents, len(self.words))
        )

    def word_ngrams(self, longest: int) -> tuple[Places, Keys]:
        """Document and number of each run of up to `longest` words of one field."""
        single = word_keys(self.words)[self.word_of]
        found = [(self.document_of.astype(np.int64), single)]
        keys = single
        for n in range(2, longest + 1):
            last = n - 1
            keys = mixed(keys[:-1], single[last:])
            whole = (self.document_of[last:] == self.document_of[:-last]) & (
                self._field_of[last:] == self._field_of[:-last]
            )
            found.append((self.document_of[last:][whole].astype(np.int64), keys[whole]))
        return (
            np.concatenate([document for document, _ in found]),
            np.concatenate([key for _, key in found]),
        )


def counted(
    rows: npt.NDArray[np.integer],
    columns: npt.NDArray[np.integer],
    shape: tuple[int, int],
) -> sparse.csr_array:
    """A matrix that counts how often each cell is named."""
    ones = np.ones(len(rows), np.float32)
    matrix = sparse.csr_array((ones, (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    return matrix
