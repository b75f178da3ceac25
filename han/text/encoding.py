"""The one place where text becomes numbers, in training and ever after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from han.text.arrays import EncodedTexts, IntArray, ranges, starts
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.tokens import TokenisedTexts, WordNumbers, within_limits
from han.text.vocabulary import UNKNOWN_ID, Vocabulary

__all__ = [
    "EncodedTexts",
    "FieldLimits",
    "IntArray",
    "TextEncoder",
    "TokenisedTexts",
    "ranges",
    "starts",
]


@dataclass(frozen=True)
class FieldLimits:
    """How much of a field is read: sentences, and words of a sentence."""

    max_words: int
    max_sentences: int


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

    def tokenise(self, columns: Mapping[str, Sequence[str]]) -> TokenisedTexts:
        """Cleaned words of each document, within the limits of its fields.

        Args:
            columns: One text for each document, by field name; a field may be missing.
        """
        empty = [""] * max((len(texts) for texts in columns.values()), default=0)
        texts = [columns.get(name, empty) for name in self.fields]
        number_of = WordNumbers(self.cleaner.clean)
        words: list[int] = []
        lengths: list[int] = []
        counts: list[int] = []
        for text in chain.from_iterable(zip(*texts, strict=True)):
            sentences = self.splitter(text)
            counts.append(len(sentences))
            for sentence in sentences:
                lengths.append(len(sentence))
                words += map(number_of.__getitem__, sentence)
        return within_limits(
            list(number_of.distinct),
            (np.array(words, np.int32), np.array(lengths, np.int32)),
            np.array(counts, np.int32),
            [(limit.max_words, limit.max_sentences) for limit in self.fields.values()],
        )

    def look_up(self, documents: TokenisedTexts) -> EncodedTexts:
        """Integer arrays of tokenised documents, and the words that have no number."""
        ids = np.asarray(self.vocabulary.ids(documents.words), np.int32)
        places = np.flatnonzero(ids == UNKNOWN_ID)
        ids[places] = -1 - np.arange(len(places), dtype=np.int32)
        return replace(
            documents.texts,
            word_ids=ids[documents.texts.word_ids],
            unknown=tuple(documents.words[place] for place in places),
        )

    def encode(self, columns: Mapping[str, Sequence[str]]) -> EncodedTexts:
        """Integer arrays of texts given by field name."""
        return self.look_up(self.tokenise(columns))

    def with_vocabulary(
        self, documents: TokenisedTexts, *, min_count: int, size: int
    ) -> TextEncoder:
        """The same encoder with a vocabulary learnt from tokenised documents."""
        vocabulary = Vocabulary.of_counts(
            documents.words,
            documents.document_counts().tolist(),
            min_count=min_count,
            size=size,
        )
        return TextEncoder(self.fields, self.splitter, self.cleaner, vocabulary)

    def blank(self) -> TextEncoder:
        """The same encoder without a vocabulary, which tokenising does not need."""
        return TextEncoder(self.fields, self.splitter, self.cleaner, Vocabulary([]))

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
