"""Linear support vector machines for the children of each parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.svm import add_scores, train_svm, unsigned_indices
from han.kernels.threads import run_all
from han.late_packages import sparse
from han.linear.set_planes import once_each, set_paths

Floats = npt.NDArray[np.float32]

PASSES = 100  # most passes over the examples of a split; ten or so are usual
TOLERANCE = 0.1  # that of scikit-learn's solver is tighter, to no better codes
SHARPNESS = np.float32(3.0)  # at which margins are fair log-odds
POINTS = 8  # of the way from no feature to all, where a soft maximum is shared out
# Share of a plane's squared length that its smallest weights may have together to be
# left out: half of all weights, and codes of unseen records are no worse for it.
SLIGHT = 0.02


@dataclass(frozen=True)
class LinearTree:
    """Planes that tell each node from its siblings, on sparse features.

    A node's plane is learnt from the records below its parent, so that one record
    teaches tens of planes and not one for each code of the list. Few features speak of
    any one node, and only those are kept.

    If `is_flat`, there are planes for leaves alone, each learnt from all records, and
    an inner node has a soft maximum of the leaves below it: better where the nodes of a
    level are mixtures that no plane can part, and dear where leaves are many.

    Attributes:
        first: Where the nodes of each feature begin, `(features + 1,)`.
        nodes: Nodes that each feature speaks of, `(k,)`.
        weights: What it says of each, `(k,)`.
        biases: `(N,)`.
        parents: `Taxonomy.parents`.
        is_flat: Whether inner nodes have no planes of their own, `()`.
        cost: What an error cost, `()`; 1 in files of older versions.

    Reference:
        Babbar and Schoelkopf 2017, DiSMEC, for one sparse plane for each label.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> features = sparse.csr_array(np.eye(2, dtype=np.float32))
        >>> planes = LinearTree.fit(features, np.array([0, 1]), np.ones(2), tree)
        >>> (planes.margins(features) > 0).tolist()
        [[True, False], [False, True]]
    """

    first: npt.NDArray[np.int64]
    nodes: npt.NDArray[np.int32]
    weights: Floats
    biases: Floats
    parents: npt.NDArray[np.int32]
    is_flat: npt.NDArray[np.bool_]
    cost: npt.NDArray[np.float64] = field(default_factory=lambda: np.array(1.0))

    @classmethod
    def fit(
        cls,
        features: sparse.csr_array,
        nodes: IntArray,
        weights: npt.NDArray[np.float64],
        tree: Taxonomy,
        *,
        flat: bool = False,
        cost: float = 1.0,
        seed: int = 0,
    ) -> LinearTree:
        """Learns the planes.

        Args:
            features: `(n, features)`, float32.
            nodes: True nodes, `(n,)`; a partial code teaches the splits above it. Or
                sets of them, `(n, A)`; see `han.linear.set_planes`.
            weights: Weight of each record, `(n,)`; those of 0 do not teach.
            tree: The code list.
            flat: Whether to tell each leaf from all others; partial codes do not teach.
            cost: What an error costs, beside the length of a plane.
            seed: Seed of the order in which records are looked at.
        """
        has_sets = nodes.ndim > 1
        if has_sets:
            paths = set_paths(nodes, tree, flat)
        else:
            paths = _leaf_paths(nodes, tree) if flat else tree.paths[nodes]
        examples = _Examples(features, paths, weights, cost, seed, has_sets)
        # One of a set may be an only child, or not be there.
        tasks = _leaves(tree) if flat else _splits(tree, least=1 if has_sets else 2)
        planes = run_all(partial(examples.learn, *task) for task in tasks)
        owner = [np.full(len(p.features), p.node) for p in planes]
        place = np.concatenate([np.empty(0, np.int64), *(p.features for p in planes)])
        shape = (features.shape[1], tree.num_nodes)
        values = np.concatenate([np.empty(0, np.float32), *(p.weights for p in planes)])
        matrix = sparse.csr_array(
            (values, (place, np.concatenate([np.empty(0, np.int64), *owner]))), shape
        )
        biases = np.zeros(tree.num_nodes, np.float32)
        biases[[plane.node for plane in planes]] = [plane.bias for plane in planes]
        return cls(
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32),
            matrix.data,
            biases,
            tree.parents,
            np.array(flat),
            np.array(cost),
        )

    def margins(self, features: sparse.csr_array) -> Floats:
        """Distance of documents from the plane of each node, `(n, N)`; above 0: in."""
        result = np.repeat(self.biases[None], features.shape[0], axis=0)
        add_scores(features, self.first, self.nodes, self.weights, result)
        return self._summed(result) if self.is_flat else result

    def plane_weights(self, margins: Floats, chosen: Floats) -> Floats:
        """What sums of margins owe to the planes of leaves, of a flat model, `(n, N)`.

        An inner node is a soft maximum, which has no shares of its own: its leaves
        count for it as they do on the way from no feature to all, so that what they
        add up to is the margin's whole change.

        Args:
            margins: Of the documents, `(n, N)`.
            chosen: Weight of each margin in the sum, `(n, N)`.

        Reference:
            Sundararajan, Taly and Yan 2017, Axiomatic Attribution for Deep Networks.
        """
        weights = np.zeros_like(chosen)
        for point, part in zip(*np.polynomial.legendre.leggauss(POINTS), strict=True):
            here = self.biases + (margins - self.biases) * np.float32((point + 1) / 2)
            here, owed = self._summed(here), chosen.copy()
            for node, parent in enumerate(self.parents):
                if parent >= 0:
                    share = np.exp(SHARPNESS * (here[:, node] - here[:, parent]))
                    owed[:, node] += owed[:, parent] * share
            weights += owed * np.float32(part / 2)
        weights[:, np.unique(self.parents[self.parents >= 0])] = 0
        return weights

    def _summed(self, margins: Floats) -> Floats:
        """Gives inner nodes a soft maximum of their children, level by level."""
        inner = np.unique(self.parents[self.parents >= 0])
        margins[:, inner] = -np.inf
        # A parent comes before its children, so the last node is a leaf.
        for node in range(len(self.parents) - 1, -1, -1):
            if (parent := self.parents[node]) >= 0:
                both = np.logaddexp(
                    SHARPNESS * margins[:, parent], SHARPNESS * margins[:, node]
                )
                margins[:, parent] = both / SHARPNESS
        return margins


@dataclass(frozen=True)
class _Plane:
    """What tells a node from its siblings."""

    node: int
    features: npt.NDArray[np.int64]
    weights: Floats
    bias: float


class _Examples:
    """Training records, and how a plane is learnt from some of them."""

    def __init__(
        self,
        features: sparse.csr_array,
        paths: IntArray,
        weights: npt.NDArray[np.float64],
        cost: float,
        seed: int,
        has_sets: bool = False,
    ) -> None:
        self.features, self.seed, self.has_sets = features, seed, has_sets
        self.indptr, self.indices = unsigned_indices(features)
        mean = weights.mean() if weights.any() else 1.0
        self.costs = (cost * weights / mean).astype(np.float32)
        square = features.multiply(features).sum(axis=1)
        self.squares = np.asarray(square, np.float32).ravel()
        teaching = np.flatnonzero(self.costs > 0)
        # Records of each node: one sort for all, and no search for each.
        levels = [(paths[teaching, level]) for level in range(paths.shape[1])]
        node = np.concatenate(levels)
        record = np.tile(teaching, len(levels))
        order = np.argsort(node, kind="stable")
        self._nodes, self._records = node[order], record[order]

    def learn(self, node: int, first: int, last: int) -> _Plane:
        """The plane of a node among the siblings from `first` to before `last`."""
        low, high = np.searchsorted(self._nodes, [first, last])
        rows, is_node = self._records[low:high], self._nodes[low:high] == node
        if self.has_sets:
            rows, is_node = once_each(rows, is_node)
        if is_node.all() or not is_node.any():  # nothing to tell apart
            bias = float(np.sign(2 * is_node.sum() - len(rows)))
            return _Plane(node, np.empty(0, np.int64), np.empty(0, np.float32), bias)
        plane = np.zeros(self.features.shape[1], np.float32)
        bias = train_svm(
            self.indptr,
            self.indices,
            self.features.data,
            self.squares,
            rows,
            np.where(is_node, 1, -1).astype(np.float32),
            self.costs[rows],
            PASSES,
            TOLERANCE,
            (self.seed + node) % 2**31,
            plane,
        )
        kept = _weighty(plane)
        return _Plane(node, kept, plane[kept], float(bias))


def _weighty(plane: Floats) -> npt.NDArray[np.int64]:
    """Features of a plane without the smallest ones, which hardly say anything."""
    there = np.flatnonzero(plane)
    order = there[np.argsort(np.abs(plane[there]), kind="stable")]
    squares = np.cumsum(plane[order].astype(np.float64) ** 2)
    return np.sort(order[np.searchsorted(squares, SLIGHT * squares[-1:].sum()) :])


def _leaf_paths(nodes: IntArray, tree: Taxonomy) -> IntArray:
    """Paths of leaves as if the tree had them alone, `(n, 1)`; -1 for partial codes."""
    is_leaf = tree.child_counts[nodes] == 0
    return np.where(is_leaf, nodes, -1)[:, None].astype(np.int32)


def _leaves(tree: Taxonomy) -> Iterator[tuple[int, int, int]]:
    """Leaves, each among all nodes."""
    if len(tree.leaves) > 1:
        yield from ((int(leaf), 0, tree.num_nodes) for leaf in tree.leaves)


def _splits(tree: Taxonomy, least: int = 2) -> Iterator[tuple[int, int, int]]:
    """Nodes that have siblings, with the first of these and the one after the last.

    Args:
        tree: The code list.
        least: So many children a parent has at least; 1 for only children, too.
    """
    edges = np.flatnonzero(np.diff(tree.parents, prepend=-2, append=-2))
    for first, last in pairwise(edges.tolist()):
        if last - first >= least:
            yield from ((node, first, last) for node in range(first, last))
