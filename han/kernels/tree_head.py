"""Log-probabilities of all nodes of a tree, in NumPy; `TreeSoftmax` is the layer."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np

from han.kernels.column_groups import largest, place, subtract, sums
from han.kernels.gru import Floats, Integers
from han.kernels.threads import run_all

BLOCK = 256  # documents computed together: what they need stays in the cache


class TreeHead:
    """What `han.layers.TreeSoftmax` computes, made coherent.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        head: `tree`, `leaf` or `levels`.
        kernel: `(scored, features)`: one row for each node that has a score.
        bias: `(scored,)`.
        shares: Factors of the scores, of the margins of a linear model, and of the
            scores of a bag of n-grams, for each level, `(3, L)`; None without margins.
        bag: So many features, the last ones, come from the bag.

    Example:
        >>> head = TreeHead([-1, -1, 0, 0], "tree", np.ones((4, 3)), np.zeros(4))
        >>> np.exp(head(np.ones((1, 3)))).round(3).tolist()
        [[0.5, 0.5, 0.25, 0.25]]
    """

    def __init__(
        self,
        parents: list[int],
        head: str,
        kernel: Floats,
        bias: Floats,
        shares: Floats | None = None,
        bag: int = 0,
    ) -> None:
        self.parents = np.asarray(parents)
        self.head = head
        self.levels = node_levels(self.parents)
        groups = softmax_groups(self.parents, self.levels, head)
        sizes = np.bincount(groups[groups >= 0])
        has_score = (groups >= 0) & (sizes[groups] > 1)
        self._scored = np.flatnonzero(has_score)
        self._groups = np.unique(groups[has_score], return_inverse=True)[1]
        self._slices = level_slices(self.levels)
        self._scored_slices = scored_slices(self.levels, self._scored)
        # Column of the scores for each node, -1 where there is no choice.
        self._column = np.where(has_score, np.cumsum(has_score) - 1, -1)
        self._kernel, self._bias = kernel.T, bias
        self._bag = bag
        self._shares = None if shares is None else shares[:, self.levels - 1]
        if len(kernel) != len(self._scored):
            raise ValueError(
                f"The tree has {len(self._scored)} nodes with a score, but the kernel "
                f"has {len(kernel)} rows."
            )

    def __call__(self, documents: Floats, margins: Floats | None = None) -> Floats:
        """Log-probabilities `(B, N)` of document vectors.

        Args:
            documents: The vectors, `(B, features)`; or `(B, L, features)`, of which the
                nodes of each level read their own.
            margins: Of a linear model, `(B, N)`, where the head reads them.
        """
        result = np.empty((len(documents), len(self.parents)), np.float32)

        def fill(first: int) -> None:
            block = slice(first, first + BLOCK)
            beside = None if margins is None else margins[block]
            result[block] = self._log_probabilities(documents[block], beside)

        run_all(partial(fill, first) for first in range(0, len(documents), BLOCK))
        return result

    def _scores(self, documents: Floats, margins: Floats | None) -> Floats:
        """Scores of network and linear model together, `(B, scored)`."""
        shares = self._shares
        if shares is None:
            scores: Floats = self._products(documents, self._kernel) + self._bias
            return scores
        own, shares = documents.shape[-1] - self._bag, shares[:, self._scored]
        scores = self._products(documents[..., :own], self._kernel[:own])
        scores = (scores + self._bias) * shares[0]
        bag = self._products(documents[..., own:], self._kernel[own:])
        scores += bag * shares[2]
        scores += self._weighed(margins)
        return scores

    def _products(self, vectors: Floats, kernel: Floats) -> Floats:
        return level_scores(vectors, kernel, self._scored_slices)

    def _weighed(self, margins: Floats | None) -> Floats:
        """What the linear model adds to each score, `(B, scored)`."""
        if margins is None or self._shares is None:
            raise ValueError("This head reads margins of a linear model.")
        weighed = margins * self._shares[1]
        if self.head != "tree":  # scores do not add up down the path
            for here in self._slices[1:]:
                weighed[:, here] += weighed[:, self.parents[here]]
        scored: Floats = weighed[:, self._scored]
        return scored

    def parts(
        self, encoder: Floats, side: Floats, bag: list[Floats], margins: Floats | None
    ) -> Floats:
        """What adds up to the score of each node, `(4, B, N)`.

        Of the encoder, the linear model, the bag of n-grams, and all else (side
        features and bias), as distances to the mean of the softmax that a node is in.

        Args:
            encoder: Vectors of the encoder, `(B, features)` or `(B, L, features)`.
            side: Side features, `(B, width)`.
            bag: Vectors of the bag, if there is one.
            margins: Of a linear model, `(B, N)`, where the head reads them.
        """
        edges = np.cumsum([encoder.shape[-1], side.shape[1]])
        first, second, third = np.split(self._kernel, edges)
        shares = np.ones((3, len(self._scored)), np.float32)
        if self._shares is not None:
            shares = self._shares[:, self._scored]
        zero = np.zeros((len(encoder), len(self._scored)), np.float32)
        parts = [
            self._products(encoder, first) * shares[0],
            zero if self._shares is None else self._weighed(margins),
            bag[0] @ third * shares[2] if bag else zero,
            (side @ second + self._bias) * shares[0],
        ]
        found = np.zeros((4, len(encoder), len(self.parents)), np.float32)
        sizes = np.bincount(self._groups)
        for part, scores in zip(found, parts, strict=True):
            means = sums(
                scores, self._groups, np.empty((len(scores), len(sizes)), "f4")
            )
            part[:, self._scored] = scores - (means / sizes)[:, self._groups]
        return found

    def _log_probabilities(self, documents: Floats, margins: Floats | None) -> Floats:
        scores = self._scores(documents, margins)
        groups = self._groups
        totals = np.empty((len(scores), groups.max(initial=-1) + 1), scores.dtype)
        # In three passes: exponentials and logarithms are fastest in one go.
        subtract(scores, largest(scores, groups, totals), groups)
        subtract(scores, np.log(sums(np.exp(scores), groups, totals)), groups)
        nodes = np.empty((len(scores), len(self.parents)), scores.dtype)
        place(scores, self._column, self.parents, self.head == "tree", nodes)
        if self.head == "tree":
            return nodes
        transposed = nodes.T
        if self.head == "levels":
            transposed = self._of_paths(transposed)
        self._sum_up(transposed)
        return transposed.T

    def _of_paths(self, nodes: Floats) -> Floats:
        """Leaves as products over their paths, as the network's `coherent` has them."""
        summed = nodes.copy()
        for here in self._slices[1:]:
            summed[here] += summed[self.parents[here]]
        # A leaf above the last level: the mean of its path for each missing level.
        summed *= (len(self._slices) / self.levels)[:, None].astype(nodes.dtype)
        leaves = np.setdiff1d(np.arange(len(nodes)), self.parents)
        one = np.zeros(len(leaves), int)
        summed[leaves] -= segment_logsumexp(summed[leaves], one)
        return summed

    def _sum_up(self, nodes: Floats) -> None:
        """Gives inner nodes the log of the sum over their children."""
        for below in self._slices[:0:-1]:
            inner, groups = np.unique(self.parents[below], return_inverse=True)
            nodes[inner] = segment_logsumexp(nodes[below], groups)


