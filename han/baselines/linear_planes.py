"""Linear models, one plane for each class against all others."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

FloatArray = npt.NDArray[np.floating]
Linear = Literal["svm", "logistic"]
# Slopes below this share of the steepest of their plane are left out: most slopes are,
# the file is a fraction of what it would be, and no accuracy was lost by it.
SLIGHT = 0.01
# Classes trained at once, which saves liblinear copies of the records. The slopes of
# all would not fit into memory.
BLOCK = 64
REST = -1  # all classes outside the block, as one


@dataclass(frozen=True)
class Planes:
    """A plane for each class.

    Attributes:
        classes: Label of each, ascending, `(classes,)`.
        slopes: Weight of each feature, `(features, classes)`; small ones are left
            out (`SLIGHT`).
        offsets: `(classes,)`.
        vector_slopes: Weight of each number of a vector, `(D, classes)`.
    """

    classes: npt.NDArray[np.integer]
    slopes: sparse.csr_array
    offsets: npt.NDArray[np.float64]
    vector_slopes: npt.NDArray[np.float32]

    def distances(
        self, features: sparse.csr_array, vectors: FloatArray | None = None
    ) -> FloatArray:
        """How far each document lies on the side of each class, `(n, classes)`.

        Args:
            features: `(n, features)`.
            vectors: What stood beside them in training, `(n, D)`.
        """
        found = (features @ self.slopes).toarray() + self.offsets
        if vectors is not None:
            found += vectors @ self.vector_slopes
        return np.asarray(found)


def fit_planes(
    features: sparse.csr_array,
    labels: npt.NDArray[np.integer],
    weights: FloatArray,
    *,
    vectors: FloatArray | None = None,
    linear: Linear = "svm",
    cost: float = 1.0,
    seed: int = 0,
) -> Planes:
    """Trains one class against the others, by liblinear (Fan et al. 2008).

    Args:
        features: `(n, features)`.
        labels: Class of each document, `(n,)`; if all are of one there is nothing to
            learn, and its distance is 0.
        weights: Survey weights, `(n,)`; their mean does not matter.
        vectors: Vectors of the documents beside the features, `(n, D)`; D may be 0.
        linear: `svm` (squared hinge loss) or `logistic`.
        cost: What an error costs beside the size of the weights, `C`.
        seed: Seed of the solver.

    Example:
        >>> two = sparse.csr_array([[1.0, 0.0], [0.0, 1.0]])
        >>> planes = fit_planes(two, np.array([3, 7]), np.ones(2))
        >>> planes.classes[planes.distances(two).argmax(axis=1)].tolist()
        [3, 7]
    """
    weights = np.asarray(weights, np.float64) / np.mean(weights)
    classes, width = np.unique(labels), features.shape[1]
    if vectors is None:
        vectors = np.zeros((len(labels), 0), np.float32)
    if len(classes) == 1:
        nothing = sparse.csr_array((width, 1), dtype=np.float32)
        flat = np.zeros((vectors.shape[1], 1), np.float32)
        return Planes(classes, nothing, np.zeros(1), flat)
    # Of two classes one plane is enough: the other's is the same, turned round.
    alone = classes[1:] if len(classes) == 2 else classes
    both = _side_by_side(features, vectors)
    offsets: list[float] = []
    slopes: list[sparse.csr_array] = []
    of_vectors: list[FloatArray] = []
    size = BLOCK if linear == "svm" else 1  # the other one takes two classes
    for first in range(0, len(alone), size):
        block = alone[first : first + size]
        own = np.where(np.isin(labels, block), np.searchsorted(block, labels), REST)
        solver = _solver(linear, cost, seed)
        with warnings.catch_warnings():
            # At high costs the solver stops early: validation judges what came of it.
            warnings.simplefilter("ignore", ConvergenceWarning)
            solver.fit(both, own, sample_weight=weights)
        offsets += solver.intercept_[-len(block) :].tolist()
        found = solver.coef_[-len(block) :]
        slopes += map(_without_slight, found[:, :width])
        of_vectors += [*found[:, width:].astype(np.float32)]
    if len(classes) == 2:
        offsets, slopes = [-offsets[0], offsets[0]], [-slopes[0], slopes[0]]
        of_vectors = [-of_vectors[0], of_vectors[0]]
    return Planes(
        classes,
        sparse.csr_array(sparse.vstack(slopes).T),
        np.array(offsets),
        np.stack(of_vectors, axis=1),
    )


def _side_by_side(features: sparse.csr_array, vectors: FloatArray) -> sparse.csr_array:
    """Features and vectors as liblinear takes them: in 64 bits, with indices of 32."""
    features = features.astype(np.float64)
    if not vectors.shape[1]:
        return features
    beside = sparse.csr_array(vectors.astype(np.float64))
    both = sparse.csr_array(sparse.hstack([features, beside]))
    places = (both.indices.astype(np.int32), both.indptr.astype(np.int32))
    return sparse.csr_array((both.data, *places), shape=both.shape)


def _solver(linear: Linear, cost: float, seed: int) -> LinearSVC | LogisticRegression:
    if linear == "svm":
        return LinearSVC(C=cost, random_state=seed)
    # The dual problem: documents are fewer than n-grams.
    return LogisticRegression(
        C=cost, solver="liblinear", dual=True, max_iter=1000, random_state=seed
    )


def _without_slight(slopes: FloatArray) -> sparse.csr_array:
    kept = np.abs(slopes) > SLIGHT * np.abs(slopes).max(initial=0.0)
    return sparse.csr_array(np.where(kept, slopes, 0.0).astype(np.float32)[None])
