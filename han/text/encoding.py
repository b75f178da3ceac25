"""The one place where text becomes numbers, in training and ever after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.vocabulary import UNKNOWN_ID, Vocabulary

IntArray = npt.NDArray[np.int32]
Sentences = list[list[str]]


@dataclass(frozen=True)
class FieldLimits:
    """How much of a field is read: sentences, and words of a sentence."""

    max_words: int
    max_sentences: int


@dataclass(frozen=True)
class TokenisedText:
    """One document before the lookup: sentences, their fields, and what was lost."""

    sentences: Sentences
    fields: list[int]
    num_words: int
    cut: bool


@dataclass(frozen=True)
class EncodedTexts:
    """Documents as integer arrays without padding.

    Attributes:
        word_ids: Ids of all words, one document after the other, `(words,)`.
        sentence_lengths: Number of words of each sentence, `(sentences,)`.
        sentence_fields: Field number of each sentence, `(sentences,)`.
        document_sentences: Number of sentences of each document, `(n,)`.
        cut: Whether words of the document were beyond the limits, `(n,)`.
    """

    word_ids: IntArray
    sentence_lengths: IntArray
    sentence_fields: IntArray
    document_sentences: IntArray
    cut: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.document_sentences)

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
            documents, self.word_ids != UNKNOWN_ID, minlength=len(self)
        ).astype(np.int32)

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
        )

    @property
    def _first_sentence(self) -> npt.NDArray[np.int64]:
        return starts(self.document_sentences)

    @property
    def _first_word(self) -> npt.NDArray[np.int64]:
        return starts(self.sentence_lengths)


def starts(lengths: IntArray) -> npt.NDArray[np.int64]:
    """Position of the first element of each of several runs laid end to end.

    Example:
        >>> starts(np.array([2, 0, 3])).tolist()
        [0, 2, 2]
    """
    return np.cumsum(lengths, dtype=np.int64) - lengths


def ranges(first: npt.ArrayLike, lengths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The ranges `first[i] .. first[i] + lengths[i]`, laid end to end.

    Example:
        >>> ranges([5, 0], [2, 3]).tolist()
        [5, 6, 0, 1, 2]
    """
    begin, length = np.asarray(first, np.int64), np.asarray(lengths, np.int64)
    ends = np.cumsum(length)
    offsets = np.arange(length.sum()) - np.repeat(ends - length, length)
    return np.asarray(np.repeat(begin, length) + offsets, np.int64)


class TextEncoder:
    """Splits, cleans and looks up the fields of a document.

    A sentence longer than the field's `max_words` goes on in a next one; what is
    beyond `max_sentences` is cut, and the document is marked so.

    Args:
        fields: Limits of each field, by name; their order is the reading order.
        splitter: Makes sentences of words.
        cleaner: Cleans words.
        vocabulary: Numbers words.

    Example:
        >>> encoder = TextEncoder(
        ...     {"text": FieldLimits(2, 2)}, Splitter(), Cleaner(), Vocabulary(["pan"])
        ... )
        >>> encoder.encode({"text": ["Pan de dulce"]}).sentence_lengths.tolist()
        [2, 1]
    """

    def __init__(
        self,
        fields: Mapping[str, FieldLimits],
        splitter: Splitter,
        cleaner: Cleaner,
        vocabulary: Vocabulary,
    ) -> None:
        self.fields = dict(fields)
        self.splitter = splitter
        self.cleaner = cleaner
        self.vocabulary = vocabulary

    def tokenise(self, columns: Mapping[str, Sequence[str]]) -> list[TokenisedText]:
        """Sentences of cleaned words of each document.

        Args:
            columns: One text for each document, by field name; a field may be missing.
        """
        empty = [""] * max((len(texts) for texts in columns.values()), default=0)
        texts = [columns.get(name, empty) for name in self.fields]
        return [self._tokenise(row) for row in zip(*texts, strict=True)]

    def _tokenise(self, texts: tuple[str, ...]) -> TokenisedText:
        sentences: Sentences = []
        fields: list[int] = []
        num_words = 0
        for number, (text, limits) in enumerate(
            zip(texts, self.fields.values(), strict=True)
        ):
            cleaned = [self.cleaner(words) for words in self.splitter(text)]
            num_words += sum(map(len, cleaned))
            kept = _wrap(cleaned, limits)
            sentences += kept
            fields += [number] * len(kept)
        return TokenisedText(
            sentences, fields, num_words, num_words > sum(map(len, sentences))
        )

    def look_up(self, documents: Sequence[TokenisedText]) -> EncodedTexts:
        """Integer arrays of tokenised documents."""
        sentences = [s for document in documents for s in document.sentences]
        return EncodedTexts(
            np.asarray(self.vocabulary.ids(chain.from_iterable(sentences)), np.int32),
            np.asarray([len(s) for s in sentences], np.int32),
            np.asarray([f for d in documents for f in d.fields], np.int32),
            np.asarray([len(d.sentences) for d in documents], np.int32),
            np.asarray([d.cut for d in documents], bool),
        )

    def encode(self, columns: Mapping[str, Sequence[str]]) -> EncodedTexts:
        """Integer arrays of texts given by field name."""
        return self.look_up(self.tokenise(columns))

    def with_vocabulary(
        self, documents: Iterable[TokenisedText], *, min_count: int, size: int
    ) -> TextEncoder:
        """The same encoder with a vocabulary learnt from tokenised documents."""
        words = (chain.from_iterable(d.sentences) for d in documents)
        vocabulary = Vocabulary.of_documents(words, min_count=min_count, size=size)
        return TextEncoder(self.fields, self.splitter, self.cleaner, vocabulary)

    def save(self, file: Path) -> None:
        """Writes everything the encoder needs as JSON."""
        form = {
            "fields": {name: asdict(limits) for name, limits in self.fields.items()},
            "splitter": self.splitter.to_dict(),
            "cleaner": asdict(self.cleaner),
            "vocabulary": list(self.vocabulary.words),
        }
        file.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> TextEncoder:
        """Reads what `save` wrote."""
        form = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            {name: FieldLimits(**limits) for name, limits in form["fields"].items()},
            Splitter(**form["splitter"]),
            Cleaner(**form["cleaner"]),
            Vocabulary(form["vocabulary"]),
        )


def _wrap(sentences: Sentences, limits: FieldLimits) -> Sentences:
    """Pieces of at most `max_words` words, at most `max_sentences` of them."""
    pieces: Sentences = []
    for words in sentences:
        for first in range(0, len(words), limits.max_words):
            if len(pieces) == limits.max_sentences:
                return pieces
            pieces.append(words[first : first + limits.max_words])
    return pieces
