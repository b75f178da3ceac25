"""`EncodedTexts`: documents as flat integer arrays without padding."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_ranges import ranges, starts
from han.text.vocabulary import UNKNOWN_ID

IntArray = npt.NDArray[np.int32]
SideArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class EncodedTexts:
    """Documents as integer arrays without padding.

    Attributes:
        word_ids: Ids of all words, one document after the other, `(words,)`.
        sentence_lengths: Number of words of each sentence, `(sentences,)`.
        sentence_fields: Field number of each sentence, `(sentences,)`.
        document_sentences: Number of sentences of each document, `(n,)`.
        cut: Whether words of the document were beyond the limits, `(n,)`.
        unknown: Words outside the vocabulary. An id below 0 stands for one of them: -1
            for the first, -2 for the second. Who does not look into words takes
            `vocabulary_ids`, where all of them are `UNKNOWN_ID`.
        side: Side features of each document, `(n, width)`; width 0 where there are
            none.
    """

    word_ids: IntArray
    sentence_lengths: IntArray
    sentence_fields: IntArray
    document_sentences: IntArray
    cut: npt.NDArray[np.bool_]
    unknown: tuple[str, ...] = ()
    side: SideArray = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def __post_init__(self) -> None:
        """Gives documents without side features a matrix of width 0."""
        if not self.side.size and len(self.side) != len(self):
            none = np.zeros((len(self), 0), np.float32)
            object.__setattr__(self, "side", none)

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.document_sentences)

    @property
    def vocabulary_ids(self) -> IntArray:
        """Ids of all words, one number for all that are unknown, `(words,)`."""
        return np.maximum(self.word_ids, np.int32(UNKNOWN_ID))

    def spelled_ids(self, num_ids: int) -> IntArray:
        """Ids of all words, those of unknown words counted on from `num_ids`."""
        spelled = np.where(
            self.word_ids < 0, num_ids - 1 - self.word_ids, self.word_ids
        )
        return spelled.astype(np.int32)

    def compact(self) -> EncodedTexts:
        """The same documents, with the unknown words that they hold and no others."""
        is_used = np.zeros(len(self.unknown) + 1, bool)
        is_used[np.maximum(-self.word_ids, 0)] = True
        is_used[0] = False  # that of all the words that are known
        number = -np.cumsum(is_used, dtype=np.int32)
        unknown = self.word_ids < 0
        ids = self.word_ids.copy()
        ids[unknown] = number[-ids[unknown]]
        words = tuple(self.unknown[i - 1] for i in np.flatnonzero(is_used))
        return replace(self, word_ids=ids, unknown=words)

    @property
    def sentence_documents(self) -> IntArray:
        """Document number of each sentence, `(sentences,)`."""
        return np.repeat(
            np.arange(len(self), dtype=np.int32), self.document_sentences
        ).astype(np.int32)

    @property
    def document_words(self) -> IntArray:
        """Number of words of each document, `(n,)`; 0 for a blank one."""
        return np.bincount(
            self.sentence_documents, self.sentence_lengths, minlength=len(self)
        ).astype(np.int32)

    @property
    def known_words(self) -> IntArray:
        """Number of words of each document that are in the vocabulary, `(n,)`."""
        documents = np.repeat(self.sentence_documents, self.sentence_lengths)
        return np.bincount(
            documents, self.word_ids > UNKNOWN_ID, minlength=len(self)
        ).astype(np.int32)

    def same_words(self, other: EncodedTexts) -> npt.NDArray[np.bool_]:
        """Whether each document has the sentences and words of the other's, `(n,)`.

        Args:
            other: As many documents.

        Example:
            >>> one = EncodedTexts(*np.array([[2, -1], [1, 1], [0, 0], [1, 1], [0, 0]]))
            >>> one, two = (replace(one, unknown=(word,)) for word in ("pan", "pn"))
            >>> one.same_words(two).tolist()
            [True, False]
        """
        same: npt.NDArray[np.bool_]
        same = self.document_sentences == other.document_sentences
        same &= self.document_words == other.document_words
        if not same.all():  # only documents of one size stand word by word
            chosen = np.flatnonzero(same)
            same[chosen] = self.take(chosen).same_words(other.take(chosen))
            return same
        sentences = self.sentence_lengths != other.sentence_lengths
        sentences |= self.sentence_fields != other.sentence_fields
        same[self.sentence_documents[sentences]] = False
        owners = np.repeat(self.sentence_documents, self.sentence_lengths)
        same[owners[self._words_differ(other)]] = False
        return same

    def _words_differ(self, other: EncodedTexts) -> npt.NDArray[np.bool_]:
        differ: npt.NDArray[np.bool_] = self.vocabulary_ids != other.vocabulary_ids
        for word in np.flatnonzero((self.word_ids < 0) & (other.word_ids < 0)):
            own, its = self.word_ids[word], other.word_ids[word]
            differ[word] = self.unknown[-1 - own] != other.unknown[-1 - its]
        return differ

    def take(self, documents: npt.ArrayLike) -> EncodedTexts:
        """The chosen documents, in the given order."""
        chosen = np.asarray(documents)
        if not chosen.size:  # an empty list has no integer type, and cannot index
            chosen = chosen.astype(np.int64)
        per_document = self.document_sentences[chosen]
        sentences = ranges(self._first_sentence[chosen], per_document)
        words = ranges(self._first_word[sentences], self.sentence_lengths[sentences])
        return EncodedTexts(
            self.word_ids[words],
            self.sentence_lengths[sentences],
            self.sentence_fields[sentences],
            per_document,
            self.cut[chosen],
            self.unknown,
            self.side[chosen],
        )

    @cached_property
    def _first_sentence(self) -> npt.NDArray[np.int64]:
        return starts(self.document_sentences)

    @cached_property
    def _first_word(self) -> npt.NDArray[np.int64]:
        return starts(self.sentence_lengths)
