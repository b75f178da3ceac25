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
    """

    classes: npt.NDArray[np.integer]
    slopes: sparse.csr_array
    offsets: npt.NDArray[np.float64]

    def distances(self, features: sparse.csr_array) -> FloatArray:
        """How far each document lies on the side of each class, `(n, classes)`."""
        return np.asarray((features @ self.slopes).toarray() + self.offsets)


def fit_planes(
    features: sparse.csr_array,
    labels: npt.NDArray[np.integer],
    weights: FloatArray,
    *,
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
    classes = np.unique(labels)
    if len(classes) == 1:
        nothing = sparse.csr_array((features.shape[1], 1), dtype=np.float32)
        return Planes(classes, nothing, np.zeros(1))
    # Of two classes one plane is enough: the other's is the same, turned round.
    alone = classes[1:] if len(classes) == 2 else classes
    features = features.astype(np.float64)  # once: liblinear takes no other
    offsets: list[float] = []
    slopes: list[sparse.csr_array] = []
    size = BLOCK if linear == "svm" else 1  # the other one takes two classes
    for first in range(0, len(alone), size):
        block = alone[first : first + size]
        own = np.where(np.isin(labels, block), np.searchsorted(block, labels), REST)
        solver = _solver(linear, cost, seed)
        with warnings.catch_warnings():
            # At high costs the solver stops early: validation judges what came of it.
            warnings.simplefilter("ignore", ConvergenceWarning)
            solver.fit(features, own, sample_weight=weights)
        offsets += solver.intercept_[-len(block) :].tolist()
        slopes += map(_without_slight, solver.coef_[-len(block) :])
    if len(classes) == 2:
        offsets, slopes = [-offsets[0], offsets[0]], [-slopes[0], slopes[0]]
    return Planes(classes, sparse.csr_array(sparse.vstack(slopes).T), np.array(offsets))


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
