"""In which texts a word stands, without looking through all texts for each word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from han.stages.rule_conditions import Term, WordTest

Bools = npt.NDArray[np.bool_]


class WordIndex:
    """Words of normalised texts, sorted, with the texts of each.

    Args:
        texts: Words with spaces between, `n` texts.

    Example:
        >>> index = WordIndex(["venta de pan", "panaderia", "venta de queso"])
        >>> index.passes(WordTest.parse("venta -queso")).tolist()
        [True, False, False]
        >>> index.passes(WordTest.parse("pan*")).tolist()
        [True, True, False]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        number_of: dict[str, int] = {}
        numbers: list[int] = []
        lengths: list[int] = []
        for text in texts:
            words = text.split()
            lengths.append(len(words))
            numbers += [number_of.setdefault(word, len(number_of)) for word in words]
        self._size = len(texts)
        self._words = sorted(number_of)
        rank = np.zeros(len(number_of), np.int64)
        rank[[number_of[word] for word in self._words]] = np.arange(len(rank))
        ranks = rank[numbers]
        # The texts of a word, and of all words that begin alike, are one slice.
        owners = np.repeat(np.arange(len(texts)), lengths)
        self._texts = owners[np.argsort(ranks, kind="stable")]
        counts = np.bincount(ranks, minlength=len(rank))
        self._starts = np.concatenate([[0], np.cumsum(counts)])

    def passes(self, test: WordTest) -> Bools:
        """Whether each text has the words that a test needs, and no other, `(n,)`."""
        found = ~self._has(test.excluded)
        for group in test.needed:
            found &= self._has(group)
        return found

    def _has(self, terms: Sequence[Term]) -> Bools:
        found = np.zeros(self._size, bool)
        for term in terms:
            first = bisect_left(self._words, term.word)
            after = term.word + ("\U0010ffff" if term.is_prefix else "\x00")
            end = bisect_left(self._words, after)
            found[self._texts[self._starts[first] : self._starts[end]]] = True
        return found
