"""Linear models, one plane for each class against all others."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from han.kernels.threads import run_all
from han.linear.plane_training import Choice, Machine, draw_places

FloatArray = npt.NDArray[np.floating]
Linear = Literal["svm", "logistic"]
# Slopes below this share of the steepest of their plane are left out: most slopes are,
# the file is a fraction of what it would be, and no accuracy was lost by it.
SLIGHT = 0.01
TOLERANCE = 0.01  # what the solver may leave undone; scikit-learn's is no better
# liblinear draws from one generator of the process: two threads would take turns at it,
# and no training would be the same twice.
_LIBLINEAR = Lock()
_Plane = tuple[sparse.csr_array, FloatArray, float]


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
    costs: Sequence[float] = (1.0,),
    vectors: FloatArray | None = None,
    linear: Linear = "svm",
    seed: int = 0,
) -> list[Planes]:
    """Trains one class against the others, once for each cost.

    Support vector machines of all costs are trained side by side, which takes little
    longer than the dearest; logistic regression by liblinear (Fan et al. 2008).

    Args:
        features: `(n, features)`.
        labels: Class of each document, `(n,)`; if all are of one there is nothing to
            learn, and its distance is 0.
        weights: Survey weights, above 0, `(n,)`; their mean does not matter.
        costs: What an error costs beside the size of the weights, `C`; up to 8.
        vectors: Vectors of the documents beside the features, `(n, D)`; D may be 0.
        linear: `svm` (squared hinge loss) or `logistic`.
        seed: Seed of the solver.

    Example:
        >>> two = sparse.csr_array([[1.0, 0.0], [0.0, 1.0]])
        >>> (planes,) = fit_planes(two, np.array([3, 7]), np.ones(2))
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
        return [Planes(classes, nothing, np.zeros(1), flat) for _ in costs]
    # Of two classes one plane is enough: the other's is the same, turned round.
    alone = classes[1:] if len(classes) == 2 else classes
    both = _side_by_side(features, vectors)
    train = _svms if linear == "svm" else _regressions
    by_class = run_all(train(both, width, labels, weights, costs, alone, seed))
    return [_beside(classes, [*found]) for found in zip(*by_class, strict=True)]


def _beside(classes: npt.NDArray[np.integer], planes: list[_Plane]) -> Planes:
    """Planes of classes as one, with the other of two."""
    slopes, of_vectors, offsets = map(list, zip(*planes, strict=True))
    if len(classes) == 2:
        offsets, slopes = [-offsets[0], offsets[0]], [-slopes[0], slopes[0]]
        of_vectors = [-of_vectors[0], of_vectors[0]]
    return Planes(
        classes,
        sparse.csr_array(sparse.vstack(slopes).T),
        np.array(offsets),
        np.stack(of_vectors, axis=1).astype(np.float32),
    )


def _svms(
    both: sparse.csr_array,
    width: int,
    labels: npt.NDArray[np.integer],
    weights: FloatArray,
    costs: Sequence[float],
    classes: npt.NDArray[np.integer],
    seed: int,
) -> Iterator[Callable[[], list[_Plane]]]:
    """What trains the planes of each class, one at each cost."""
    machines = [Machine(left_out=-1, cost=cost) for cost in costs]
    choice = Choice(
        both,
        labels,
        weights.astype(np.float32),
        np.zeros(len(labels), np.int8),
        machines,
        draw_places(len(labels), seed),
        tolerance=TOLERANCE,
    )

    def planes(label: int) -> list[_Plane]:
        found, offsets = choice.planes(label)
        slopes = np.zeros((len(costs), both.shape[1]), np.float32)
        slopes[:, choice.columns] = found.T
        return [_plane(*one, width) for one in zip(slopes, offsets, strict=True)]

    return (partial(planes, int(label)) for label in classes)


def _regressions(
    both: sparse.csr_array,
    width: int,
    labels: npt.NDArray[np.integer],
    weights: FloatArray,
    costs: Sequence[float],
    classes: npt.NDArray[np.integer],
    seed: int,
) -> Iterator[Callable[[], list[_Plane]]]:
    """The same of logistic regression."""
    both = both.astype(np.float64)  # as liblinear takes it

    def plane(label: int, cost: float) -> _Plane:
        # The dual problem: documents are fewer than n-grams.
        solver = LogisticRegression(
            C=cost, solver="liblinear", dual=True, max_iter=1000, random_state=seed
        )
        with _LIBLINEAR, warnings.catch_warnings():
            # At high costs the solver stops early: validation judges what came of it.
            warnings.simplefilter("ignore", ConvergenceWarning)
            solver.fit(both, labels == label, sample_weight=weights)
        return _plane(solver.coef_[0], solver.intercept_[0], width)

    def planes(label: int) -> list[_Plane]:
        return [plane(label, cost) for cost in costs]

    return (partial(planes, int(label)) for label in classes)


def _plane(slopes: FloatArray, offset: float, width: int) -> _Plane:
    """Slopes without slight ones, those of vectors apart, and the offset."""
    return _without_slight(slopes[:width]), slopes[width:], float(offset)


def _side_by_side(features: sparse.csr_array, vectors: FloatArray) -> sparse.csr_array:
    """Features and vectors as one, with indices of 32 bits: liblinear has no others."""
    both = features.astype(np.float32)
    if vectors.shape[1]:
        beside = sparse.csr_array(vectors.astype(np.float32))
        both = sparse.csr_array(sparse.hstack([both, beside]))
    places = (both.indices.astype(np.int32), both.indptr.astype(np.int32))
    return sparse.csr_array((both.data, *places), shape=both.shape)


def _without_slight(slopes: FloatArray) -> sparse.csr_array:
    kept = np.abs(slopes) > SLIGHT * np.abs(slopes).max(initial=0.0)
    return sparse.csr_array(np.where(kept, slopes, 0.0).astype(np.float32)[None])
