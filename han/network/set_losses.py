"""Training losses of records with several codes: a yes or no for each judged node."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from keras import ops

from han.code_list.closure import closure
from han.code_list.taxonomy import IntArray, Taxonomy

Floats = npt.NDArray[np.floating]


class SetLoss:
    """The loss of a document as a sum over the nodes that its codes judge.

    These are the children of the root, and of every node above a true code: there it is
    known which are right and which are wrong. Below a node that is wrong, and below a
    code that stops early, nothing is known, and nothing is judged. With `p` the
    probability of what is right of a node, given its parent:

    * `loss="cross_entropy"`: `-log p`. `"generalised"`: `(1 - p^q) / q`.
    * `label_smoothing` takes half of that share of the target from what is right.
    * `adjustment` is added to each score, in training alone: with `tau log-odds` of a
      node given its parent rare codes get the scores that they need.

    Args:
        parents: `Taxonomy.parents`, `(N,)`.
        loss: `cross_entropy` or `generalised`.
        q: Of the generalised loss, above 0 to 1.
        label_smoothing: Share of the target, from 0 to below 1.
        adjustment: Added to the score of each node, `(N,)`; see `set_log_odds`.

    Reference:
        As `TreeLoss`; Wehrmann, Cerri and Barros 2018 for local and masked losses of
        hierarchical multi-label classification.

    Example:
        >>> loss = SetLoss([-1, -1, 0, 1])
        >>> scores = np.zeros((4, 2), np.float32)  # each node is as likely as not
        >>> sets = np.array([[2, -1], [2, 1]])  # the second stops early at node 1
        >>> [round(float(one), 2) for one in loss.document_losses(sets, scores)]
        [2.08, 2.08]
    """

    def __init__(
        self,
        parents: IntArray,
        *,
        loss: Literal["cross_entropy", "generalised"] = "cross_entropy",
        q: float = 0.3,
        label_smoothing: float = 0.0,
        adjustment: Floats | None = None,
    ) -> None:
        self.loss = loss
        self.q = q
        self.label_smoothing = label_smoothing
        parents = np.asarray(parents, np.int32)
        tree = Taxonomy([str(i) for i in range(len(parents))], parents)
        self._above = parents + 1  # the root is 0, a node one more than its number
        # A row more for no node, which is called N, as its parent is called N + 1.
        none = np.full((1, tree.num_levels), -1)
        paths = np.vstack([tree.paths, none]) % (len(parents) + 1)
        self._paths = paths.astype(np.int32)
        self._parents = np.append(self._above, len(parents) + 1)
        self._adjustment = None if adjustment is None else adjustment.astype("float32")

    def document_losses(self, sets: Any, scores: Any) -> Any:
        """The loss of each document, `(B,)`.

        Args:
            sets: True nodes, `(B, A)`; -1 after the last.
            scores: Of all nodes given their parents, `(N, B)`.
        """
        count = len(self._above)
        path = ops.take(self._paths, ops.mod(sets, count + 1), axis=0)
        path = ops.reshape(path, (ops.shape(sets)[0], -1))  # (B, A * L)
        true = _marked(path, count + 1)[:count]
        parents = ops.take(self._parents, path, axis=0)
        judged = ops.take(_marked(parents, count + 2), self._above, axis=0)
        return ops.sum(ops.where(judged, self.costs(scores, true), 0.0), axis=0)

    def costs(self, scores: Any, true: Any, nodes: Any | None = None) -> Any:
        """What each node costs its document, `(rows, B)`.

        Args:
            scores: Scores of nodes given their parents, `(rows, B)`.
            true: Whether they are true, `(rows, B)`.
            nodes: Node of each row, `(rows,)`; all nodes by default.
        """
        if self._adjustment is not None:
            added = self._adjustment
            if nodes is not None:
                added = ops.take(added, nodes, axis=0)
            scores = scores + added[:, None]
        right = ops.where(true, scores, -scores)
        costs = self._cost(right)
        if not self.label_smoothing:
            return costs
        half = self.label_smoothing / 2
        return (1 - half) * costs + half * self._cost(-right)

    def _cost(self, right: Any) -> Any:
        log_p = ops.log_sigmoid(right)
        if self.loss == "cross_entropy":
            return -log_p
        return -ops.expm1(self.q * log_p) / self.q


def _marked(places: Any, count: int) -> Any:
    """Whether each of `count` places is among those of a document, `(count, B)`.

    Args:
        places: `(B, k)`.
        count: Number of places.
    """
    size = ops.shape(places)[0]
    rows = ops.broadcast_to(ops.arange(size)[:, None], ops.shape(places))
    where = ops.stack([places, ops.cast(rows, places.dtype)], axis=-1)
    where = ops.reshape(where, (-1, 2))
    return ops.scatter(where, ops.ones_like(where[:, 0]), (count, size)) > 0


def set_log_odds(sets: IntArray, weights: Floats, tree: Taxonomy) -> Floats:
    """Log-odds of each node among the records that judge it, `(N,)`.

    Half a record is added to yes and to no, so that all are finite; weights count as
    shares of their mean.

    Args:
        sets: True nodes of the training records, `(n, A)`; -1 after the last.
        weights: Their weights, `(n,)`.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> set_log_odds(np.array([[0], [0]]), np.ones(2), tree).round(2).tolist()
        [1.61, -1.61]
    """
    shares = weights / weights.mean()
    count = shares @ closure(sets, tree)
    rows, places = np.nonzero(sets >= 0)
    ends = np.bincount(sets[rows, places], shares[rows], minlength=tree.num_nodes)
    # A code that is the end of a path judges nothing below it.
    judged = np.append(shares.sum(), count - ends)[tree.parents + 1]
    odds: Floats = np.log((count + 0.5) / (judged - count + 0.5))
    return odds
