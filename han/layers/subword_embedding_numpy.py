"""`SubwordEmbedding` in NumPy, for prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.kernels.gru import Floats, Integers
from han.late_packages import sparse


@dataclass(frozen=True)
class NumpySubwordEmbedding:
    """The part of `han.layers.SubwordEmbedding` that letters add to a word.

    Attributes:
        rows: `(buckets, features)`.

    Example:
        >>> letters = NumpySubwordEmbedding(np.array([[1.0], [3.0]], np.float32))
        >>> letters.means(np.array([0, 1, 1]), np.array([2, 1])).tolist()
        [[2.0], [3.0]]
    """

    rows: Floats

    def means(self, sequences: Integers, lengths: Integers) -> Floats:
        """Mean of the rows of each word, `(words, features)`.

        Args:
            sequences: Rows of all words, one word after the other, `(k,)`.
            lengths: Number of rows of each word, at least 1, `(words,)`.
        """
        ends = np.append(0, np.cumsum(lengths))
        shares = np.repeat(1 / lengths, lengths).astype(np.float32)
        shape = (len(lengths), len(self.rows))
        means: Floats = sparse.csr_array((shares, sequences, ends), shape) @ self.rows
        return means
