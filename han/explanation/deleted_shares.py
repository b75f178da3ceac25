"""What a part of a score owes to each word, where the part is no sum over words.

Each word is taken away by itself, and stands by itself, while all other parts stay as
they are. The mean of what is lost without it and what it says alone is its Shapley
value, if words interact in pairs at most. What is left, where more of them do, all
words of a document share alike, so that the sum is what the part says.

Reference:
    Shapley 1953, A Value for n-Person Games; Lundberg and Lee 2017, A Unified Approach
    to Interpreting Model Predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from han.explanation.written_words import kept_words
from han.kernels.ragged_ranges import ranges, starts
from han.text.text_encoder import EncodedTexts

Shares = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
# Sums of a part `(m, L)` of shortened documents, whose numbers are given, `(m,)`.
Value = Callable[[EncodedTexts, Rows], npt.NDArray[np.floating]]
BLOCK = 2048  # shortened documents together


def deleted_shares(value: Value, texts: EncodedTexts, *, alone: bool = False) -> Shares:
    """What a part owes to each word, `(words, L)`.

    Args:
        value: What the part says of shortened documents.
        texts: The documents, `(n,)`.
        alone: Whether each word only stands by itself, and none is taken away: where
            every shortened document costs much, and words are met again and again.

    Example:
        >>> from han.text.text_encoder import EncodedTexts
        >>> one = np.array([1], np.int32)
        >>> texts = EncodedTexts(np.array([5, 7]), 2 * one, 0 * one, one, one > 1)
        >>> def both(part, rows):  # the words together are worth 1
        ...     return (part.document_words == 2).astype(float)[:, None]
        >>> deleted_shares(both, texts).tolist()
        [[0.5], [0.5]]
    """
    owners = np.repeat(np.arange(len(texts)), texts.document_words)
    everything = value(texts, np.arange(len(texts))).astype(np.float64)
    none = kept_words(texts, np.zeros(len(owners), bool))
    nothing = value(none, np.arange(len(texts)))
    found = [np.zeros((0, everything.shape[1]))]
    for words in _blocks(len(owners)):
        rows = owners[words]
        lost = value(_variants(texts, rows, words, is_alone=True), rows) - nothing[rows]
        if not alone:
            without = value(_variants(texts, rows, words, is_alone=False), rows)
            lost = (lost + everything[rows] - without) / 2
        found.append(lost)
    shares = np.concatenate(found).astype(np.float64)
    lengths = texts.document_words
    left = everything - nothing
    np.subtract.at(left, owners, shares)
    return shares + (left / np.maximum(lengths, 1)[:, None])[owners]


def _blocks(number: int) -> Iterator[Rows]:
    for first in range(0, number, BLOCK):
        yield np.arange(first, min(first + BLOCK, number))


def _variants(
    texts: EncodedTexts, rows: Rows, words: Rows, *, is_alone: bool
) -> EncodedTexts:
    """The documents without the word given for each, or that word alone."""
    lengths = texts.document_words
    places = ranges(starts(lengths)[rows], lengths[rows])
    is_word = places == np.repeat(words, lengths[rows])
    return kept_words(texts.take(rows), is_word if is_alone else ~is_word)
