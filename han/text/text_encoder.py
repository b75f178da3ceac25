"""`TextEncoder`: the one place where text becomes numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.text.cleaning import Cleaner
from han.text.encoded_texts import EncodedTexts, IntArray
from han.text.non_answers import NONE, NonAnswers
from han.text.outliers import OutlierLimits, language_counts, language_table
from han.text.splitting import Splitter
from han.text.tokenised_texts import TokenisedTexts, WordNumbers, within_limits
from han.text.vocabulary import FIRST_WORD_ID, UNKNOWN_ID, Vocabulary

__all__ = [
    "EncodedTexts",
    "FieldLimits",
    "IntArray",
    "TextEncoder",
    "TokenisedTexts",
]

FieldTexts = Mapping[str, Sequence[str]]
_SETTINGS = "fields splitter cleaner vocabulary non_answers outliers".split()


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
        non_answers: What is read as if the field were blank; nothing by default.
        outliers: Limits beyond which a text gets a flag; without them none does.

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
        non_answers: NonAnswers = NONE,
        outliers: OutlierLimits | None = None,
    ) -> None:
        self.fields = dict(fields)
        self.splitter = splitter
        self.cleaner = cleaner
        self.vocabulary = vocabulary
        self.non_answers = non_answers
        self.outliers = outliers

    def tokenise(self, columns: FieldTexts) -> TokenisedTexts:
        """Cleaned words of each document, within the limits of its fields.

        Args:
            columns: One text for each document, by field name; a field may be missing.
        """
        texts = map(self.non_answers.answers, self.texts(columns))
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

    def texts(self, columns: FieldTexts) -> list[Sequence[str]]:
        """Texts of all fields in their order; of a missing one blanks."""
        empty = [""] * max((len(texts) for texts in columns.values()), default=0)
        return [columns.get(name, empty) for name in self.fields]

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

    def encode(self, columns: FieldTexts) -> EncodedTexts:
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
        return self._with(vocabulary=vocabulary)

    def with_outliers(self, columns: FieldTexts, texts: EncodedTexts) -> TextEncoder:
        """The same encoder with limits learnt from training texts and their arrays."""
        counts = language_counts(texts, self._function_words, self.cleaner)
        language = self.cleaner.language
        limits = OutlierLimits.learn(self.texts(columns), counts, language)
        return self._with(outliers=limits)

    def blank(self) -> TextEncoder:
        """The same encoder without a vocabulary, which tokenising does not need."""
        return self._with(vocabulary=Vocabulary([]), outliers=None)

    def _with(self, **changes: Any) -> TextEncoder:
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return TextEncoder(**{**settings, **changes})

    def __getstate__(self) -> dict[str, Any]:
        """Settings alone: a process that gets them makes its own tables."""
        return {name: getattr(self, name) for name in _SETTINGS}

    @cached_property
    def _function_words(self) -> npt.NDArray[np.int8]:
        words = [""] * FIRST_WORD_ID + list(self.vocabulary.words)
        return language_table(words, self.cleaner)

    def flags(
        self, columns: FieldTexts, texts: EncodedTexts
    ) -> npt.NDArray[np.object_]:
        """What is doubtful about each document, `(n,)`; "" if nothing is.

        Of several the first of: `blank`, or `non_answer` or `bare_code` where that is
        why no word is left; `odd_characters`, `other_language`, `unknown_words` (none
        is in the vocabulary), `cut` (words beyond the limits were not read), `long`.

        Args:
            columns: The texts, by field name.
            texts: What `encode` made of them.
        """
        given = self.texts(columns)
        flags = np.full(len(texts), "", dtype=object)
        if self.outliers:
            flags[self.outliers.long(given)] = "long"
        flags[texts.cut] = "cut"
        flags[texts.known_words == 0] = "unknown_words"
        if self.outliers:
            counts = language_counts(texts, self._function_words, self.cleaner)
            flags[self.outliers.foreign(counts)] = "other_language"
            flags[self.outliers.odd(given)] = "odd_characters"
        for row in np.flatnonzero(texts.document_words == 0).tolist():
            cells = [field[row] for field in given]
            flags[row] = self.non_answers.of_document(cells) or "blank"
        return flags

    def save(self, file: Path) -> None:
        """Writes everything the encoder needs as JSON."""
        form = {
            "fields": {name: asdict(limits) for name, limits in self.fields.items()},
            "splitter": self.splitter.to_dict(),
            "cleaner": asdict(self.cleaner),
            "vocabulary": list(self.vocabulary.words),
            "non_answers": self.non_answers.to_dict(),
            "outliers": self.outliers.to_dict() if self.outliers else None,
        }
        file.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> TextEncoder:
        """Reads what `save` wrote."""
        form = json.loads(file.read_text(encoding="utf-8"))
        outliers = form.get("outliers")  # runs of older versions have none
        return cls(
            {name: FieldLimits(**limits) for name, limits in form["fields"].items()},
            # Runs of older versions were trained with the words as they fell apart.
            Splitter(**{"visible_only": False, **form["splitter"]}),
            Cleaner(**form["cleaner"]),
            Vocabulary(form["vocabulary"]),
            NonAnswers(**form.get("non_answers", {})),
            OutlierLimits.from_dict(outliers) if outliers else None,
        )
