"""`TreeSoftmax` in NumPy, for prediction."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from han.kernels.column_groups import largest, place, subtract, sums
from han.kernels.gru import Floats, Integers
from han.kernels.threads import run_all
from han.layers.tree_groups import TreeGroups

BLOCK = 256  # documents computed together: what they need stays in the cache


class NumpyTreeSoftmax:
    """What `han.layers.TreeSoftmax` computes, made coherent.

    Args:
        parents: For each of the `N` nodes the id of its parent, -1 at the top.
        head: `tree`, `leaf` or `levels`.
        weights: Of the layer, in its order: kernel `(scored, features)` and bias
            `(scored,)`; where it reads margins, factors `(L,)`, which only training
            uses, and shares `(3, L)`.
        bag: So many features, the last ones, come from a bag of n-grams.

    Example:
        >>> weights = [np.ones((4, 3)), np.zeros(4)]
        >>> head = NumpyTreeSoftmax([-1, -1, 0, 0], "tree", weights)
        >>> np.exp(head(np.ones((1, 3)))).round(3).tolist()
        [[0.5, 0.5, 0.25, 0.25]]
    """

    def __init__(
        self,
        parents: list[int],
        head: str,
        weights: Sequence[Floats],
        bag: int = 0,
    ) -> None:
        self.head = head
        self.tree = TreeGroups(parents, head)
        self.parents = self.tree.parents
        kernel, self._bias, *wide = weights
        self._kernel = kernel.T
        self._bag = bag
        self._shares = wide[1][:, self.tree.levels - 1] if wide else None
        scored = len(self.tree.scored)
        if len(kernel) != scored:
            raise ValueError(
                f"The tree has {scored} nodes with a score, but the kernel has "
                f"{len(kernel)} rows."
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
        own, shares = documents.shape[-1] - self._bag, shares[:, self.tree.scored]
        scores = self._products(documents[..., :own], self._kernel[:own])
        scores = (scores + self._bias) * shares[0]
        bag = self._products(documents[..., own:], self._kernel[own:])
        scores += bag * shares[2]
        scores += self._weighed(margins)
        return scores

    def _products(self, vectors: Floats, kernel: Floats) -> Floats:
        return level_scores(vectors, kernel, self.tree.scored_slices)

    def _weighed(self, margins: Floats | None) -> Floats:
        """What the linear model adds to each score, `(B, scored)`."""
        if margins is None or self._shares is None:
            raise ValueError("This head reads margins of a linear model.")
        weighed = margins * self._shares[1]
        if self.head in ("leaf", "levels"):  # scores do not add up down the path
            for here in self.tree.level_slices[1:]:
                weighed[:, here] += weighed[:, self.parents[here]]
        scored: Floats = weighed[:, self.tree.scored]
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
        shares = np.ones((3, len(self.tree.scored)), np.float32)
        if self._shares is not None:
            shares = self._shares[:, self.tree.scored]
        zero = np.zeros((len(encoder), len(self.tree.scored)), np.float32)
        parts = [
            self._products(encoder, first) * shares[0],
            zero if self._shares is None else self._weighed(margins),
            bag[0] @ third * shares[2] if bag else zero,
            (side @ second + self._bias) * shares[0],
        ]
        found = np.zeros((4, len(encoder), len(self.parents)), np.float32)
        groups = self.tree.groups
        sizes = np.bincount(groups)
        for part, scores in zip(found, parts, strict=True):
            totals = np.empty((len(scores), len(sizes)), np.float32)
            means = sums(scores, groups, totals) / sizes
            part[:, self.tree.scored] = scores - means[:, groups]
        return found

    def node_weights(self) -> tuple[Floats, Floats, Floats]:
        """What scores are made of, for all nodes; 0 for those without one.

        Returns:
            Weights of the numbers of a document vector, `(N, features)`; biases,
            `(N,)`; and what margins are multiplied by, `(N,)`.
        """
        scored, own = self.tree.scored, len(self._kernel) - self._bag
        shares = np.zeros((3, len(self.parents)), np.float32)
        shares[:, scored] = 1 if self._shares is None else self._shares[:, scored]
        kernel = np.zeros((len(self.parents), len(self._kernel)), np.float32)
        kernel[scored] = self._kernel.T
        kernel[:, :own] *= shares[0][:, None]
        kernel[:, own:] *= shares[2][:, None]
        bias = np.zeros(len(self.parents), np.float32)
        bias[scored] = self._bias
        return kernel, bias * shares[0], shares[1]

    def feature_weights(self, chosen: Floats) -> Floats:
        """What sums of scores owe to the numbers of a document vector.

        Args:
            chosen: Weight of the score of each node in a sum, `(B, N)`.

        Returns:
            Weight of each feature, in the order of a document vector, by the level
            whose nodes read it, `(B, L, features)`.
        """
        scored = self.tree.scored
        own = len(self._kernel) - self._bag
        shares = np.ones((3, len(scored)), np.float32)
        if self._shares is not None:
            shares = self._shares[:, scored]
        at_scores = chosen[:, scored]
        found = [
            np.concatenate(
                [
                    (at_scores * shares[0])[:, here] @ self._kernel[:own, here].T,
                    (at_scores * shares[2])[:, here] @ self._kernel[own:, here].T,
                ],
                axis=1,
            )
            for here in self.tree.scored_slices
        ]
        return np.stack(found, axis=1)

    def margin_weights(self, chosen: Floats) -> Floats:
        """What sums of scores owe to the margins of each node, `(B, N)`.

        Args:
            chosen: Weight of the score of each node in a sum, `(B, N)`.
        """
        if self._shares is None:
            return np.zeros_like(chosen)
        weights = np.zeros_like(chosen)
        weights[:, self.tree.scored] = chosen[:, self.tree.scored]
        if self.head in ("leaf", "levels"):  # `_weighed`, the other way round
            for node in range(len(self.parents) - 1, -1, -1):
                if self.parents[node] >= 0:
                    weights[:, self.parents[node]] += weights[:, node]
        weights *= self._shares[1]
        return weights

    def _log_probabilities(self, documents: Floats, margins: Floats | None) -> Floats:
        scores = self._scores(documents, margins)
        groups = self.tree.groups
        totals = np.empty((len(scores), groups.max(initial=-1) + 1), scores.dtype)
        # In three passes: exponentials and logarithms are fastest in one go.
        subtract(scores, largest(scores, groups, totals), groups)
        subtract(scores, np.log(sums(np.exp(scores), groups, totals)), groups)
        nodes = np.empty((len(scores), len(self.parents)), scores.dtype)
        is_tree = self.head == "tree"
        place(scores, self.tree.columns, self.parents, is_tree, nodes)
        if is_tree:
            return nodes
        transposed = nodes.T
        if self.head == "levels":
            transposed = self._of_paths(transposed)
        self._sum_up(transposed)
        return transposed.T

    def _of_paths(self, nodes: Floats) -> Floats:
        """Leaves as products over their paths, as the network's `coherent` has them."""
        summed = nodes.copy()
        for here in self.tree.level_slices[1:]:
            summed[here] += summed[self.parents[here]]
        # A leaf above the last level: the mean of its path for each missing level.
        levels = self.tree.levels
        summed *= (levels.max() / levels)[:, None].astype(nodes.dtype)
        leaves = np.setdiff1d(np.arange(len(nodes)), self.parents)
        one = np.zeros(len(leaves), int)
        summed[leaves] -= numpy_segment_logsumexp(summed[leaves], one)
        return summed

    def _sum_up(self, nodes: Floats) -> None:
        """Gives inner nodes the log of the sum over their children."""
        for below in self.tree.level_slices[:0:-1]:
            inner, groups = np.unique(self.parents[below], return_inverse=True)
            nodes[inner] = numpy_segment_logsumexp(nodes[below], groups)


def numpy_segment_logsumexp(values: Floats, segments: Integers) -> Floats:
    """`log sum exp` within each segment of rows, `(segments, B)`.

    Args:
        values: `(rows, B)`, at least one row.
        segments: Segment of each row, `(rows,)`, never falling, from 0 without gaps.
    """
    first = np.flatnonzero(np.diff(segments, prepend=-1))
    peak = np.maximum.reduceat(values, first, axis=0)
    shifted = np.exp(values - peak[segments])
    return peak + np.log(np.add.reduceat(shifted, first, axis=0))


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


def joined(parts: Sequence[Floats]) -> Floats:
    """Vectors of the encoder with those that stand beside them, for each level.

    Args:
        parts: `(B, features)`, or `(B, L, features)`; then others, `(B, width)` each.
    """
    encoder, *beside = parts
    if encoder.ndim > 2:
        levels = encoder.shape[1]
        beside = [np.repeat(part[:, None], levels, axis=1) for part in beside]
    return np.concatenate([encoder, *beside], axis=-1)
