"""`ConvolutionalEncoder` in NumPy, for prediction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.kernels.gru import Floats, Integers


@dataclass(frozen=True)
class NumpyConvolutionalEncoder:
    """A convolution within each sequence, and tanh.

    Attributes:
        kernel: `(width, features, filters)`.
        bias: `(filters,)`.
    """

    kernel: Floats
    bias: Floats

    @classmethod
    def of_weights(cls, weights: list[Floats]) -> NumpyConvolutionalEncoder:
        """From the weights of the layer."""
        return cls(*weights)

    @property
    def features(self) -> int:
        """Width of an annotation."""
        return len(self.bias)

    def project(self, vectors: Floats) -> Floats:
        """Rows of the table for vectors: the products of all taps side by side."""
        taps = np.concatenate(list(self.kernel), axis=1)
        table: Floats = vectors @ taps
        return table

    def annotate(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """Annotations `(M, filters)` of elements that name rows of the table.

        The arguments are those of `NumpyRecurrentEncoder.annotate`.
        """
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
