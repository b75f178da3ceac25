"""`RecurrentEncoder` in NumPy, for prediction; it knows the GRU alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.kernels.bidirectional_gru import (
    PackedRows,
    Weights,
    annotations_only,
    gate_factors,
)
from han.kernels.gru import Floats, Integers
from han.kernels.packed_rows import packed_rows


@dataclass(frozen=True)
class NumpyRecurrentEncoder:
    """A bidirectional GRU; its weights as in `han.kernels.bidirectional_gru.Weights`.

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

    @classmethod
    def of_weights(cls, weights: list[Floats]) -> NumpyRecurrentEncoder:
        """From the weights of the layer: three of each direction."""
        kernels, recurrents, biases = (np.array(weights[i::3]) for i in range(3))
        units = recurrents.shape[1]
        halved, to_input = gate_factors(units)
        bias = (biases[:, 0] + biases[:, 1] * to_input) * halved
        recurrent = np.stack(np.split(recurrents, 3, axis=2), axis=1)
        return cls(
            np.concatenate(list(kernels * halved), axis=1),
            bias.reshape(-1),
            np.ascontiguousarray(0.5 * recurrent),
            0.5 * biases[:, 1, 2 * units :],
        )

    @property
    def features(self) -> int:
        """Width of an annotation."""
        return 2 * self.state_bias.shape[1]

    def project(self, vectors: Floats) -> Floats:
        """Rows of the table for vectors, `(u, 6 * units)`."""
        table: Floats = vectors @ self.kernel
        table += self.bias
        return table

    def annotate(self, table: Floats, source: Integers, lengths: Integers) -> Floats:
        """Annotations `(M, 2 * units)` of elements that name rows of the table.

        Args:
            table: What `project` made of vectors.
            source: Row of each element, one sequence after the other, `(M,)`.
            lengths: Number of elements of each sequence, at least 1, `(n,)`.
        """
        weights = Weights(table, self.recurrent, self.state_bias)
        return annotations_only(
            weights, PackedRows(source, *packed_rows(lengths.astype(np.int32)))
        )
