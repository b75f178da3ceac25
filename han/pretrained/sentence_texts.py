"""Sentences of encoded documents as text: the distinct ones, and which each one is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

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
