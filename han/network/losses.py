"""Training losses: cross-entropy, generalised, label smoothing, priors."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from keras import ops

from han.code_list.taxonomy import IntArray, Taxonomy
from han.layers.tree_groups import node_levels, softmax_groups
from han.layers.tree_softmax import segment_logsumexp, sum_up

Floats = npt.NDArray[np.floating]


class TreeLoss:
    """The loss of a document as a sum over the splits that lead to its true node.

    A split is one softmax of the head: the children of one parent (`tree`), all leaves
    (`leaf`), or all nodes of a level (`levels`). With `p` the probability of the true
    node within its split:

    * `loss="cross_entropy"`: `-log p`. `"generalised"`: `(1 - p^q) / q` for each split,
      so that a label that is wrong at the last level still teaches the first ones. A
      document whose code is improbable pulls less: wrong labels do less harm.
    * `label_smoothing` moves that share of the target from the true node to all nodes
      of the split alike, the true one among them. With the head `tree` these are its
      siblings: nothing goes to other branches, and an only child keeps all.
    * `adjustment` is added to the scores of each split before its softmax, in training
      alone: with `tau log prior` rare codes get the scores that they need to win where
      they are as probable as frequent ones.

    The splits of a path that stops early (a partial code) are those down to its end;
    with the head `leaf` its probability is the sum of its leaves.

    Args:
        parents: `Taxonomy.parents`, `(N,)`.
        head: `tree`, `leaf` or `levels`.
        loss: `cross_entropy` or `generalised`.
        q: Of the generalised loss, above 0 to 1; near 0 it is the cross-entropy, at 1
            the mean absolute error.
        label_smoothing: Share of the target, from 0 to below 1.
        adjustment: Added to the score of each node, `(N,)`; see `log_priors`.

    Reference:
        Zhang and Sabuncu 2018 for the generalised cross-entropy; Szegedy et al. 2016
        for label smoothing; Menon et al. 2021 for logit adjustment.

    Example:
        >>> log_p = np.log([[0.25, 0.75]]).astype("float32")
        >>> loss = TreeLoss([-1, -1], "tree", loss="generalised", q=1.0)
        >>> loss.document_losses(np.array([0]), log_p).numpy().round(2).tolist()
        [0.75]
    """

    def __init__(
        self,
        parents: IntArray,
        head: str = "tree",
        *,
        loss: Literal["cross_entropy", "generalised"] = "cross_entropy",
        q: float = 0.3,
        label_smoothing: float = 0.0,
        adjustment: Floats | None = None,
    ) -> None:
        self.head = head
        self.loss = loss
        self.q = q
        self.label_smoothing = label_smoothing
        self._parents = np.asarray(parents)
        tree = Taxonomy([str(i) for i in range(len(parents))], self._parents)
        self._paths = tree.paths
        groups = softmax_groups(self._parents, node_levels(self._parents), head)
        self._nodes = np.flatnonzero(groups >= 0)  # those in a softmax
        self._splits = np.unique(groups[groups >= 0], return_inverse=True)[1]
        self._adjustment = None if adjustment is None else adjustment.astype("float32")

    def document_losses(self, nodes: Any, log_probabilities: Any) -> Any:
        """The loss of each document, `(B,)`.

        Args:
            nodes: True nodes, `(B,)`.
            log_probabilities: What the head gave, `(B, N)`.
        """
        log_p = ops.transpose(log_probabilities)  # (N, B)
        if self.head == "leaf":
            return self._leaf_losses(nodes, log_p)
        if self.head == "tree":
            above = ops.concatenate([log_p, ops.zeros_like(log_p[:1])], axis=0)
            place = np.where(self._parents < 0, len(self._parents), self._parents)
            log_p = log_p - ops.take(above, place, axis=0)
        costs = ops.transpose(self.costs(log_p, self._splits))  # (B, N)
        path = ops.take(self._paths, nodes, axis=0)  # (B, L)
        picked = ops.take_along_axis(costs, ops.maximum(path, 0), axis=1)
        return ops.sum(ops.where(path >= 0, picked, 0.0), axis=1)

    def _leaf_losses(self, nodes: Any, log_p: Any) -> Any:
        """One split, whose true node may be a sum of leaves."""
        if self._adjustment is not None:
            leaves = self._adjusted(
                ops.take(log_p, self._nodes, axis=0), self._splits, self._nodes
            )
            place = np.zeros(len(self._parents), np.int32)
            place[self._nodes] = np.arange(len(self._nodes))
            log_p = sum_up(ops.take(leaves, place, axis=0), self._parents)
        picked = ops.take_along_axis(ops.transpose(log_p), nodes[:, None], axis=1)
        costs = self._cost(picked[:, 0])
        if not self.label_smoothing:
            return costs
        every = self._cost(ops.take(log_p, self._nodes, axis=0))
        mean = ops.mean(every, axis=0)
        return (1 - self.label_smoothing) * costs + self.label_smoothing * mean

    def costs(self, local: Any, splits: Any, nodes: Any | None = None) -> Any:
        """What each node would cost its split if it were the true one.

        Args:
            local: Log-probability of nodes within their splits, `(rows, B)`; splits
                are whole.
            splits: Split of each row, rising from 0 without gaps, `(rows,)`.
            nodes: Node of each row, `(rows,)`; all nodes by default.

        Returns:
            `(rows, B)`.
        """
        if self._adjustment is not None:
            local = self._adjusted(local, splits, nodes)
        costs = self._cost(local)
        if not self.label_smoothing:
            return costs
        ones = ops.ones_like(local[:, :1])
        sums = ops.segment_sum(costs, splits, sorted=True)
        means = sums / ops.segment_sum(ones, splits, sorted=True)
        spread = ops.take(means, splits, axis=0)
        return (1 - self.label_smoothing) * costs + self.label_smoothing * spread

    def _cost(self, log_p: Any) -> Any:
        if self.loss == "cross_entropy":
            return -log_p
        return -ops.expm1(self.q * log_p) / self.q

    def _adjusted(self, local: Any, splits: Any, nodes: Any | None) -> Any:
        added = self._adjustment
        if nodes is not None:
            added = ops.take(added, nodes, axis=0)
        scores = local + added[:, None]  # type: ignore[index]
        return scores - ops.take(segment_logsumexp(scores, splits), splits, axis=0)


def log_priors(
    nodes: IntArray, weights: Floats, tree: Taxonomy, head: str = "tree"
) -> Floats:
    """Log of the share that each node has of its split in the records, `(N,)`.

    With the head `tree` this is `log p(child | parent)`. One is added to every count,
    so that a code without records has a prior, too; weights count as shares of their
    mean. Nodes that are in no split (inner nodes of the head `leaf`) have 0.

    Args:
        nodes: True nodes of the training records, `(n,)`.
        weights: Their weights, `(n,)`.
        tree: The code list.
        head: `tree`, `leaf` or `levels`.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> np.exp(log_priors(np.array([0, 0]), np.ones(2), tree)).tolist()
        [0.75, 0.25]
    """
    paths = tree.paths[nodes]
    shares = np.repeat(weights / weights.mean(), tree.levels[nodes])
    counts = 1 + np.bincount(paths[paths >= 0], shares, minlength=tree.num_nodes)
    groups = softmax_groups(tree.parents, tree.levels, head)
    chosen = np.flatnonzero(groups >= 0)
    totals = np.bincount(groups[chosen], counts[chosen])
    priors = np.zeros(tree.num_nodes)
    priors[chosen] = np.log(counts[chosen] / totals[groups[chosen]])
    return priors
