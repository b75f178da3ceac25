"""Words, pairs of words and letter sequences of documents, as TF-IDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.kernels.counting import count_features, weigh_counts
from han.kernels.ragged_ranges import ranges, starts
from han.late_packages import sparse
from han.text.light_stems import light_stem
from han.text.ngrams import (
    Hashes,
    RaggedNumbers,
    letter_ngrams,
    pair_hashes,
    word_hashes,
)
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID, UNKNOWN_ID

SHORTEST, LONGEST = 2, 5  # letters of a sequence
BLOCK = 1 << 14  # documents at once: what is needed to count takes more than counts
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NgramFeatures:
    """Which features count, and how much: what is learnt from training documents.

    Two blocks, each of length 1: words with pairs of neighbours, and letter sequences
    within words. A feature weighs `(1 + log count) * idf`, with `idf = 1 + log((1 + n)
    / (1 + documents that have it))`, as in scikit-learn's `TfidfVectorizer` with
    `sublinear_tf`. Features are known by their hashes: no text is kept.

    Attributes:
        vocabulary: Words of the text encoder.
        words: Hashes of words and pairs, rising.
        letters: Hashes of letter sequences, rising.
        idf: Weight of each word or pair, then of each letter sequence, `(features,)`.
        across_sentences: Whether the last word of a sentence and the first one of the
            next in the same field are a pair, too.
        stems: Whether words and pairs are without endings of gender and number, so
            that forms of a word teach each other; letter sequences keep them.

    Example:
        >>> from han.text.text_encoder import FieldLimits, TextEncoder
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.splitting import Splitter
        >>> from han.text.vocabulary import Vocabulary
        >>> encoder = TextEncoder(
        ...     {"text": FieldLimits(9, 9)}, Splitter(), Cleaner(), Vocabulary(["pan"])
        ... )
        >>> texts = encoder.encode({"text": ["pan", "panadero", "pan dulce"]})
        >>> features = NgramFeatures.learn(texts, ["pan"], min_count=2)
        >>> features.matrix(texts).shape  # "pan"; " p", "pa", "an", " pa" and so on
        (3, 11)
    """

    vocabulary: tuple[str, ...]
    words: Hashes
    letters: Hashes
    idf: Floats
    across_sentences: bool = False
    stems: bool = False

    def __len__(self) -> int:
        """Number of features."""
        return len(self.idf)

    def check(self) -> None:
        """Raises ValueError if arrays from a file do not fit each other."""
        blocks = (self.words, self.letters)
        rising = all((block[1:] > block[:-1]).all() for block in blocks)
        if not rising or self.idf.shape != (sum(map(len, blocks)),):
            raise ValueError("features that do not fit each other")

    @classmethod
    def learn(
        cls,
        texts: EncodedTexts,
        vocabulary: Sequence[str],
        *,
        min_count: int = 2,
        across_sentences: bool = False,
        stems: bool = False,
    ) -> NgramFeatures:
        """Keeps what at least `min_count` documents have.

        Args:
            texts: Training documents, `(n,)`.
            vocabulary: Words of the encoder that has made them.
            min_count: Number of documents.
            across_sentences: Whether pairs go on after the end of a sentence.
            stems: Whether words are without endings of gender and number.
        """
        table = (*vocabulary, *texts.unknown)
        words = _hashes(table, stems)
        pairs = _pairs(texts, words, across_sentences)[1]
        letters = letter_ngrams(table, SHORTEST, LONGEST).values
        blocks = np.unique(np.append(words, pairs)), np.unique(letters)
        width = sum(map(len, blocks))
        ones = np.ones(width, np.float32)
        settings = (across_sentences, stems)
        everything = cls(tuple(vocabulary), *blocks, ones, *settings)
        counts = np.zeros(width, np.int64)
        for block in _blocks(texts):
            counts += np.bincount(everything._counts(block).indices, minlength=width)
        kept = counts >= min_count
        idf = 1 + np.log((1 + len(texts)) / (1 + counts[kept]))
        in_words, in_letters = np.split(kept, [len(blocks[0])])
        return cls(
            tuple(vocabulary),
            blocks[0][in_words],
            blocks[1][in_letters],
            idf.astype(np.float32),
            *settings,
        )

    def matrix(self, texts: EncodedTexts) -> sparse.csr_array:
        """Features of documents, `(n, features)`."""
        parts = [self._weighted(block) for block in _blocks(texts)]
        return parts[0] if len(parts) == 1 else _stacked(parts)

    def _weighted(self, texts: EncodedTexts) -> sparse.csr_array:
        """Counts as TF-IDF, each half of a row of one length."""
        counts = self._counts(texts)
        most = int(counts.data.max(initial=1))
        logs = 1 + np.log(np.arange(most + 1, dtype=np.float32).clip(1))
        weigh_counts(
            counts.indptr, counts.indices, counts.data, self.idf, logs, len(self.words)
        )
        return counts

    def _counts(self, texts: EncodedTexts) -> sparse.csr_array:
        """How often each feature stands in each document, `(n, features)`."""
        hashes, table = self._with_unknown(texts.unknown)
        second, paired = _pairs(texts, hashes, self.across_sentences)
        pairs = np.full(len(texts.word_ids), -1, np.int64)
        pairs[second] = _places(self.words, paired)
        indptr, indices, values = count_features(
            np.cumsum(texts.document_words, dtype=np.int64),
            _numbers(texts, len(self.vocabulary)),
            np.concatenate([[0], np.cumsum(table.lengths)]),
            table.values,
            pairs,
            len(self),
        )
        shape = (len(texts), len(self))
        return sparse.csr_array((values, indices, indptr), shape=shape)

    def occurrences(
        self, texts: EncodedTexts
    ) -> tuple[Integers, Integers, npt.NDArray[np.float64]]:
        """Where the features of documents come from, word by word.

        Returns:
            Three arrays `(k,)`: a word's position among all words; a feature that it
            takes part in; and how much of that occurrence is the word's: all, or half
            of a pair.
        """
        hashes, table = self._with_unknown(texts.unknown)
        words = _numbers(texts, len(self.vocabulary))
        lengths = table.lengths[words]
        place = np.repeat(np.arange(len(words)), lengths)
        own = table.values[ranges(starts(table.lengths)[words], lengths)]
        second, paired = _pairs(texts, hashes, self.across_sentences)
        pairs = _places(self.words, paired)
        places = np.concatenate([place, second - 1, second])
        features = np.concatenate([own, pairs, pairs])
        parts = np.repeat([1.0, 0.5], [len(own), 2 * len(pairs)])
        there = features >= 0
        return places[there], features[there], parts[there]

    def _with_unknown(self, unknown: Sequence[str]) -> tuple[Hashes, RaggedNumbers]:
        """Hashes and columns of the words of the vocabulary, then of unknown ones."""
        hashes, known = _hashes(unknown, self.stems), self._known_columns
        more = self._columns(unknown, hashes)
        table = RaggedNumbers(
            np.append(known.values, more.values), np.append(known.lengths, more.lengths)
        )
        return np.append(self._known_hashes, hashes), table

    @cached_property
    def _known_hashes(self) -> Hashes:
        return _hashes(self.vocabulary, self.stems)

    @cached_property
    def _known_columns(self) -> RaggedNumbers:
        return self._columns(self.vocabulary, self._known_hashes)

    def _columns(self, words: Sequence[str], hashes: Hashes) -> RaggedNumbers:
        """Columns of each word: its letter sequences' and its own; -1 if not there."""
        letters = letter_ngrams(words, SHORTEST, LONGEST)
        columns = _places(self.letters, letters.values)
        columns[columns >= 0] += len(self.words)
        own = _places(self.words, hashes)
        columns = np.insert(columns, starts(letters.lengths), own)
        return RaggedNumbers(columns, letters.lengths + 1)


