"""The words of a document as they were written, and which of them a model reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from han.network.mixture import MixedEncoder, MixedTexts
from han.text.splitting import WORD_PATTERN
from han.text.text_encoder import EncodedTexts, IntArray, TextEncoder
from han.text.vocabulary import UNKNOWN_ID

Kind = Literal["known", "unknown", "dropped", "cut"]
Places = npt.NDArray[np.int64]
Values = TypeVar("Values", bound=np.generic)

# A sentence ends between words and never inside one, so that the words of a text are
# those of its sentences.
_WORD = re.compile(WORD_PATTERN)


@dataclass(frozen=True)
class Word:
    """One word of a document.

    Attributes:
        text: The word as it was written, without invisible characters.
        gap: What stands between the word before it in the field and this one.
        field: Name of its field.
        kind: `known`; `unknown` to the vocabulary; `dropped` by cleaning, or because
            the field is no answer; `cut`: beyond the limits of the field.
        sentence: Number of its sentence in the document, from 0; -1 if it is not read.
        clean: The word as it is looked up; "" if it is dropped.
    """

    text: str
    gap: str
    field: str
    kind: Kind
    sentence: int
    clean: str

    @property
    def is_read(self) -> bool:
        """Whether the model reads the word."""
        return self.sentence >= 0


@dataclass(frozen=True)
class WrittenDocument:
    """A document in the words of who wrote it.

    Attributes:
        words: All words, field after field.
        tails: What follows the last word of each field, by its name; of every field
            that is not empty.
    """

    words: tuple[Word, ...]
    tails: Mapping[str, str]


def written_documents(
    encoder: TextEncoder, columns: Mapping[str, Sequence[str]], texts: EncodedTexts
) -> list[WrittenDocument]:
    """Documents as written, beside what the encoder made of them.

    Args:
        encoder: The text encoder.
        columns: The texts, by field name.
        texts: What `encoder.encode(columns)` gave; of a mixture the first view counts.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.text_encoder import FieldLimits
        >>> from han.text.splitting import Splitter
        >>> from han.text.vocabulary import Vocabulary
        >>> limits, known = {"text": FieldLimits(2, 1)}, Vocabulary(["pan"])
        >>> encoder = TextEncoder(limits, Splitter(), Cleaner(numbers="drop"), known)
        >>> columns = {"text": ["2 Panes, pan: y sal"]}
        >>> (document,) = written_documents(encoder, columns, encoder.encode(columns))
        >>> [(word.text, word.kind) for word in document.words[:4]]
        [('2', 'dropped'), ('Panes', 'unknown'), ('pan', 'known'), ('y', 'cut')]
    """
    read = _ReadWords(texts)
    names = list(encoder.fields)
    return [
        _document(encoder, names, [columns.get(n, ())[i : i + 1] for n in names], *ids)
        for i, ids in enumerate(read)
    ]


class _ReadWords:
    """Ids and sentences of the words read of each field of each document."""

    def __init__(self, texts: EncodedTexts) -> None:
        self.texts = texts
        fields = np.repeat(texts.sentence_fields, texts.sentence_lengths)
        number = np.arange(len(texts.sentence_fields)) - np.repeat(
            np.cumsum(texts.document_sentences) - texts.document_sentences,
            texts.document_sentences,
        )
        sentences = np.repeat(number, texts.sentence_lengths)
        self.rows = list(
            zip(
                fields.tolist(),
                texts.word_ids.tolist(),
                sentences.tolist(),
                strict=True,
            )
        )

    def __iter__(self) -> Iterator[tuple[list[tuple[int, int, int]]]]:
        first = 0
        for count in self.texts.document_words.tolist():
            yield (self.rows[first : first + count],)
            first += count


def _document(
    encoder: TextEncoder,
    names: list[str],
    cells: list[Sequence[str]],
    read: list[tuple[int, int, int]],
) -> WrittenDocument:
    words: list[Word] = []
    tails: dict[str, str] = {}
    for number, (name, cell) in enumerate(zip(names, cells, strict=True)):
        text = encoder.splitter.as_read(cell[0]) if len(cell) else ""
        here = [(word, sentence) for field, word, sentence in read if field == number]
        tail = _add_field(words, encoder, name, text, here)
        if text:
            tails[name] = tail
    return WrittenDocument(tuple(words), tails)


def _add_field(
    words: list[Word],
    encoder: TextEncoder,
    name: str,
    text: str,
    read: list[tuple[int, int]],
) -> str:
    """Adds the words of a field, and returns what follows the last one."""
    is_answer = not encoder.non_answers.kind(text)
    end = used = 0
    for found in _WORD.finditer(text):
        clean = encoder.cleaner.clean(found[0]) if is_answer else ""
        kind, sentence = _reading(clean, read, used)
        used += bool(clean)
        gap, end = text[end : found.start()], found.end()
        words.append(Word(found[0], gap, name, kind, sentence, clean))
    return text[end:]


def _reading(clean: str, read: list[tuple[int, int]], used: int) -> tuple[Kind, int]:
    """What becomes of a word, where so many of its field have been used."""
    if not clean:
        return "dropped", -1
    if used >= len(read):  # words are cut at the end of a field alone
        return "cut", -1
    word, sentence = read[used]
    return ("known" if word > UNKNOWN_ID else "unknown"), sentence


def read_places(
    encoder: TextEncoder, columns: Mapping[str, Sequence[str]], texts: EncodedTexts
) -> list[Places]:
    """Which written word of its document each encoded word is, for each view.

    A mixture has a view for each of its encoders; anything else has one. All views cut
    a text into the same words, and each reads what its limits and cleaning leave.

    Returns:
        For each view places in `WrittenDocument.words`, `(words,)`.
    """
    if isinstance(texts, MixedTexts) and isinstance(encoder, MixedEncoder):
        pairs = zip(encoder.encoders, texts.views, strict=True)
        return [_places(encoder, one, columns, view) for one, view in pairs]
    return [_places(encoder, encoder, columns, texts)]


def _places(
    whole: TextEncoder,
    encoder: TextEncoder,
    columns: Mapping[str, Sequence[str]],
    texts: EncodedTexts,
) -> Places:
    """Places among the words of all fields of `whole`."""
    documents = written_documents(encoder, columns, texts)
    if encoder is whole:
        return _flat([w.is_read for w in d.words] for d in documents)
    # Another encoder may lack fields, or have them in another order.
    empty = [""] * len(texts)
    counts = {
        name: [
            sum(1 for _ in _WORD.finditer(whole.splitter.as_read(text)))
            for text in columns.get(name, empty)
        ]
        for name in whole.fields
    }
    found = []
    for i, document in enumerate(documents):
        begin, first = 0, {}
        for name in whole.fields:
            first[name], begin = begin, begin + counts[name][i]
        for word in document.words:
            if word.is_read:
                # A view of an older version may part a word at what nobody sees.
                found.append(min(first[word.field], begin - 1))
            first[word.field] += 1
    return np.array(found, np.int64)


def _flat(is_read: Iterator[list[bool]]) -> Places:
    return np.concatenate([np.zeros(0, np.int64), *map(np.flatnonzero, is_read)])


def per_document(
    values: npt.NDArray[Values], lengths: npt.ArrayLike
) -> list[npt.NDArray[Values]]:
    """Values laid end to end, cut into those of each document.

    Example:
        >>> [part.tolist() for part in per_document(np.arange(3), [2, 0, 1])]
        [[0, 1], [], [2]]
    """
    ends = np.cumsum(np.asarray(lengths, np.int64)).tolist()
    return [values[a:b] for a, b in pairwise([0, *ends])]


def kept_words(texts: EncodedTexts, kept: npt.NDArray[np.bool_]) -> EncodedTexts:
    """Documents with some of their words only; sentences without any are gone.

    Args:
        texts: The documents.
        kept: Whether each word stays, `(words,)`.

    Example:
        >>> from han.text.text_encoder import EncodedTexts
        >>> one = np.array([1], np.int32)
        >>> texts = EncodedTexts(np.array([5, 7]), 2 * one, 0 * one, one, one > 1)
        >>> kept_words(texts, np.array([False, True])).word_ids.tolist()
        [7]
    """
    sentence = np.repeat(np.arange(len(texts.sentence_lengths)), texts.sentence_lengths)
    lengths = np.bincount(sentence[kept], minlength=len(texts.sentence_lengths))
    stays = lengths > 0
    documents = texts.sentence_documents[stays]
    return EncodedTexts(
        texts.word_ids[kept],
        _int(lengths[stays]),
        texts.sentence_fields[stays],
        _int(np.bincount(documents, minlength=len(texts))),
        texts.cut,
        texts.unknown,
        texts.side,
    )


def _int(values: npt.NDArray[np.integer]) -> IntArray:
    return values.astype(np.int32)
