"""`WordEmbedding` in NumPy, for prediction: each word is projected once and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from han.kernels.gru import Floats, Integers
from han.layers.sequence_pooling_numpy import Encoder
from han.layers.subword_embedding_numpy import NumpySubwordEmbedding

# Threads that code with one network share its table: one makes and fills it at a time.
# Of the module, so that a network can still be copied.
FILLING = threading.Lock()
GROUP = 256  # neighbours of the vocabulary that are projected together
# Letter sequences of words by id, and by spelling where they are not in the vocabulary:
# `rows` of `han.text.subwords.Subwords`.
Letters = Callable[[Integers, Sequence[str]], Any]


class NumpyWordEmbedding:
    """Vectors of words, and the rows that the word encoder makes of them.

    A word is projected when it is first met, and its row is kept. Threads may share it.

    Args:
        vectors: Of the `V` words of the vocabulary, `(V, E)`.
        unknown_id: The word whose vector all unknown words share.
        encoder: Makes rows of vectors.
        subwords: What letters add, where they do.

    Example:
        >>> from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder
        >>> encoder = NumpyConvolutionalEncoder(2 * np.eye(2)[None], np.zeros(2))
        >>> words = NumpyWordEmbedding(np.ones((9, 2), "f4"), 1, encoder)
        >>> table, places = words.rows(np.array([3]))
        >>> table[places].tolist()
        [[2.0, 2.0]]
    """

    def __init__(
        self,
        vectors: Floats,
        unknown_id: int,
        encoder: Encoder,
        subwords: NumpySubwordEmbedding | None = None,
    ) -> None:
        self.vectors = vectors
        self.unknown_id = unknown_id
        self.subwords = subwords
        self.encoder = encoder
        self._table: Floats = np.empty(0, np.float32)
        self._is_projected = np.zeros(-(-len(vectors) // GROUP), bool)

    def __len__(self) -> int:
        return len(self.vectors)

    def projected_by(self, encoder: Encoder) -> NumpyWordEmbedding:
        """The same words for another encoder."""
        return NumpyWordEmbedding(self.vectors, self.unknown_id, encoder, self.subwords)

    def rows(
        self,
        ids: Integers,
        unknown: Sequence[str] = (),
        letters: Letters | None = None,
    ) -> tuple[Floats, Integers]:
        """A table of projected words, and the row in it of each of these.

        Args:
            ids: Words, `(n,)`; ids from `V` on are unknown ones.
            unknown: The unknown words, where letters count.
            letters: Letter sequences of words, with `subwords`.
        """
        is_known = ids < len(self)
        with FILLING:
            table = self._known(ids[is_known], letters)
        if self.subwords is None or not unknown:
            return table, ids
        # Words that are here, and no others: one text must not copy the vocabulary.
        known, where = np.unique(ids[is_known], return_inverse=True)
        places = ids + (len(known) - len(self))
        places[is_known] = where
        more = np.arange(len(unknown)) + len(self)
        made = self.encoder.project(self._of(more, unknown, letters))
        return np.concatenate([table[known], made]), places

    def _known(self, ids: Integers, letters: Letters | None) -> Floats:
        # Always in the same groups: a row must not depend on the words that came with
        # it, or on what was asked before.
        is_used = np.zeros(len(self._is_projected), bool)
        is_used[ids // GROUP] = True
        if not len(self._table):
            width = self.encoder.project(self.vectors[:0]).shape[1]
            self._table = np.zeros((len(self), width), np.float32)
        for group in np.flatnonzero(is_used & ~self._is_projected):
            rows = np.arange(len(self))[group * GROUP : (group + 1) * GROUP]
            self._table[rows] = self.encoder.project(self._of(rows, (), letters))
        self._is_projected |= is_used
        return self._table

    def _of(
        self, ids: Integers, unknown: Sequence[str], letters: Letters | None
    ) -> Floats:
        """Vectors of words, `(u, E)`."""
        vectors = self.vectors[np.where(ids < len(self), ids, self.unknown_id)]
        if self.subwords is not None and letters is not None:
            found = letters(ids, unknown)
            vectors += self.subwords.means(found.values, found.lengths)
        return vectors
