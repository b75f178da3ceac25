"""Decision rule: the coherent set of greatest expected hierarchical F.

The sets of a record are random: below a node that is present each child is there or not
by itself, with its probability given its parent, as the head `multi_path` says. For an
answer S of k nodes, closed under ancestors, and the random true closure Y

    F(S, Y) = 2 |S and Y| / (k + |Y|),   E F = sum over n of S of gain_k(n),
    gain_k(n) = 2 E [n in Y] / (k + |Y|)
              = 2 * integral from 0 to 1 of z^(k - 1) * E [n in Y] z^|Y|  dz.

The generating functions `E [n in Y] z^|Y|` of all nodes follow from one pass up the
tree and one down it. They are polynomials, which Gauss and Legendre's rule integrates
exactly up to a degree of 63. No node gains more than its parent, so the k greatest
gains are coherent, and the best answer of size k. So the rule is exact under the model,
but for nodes of a probability under 0.001, or beyond the 64 likeliest: these are never
given, and their number in Y is taken to be a Poisson variable of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, level_slices
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray, blocks, checked_probabilities
from han.code_sets.set_decoding import sets_of_members, stacked_sets, surest_paths

MOST_NODES = 64
LEAST = 1e-3
POINTS = 32
ROUNDING = 1e-12


class ExpectedSets(NamedTuple):
    """What the rule gives.

    Attributes:
        sets: Codes of each record, most probable first, `(n, A)`, -1 after the last.
        expected_f: Their expected hierarchical F, `(n,)`; it is 0 for a record that has
            no true code. Where none is given, the probability that there is none.
    """

    sets: IntArray
    expected_f: FloatArray


@dataclass(frozen=True, eq=False)
class _Likely:
    """The likelier nodes of some records, parents before their children.

    Attributes:
        nodes: `(b, W)`.
        parents: Place of the parent among them, `(b, W)`; W is the root.
        shares: Probability given the parent, `(b, W)`; 0 for what is not likely.
        others: Expected number of all other nodes, `(b,)`.
    """

    nodes: npt.NDArray[np.int64]
    parents: npt.NDArray[np.int64]
    shares: FloatArray
    others: FloatArray

    @classmethod
    def of(cls, p: FloatArray, tree: Taxonomy) -> _Likely:
        # Of a node and its only child of equal probability the node comes first.
        order = p * (1 - ROUNDING * tree.levels)
        width = int((p >= LEAST).sum(axis=1).max(initial=1))
        width = max(1, min(width, MOST_NODES, tree.num_nodes))
        nodes = np.sort(np.argpartition(-order, width - 1, axis=1)[:, :width], axis=1)
        rows = np.arange(len(p))[:, None]
        values = p[rows, nodes]
        values = np.where(values >= LEAST, values, 0.0)
        parents = tree.parents[nodes]
        keys = (rows * tree.num_nodes + nodes).ravel()
        found = np.searchsorted(keys, (rows * tree.num_nodes + parents).ravel())
        places = found.reshape(nodes.shape) - rows * width
        places = np.where(parents == ROOT, width, np.clip(places, 0, width - 1))
        above = np.where(parents == ROOT, 1.0, p[rows, np.maximum(parents, 0)])
        shares = np.divide(values, above, out=np.zeros_like(values), where=values > 0)
        return cls(nodes, places, shares, p.sum(axis=1) - values.sum(axis=1))

    def moments(self, points: FloatArray) -> FloatArray:
        """`E [n in Y] z^|Y|` of each node at each point z, `(b, W, points)`."""
        rows, width = np.arange(len(self.nodes)), self.nodes.shape[1]
        below = np.empty((len(rows), width + 1, len(points)))
        below[:, :width] = points
        below[:, width] = np.exp(self.others[:, None] * (points - 1))
        factors = np.empty((len(rows), width, len(points)))
        shares = self.shares[:, :, None]
        for place in reversed(range(width)):
            present = shares[:, place] * below[:, place]
            factors[:, place] = 1 - shares[:, place] + present
            below[rows, self.parents[:, place]] *= factors[:, place]
        present = shares * below[:, :width]
        factors = np.divide(
            present, factors, out=np.zeros_like(present), where=factors > 0
        )
        for place in range(width):
            below[:, place] = below[rows, self.parents[:, place]] * factors[:, place]
        return below[:, :width]


def best_sets_for_f(
    log_probabilities: npt.ArrayLike,
    taxonomy: Taxonomy,
    *,
    allow_empty: bool = False,
) -> ExpectedSets:
    """The coherent set of greatest expected hierarchical F of each record.

    It is the mean over records of the F of each (`instance` average) that is greatest.
    What is assumed and what is approximated says the head of this file.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`, calibrated
            best, as by `SetCalibration`.
        taxonomy: The code list.
        allow_empty: Whether a record may get no code: where "there is none" is more
            probable than the expected F of any set. Else each gets one.

    Raises:
        InputError: If the shape does not fit.

    References:
        Ye, Chai, Lee, Chieu (2012), Optimizing F-measures: a tale of two approaches,
        for the expected F of independent labels; Dembczynski et al. (2011), An exact
        algorithm for F-measure maximization; here labels are independent given their
        parents, and the sets are closed under ancestors.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> found = best_sets_for_f(np.log([[0.3, 0.9, 0.8, 0.2]]), tree)
        >>> found.sets.tolist(), found.expected_f.round(3).tolist()
        ([[2]], [0.778])
    """
    logs = checked_probabilities(log_probabilities, taxonomy)
    values = max(taxonomy.num_nodes, 2 * POINTS * min(MOST_NODES, taxonomy.num_nodes))
    sets, expected = [np.empty((0, 1), np.int32)], np.zeros(len(logs))
    for rows in blocks(len(logs), values):
        p = np.exp(logs[rows].astype(np.float64))
        for here in level_slices(taxonomy)[1:]:  # rounding may not put a child first
            p[:, here] = np.minimum(p[:, here], p[:, taxonomy.parents[here]])
        members, expected[rows] = _best_members(p, taxonomy)
        if allow_empty:
            none = (1 - np.minimum(p[:, level_slices(taxonomy)[0]], 1)).prod(axis=1)
            members[none > expected[rows]] = False
            expected[rows] = np.maximum(expected[rows], none)
        sets.append(sets_of_members(members, p, taxonomy))
    return ExpectedSets(stacked_sets(sets), expected)


def _best_members(p: FloatArray, tree: Taxonomy) -> tuple[BoolArray, FloatArray]:
    """Whether each node is in the best set, `(b, N)`, and its expected F, `(b,)`."""
    likely = _Likely.of(p, tree)
    points, masses = np.polynomial.legendre.leggauss(POINTS)
    points, masses = (points + 1) / 2, masses / 2
    moments = likely.moments(points) * (2 * masses)
    order_by = 1 - ROUNDING * tree.levels[likely.nodes]
    best = np.zeros(len(p))
    members = surest_paths(p, tree)  # of those whose nodes are all unlikely
    for k in range(1, likely.nodes.shape[1] + 1):
        gains = moments @ points ** (k - 1)
        rows = np.flatnonzero(gains.sum(axis=1) > best)  # what larger sets can reach
        if not len(rows):
            break
        gains, parts = gains[rows], order_by[rows]
        chosen = np.argsort(-gains * parts, axis=1, kind="stable")[:, :k]
        expected = np.take_along_axis(gains, chosen, axis=1).sum(axis=1)
        is_better = expected > best[rows] + ROUNDING
        rows, chosen = rows[is_better], chosen[is_better]
        best[rows] = expected[is_better]
        members[rows] = False
        members[rows[:, None], likely.nodes[rows[:, None], chosen]] = True
    return members, best