def _stacked(parts: list[sparse.csr_array]) -> sparse.csr_array:
    """Matrices one below the other; of which none is left, so that few stand twice."""
    counts = np.concatenate([[0], *(np.diff(part.indptr) for part in parts)])
    indptr = np.cumsum(counts)
    width = parts[0].shape[1]
    indices = np.empty(indptr[-1], parts[0].indices.dtype)
    data = np.empty(indptr[-1], parts[0].data.dtype)
    end = len(data)
    while parts:
        part = parts.pop()
        here = slice(end - part.nnz, end)
        indices[here], data[here] = part.indices, part.data
        end = here.start
    return sparse.csr_array((data, indices, indptr), (len(counts) - 1, width))


def _blocks(texts: EncodedTexts) -> Iterator[EncodedTexts]:
    """The documents in parts that are quick and small, with their unknown words."""
    if len(texts) <= BLOCK:
        yield texts
        return
    for first in range(0, len(texts), BLOCK):
        rows = np.arange(first, min(first + BLOCK, len(texts)))
        yield texts.take(rows).compact()


def _hashes(words: Sequence[str], stems: bool) -> Hashes:
    return word_hashes([*map(light_stem, words)] if stems else words)


def _numbers(texts: EncodedTexts, num_words: int) -> Integers:
    """Place of each word among those of the vocabulary and the unknown ones."""
    ids = texts.word_ids.astype(np.int64)
    if (ids == UNKNOWN_ID).any():
        raise ValueError("The texts must say which words are unknown: see `look_up`.")
    return np.where(ids < 0, num_words - 1 - ids, ids - FIRST_WORD_ID)


def _pairs(
    texts: EncodedTexts, hashes: Hashes, across_sentences: bool
) -> tuple[Integers, Hashes]:
    """The second word of each two neighbours, and the pairs' hashes."""
    words = hashes[_numbers(texts, len(hashes) - len(texts.unknown))]
    is_second = np.ones(len(words), bool)
    is_second[_first_words(texts, across_sentences)] = False
    second = np.flatnonzero(is_second)
    return second, pair_hashes(words[second - 1], words[second])


def _first_words(texts: EncodedTexts, across_sentences: bool) -> Integers:
    """First word of each sentence, or of each field of each document."""
    with_words = texts.sentence_lengths > 0
    first = starts(texts.sentence_lengths[with_words])
    if not across_sentences:
        return first
    owner = np.stack([texts.sentence_documents, texts.sentence_fields])[:, with_words]
    is_new = (np.diff(owner, prepend=-1) != 0).any(axis=0)
    return np.asarray(first[is_new], np.int64)


def _places(known: Hashes, hashes: Hashes) -> Integers:
    """Place of each hash among rising ones, -1 if it is not there."""
    places = np.searchsorted(known, hashes)
    there = places < len(known)
    there[there] = known[places[there]] == hashes[there]
    return np.where(there, places, -1)
