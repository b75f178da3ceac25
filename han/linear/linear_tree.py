"""Linear support vector machines for the children of each parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.svm import add_scores
from han.late_packages import sparse
from han.linear.plane_training import Machine, Plane, Split, TreeExamples

Floats = npt.NDArray[np.float32]

SHARPNESS = np.float32(3.0)  # at which margins are fair log-odds
POINTS = 8  # of the way from no feature to all, where a soft maximum is shared out


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
            nodes: True nodes, `(n,)`; a partial code teaches the splits above it.
            weights: Weight of each record, `(n,)`; those of 0 do not teach.
            tree: The code list.
            flat: Whether to tell each leaf from all others; partial codes do not teach.
            cost: What an error costs, beside the length of a plane.
            seed: Seed of the order in which records are looked at.
        """
        machines = [Machine(left_out=-1, cost=cost)]
        fold = np.zeros(len(nodes), np.int8)
        (found,) = cls.fit_several(
            features, nodes, weights, tree, fold, machines, flat=flat, seed=seed
        )
        return found

    @classmethod
    def fit_several(
        cls,
        features: sparse.csr_array,
        nodes: IntArray,
        weights: npt.NDArray[np.float64],
        tree: Taxonomy,
        fold: npt.NDArray[np.integer],
        machines: Sequence[Machine],
        *,
        flat: bool = False,
        seed: int = 0,
    ) -> list[LinearTree]:
        """Learns several kinds of planes at once, which takes little longer than one.

        Each is what `fit` makes of the records that it sees.

        Args:
            features: `(n, features)`, float32.
            nodes: True nodes, `(n,)`; a partial code teaches the splits above it.
            weights: Weight of each record, `(n,)`; those of 0 do not teach.
            tree: The code list.
            fold: Fold of each record, `(n,)`.
            machines: Which fold each kind leaves out, and what an error costs.
            flat: Whether to tell each leaf from all others; partial codes do not teach.
            seed: Seed of the order in which records are looked at.
        """
        paths = _leaf_paths(nodes, tree) if flat else tree.paths[nodes]
        splits = [(0, tree.num_nodes, tree.leaves)] if flat else [*_splits(tree)]
        examples = TreeExamples(features, paths, weights, fold, machines, seed)
        planes: list[list[Plane]] = [[] for _ in machines]
        for found in examples.learn(splits):
            for one, plane in zip(planes, found, strict=True):
                one.append(plane)
        width = features.shape[1]
        return [
            cls._of(planes.pop(0), width, tree, flat, machine.cost)
            for machine in machines
        ]

    @classmethod
    def _of(
        cls, planes: list[Plane], width: int, tree: Taxonomy, flat: bool, cost: float
    ) -> LinearTree:
        """Planes of nodes as one sparse matrix, by feature."""
        order = sorted(planes, key=lambda plane: plane.node)
        lengths = np.zeros(tree.num_nodes + 1, np.int64)
        biases = np.zeros(tree.num_nodes, np.float32)
        for plane in order:
            lengths[plane.node + 1] = len(plane.features)
            biases[plane.node] = plane.bias
        values = np.concatenate([np.empty(0, np.float32), *(p.weights for p in order)])
        places = np.concatenate([np.empty(0, np.int32), *(p.features for p in order)])
        by_node = (values, places, np.cumsum(lengths))
        matrix = sparse.csc_array(by_node, (width, tree.num_nodes)).tocsr()
        return cls(
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32, copy=False),
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


def _leaf_paths(nodes: IntArray, tree: Taxonomy) -> IntArray:
    """Paths of leaves as if the tree had them alone, `(n, 1)`; -1 for partial codes."""
    is_leaf = tree.child_counts[nodes] == 0
    return np.where(is_leaf, nodes, -1)[:, None].astype(np.int32)


def _splits(tree: Taxonomy) -> Iterator[Split]:
    """Nodes that have siblings."""
    edges = np.flatnonzero(np.diff(tree.parents, prepend=-2, append=-2))
    for first, last in pairwise(edges.tolist()):
        if last - first > 1:
            yield first, last, np.arange(first, last, dtype=np.int32)
