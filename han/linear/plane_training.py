"""Trains machines that tell one code from others: several of each code at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.kernels.svm import LANES
from han.kernels.threads import run_all
from han.late_packages import sparse

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.integer]

PASSES = 100  # most passes over the examples of a choice; ten or so are usual
TOLERANCE = 0.1  # that of scikit-learn's solver is tighter, to no better codes
ORDERS = 8  # which passes take in turn: one alone takes a third more passes


# Share of a plane's squared length that its smallest weights may have together to be
# left out: half of all weights, and codes of unseen records are no worse for it.
SLIGHT = 0.02
LARGE = 0.05  # share of all work that is shared out among threads by itself
# The first node of a choice, the one after the last, and those that get planes.
Split = tuple[int, int, IntArray]


@dataclass(frozen=True)
class Machine:
    """What a machine learns from, and how.

    Attributes:
        left_out: Fold whose records it does not see.
        cost: What an error costs, beside the length of a plane.
    """

    left_out: int
    cost: float


def draw_places(count: int, seed: int) -> Places:
    """Places of records in the orders in which they are looked at, `(ORDERS, count)`.

    Some of the records then have the same order among each other, whichever others are
    there: what one is coded as does not show in planes that have not seen it.
    """
    generator = np.random.default_rng(seed)
    drawn = [generator.permutation(count) for _ in range(ORDERS)]
    return np.stack(drawn).astype(np.int32)


class Choice:
    """Records, and a label of each: every label gets machines that tell it from others.

    Args:
        features: `(n, features)`, float32.
        labels: Label of each record, `(n,)`; or labels, `(n, k)`, -1 for none.
        weights: Weight of each record, above 0, `(n,)`.
        fold: Fold of each record, `(n,)`.
        machines: The machines of each label, up to `LANES`.
        places: Places of the records in several orders, `(k, n)`: see `draw_places`.
        tolerance: Largest violation of the optimum that is left.

    Attributes:
        columns: Features that any record has, `(c,)`: planes have no others.

    Example:
        >>> two = sparse.csr_array(np.eye(2, dtype=np.float32))
        >>> labels, ones = np.array([4, 7]), np.ones(2, np.float32)
        >>> machines, places = [Machine(-1, 1.0)], draw_places(2, seed=0)
        >>> data = two, labels, ones, labels * 0
        >>> choice = Choice(*data, machines, places, tolerance=0.1)
        >>> planes, biases = choice.planes(7)
        >>> (planes[:, 0] > 0).tolist()
        [False, True]
    """

    def __init__(
        self,
        features: sparse.csr_array,
        labels: Places,
        weights: Floats,
        fold: Places,
        machines: Sequence[Machine],
        places: Places,
        *,
        tolerance: float,
    ) -> None:
        from han.kernels.svm_training import square_lengths

        self.labels = labels[:, None] if labels.ndim == 1 else labels
        self.weights, self.tolerance = weights, tolerance
        self._orders = np.argsort(places, axis=1).astype(np.uint32)
        counts = np.bincount(features.indices, minlength=features.shape[1])
        self.columns = np.flatnonzero(counts)
        # Common features side by side: they stay in the processor's cache.
        self.columns = self.columns[np.argsort(-counts[self.columns], kind="stable")]
        place = np.empty(features.shape[1], np.uint32)
        place[self.columns] = np.arange(len(self.columns), dtype=np.uint32)
        self._matrix = (
            features.indptr.astype(np.uint64),
            place[features.indices],
            features.data,
        )
        self._squares = np.empty(len(labels), np.float32)
        square_lengths(self._matrix[0], features.data, self._squares)
        self._sees = np.stack([fold != machine.left_out for machine in machines])
        self._costs = np.array([machine.cost for machine in machines], np.float32)

    def planes(self, label: int) -> tuple[Floats, Floats]:
        """Planes of a label, `(c, machines)`, and their biases, `(machines,)`.

        Where a machine has nothing to tell apart its plane is 0 and its bias 1 if all
        records that it sees are of the label, -1 if none is, and 0 if there are none.
        """
        from han.kernels.svm_training import train_svms

        is_label = (self.labels == label).any(axis=1)
        own, seen = (self._sees & is_label).sum(axis=1), self._sees.sum(axis=1)
        biases = np.sign(2 * own - seen).astype(np.float32)
        tells = (own > 0) & (own < seen)
        found = np.zeros((len(self.columns) + 1, LANES), np.float32)
        if tells.any():
            bits = np.uint8(1) << np.flatnonzero(tells).astype(np.uint8)
            train_svms(
                *self._matrix,
                self._squares,
                np.where(is_label, 1, -1).astype(np.float32),
                self.weights,
                (self._sees[tells] * bits[:, None]).sum(axis=0, dtype=np.uint8),
                self._costs,
                (PASSES, self.tolerance),
                self._orders,
                found.ravel(),
            )
            biases[tells] = found[-1, : len(biases)][tells]
        return found[:-1, : len(biases)], biases


@dataclass(frozen=True)
class Plane:
    """What tells a node from its siblings."""

    node: int
    features: npt.NDArray[np.int32]
    weights: Floats
    bias: float


class TreeExamples:
    """Training records, and how planes are learnt from some of them."""

    def __init__(
        self,
        features: sparse.csr_array,
        paths: IntArray,
        weights: npt.NDArray[np.float64],
        fold: npt.NDArray[np.integer],
        machines: Sequence[Machine],
        seed: int,
    ) -> None:
        self.features, self.fold = features, fold
        self.places = draw_places(len(weights), seed)
        self.weights = weights.astype(np.float32)
        self.machines = [
            Machine(m.left_out, m.cost / _mean(weights[fold != m.left_out]))
            for m in machines
        ]
        teaching = np.flatnonzero(self.weights > 0)
        # Records of each node: one sort for all, and no search for each.
        node = paths[teaching].T.ravel()
        order = np.argsort(node, kind="stable")
        self._nodes = node[order]
        self._records = np.tile(teaching, paths.shape[1])[order]

    def learn(self, splits: Sequence[Split]) -> Iterator[list[Plane]]:
        """Planes of each node of some splits, one by each machine."""
        sizes = [len(self._rows(split)) * len(split[2]) for split in splits]
        large = [size > LARGE * sum(sizes) for size in sizes]
        for split, is_large in zip(splits, large, strict=True):
            if is_large:  # alone, as it needs a copy of its records
                yield from run_all(self._tasks(split))
        rest = [s for s, is_large in zip(splits, large, strict=True) if not is_large]
        for found in run_all(partial(self._all, split) for split in rest):
            yield from found

    def _all(self, split: Split) -> list[list[Plane]]:
        return [task() for task in self._tasks(split)]

    def _rows(self, split: Split) -> npt.NDArray[np.int64]:
        """Where the records of a split stand among the sorted ones."""
        return np.arange(*np.searchsorted(self._nodes, split[:2]))

    def _tasks(self, split: Split) -> Iterator[Callable[[], list[Plane]]]:
        """What makes the planes of each node of a split."""
        places = self._rows(split)
        rows, labels = once_each(self._records[places], self._nodes[places])
        every = len(rows) == self.features.shape[0]  # which need no copy
        choice = Choice(
            self.features if every else self.features[rows],
            labels,
            self.weights[rows],
            self.fold[rows],
            self.machines,
            self.places[:, rows],
            tolerance=TOLERANCE,
        )
        for node in split[2]:
            yield partial(_planes, choice, int(node))


def once_each(records: Places, labels: Places) -> tuple[Places, Places]:
    """Each record once, rising, with all its labels, `(n, k)`; -1 after the last.

    Example:
        >>> once_each(np.array([5, 3, 5]), np.array([1, 1, 2]))
        (array([3, 5]), array([[ 1, -1],
               [ 1,  2]]))
    """
    order = np.argsort(records, kind="stable")
    rows, starts, counts = np.unique(
        records[order], return_index=True, return_counts=True
    )
    found = np.full((len(rows), max(counts.max(initial=0), 1)), -1, labels.dtype)
    places = np.arange(len(order)) - np.repeat(starts, counts)
    found[np.repeat(np.arange(len(rows)), counts), places] = labels[order]
    return rows, found


def _planes(choice: Choice, node: int) -> list[Plane]:
    """Planes of a node without weights that hardly say anything."""
    from han.kernels.svm_training import weighty

    planes, biases = choice.planes(node)
    found = []
    for plane, bias in zip(planes.T, biases.tolist(), strict=True):
        plane = np.ascontiguousarray(plane)
        kept = weighty(plane, SLIGHT)
        features = choice.columns[kept]
        order = np.argsort(features)
        places = features[order].astype(np.int32)
        found.append(Plane(node, places, plane[kept][order], bias))
    return found


def _mean(weights: npt.NDArray[np.float64]) -> float:
    return float(weights.mean()) if weights.any() else 1.0