def segment_logsumexp(values: Floats, segments: Integers) -> Floats:
    """`log sum exp` within each segment of rows, `(segments, B)`.

    Args:
        values: `(rows, B)`, at least one row.
        segments: Segment of each row, `(rows,)`, never falling, from 0 without gaps.
    """
    first = np.flatnonzero(np.diff(segments, prepend=-1))
    peak = np.maximum.reduceat(values, first, axis=0)
    shifted = np.exp(values - peak[segments])
    return peak + np.log(np.add.reduceat(shifted, first, axis=0))


def node_levels(parents: Integers) -> Integers:
    """Level of each node, 1 at the top; checks the order of the nodes.

    Raises:
        ValueError: If a parent does not come before its child, levels are mixed, or
            siblings are apart.
    """
    levels = np.ones(len(parents), dtype=int)
    for node, parent in enumerate(parents):
        if not -1 <= parent < node:
            raise ValueError(
                "`parents` must be in level order, each parent before its children. "
                f"Received: parents[{node}]={parent}."
            )
        if parent >= 0:
            levels[node] = levels[parent] + 1
    if len(parents) == 0 or np.any(np.diff(levels) < 0) or np.any(np.diff(parents) < 0):
        raise ValueError(
            "`parents` must list at least one node, level by level, with siblings "
            "together, like han.code_list.taxonomy.Taxonomy.parents."
        )
    return levels


def softmax_groups(parents: Integers, levels: Integers, head: str) -> Integers:
    """For each node the softmax it takes part in, -1 for none, `(N,)`."""
    if head == "tree":
        return parents + 1
    if head == "levels":
        return levels - 1
    is_leaf = np.bincount(parents + 1, minlength=len(parents) + 1)[1:] == 0
    return np.where(is_leaf, 0, -1)


def level_scores(vectors: Floats, kernel: Floats, slices: list[slice]) -> Floats:
    """Products of document vectors with the columns of a head, `(B, scored)`.

    Args:
        vectors: `(B, features)`; or `(B, L, features)`, of which each level reads its
            own.
        kernel: `(features, scored)`, level by level.
        slices: Columns of each level, `(L,)`.

    Example:
        >>> vectors = np.array([[[1.0], [5.0]]])
        >>> level_scores(vectors, np.ones((1, 3)), [slice(0, 2), slice(2, 3)]).tolist()
        [[1.0, 1.0, 5.0]]
    """
    if vectors.ndim == 2:
        return np.asarray(vectors @ kernel)
    parts = [vectors[:, i] @ kernel[:, here] for i, here in enumerate(slices)]
    return np.concatenate(parts, axis=1)


def scored_slices(levels: Integers, scored: Integers) -> list[slice]:
    """Where each level begins and ends among the nodes that have a score.

    Args:
        levels: Level of each node, from 1, `(N,)`.
        scored: The nodes with a score, rising, `(scored,)`.

    Example:
        >>> scored_slices(np.array([1, 1, 2, 3, 3]), np.array([0, 1, 3, 4]))
        [slice(0, 2, None), slice(2, 2, None), slice(2, 4, None)]
    """
    edges = np.searchsorted(levels[scored], np.arange(1, levels.max() + 2))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def level_slices(levels: Integers) -> list[slice]:
    """Where each level begins and ends among nodes in level order."""
    edges = np.searchsorted(levels, np.arange(1, levels.max() + 2))
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]
