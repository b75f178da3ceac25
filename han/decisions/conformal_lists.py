"""Conformal prediction sets: lists that hold the right code as promised.

Split conformal prediction (Vovk, Gammerman and Shafer 2005): the list of a new record
holds its right full code with at least the promised probability, if it is exchangeable
with the calibration records. The promise is marginal: over all records, the easy ones
included, and not for each code, nor for the hard ones that are left to clerks.

Where whole units were drawn (texts with all their records), it holds per unit, for a
random record of a random text, and per record: conformal risk control (Angelopoulos et
al. 2024) of `missed - alpha * records` of a unit, which is `(1 - alpha) * largest` at
most, makes the mean of it over units 0 or less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy

FloatArray = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]
Score = Literal["lac", "aps"]
LARGEST_SHARE = 0.1  # of what lists may miss, that one unit may cost


def nonconformity_scores(leaf_probabilities: FloatArray, score: Score) -> FloatArray:
    """How unlikely each full code looks, `(n, K)`; the likeliest one has the least.

    Args:
        leaf_probabilities: `(n, K)`.
        score: `lac`, 1 - p, gives the shortest lists on average (Sadinle, Lei and
            Wasserman 2019); `aps`, the probability of all codes that are likelier
            (Romano, Sesia and Candes 2020, without their randomisation), lists that
            grow more where the model is in doubt.

    Example:
        >>> nonconformity_scores(np.array([[0.25, 0.5, 0.25]]), "aps").tolist()
        [[0.5, 0.0, 0.75]]
    """
    values = leaf_probabilities.astype(np.float64)
    if score == "lac":
        return 1 - values
    order = np.argsort(-values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    above = np.cumsum(ordered, axis=1) - ordered
    scores = np.empty_like(values)
    np.put_along_axis(scores, order, above, axis=1)
    return scores


@dataclass(frozen=True)
class ConformalSets:
    """From which score on a code is left out of the list.

    Attributes:
        coverage: Promised probability that the right code is inside.
        limit: Largest score of a listed code; infinite if there are too few records to
            promise anything: then every code is listed.
        rows: Calibration records.
        score: Which score.
        most_rows: Records that a unit may have at most for the promise to hold; None:
            records were drawn one by one.
    """

    coverage: float
    limit: float
    rows: int
    score: Score = "lac"
    most_rows: int | None = None

    @classmethod
    def fit(
        cls,
        true_scores: npt.ArrayLike,
        coverage: float,
        score: Score = "lac",
        *,
        units: npt.ArrayLike | None = None,
        most_rows: int | None = None,
    ) -> ConformalSets:
        """The `ceil((n + 1) coverage)`-th smallest score of the right codes.

        Of units the greater of two limits: with each record as much, and with each unit
        as much. Units that may cost more than a tenth of what the lists may miss are
        left out, and are not promised.

        Args:
            true_scores: Score of the right code of each calibration record, `(n,)`.
            coverage: Promised probability, above 0 and under 1.
            score: What the scores are.
            units: Number of the unit of each, `(n,)`; None: drawn one by one.
            most_rows: Leaves larger units out, too, such as those that are larger than
                any of other records.

        Example:
            >>> ConformalSets.fit(np.arange(19) / 19, 0.9).limit * 19
            17.0
        """
        scores = np.asarray(true_scores, np.float64)
        rows = np.ones(len(scores))
        if units is None:
            limit = _limit(scores, rows, coverage, 1.0)
            return cls(coverage, limit, len(scores), score)
        most = max(1, int(round((1 - coverage) * len(scores), 6) * LARGEST_SHARE))
        most = min(most, most_rows or most)
        _, place, counts = np.unique(
            np.asarray(units), return_inverse=True, return_counts=True
        )
        kept = counts[place] <= most
        scores, rows = scores[kept], rows[kept]
        per_record = _limit(scores, rows, coverage, float(most))
        per_unit = _limit(scores, 1 / counts[place][kept], coverage, 1.0)
        limit = max(per_record, per_unit)
        return cls(coverage, limit, len(scores), score, most)

    @property
    def is_kept(self) -> bool:
        """Whether there were records enough for lists shorter than the code list."""
        return math.isfinite(self.limit)

    @property
    def least(self) -> float:
        """Probability from which on a code is listed, however probable others are.

        0 if every code is listed, or it depends on the others.
        """
        return max(0.0, 1 - self.limit) if self.score == "lac" else 0.0

    def members(self, leaf_probabilities: FloatArray) -> BoolArray:
        """Which full codes are in the list, `(n, K)`: the likeliest one always is."""
        if not self.is_kept:
            return np.ones(leaf_probabilities.shape, bool)
        inside = nonconformity_scores(leaf_probabilities, self.score) <= self.limit
        rows = np.arange(len(inside))
        inside[rows, leaf_probabilities.argmax(axis=1)] = True
        return inside

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        limit = self.limit if self.is_kept else None
        return {
            "coverage": self.coverage,
            "limit": limit,
            "rows": self.rows,
            "score": self.score,
            "most_rows": self.most_rows,
        }

    @classmethod
    def from_dict(cls, form: dict[str, Any]) -> ConformalSets:
        """Reads what `to_dict` gave.

        Raises:
            ValueError: If the limit is no number of 0 or more.
        """
        limit = math.inf if form["limit"] is None else float(form["limit"])
        # Rounding may go below 0; nan fails, too.
        if not limit >= -1e-6 or form["limit"] == math.inf:
            raise ValueError("Expected a limit of 0 or more.")
        most = form.get("most_rows")
        return cls(
            float(form["coverage"]),
            limit,
            int(form["rows"]),
            form["score"],
            None if most is None else int(most),
        )


def _limit(
    scores: FloatArray, weights: FloatArray, coverage: float, largest: float
) -> float:
    """Least score that covers `coverage * (total weight + largest)`; else infinite."""
    order = np.argsort(scores)
    reached = np.cumsum(weights[order])
    wanted = coverage * ((reached[-1] if len(reached) else 0.0) + largest)
    place = int(np.searchsorted(reached, round(wanted, 9) - 1e-9))
    return float(scores[order[place]]) if place < len(scores) else math.inf


@dataclass(frozen=True)
class CodeLists:
    """The lists of `n` records, ready to show.

    Attributes:
        sizes: Codes in the whole list, `(n,)`.
        nodes: The smallest node above (or at) all of them, if it has few leaves itself;
            else -1, `(n,)`.
        leaves: The likeliest of them, most likely first, `(n, k)`; -1 after the last.
    """

    sizes: npt.NDArray[np.int64]
    nodes: IntArray
    leaves: IntArray

    @property
    def is_cut(self) -> BoolArray:
        """Whether a list is longer than what is shown of it, `(n,)`.

        The promise is of the whole list: not of one that is cut.
        """
        cut: BoolArray = self.sizes > (self.leaves != ROOT).sum(axis=1)
        return cut


def code_lists(
    members: BoolArray,
    leaf_probabilities: FloatArray,
    tree: Taxonomy,
    *,
    most_listed: int = 10,
    most_leaves: int = 10,
) -> CodeLists:
    """Lists, and the node that says the same in one code where there is one.

    Args:
        members: Which full codes are in each list, `(n, K)`, in the order of
            `tree.leaves`.
        leaf_probabilities: Their probabilities, `(n, K)`.
        tree: The code list.
        most_listed: Codes to show at most.
        most_leaves: Full codes that a covering node may have at most: with more, it
            says too little.

    Example:
        >>> tree = Taxonomy(["1", "2", "11", "12"], [-1, -1, 0, 0])
        >>> p = np.array([[0.5, 0.4, 0.1]])  # of 11, 12 and 2
        >>> lists = code_lists(p > 0.3, p, tree)
        >>> tree.codes[lists.nodes[0]], [tree.codes[i] for i in lists.leaves[0][:2]]
        ('1', ['11', '12'])
    """
    first = members.argmax(axis=1)
    last = members.shape[1] - 1 - members[:, ::-1].argmax(axis=1)
    sizes = members.sum(axis=1)
    kept = int(min(most_listed, sizes.max(initial=1)))
    values = np.where(members, leaf_probabilities, -1.0)
    order = np.argsort(-values, axis=1, kind="stable")[:, :kept]
    return lists_of(tree.leaves[order], sizes, (first, last), tree, most_leaves)


def lists_of(
    likeliest: IntArray,
    sizes: npt.NDArray[np.int64],
    ends: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    tree: Taxonomy,
    most_leaves: int = 10,
) -> CodeLists:
    """The same of lists of which not all codes are known.

    Args:
        likeliest: Codes to show, most likely first, `(n, k)`; what follows the last one
            of a list does not count.
        sizes: Codes in each list, `(n,)`.
        ends: Places of its outermost codes in `tree.leaves`, `(n,)` each.
        tree: The code list.
        most_leaves: As for `code_lists`.
    """
    # Leaves stand from left to right: what covers the outermost covers all.
    nodes = tree.lowest_common_ancestor(*(tree.leaves[place] for place in ends))
    below = np.append(np.diff(tree.leaf_spans, axis=1)[:, 0], len(tree.leaves))
    nodes = np.where(below[nodes] <= most_leaves, nodes, ROOT).astype(np.int32)
    is_listed = np.arange(likeliest.shape[1]) < sizes[:, None]
    leaves = np.where(is_listed, likeliest, ROOT).astype(np.int32)
    return CodeLists(sizes, nodes, leaves)
