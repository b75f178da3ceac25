"""Which rows have words that begin with some letters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from itertools import chain

import numpy as np

from han.code_list.taxonomy import IntArray


class PrefixIndex:
    """Rows by the beginnings of their words.

    Words are sorted, and so are their rows beside each other: those of all words with
    one beginning are one slice.

    Args:
        rows: Words of each row.

    Example:
        >>> index = PrefixIndex([["pan", "dulce"], ["panadero"], ["vino"]])
        >>> index.beginning_with("pan").tolist(), index.having("pan").tolist()
        ([0, 1], [0])
    """

    def __init__(self, rows: Iterable[Collection[str]]) -> None:
        found: dict[str, list[int]] = {}
        for number, words in enumerate(rows):
            for word in set(words):
                found.setdefault(word, []).append(number)
        self._words = sorted(found)
        lists = [found[word] for word in self._words]
        self._starts = np.cumsum([0, *map(len, lists)]).tolist()
        self._rows = np.fromiter(chain.from_iterable(lists), np.int32)

    def beginning_with(self, head: str) -> IntArray:
        """Rows with a word that begins so; one with several of them, several times."""
        size = len(head)
        first = bisect_left(self._words, head)
        last = bisect_right(self._words, head, first, key=lambda word: word[:size])
        return self._rows[self._starts[first] : self._starts[last]]

    def having(self, word: str) -> IntArray:
        """Rows with this word."""
        place = bisect_left(self._words, word)
        if place == len(self._words) or self._words[place] != word:
            return self._rows[:0]
        return self._rows[self._starts[place] : self._starts[place + 1]]
