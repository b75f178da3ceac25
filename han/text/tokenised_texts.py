"""Tokenised documents: numbers of the words that they hold, before any vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.text.encoded_texts import EncodedTexts, IntArray

# Documents whose words are counted at once: bounds the memory, not the result.
COUNTED = 50_000


@dataclass(frozen=True)
class TokenisedTexts:
    """Documents as flat arrays of word numbers, and the words so numbered.

    A word is numbered where it is first met, so that the same documents give the same
    arrays whether they are tokenised at once or block by block.

    Attributes:
        words: The distinct words.
        texts: The documents; `word_ids` are positions in `words`.
        num_words: Number of words of each document, those beyond the limits
            included, `(n,)`.
    """

    words: list[str]
    texts: EncodedTexts
    num_words: IntArray

    def __len__(self) -> int:
        """Number of documents."""
        return len(self.texts)

    def take(self, documents: npt.ArrayLike) -> TokenisedTexts:
        """The chosen documents, in the given order, with all words."""
        chosen = np.asarray(documents)
        return replace(
            self, texts=self.texts.take(chosen), num_words=self.num_words[chosen]
        )

    def document_counts(self) -> npt.NDArray[np.int64]:
        """Number of documents that hold each word, `(words,)`."""
        ids, ends = self.texts.word_ids, np.cumsum(self.texts.document_words)
        counts = np.zeros(len(self.words), np.int64)
        for first in range(0, len(self), COUNTED):
            last = min(first + COUNTED, len(self))
            begin = ends[first - 1] if first else 0
            sizes = np.diff(ends[first:last], prepend=begin)
            documents = np.repeat(np.arange(len(sizes)), sizes)
            pairs = documents * len(self.words) + ids[begin : ends[last - 1]]
            pairs.sort()  # several times faster than np.unique
            found = pairs[np.diff(pairs, prepend=-1) > 0]
            counts += np.bincount(found % len(self.words), minlength=len(self.words))
        return counts


class WordNumbers(dict[str, int]):
    """Number of each word as written: equal once cleaned, equal number; -1 if it goes.

    A dictionary that cleans what it lacks: each distinct word is cleaned once.

    Attributes:
        distinct: Number of each cleaned word, in the order of their numbers.

    Example:
        >>> numbers = WordNumbers(str.lower)
        >>> [numbers[word] for word in ("Pan", "pan", "")], list(numbers.distinct)
        ([0, 0, -1], ['pan'])
    """

    def __init__(self, clean: Callable[[str], str]) -> None:
        super().__init__()
        self.clean = clean
        self.distinct: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        """Cleans and numbers a word."""
        number, cleaned = -1, self.clean(word)
        if cleaned:
            number = self.distinct.setdefault(cleaned, len(self.distinct))
        self[word] = number
        return number


def within_limits(
    words: list[str],
    sentences: tuple[IntArray, IntArray],
    counts: IntArray,
    limits: Sequence[tuple[int, int]],
) -> TokenisedTexts:
    """What the limits of the fields leave of documents.

    A sentence longer than its field's limit goes on in a next one; sentences beyond
    the field's limit are cut.

    Args:
        words: The distinct words.
        sentences: Number of each word, -1 for one taken away, document after document
            and field after field; and number of words of each sentence, at least 1.
        counts: Number of sentences of each field of each document, `(n * F,)`.
        limits: Most words of a sentence, and most sentences, of each of `F` fields.

    Example:
        >>> sentences = np.array([0, 1, 2, -1], np.int32), np.array([3, 1], np.int32)
        >>> found = within_limits(list("abc"), sentences, np.array([2]), [(2, 9)])
        >>> found.texts.sentence_lengths.tolist(), found.num_words.tolist()
        ([2, 1], [3])
    """
    numbers, lengths = _without_dropped(*sentences)
    widths, heights = np.array(limits, np.int64).reshape(-1, 2).T
    field_of_cell = np.tile(np.arange(len(limits)), len(counts) // len(limits))
    field = np.repeat(field_of_cell, counts)
    pieces = -(-lengths // widths[field])  # of each sentence
    ends, first_piece = _edges(counts), _edges(pieces)
    cell_start, cell_end = first_piece[ends[:-1]], first_piece[ends[1:]]
    # From here on arrays of pieces: their sentence, and their place in the field.
    sentence = np.repeat(np.arange(len(lengths)), pieces)
    every = np.arange(len(sentence))
    ordinal = every - np.repeat(cell_start, cell_end - cell_start)
    done = (every - first_piece[sentence]) * widths[field[sentence]]
    size = np.minimum(widths[field[sentence]], lengths[sentence] - done)
    kept = ordinal < heights[field[sentence]]
    per_cell = np.minimum(cell_end - cell_start, heights[field_of_cell])
    num_words = np.diff(_edges(lengths)[ends[:: len(limits)]])
    texts = EncodedTexts(
        numbers[np.repeat(kept, size)],
        size[kept].astype(np.int32),
        field[sentence[kept]].astype(np.int32),
        per_cell.reshape(-1, len(limits)).sum(axis=1).astype(np.int32),
        np.zeros(len(num_words), bool),
    )
    texts = replace(texts, cut=num_words > texts.document_words)
    return TokenisedTexts(words, texts, num_words.astype(np.int32))


def _without_dropped(numbers: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray]:
    """Words that stay, and how many of them each sentence has."""
    stays = numbers >= 0
    if stays.all():
        return numbers, lengths
    counts = np.diff(_edges(stays)[_edges(lengths)])
    return numbers[stays], counts.astype(np.int32)


def _edges(lengths: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    """Where runs laid end to end begin, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def join(blocks: Sequence[TokenisedTexts]) -> TokenisedTexts:
    """Blocks of documents as one, as if they had been tokenised at once."""
    number_of: dict[str, int] = {}
    ids = []
    for block in blocks:
        table = [number_of.setdefault(word, len(number_of)) for word in block.words]
        ids.append(np.array(table, np.int32)[block.texts.word_ids])
    texts = [block.texts for block in blocks]
    return TokenisedTexts(
        list(number_of),
        EncodedTexts(
            np.concatenate(ids),
            np.concatenate([t.sentence_lengths for t in texts]),
            np.concatenate([t.sentence_fields for t in texts]),
            np.concatenate([t.document_sentences for t in texts]),
            np.concatenate([t.cut for t in texts]),
        ),
        np.concatenate([block.num_words for block in blocks]),
    )
