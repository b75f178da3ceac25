"""One level of the network in NumPy: sequences of vectors to one vector each.

Vectors (of all words, or of all sentences at hand) are projected once and make a table;
sequences name rows of it, however often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from han.batching.packing import packed_rows
from han.kernels.array_pool import empty
from han.kernels.bidirectional_gru import PackedRows, Weights, annotations_only
from han.kernels.gru import Floats, Integers
from han.kernels.ragged_sequences import pooled, softmax
from han.kernels.threads import run_all
from han.text.text_encoder import ranges

# Elements computed together: enough for the products, few enough for the cache.
BLOCK = 8192


class Encoder(Protocol):
    """Projects vectors, then annotates sequences of them."""

    def project(self, vectors: Floats) -> Floats:
        """Rows of the table for vectors, `(u, columns)`."""

    def annotate(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """Annotations `(M, 2 * units)` of elements that name rows of the table."""


@dataclass(frozen=True)
class GruEncoder:
    """A bidirectional GRU; its weights as in `bidirectional.Weights`.

    Attributes:
        kernel: `(features, 6 * units)`.
        bias: `(6 * units,)`.
        recurrent: `(2, 3, units, units)`.
        state_bias: `(2, units)`.
    """

    kernel: Floats
    bias: Floats
    recurrent: Floats
    state_bias: Floats

    def project(self, vectors: Floats) -> Floats:
        """See `Encoder`."""
        table: Floats = vectors @ self.kernel
        table += self.bias
        return table

    def annotate(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """See `Encoder`."""
        weights = Weights(table, self.recurrent, self.state_bias)
        return annotations_only(
            weights, PackedRows(source, *packed_rows(lengths.astype(np.int32)))
        )


@dataclass(frozen=True)
class ConvolutionalEncoder:
    """A convolution within each sequence, and tanh.

    Attributes:
        kernel: `(width, features, filters)`.
        bias: `(filters,)`.
    """

    kernel: Floats
    bias: Floats

    def project(self, vectors: Floats) -> Floats:
        """See `Encoder`; the columns of all taps side by side."""
        taps = np.concatenate(list(self.kernel), axis=1)
        table: Floats = vectors @ taps
        return table

    def annotate(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """See `Encoder`."""
        width = len(self.kernel)
        taps = table.reshape(-1, width, len(self.bias))
        place = np.arange(len(source)) - np.repeat(
            np.cumsum(lengths) - lengths, lengths
        )
        last = np.repeat(lengths, lengths) - 1
        summed = np.tile(self.bias, (len(source), 1))
        for tap in range(width):
            offset = tap - width // 2
            inside = np.flatnonzero((place + offset >= 0) & (place + offset <= last))
            summed[inside] += taps[source[inside + offset], tap]
        return np.tanh(summed)


@dataclass(frozen=True)
class Attention:
    """`han.layers.AttentionPooling`; without weights where all elements count alike.

    Attributes:
        kernel: `(features, units)`.
        bias: `(units,)`.
        context: `(units, 1)`; or `(units, L)`, a question for each level of a tree.
    """

    kernel: Floats
    bias: Floats
    context: Floats

    def scores(self, vectors: Floats) -> list[Floats]:
        """Score of each vector, `(M,)`, for each question."""
        hidden = empty(len(vectors), len(self.bias))
        np.matmul(vectors, self.kernel, out=hidden)
        hidden += self.bias
        np.tanh(hidden, out=hidden)
        return [hidden @ question for question in self.context.T]


@dataclass(frozen=True)
class Level:
    """An encoder and the attention that pools its annotations; None for a mean."""

    encoder: Encoder
    attention: Attention | None
    features: int

    def pool(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """Vectors of sequences, `(n, features)`; zeros for an empty one.

        Args:
            table: What the encoder made of vectors.
            source: Rows of the table, one sequence after the other, `(M,)`.
            lengths: Number of elements of each sequence, `(n,)`.
        """
        return self.attend(table, source, lengths)[0]

    def attend(
        self, table: Floats, source: Integers, lengths: Integers
    ) -> tuple[Floats, Floats]:
        """The same, and the weight of each element in its sequence, `(M,)`.

        With several questions there are as many vectors of each sequence and weights of
        each element: `(n, L, features)` and `(M, L)`.
        """
        questions = self._questions
        vectors = np.zeros((questions, len(lengths), self.features), np.float32)
        weights = np.zeros((questions, len(source)), np.float32)
        first = np.cumsum(lengths) - lengths

        def fill(block: Integers) -> None:
            here = ranges(first[block], lengths[block])
            annotations = self.encoder.annotate(table, source[here], lengths[block])
            for i, found in enumerate(self._weights(annotations, lengths[block])):
                weights[i, here] = found
                vectors[i, block] = pooled(annotations, found, lengths[block])

        run_all(partial(fill, block) for block in _blocks(lengths))
        if questions == 1:
            return vectors[0], weights[0]
        return np.ascontiguousarray(vectors.swapaxes(0, 1)), weights.T

    def asking(self, question: int) -> Level:
        """The same level with one of its questions alone."""
        if self.attention is None:
            return self
        context = self.attention.context[:, [question]]
        return replace(self, attention=replace(self.attention, context=context))

    @property
    def _questions(self) -> int:
        return 1 if self.attention is None else self.attention.context.shape[1]

    def _weights(self, annotations: Floats, lengths: Integers) -> list[Floats]:
        """Weight of each annotation, `(M,)`, for each question."""
        if self.attention is None:
            return [softmax(np.zeros(len(annotations), np.float32), lengths)]
        return [softmax(found, lengths) for found in self.attention.scores(annotations)]


def _blocks(lengths: Integers) -> list[Integers]:
    """Sequences of like length together, about `BLOCK` elements each; no empty ones."""
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    number = (np.cumsum(lengths[order], dtype=np.int64) - 1) // BLOCK
    return np.split(order, np.flatnonzero(np.diff(number)) + 1) if len(order) else []
