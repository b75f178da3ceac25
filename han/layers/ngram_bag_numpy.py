"""`NgramBag` in NumPy, for prediction, and the scale that both forms have."""

from __future__ import annotations

from dataclasses import dataclass

from han.kernels.gru import Floats
from han.late_packages import sparse

# Values of a document have length 1: many small ones, whose sum should be of the size
# of an annotation, and rows that are quick to learn.
SCALE = 3.0


@dataclass(frozen=True)
class NumpyNgramBag:
    """What `han.layers.NgramBag` computes.

    Attributes:
        rows: `(num_rows, units)`.

    Example:
        >>> import numpy as np
        >>> bag = NumpyNgramBag(np.ones((4, 2), np.float32))
        >>> bag(sparse.csr_array(np.array([[0.0, 1.0, 0.0, 1.0]], np.float32))).tolist()
        [[6.0, 6.0]]
    """

    rows: Floats

    def __call__(self, values: sparse.csr_array) -> Floats:
        """Vectors `(n, units)` of documents by values of n-grams, `(n, num_rows)`."""
        vectors: Floats = SCALE * (values @ self.rows)
        return vectors
