"""Sequences of vectors to one vector each, in NumPy: an encoder and its attention.

Vectors (of all words, or of all sentences at hand) are projected once and make a table;
sequences name rows of it, however often. Annotations are pooled while they are in the
cache, and never stand in memory all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from han.kernels.gru import Floats, Integers
from han.kernels.ragged_ranges import ranges
from han.kernels.ragged_sequences import pooled
from han.kernels.threads import run_all
from han.layers.attention_pooling_numpy import NumpyAttentionPooling
from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder
from han.layers.recurrent_encoder_numpy import NumpyRecurrentEncoder

# Elements computed together: enough for the products, few enough for the cache.
BLOCK = 8192
Encoder = NumpyRecurrentEncoder | NumpyConvolutionalEncoder


@dataclass(frozen=True)
class NumpySequencePooling:
    """An encoder, and the attention that pools its annotations."""

    encoder: Encoder
    attention: NumpyAttentionPooling

    def pool(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """Vectors of sequences, `(n, features)`; zeros for an empty one.

        Args:
            table: What the encoder made of vectors.
            source: Rows of the table, one sequence after the other, `(M,)`.
            lengths: Number of elements of each sequence, `(n,)`.
        """
        return self.attend(table, source, lengths)[0]

    def attend(
        self,
        table: Floats,
        source: Integers,
        lengths: Integers,
        beside: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """The same, and the weight of each element in its sequence, `(M,)`.

        With a context vector for each level, `(n, L, features)` and `(M, L)`.

        Args:
            table: As for `pool`.
            source: As for `pool`.
            lengths: As for `pool`.
            beside: Vectors that stand beside the annotations, one for each row of the
                table, `(u, E)`; features are then `E` more.
        """
        questions, width = self.attention.contexts, self.encoder.features
        width += 0 if beside is None else beside.shape[1]
        vectors = np.zeros((questions, len(lengths), width), np.float32)
        weights = np.zeros((questions, len(source)), np.float32)
        first = np.cumsum(lengths) - lengths

        def fill(block: Integers) -> None:
            here = ranges(first[block], lengths[block])
            annotations = self.encoder.annotate(table, source[here], lengths[block])
            if beside is not None:
                annotations = np.concatenate(
                    [annotations, beside[source[here]]], axis=1
                )
            weighed = self.attention.weights(annotations, lengths[block])
            for i, found in enumerate(weighed):
                weights[i, here] = found
                vectors[i, block] = pooled(annotations, found, lengths[block])

        run_all(partial(fill, block) for block in _blocks(lengths))
        if questions == 1:
            return vectors[0], weights[0]
        return np.ascontiguousarray(vectors.swapaxes(0, 1)), weights.T

    def attend_own(
        self, vectors: Floats, source: Integers, lengths: Integers, *, keep: bool
    ) -> tuple[Floats, Floats]:
        """The same of vectors, `(u, features)`, or of those of each level, `(u, L, f)`.

        With `keep` they stand beside their annotations.
        """
        if vectors.ndim == 2:
            table, beside = self.encoder.project(vectors), vectors if keep else None
            return self.attend(table, source, lengths, beside)
        found = []
        for level in range(vectors.shape[1]):
            own = replace(self, attention=self.attention.of_level(level))
            here = vectors[:, level]
            table = self.encoder.project(here)
            found.append(own.attend(table, source, lengths, here if keep else None))
        pairs = zip(*found, strict=True)
        every, weights = (np.stack(each, axis=1) for each in pairs)
        return every, weights


def _blocks(lengths: Integers) -> list[Integers]:
    """Sequences of like length together, about `BLOCK` elements each; no empty ones."""
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    number = (np.cumsum(lengths[order], dtype=np.int64) - 1) // BLOCK
    return np.split(order, np.flatnonzero(np.diff(number)) + 1) if len(order) else []
