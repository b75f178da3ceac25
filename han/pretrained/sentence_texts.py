"""Sentences of encoded documents as text: the distinct ones, and which each one is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_ranges import starts
from han.late_packages import sparse
from han.text.encoded_texts import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID, UNKNOWN_ID

Item = TypeVar("Item", bound=Hashable)
Places = npt.NDArray[np.int64]


def distinct_sentences(
    texts: EncodedTexts, words: Sequence[str]
) -> tuple[list[str], Places]:
    """The distinct sentences of documents, their words joined by spaces.

    Args:
        texts: The documents.
        words: Words of the vocabulary, the first of them with the number 2.

    Returns:
        The sentences, in the order in which they are first met, and the place of each
        sentence of `texts` among them, `(sentences,)`.

    Raises:
        ValueError: If the texts do not say which words are unknown.

    Example:
        >>> one = np.array([1], np.int32)
        >>> texts = EncodedTexts(
        ...     np.array([2, -1, 2, -1, 2], np.int32), np.array([2, 2, 1], np.int32),
        ...     np.zeros(3, np.int32), 3 * one, one > 1, ("dulce",)
        ... )
        >>> sentences, places = distinct_sentences(texts, ["pan"])
        >>> sentences, places.tolist()
        (['pan dulce', 'pan'], [0, 0, 1])
    """
    if (texts.word_ids == UNKNOWN_ID).any():
        raise ValueError("The texts must say which words are unknown: see `look_up`.")
    table = (*words, *texts.unknown)
    ids = texts.spelled_ids(len(words) + FIRST_WORD_ID) - FIRST_WORD_ID
    # Bytes of the ids as keys: exact, and only distinct sentences are ever spelled.
    content, size = ids.tobytes(), ids.itemsize
    ends = (np.cumsum(texts.sentence_lengths, dtype=np.int64) * size).tolist()
    edges = zip([0, *ends], ends, strict=False)
    keys, places = numbered(content[first:last] for first, last in edges)
    spelled = (np.frombuffer(key, ids.dtype).tolist() for key in keys)
    sentences, same = numbered(" ".join(map(table.__getitem__, s)) for s in spelled)
    return sentences, same[places]


def numbered(items: Iterable[Item]) -> tuple[list[Item], Places]:
    """The distinct items, as they are first met, and the place of each among them.

    Example:
        >>> found, places = numbered("abba")
        >>> found, places.tolist()
        (['a', 'b'], [0, 1, 1, 0])
    """
    place_of: dict[Item, int] = {}
    places = [place_of.setdefault(item, len(place_of)) for item in items]
    return list(place_of), np.array(places, np.int64)


def nearest_sentences(noisy: EncodedTexts, clean: EncodedTexts) -> Places:
    """Which sentence of each document the sentences of the same one with noise are of.

    The one that shares most of the words of the vocabulary; of several that of the same
    field, and then that of the same place. A document without noise is its own.

    Args:
        noisy: Documents whose words are misspelt, left out or moved, `(n,)`.
        clean: The same documents as they were written, `(n,)`, none of them blank.

    Returns:
        A sentence of `clean` for each sentence of `noisy`, `(sentences,)`.

    Example:
        >>> def of(ids, lengths):
        ...     two = np.array(lengths, np.int32)
        ...     count, cut = np.array([len(lengths)], np.int32), np.zeros(1, bool)
        ...     return EncodedTexts(np.array(ids, np.int32), two, 0 * two, count, cut)
        >>> clean = of([2, 3, 4, 5, 6], [2, 3])
        >>> nearest_sentences(of([1, 5, 1, 3], [2, 2]), clean).tolist()
        [1, 0]
    """
    both = (noisy, clean)
    size = 1 + max(int(t.word_ids.max(initial=0)) for t in both)
    size += max(int(t.sentence_fields.max(initial=0)) for t in both)
    size += max(int(t.document_sentences.max(initial=0)) for t in both)
    rows, keys = zip(*(_marks(texts, size) for texts in both), strict=True)
    known, places = np.unique(np.concatenate(keys), return_inverse=True)
    sides = np.split(places, [len(keys[0])])
    has = [
        sparse.csr_array(
            (np.ones(len(side)), (row, side)), (len(t.sentence_lengths), len(known))
        )
        for t, row, side in zip(both, rows, sides, strict=True)
    ]
    counts = np.array(_COUNTS)[known // size % len(_COUNTS)]
    has[0].data = counts[has[0].indices]
    has[1].data[:] = 1  # however often a word stands there
    if not len(noisy.sentence_lengths):
        return np.zeros(0, np.int64)
    return np.asarray((has[0] @ has[1].T).argmax(axis=1), np.int64)


# What a shared word, field and place count.
_COUNTS = (1.0, 0.5, 0.25)


def _marks(texts: EncodedTexts, size: int) -> tuple[Places, Places]:
    """By what a sentence is known, and which: sentence and mark, `(marks,)` each."""
    count = len(texts.sentence_lengths)
    sentences = np.repeat(np.arange(count), texts.sentence_lengths)
    known = texts.word_ids > UNKNOWN_ID
    documents = texts.sentence_documents.astype(np.int64)
    place = np.arange(count) - starts(texts.document_sentences)[documents]
    rows = np.concatenate([sentences[known], np.arange(count), np.arange(count)])
    values = np.concatenate([texts.word_ids[known], texts.sentence_fields, place])
    kinds = np.repeat(np.arange(3), [known.sum(), count, count])
    return rows, (documents[rows] * len(_COUNTS) + kinds) * size + values


def as_sentence(
    text: str,
    split: Callable[[str], list[list[str]]],
    clean: Callable[[list[str]], list[str]],
) -> str:
    """A text as sentences are written here: all of its cleaned words, in a row.

    Example:
        >>> from han.text.cleaning import Cleaner
        >>> from han.text.splitting import Splitter
        >>> as_sentence("Vende PAN, (dulce).", Splitter(), Cleaner())
        'vende pan dulce'
    """
    return " ".join(word for words in split(text) for word in clean(words))
