"""How much each word, sentence and field of one document counts, as numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from han.explanation.evidence_kinds import By
from han.explanation.written_words import Word, WrittenDocument
from han.late_packages import pd

Floats = npt.NDArray[np.float64]
# What adds up to a score, in the order of `NumpyNetwork.score_parts`.
PARTS = ("encoder", "linear", "ngrams", "other")


@dataclass(frozen=True, eq=False)
class WordEvidence:
    """Evidence in one document.

    By `attention`, weights are those of the encoder: of the words of a sentence they
    sum to 1, as do those of the sentences of a document. By `deletion`, a weight is how
    much less probable the code gets without the word, sentence or field (difference of
    log-probabilities); below 0, it was against the code. By `gradients`, a weight is
    what the code's log-probability owes to the vectors of the encoder; they add up. By
    `parts`, what it owes to the word in the encoder, the linear model and the bag of
    n-grams together; weights and `rest` add up to the log-probability, before
    calibration.

    Attributes:
        words: All words of the document, those that are not read included.
        word_weights: Weight of each word, `(words,)`; 0 where it is not read.
        sentence_weights: Weight of each sentence, `(sentences,)`.
        field_weights: Weight of each field that is read, by name.
        tails: What follows the last word of each field.
        by: Where the weights come from.
        code: The code that they speak of; "" by attention, which speaks of none.
        note: What a reader must know; "" if nothing.
        parts: By attention and parts, what spoke for the code on each level of its
            path, `(L,)` each: the `encoder`, which attention is part of; the `linear`
            model and the `ngrams` beside it; and `other`. Distances to the mean of the
            siblings, in units of log-odds; they add up to the code's score. Empty if
            not known.
        level: Level of the code list that the weights are of, from 1; 0 if they are of
            all levels.
        levels: Where each level has evidence of its own, the maps of all levels, the
            top first. By attention, what the map itself says is what the last one says;
            by parts each level is a choice among siblings, and the map is their sum.
        rest: By parts, what no word carries: biases, side features, fields.
    """

    words: tuple[Word, ...]
    word_weights: Floats
    sentence_weights: Floats
    field_weights: Mapping[str, float]
    tails: Mapping[str, str]
    by: By = "attention"
    code: str = ""
    note: str = ""
    parts: Mapping[str, Sequence[float]] | None = None
    level: int = 0
    levels: tuple[Self, ...] = ()
    rest: float = 0.0

    @classmethod
    def of_sums(
        cls, document: WrittenDocument, read_weights: Floats, **more: Any
    ) -> Self:
        """From weights that add up: sentences and fields have the sums of their words.

        Args:
            document: The words.
            read_weights: Weights of those that are read.
            more: Other attributes.
        """
        is_read = np.array([word.is_read for word in document.words], bool)
        weights = np.zeros(len(document.words))
        weights[is_read] = read_weights
        sentence = np.array([word.sentence for word in document.words], int)
        count = int(sentence.max(initial=-1)) + 1
        sums = np.bincount(sentence + 1, weights, minlength=count + 1)
        sentences = np.asarray(sums[1:], np.float64)
        fields: dict[str, float] = {}
        for word, weight in zip(document.words, weights.tolist(), strict=True):
            if word.is_read:
                fields[word.field] = fields.get(word.field, 0.0) + weight
        return cls(document.words, weights, sentences, fields, document.tails, **more)

    @classmethod
    def of_attention(
        cls,
        document: WrittenDocument,
        read_weights: Floats,
        sentence_weights: Floats,
        **more: Any,
    ) -> Self:
        """From the weights of the words that are read.

        Args:
            document: The words.
            read_weights: Weights of those that are read, in their sentence.
            sentence_weights: Of all sentences, `(sentences,)`.
            more: Other attributes.
        """
        is_read = np.array([word.is_read for word in document.words], bool)
        weights = np.zeros(len(document.words))
        weights[is_read] = read_weights
        field_of = {w.sentence: w.field for w in document.words if w.is_read}
        fields: dict[str, float] = {}
        for sentence, weight in enumerate(sentence_weights.tolist()):
            name = field_of[sentence]
            fields[name] = fields.get(name, 0.0) + weight
        sentences = np.asarray(sentence_weights, np.float64)
        return cls(document.words, weights, sentences, fields, document.tails, **more)

    @classmethod
    def of_levels(
        cls,
        document: WrittenDocument,
        read_weights: Floats,
        sentence_weights: Floats,
        **more: Any,
    ) -> Self:
        """The same where each level may have weights of its own.

        Args:
            document: The words.
            read_weights: As for `of_attention`, `(read,)`, or `(read, L)`.
            sentence_weights: `(sentences,)`, or `(sentences, L)`.
            more: Other attributes.
        """
        if read_weights.ndim == 1:
            return cls.of_attention(document, read_weights, sentence_weights, **more)
        both = zip(read_weights.T, sentence_weights.T, strict=True)
        levels = [
            cls.of_attention(document, *each, level=level, **more)
            for level, each in enumerate(both, start=1)
        ]
        return replace(levels[-1], levels=tuple(levels))

    @property
    def of_sentence(self) -> Floats:
        """Weight of the sentence of each word, `(words,)`; 0 if it is in none."""
        weights = np.append(self.sentence_weights, 0.0)  # the last is that of -1
        return weights[[word.sentence for word in self.words]]

    @property
    def combined(self) -> Floats:
        """The paper's weight for showing, `(words,)`.

        `sqrt(sentence) * word`: the root keeps the words of weak sentences visible. By
        deletion, where a word's weight is that in the document, the weight itself.
        """
        if self.by != "attention" or not len(self.words):
            return self.word_weights
        return np.asarray(np.sqrt(self.of_sentence) * self.word_weights)

    @property
    def shares(self) -> Floats:
        """Share of each word in the document, `(words,)`: `sentence * word`, of sum 1.

        Elsewhere the weight itself.
        """
        if self.by != "attention" or not len(self.words):
            return self.word_weights
        return np.asarray(self.of_sentence * self.word_weights)

    @property
    def level_shares(self) -> Floats:
        """The shares on each level, `(words, L)`; `(words, 1)` if all have the same."""
        return np.stack([found.shares for found in self.levels or (self,)], axis=1)

    @property
    def encoder_shares(self) -> list[float]:
        """Share of the encoder in what spoke for or against the code, on each level.

        Its part over the sum of all parts, signs left out; NaN on a level without any
        choice. Where this is small, attention explains little of the decision.
        """
        if not self.parts:
            return []
        table = np.abs([self.parts[name] for name in PARTS])
        total = table.sum(axis=0)
        return [
            float(own / all_) if all_ > 0 else math.nan
            for own, all_ in zip(table[0], total, strict=True)
        ]

    def text(self, field: str) -> str:
        """Text of a field, as it was written."""
        words = [word.gap + word.text for word in self.words if word.field == field]
        return "".join(words) + self.tails.get(field, "")

    def to_frame(self) -> pd.DataFrame:
        """A row for each word.

        Returns:
            Columns `field, sentence, word, kind, word_weight, sentence_weight,
            field_weight, combined`; weights of what is not read are 0, and its
            sentence is -1. Where each level has an attention of its own, a row for each
            word and level, with the column `level` before the others.
        """
        if self.levels:
            tables = [found.to_frame() for found in self.levels]
            return pd.concat(tables, ignore_index=True)
        read = np.array([word.is_read for word in self.words], bool)
        fields = [self.field_weights.get(word.field, 0.0) for word in self.words]
        return pd.DataFrame(
            {
                **({"level": self.level} if self.level else {}),
                "field": [word.field for word in self.words],
                "sentence": [word.sentence for word in self.words],
                "word": [word.text for word in self.words],
                "kind": [word.kind for word in self.words],
                "word_weight": self.word_weights,
                "sentence_weight": self.of_sentence if len(self.words) else [],
                "field_weight": np.where(read, fields, 0.0),
                "combined": self.combined,
            }
        )

    def to_json(self) -> str:
        """One line of JSON; `from_json` reads it."""
        form = {
            **{name: getattr(self, name) for name in ("by", "code", "note")},
            "words": [asdict(word) for word in self.words],
            **self._weights(),
            "tails": dict(self.tails),
            "parts": self.parts and {k: list(v) for k, v in self.parts.items()},
        }
        if self.level:
            form["level"] = self.level
        if self.levels:
            form["levels"] = [found._weights() for found in self.levels]
        return json.dumps(form, ensure_ascii=False)

    def _weights(self) -> dict[str, Any]:
        return {
            "word_weights": self.word_weights.tolist(),
            "sentence_weights": self.sentence_weights.tolist(),
            "field_weights": dict(self.field_weights),
            **({"rest": self.rest} if self.by == "parts" else {}),
        }

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Reads what `to_json` wrote."""
        form = json.loads(line)
        form["words"] = tuple(Word(**word) for word in form["words"])
        levels = form.pop("levels", [])
        found = cls(**form | _as_arrays(form))
        of_each = [
            replace(found, level=level, **weights | _as_arrays(weights))
            for level, weights in enumerate(levels, start=1)
        ]
        return replace(found, levels=tuple(of_each))


def _as_arrays(form: dict[str, Any]) -> dict[str, Any]:
    names = ("word_weights", "sentence_weights")
    return {name: np.array(form[name], np.float64) for name in names}
