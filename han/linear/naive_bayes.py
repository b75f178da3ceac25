"""Complement naive Bayes down a tree of codes: what rare words and pairs say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.svm import add_scores
from han.late_packages import sparse

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.float64]

SMOOTHING = 0.01  # counted for each feature; small, so that rare ones speak loudly


@dataclass(frozen=True)
class ComplementBayes:
    """How much rarer each word is among the siblings of a node than in all of them.

    A plane spreads what a long document says over hundreds of words, and a word that
    two documents hold gets little of it; here such a word counts most. Of a node `c`
    below `p`, with `n_cf` the TF-IDF of feature `f` in the records of `c` and `n_pf`
    in those of all children of `p`, a document `x` has the score

        sum_f x_f log (n_pf + a) / (n_pf - n_cf + a)  -  |x|_1 drift_c
        drift_c = log (n_p + a F) / (n_p - n_c + a F)

    which is complement naive Bayes up to a number that all siblings share, and is not
    0 for the features alone that records of `c` have.

    Attributes:
        first: Where the nodes of each feature begin, `(features + 1,)`.
        nodes: Nodes that each feature speaks of, `(k,)`.
        weights: What it says of each, `(k,)`.
        drift: What each word takes from each node, `(N,)`.
        width: How many of the features count: the words and pairs, which come first.

    Reference:
        Rennie et al. 2003, Tackling the Poor Assumptions of Naive Bayes Text
        Classifiers.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> features = sparse.csr_array(np.eye(2, dtype=np.float32))
        >>> bayes = ComplementBayes.fit(features, np.array([0, 1]), np.ones(2), tree, 2)
        >>> bayes.scores(features).argmax(axis=1).tolist()
        [0, 1]
    """

    first: npt.NDArray[np.int64]
    nodes: npt.NDArray[np.int32]
    weights: Floats
    drift: Floats
    width: npt.NDArray[np.int64]

    @classmethod
    def fit(
        cls,
        features: sparse.csr_array,
        nodes: IntArray,
        weights: Counts,
        tree: Taxonomy,
        width: int,
    ) -> ComplementBayes:
        """Counts.

        Args:
            features: `(n, features)`, not below 0.
            nodes: True nodes, `(n,)`; a partial code counts in the splits above it.
            weights: Weight of each record, `(n,)`.
            tree: The code list.
            width: The first columns, which are counted.
        """
        counts = _counts(features[:, :width], nodes, weights, tree)
        found = np.bincount(counts.row, counts.data, minlength=tree.num_nodes)
        total = found.astype(np.float64)
        pad = SMOOTHING * max(width, 1)  # records may share no word at all
        drift = _log_ratio(_of_siblings(total, tree.parents), total, pad)
        split = tree.parents[counts.row].astype(np.int64) * width + counts.col
        _, same = np.unique(split, return_inverse=True)
        of_split = np.bincount(same, counts.data).astype(np.float64)[same]
        said = _log_ratio(of_split, counts.data, SMOOTHING)
        table = sparse.coo_array(
            (said, (counts.col, counts.row)), (features.shape[1], tree.num_nodes)
        ).tocsr()
        return cls(
            table.indptr.astype(np.int64),
            table.indices.astype(np.int32),
            table.data,
            drift,
            np.array(width),
        )

    def scores(self, features: sparse.csr_array) -> Floats:
        """Log-odds among siblings that are far too sure of themselves, `(n, N)`."""
        count = self.lengths(features)
        result = -count[:, None] * self.drift
        add_scores(features, self.first, self.nodes, self.weights, result)
        return result

    def times(self, factors: npt.NDArray[np.floating]) -> ComplementBayes:
        """The same with the scores of each node multiplied, by `(N,)` numbers."""
        weights = (self.weights * factors[self.nodes]).astype(np.float32)
        drift = (self.drift * factors).astype(np.float32)
        return ComplementBayes(self.first, self.nodes, weights, drift, self.width)

    def lengths(self, features: sparse.csr_array) -> Floats:
        """Sum of the features of each document that count, `(n,)`."""
        rows = np.repeat(np.arange(features.shape[0]), np.diff(features.indptr))
        values = np.where(features.indices < self.width, features.data, 0)
        count = np.bincount(rows, values, minlength=features.shape[0])
        return count.astype(np.float32)


def _counts(
    features: sparse.csr_array, nodes: IntArray, weights: Counts, tree: Taxonomy
) -> sparse.coo_array:
    """Sum of each feature over the records of each node with siblings."""
    paths = tree.paths[nodes]
    record, level = np.nonzero(paths >= 0)
    node = paths[record, level]
    splits = _of_siblings(np.ones(tree.num_nodes), tree.parents)[node] > 1
    record, node = record[splits], node[splits]
    mean = weights.mean() if weights.any() else 1.0
    shape = (tree.num_nodes, len(nodes))
    below = sparse.csr_array((weights[record] / mean, (node, record)), shape)
    return (below @ features).tocoo()


def _of_siblings(values: Counts, parents: npt.NDArray[np.int32]) -> Counts:
    """Sum of the values of a node and its siblings, for each node, `(N,)`."""
    sums: Counts = np.bincount(parents + 1, values).astype(np.float64)
    return sums[parents + 1]


def _log_ratio(whole: Counts, part: Counts, smoothing: float) -> Floats:
    """How much more there is than without the part, as a logarithm."""
    rest = np.maximum(whole - part, 0.0)
    ratio: Floats = np.log((whole + smoothing) / (rest + smoothing)).astype(np.float32)
    return ratio
