"""Hashes of the letter sequences of words and of word pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_ranges import ranges, starts

Hashes = npt.NDArray[np.uint64]
EDGE = " "  # before and after a word: "pan" and "panadero" begin alike, end otherwise

_FACTOR = np.uint64(0x100000001B3)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class RaggedNumbers:
    """Numbers of several things, laid end to end.

    Attributes:
        values: All numbers, `(k,)`.
        lengths: How many each thing has, `(n,)`.
    """

    values: npt.NDArray[Any]
    lengths: npt.NDArray[np.int64]

    def take(self, chosen: npt.ArrayLike) -> RaggedNumbers:
        """The chosen things, in the given order."""
        places = np.asarray(chosen, np.int64)
        lengths = self.lengths[places]
        return RaggedNumbers(
            self.values[ranges(starts(self.lengths)[places], lengths)], lengths
        )


def word_hashes(words: Sequence[str]) -> Hashes:
    """One hash for each word, `(n,)`; the same on every machine.

    Example:
        >>> one, other, same = word_hashes(["pan", "sal", "pan"])
        >>> bool(one == same), bool(one == other)
        (True, False)
    """
    letters, lengths = _letters(words)
    if not len(lengths):
        return np.empty(0, np.uint64)
    hashes = np.zeros(len(lengths), np.uint64)
    first = starts(lengths)
    for place in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > place)
        letter = letters[first[longer] + place]
        hashes[longer] = hashes[longer] * _FACTOR + letter
    return mixed(hashes)


def letter_ngrams(words: Sequence[str], shortest: int, longest: int) -> RaggedNumbers:
    """Hashes of the letter sequences of each word, its two edges included.

    Args:
        words: The words.
        shortest: Letters of the shortest sequences; 3 at most, so that every word has
            one.
        longest: Letters of the longest ones.

    Returns:
        Hashes of each word, from short to long and from left to right.

    Raises:
        ValueError: If a word of one letter would have none.

    Example:
        >>> ngrams = letter_ngrams(["sal", "salsa"], 3, 3)
        >>> ngrams.lengths.tolist()
        [3, 5]
        >>> bool(ngrams.values[1] == ngrams.values[4])  # both hold "sal"
        True
    """
    if not 1 <= shortest <= min(longest, 3):
        raise ValueError(f"shortest must be 1, 2 or 3 and at most {longest}")
    letters, lengths = _letters([f"{EDGE}{word}{EDGE}" for word in words])
    if not len(lengths):
        return RaggedNumbers(np.empty(0, np.uint64), np.empty(0, np.int64))
    word = np.repeat(np.arange(len(lengths)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(letters))
    hashes, found = np.zeros(len(letters), np.uint64), []
    for size in range(1, longest + 1):
        shifted = np.append(letters[size - 1 :], np.zeros(size - 1, np.uint64))
        shifted = shifted[: len(letters)]
        hashes = hashes * _FACTOR + shifted
        if size < shortest:
            continue
        fits = left >= size
        found.append((word[fits], hashes[fits] + np.uint64(size)))
    return _by_word(found, len(lengths))


def pair_hashes(first: Hashes, second: Hashes) -> Hashes:
    """One hash for each two words that stand side by side; their order matters."""
    return mixed(first * _FACTOR ^ second)


def mixed(hashes: Hashes) -> Hashes:
    """Spreads hashes evenly, so that any part of their bits may be used.

    Reference:
        The finaliser of SplitMix64: Steele, Lea and Flood 2014, Fast Splittable
        Pseudorandom Number Generators.
    """
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[0]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[1]
    return hashes ^ (hashes >> np.uint64(31))


def _letters(words: Sequence[str]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Code points of all words, and how many each has."""
    points = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return points.astype(np.uint64), lengths


def _by_word(
    found: list[tuple[npt.NDArray[np.int64], Hashes]], num_words: int
) -> RaggedNumbers:
    words = np.concatenate([word for word, _ in found])
    hashes = mixed(np.concatenate([some for _, some in found]))
    order = np.argsort(words, kind="stable")
    return RaggedNumbers(hashes[order], np.bincount(words, minlength=num_words))
