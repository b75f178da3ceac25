"""The most probable full codes of a network, without computing most of the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from han.kernels.gru import Floats, Integers
from han.kernels.svm import unsigned_indices
from han.kernels.threads import run_all
from han.kernels.tree_search import LANES, search_tree
from han.linear.linear_model import LinearModel
from han.network.numpy_network import NumpyNetwork
from han.text.encoded_texts import EncodedTexts

BLOCK = 256  # documents that one thread takes at a time
# Numbers in the table of wide features, in weights of planes: of a feature of the table
# only the children that are looked at are read, of the others everything.
TABLE = 4
NO_LIMITS = (np.inf, np.inf)


@dataclass(frozen=True)
class FoundCodes:
    """The most probable leaves of `n` documents.

    Attributes:
        nodes: Leaves, most probable first, `(n, k)`, or as many as reach a limit, if
            these are more; -1 after them.
        logs: Their log-probabilities, `(n, k)`; NaN where a score is no number, -inf
            where there is no leaf.
        path_logs: Those on the path of the first one, `(n, L)`; NaN below it.
        listed: How many leaves reach each of two limits, and the first and the last
            place of those that reach the lower one, `(n, 4)`; the place of the most
            probable leaf where none do.
    """

    nodes: npt.NDArray[np.int32]
    logs: Floats
    path_logs: Floats
    listed: npt.NDArray[np.int64]


class CodeSearch:
    """Finds what `NumpyNetwork.log_probabilities` would say of the most probable codes.

    What adds up to the score of a node is put together once: network, bag of n-grams,
    planes and naive Bayes. Scores that are no sum over features, those of class means
    and of planes for leaves alone, are computed for all nodes and stand beside.

    Args:
        network: Its head is `tree`, with one vector for all levels: see `search_of`.
        leaves: Its full codes; of equal ones the first goes first: `Taxonomy.leaves`.
    """

    def __init__(self, network: NumpyNetwork, leaves: Integers) -> None:
        self._network, self._linear = network, network.linear
        if self._linear is not None and self._linear.evidence.planes.is_flat:
            self._linear = None
        parents, levels = network.head.parents, network.head.tree.levels
        count = len(parents)
        steps = np.arange(-1, count)
        self._edges = np.array(
            [np.searchsorted(parents, steps, side) for side in ("left", "right")]
        )
        places = np.full(count, -1)
        places[leaves] = np.arange(len(leaves))
        self._nodes = np.array([parents, levels, places], np.int64)
        kernel, bias, self._share = network.head.node_weights()
        sums = sparse.csr_array((1, count), dtype=np.float32)
        if self._linear is not None:
            sums, drift, biases = _summed(self._linear, self._share)
            # One more number of a document vector: how many words it has.
            kernel, bias = np.append(kernel, -drift[:, None], axis=1), bias + biases
        self._head = np.ascontiguousarray(kernel, np.float32), bias.astype(np.float32)
        self._planes = _with_table(sums, self._edges)

    def __call__(
        self,
        texts: EncodedTexts,
        k: int,
        colds: npt.NDArray[np.floating] | None = None,
        limits: npt.ArrayLike = NO_LIMITS,
        most: int = 0,
    ) -> FoundCodes:
        """The most probable leaves.

        Args:
            texts: The documents, `(n,)`.
            k: Number of leaves, from 1 to all there are.
            colds: What the scores of the children of each node are multiplied by, `(N +
                1,)`, the root's first; nothing if None.
            limits: Two log-probabilities, the lower one first: leaves that reach them
                are counted.
            most: So many of those that reach the lower one are found, too.
        """
        factors = np.ones(self._edges.shape[1]) if colds is None else colds
        depth = int(self._nodes[1].max())
        places = len(texts), min(max(k, most), int(self._nodes[2].max()) + 1)
        found = FoundCodes(
            np.full(places, -1, np.int32),
            np.full(places, -np.inf, np.float32),
            np.full((len(texts), depth), np.nan, np.float32),
            np.zeros((len(texts), 4), np.int64),
        )
        how = factors.astype(np.float32), k, np.asarray(limits, np.float32)
        for rows, part in self._network.chunks(texts):
            self._fill(part, int(rows[0]) if len(rows) else 0, found, *how)
        return found

    def _fill(
        self,
        texts: EncodedTexts,
        start: int,
        found: FoundCodes,
        *how: Any,
    ) -> None:
        vectors, (indptr, *values), beside = self._read(texts)

        def fill(first: int) -> None:
            last = min(first + BLOCK, len(texts))
            here, there = slice(first, last), slice(start + first, start + last)
            search_tree(
                self._edges,
                self._nodes,
                how[0],
                vectors[here],
                self._head,
                (indptr[first:], *values),
                self._planes,
                beside[here],
                *how[1:],
                found.nodes[there],
                found.logs[there],
                found.path_logs[there],
                found.listed[there],
            )

        run_all(partial(fill, first) for first in range(0, len(texts), BLOCK))

    def _read(self, texts: EncodedTexts) -> tuple[Floats, list[Any], Floats]:
        """Document vectors, features that planes read, and scores beside them."""
        vectors, linear = self._network.document_vectors(texts), self._linear
        features = sparse.csr_array((len(texts), 1), dtype=np.float32)
        beside = np.zeros((0, len(self._share)), np.float32)
        if linear is not None:
            features, bayes = linear.matrix(texts), linear.evidence.bayes
            words = np.zeros(len(texts), np.float32)
            if bayes is not None:
                words = bayes.lengths(features)
            vectors = np.append(vectors, words[:, None], axis=1)
            given = linear.vectors(texts)
            if linear.evidence.means is not None and given is not None:
                beside = linear.evidence.means.scores(given) * self._share
        elif self._network.wide:
            beside = self._network.margins(texts) * self._share
        arrays = [*unsigned_indices(features), features.data]
        beside = beside.astype(np.float32, copy=False)
        return vectors.astype(np.float32, copy=False), arrays, beside


def search_of(network: object, leaves: Integers) -> CodeSearch | None:
    """The search of a network; None if one cannot go down its tree.

    It can where codes are chosen among siblings, by one vector of each document.

    Args:
        network: Of any kind.
        leaves: As for `CodeSearch`.
    """
    if not isinstance(network, NumpyNetwork) or network.head.head != "tree":
        return None
    one_vector = network.sentences.attention.contexts == 1
    return CodeSearch(network, leaves) if one_vector else None


def _summed(
    linear: LinearModel, share: Floats
) -> tuple[sparse.csr_array, Floats, Floats]:
    """What the linear model adds to scores, for features, words and at all.

    Returns:
        Weights `(features, N)`; what each word takes, `(N,)`; biases, `(N,)`.
    """
    planes, bayes = linear.evidence.planes, linear.evidence.bayes
    shape = (len(planes.first) - 1, len(share))
    weights = planes.weights * share[planes.nodes]
    sums = sparse.csr_array((weights, planes.nodes, planes.first), shape)
    if bayes is None:
        return sums, np.zeros_like(share), planes.biases * share
    weights = bayes.weights * share[bayes.nodes]
    sums = sums + sparse.csr_array((weights, bayes.nodes, bayes.first), shape)
    return sums, bayes.drift * share, planes.biases * share


def _with_table(weights: sparse.csr_array, edges: Integers) -> tuple[Any, ...]:
    """The planes of `search_tree`: lists of most features, a table of the widest."""
    sizes, count = np.diff(weights.indptr), weights.shape[1]
    most = min(TABLE * weights.nnz // count, int((sizes > 0).sum()))
    wide = np.argsort(-sizes, kind="stable")[:most]  # the commonest lie together
    places = np.full(len(sizes), -1, np.int64)
    places[wide] = np.arange(most)
    children = np.diff(edges, axis=0)[0]
    columns = np.where(children > 1, -(-children // LANES) * LANES, 0)
    blocks = most * (np.cumsum(columns) - columns)
    table = np.zeros(most * columns.sum(), np.float32)
    rows = weights[wide].toarray()
    for parent in np.flatnonzero(columns):
        first, last = edges[:, parent]
        size = most * columns[parent]
        block = table[blocks[parent] :][:size].reshape(most, columns[parent])
        block[:, : last - first] = rows[:, first:last]
    first = weights.indptr.astype(np.uint64)
    nodes = weights.indices.astype(np.uint32)
    values = weights.data.astype(np.float32)
    return first, nodes, values, places, blocks, table
