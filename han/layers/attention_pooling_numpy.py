"""`AttentionPooling` in NumPy, for prediction, and that of each level of a tree."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from han.kernels.array_pool import empty
from han.kernels.gru import Floats, Integers
from han.kernels.ragged_sequences import softmax


@dataclass(frozen=True)
class NumpyAttentionPooling:
    """What `han.layers.AttentionPooling` weighs elements with.

    Attributes:
        kernel: `(features, units)`.
        bias: `(units,)`.
        context: `(units, 1)`; or `(units, L)` of `LevelAttentionPooling`.

    Example:
        >>> pooling = NumpyAttentionPooling.of_weights([], features=2)
        >>> pooling.weights(np.ones((3, 2), "f4"), np.array([1, 2]))[0].tolist()
        [1.0, 0.5, 0.5]
    """

    kernel: Floats
    bias: Floats
    context: Floats

    @classmethod
    def of_weights(cls, weights: list[Floats], features: int) -> NumpyAttentionPooling:
        """From the weights of the layer; without any, all elements weigh the same."""
        if weights:
            return cls(*weights)
        # A projection to nothing: every score is 0.
        nothing = [np.zeros(shape, np.float32) for shape in ((features, 0), 0, (0, 1))]
        return cls(*nothing)

    @property
    def contexts(self) -> int:
        """Number of context vectors: 1, or one for each level."""
        return self.context.shape[1]

    @property
    def is_mean(self) -> bool:
        """Whether all elements weigh the same, whatever they are."""
        return not len(self.bias)

    def weights(self, vectors: Floats, lengths: Integers) -> list[Floats]:
        """Weight of each vector in its sequence, `(M,)`, for each context vector.

        Args:
            vectors: Of all sequences, one after the other, `(M, features)`.
            lengths: Number of vectors of each sequence, at least 1, `(n,)`.
        """
        hidden = empty(len(vectors), len(self.bias))
        np.matmul(vectors, self.kernel, out=hidden)
        hidden += self.bias
        np.tanh(hidden, out=hidden)
        return [softmax(hidden @ question, lengths) for question in self.context.T]

    def of_level(self, level: int) -> NumpyAttentionPooling:
        """The same with the context vector of one level alone."""
        return replace(self, context=self.context[:, [level]])
