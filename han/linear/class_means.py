"""Class means of pretrained vectors: what knowledge of words says of each code."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.sibling_odds import sibling_odds
from han.late_packages import sparse
from han.text.encoded_texts import EncodedTexts

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

# Chosen on validation records of six sets; neighbouring values are no worse.
PRIOR_RECORDS = 2.0  # records that the mean of a code's parent counts for
SHRINKAGE = 0.1  # of the covariance towards equal and independent numbers
LEAST_SPREAD = 0.01  # sum of variances of vectors of length 1 that are all alike
BLOCK = 8192  # records whose vectors are held in full precision
COLUMNS = 64  # of all vectors that are held so
SHARPNESS = 0.3  # of the leaves where they are summed up: a Gaussian is too sure


@dataclass(frozen=True)
class ClassMeans:
    """How near the vector of a document is to the mean vector of each code.

    Linear discriminant analysis over the leaves: Gaussians of one covariance, that of
    records within their codes. A mean is drawn towards that of the parent, so that a
    code with few records is near its siblings and one without any is where its parent
    is. All leaves count alike. An inner node is the sum of the leaves below it: its own
    records are a mixture, which no single Gaussian would fit.

    Attributes:
        weights: `(D, leaves)`, leaves by their number.
        biases: `(leaves,)`.
        factors: By which the log-odds of each node count, `(N,)`.
        parents: `Taxonomy.parents`.

    Reference:
        Hastie, Tibshirani and Friedman 2009, The Elements of Statistical Learning,
        section 4.3.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> vectors = np.array([[1.0, 0.1], [1.0, -0.1], [0.1, 1.0], [-0.1, 1.0]])
        >>> means = ClassMeans.fit(vectors, np.array([0, 0, 1, 1]), np.ones(4), tree)
        >>> means.scores(vectors).argmax(axis=1).tolist()
        [0, 0, 1, 1]
    """

    weights: Floats
    biases: Floats
    factors: Floats
    parents: npt.NDArray[np.int32]

    @classmethod
    def fit(
        cls,
        vectors: Floats,
        nodes: IntArray,
        weights: Doubles,
        tree: Taxonomy,
        rows: npt.NDArray[np.integer] | None = None,
    ) -> ClassMeans:
        """Means and covariance.

        Args:
            vectors: Of documents, `(n, D)`, of length 1; zeros for one without words.
            nodes: True nodes, `(n,)`; a partial code counts in the means above it.
            weights: Weight of each record, `(n,)`.
            tree: The code list.
            rows: Which of them teach, rising; by default all.
        """
        useful = vectors.any(axis=1) & (weights > 0)
        given = np.flatnonzero(useful) if rows is None else rows[useful[rows]]
        nodes = nodes[given]
        weights = weights[given] * (len(given) / max(weights[given].sum(), 1e-12))
        sums, counts = _sums(vectors, given, nodes, weights, tree)
        covariance = _within(vectors, given, nodes, weights, sums, counts)
        means = _shrunk_means(sums, counts, tree)[_leaves(tree.parents)]
        planes = np.linalg.solve(covariance, means.T)
        biases = -0.5 * np.einsum("ij,ji->i", means, planes)
        return cls(
            (SHARPNESS * planes).astype(np.float32),
            (SHARPNESS * biases).astype(np.float32),
            np.ones(tree.num_nodes, np.float32),
            tree.parents,
        )

    def times(self, factors: npt.NDArray[np.floating]) -> ClassMeans:
        """The same with other factors."""
        return replace(self, factors=factors.astype(np.float32))

    def check(self, parents: npt.NDArray[np.int32]) -> None:
        """Raises ValueError if they are of another code list."""
        shape = _leaves(parents).shape
        fits = self.weights.shape[1:] == shape and self.biases.shape == shape
        if not fits or not np.array_equal(self.parents, parents):
            raise ValueError("class means of another code list")
        if self.factors.shape != parents.shape:
            raise ValueError("factors of another code list")

    def scores(self, vectors: Floats) -> Floats:
        """Log-odds among siblings times the factors, `(n, N)`.

        Of a document without words they are 0.

        Args:
            vectors: Of documents, `(n, D)`.
        """
        result = np.zeros((len(vectors), len(self.parents)), np.float32)
        result[:, _leaves(self.parents)] = vectors @ self.weights + self.biases
        edges = np.flatnonzero(np.diff(self.parents, prepend=-2, append=-2))
        sibling_odds(edges, self.parents, self.factors, result)
        result[~vectors.any(axis=1)] = 0
        return result


def document_vectors(
    vectors: Floats, places: npt.NDArray[np.int64], texts: EncodedTexts
) -> Floats:
    """Mean vector of the sentences of each document, of length 1, `(n, D)`.

    Zeros for a document without words.

    Args:
        vectors: Of the distinct sentences, `(distinct, D)`.
        places: Which of them each sentence has, `(sentences,)`.
        texts: The documents, `(n,)`.
    """
    edges = np.concatenate([[0], np.cumsum(texts.document_sentences)])
    ones = np.ones(len(places), np.float32)
    shape = (len(texts), len(vectors))
    sums = sparse.csr_array((ones, places, edges), shape=shape) @ vectors
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    sums /= np.where(lengths > 0, lengths, 1)
    return np.asarray(sums, np.float32)


def _leaves(parents: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Numbers of the leaves; they rise, unlike those of `Taxonomy.leaves`."""
    return np.setdiff1d(np.arange(len(parents)), parents)


def _sums(
    vectors: Floats,
    given: npt.NDArray[np.integer],
    nodes: IntArray,
    weights: Doubles,
    tree: Taxonomy,
) -> tuple[Doubles, Doubles]:
    """Sum of the vectors of each node, `(N, D)`, and weight of its records, `(N,)`."""
    shape = (tree.num_nodes, len(vectors))
    of_nodes = sparse.csr_array((weights, (nodes, given)), shape)
    sums = np.empty((tree.num_nodes, vectors.shape[1]))
    for first in range(0, vectors.shape[1], COLUMNS):  # each is copied as doubles
        part = slice(first, first + COLUMNS)
        sums[:, part] = of_nodes @ vectors[:, part]
    counts = np.bincount(nodes, weights, minlength=tree.num_nodes).astype(np.float64)
    for node in range(tree.num_nodes - 1, -1, -1):
        if (parent := tree.parents[node]) >= 0:
            sums[parent] += sums[node]
            counts[parent] += counts[node]
    return sums, counts


def _shrunk_means(sums: Doubles, counts: Doubles, tree: Taxonomy) -> Doubles:
    """Mean of each node, drawn towards that of its parent, `(N, D)`."""
    top = tree.parents < 0
    whole = sums[top].sum(axis=0) / max(counts[top].sum(), 1e-12)
    means = np.empty_like(sums)
    for node, parent in enumerate(tree.parents.tolist()):
        above = whole if parent < 0 else means[parent]
        total = sums[node] + PRIOR_RECORDS * above
        means[node] = total / (counts[node] + PRIOR_RECORDS)
    return means


def _within(
    vectors: Floats,
    given: npt.NDArray[np.integer],
    nodes: IntArray,
    weights: Doubles,
    sums: Doubles,
    counts: Doubles,
) -> Doubles:
    """Covariance of records within their codes, shrunk, `(D, D)`."""
    means = sums / np.maximum(counts, 1e-12)[:, None]
    covariance = np.zeros((vectors.shape[1],) * 2)
    for first in range(0, len(nodes), BLOCK):
        rows = slice(first, first + BLOCK)
        away = vectors[given[rows]] - means[nodes[rows]]
        covariance += (away * weights[rows, None]).T @ away
    covariance /= max(weights.sum() - len(np.unique(nodes)), 1.0)
    spread = max(np.trace(covariance), LEAST_SPREAD) / len(covariance)
    equal = spread * np.eye(len(covariance))
    return np.asarray((1 - SHRINKAGE) * covariance + SHRINKAGE * equal)
