"""Whether the probabilities of sets mean what they say, at each level.

What is counted are pairs of a record and a node. Most of them have a probability near 0
and are not true, and an error averaged over pairs would be theirs. So errors are
counted in nodes per record: how many more, or fewer, a record is said to have than it
has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.closure import closure, level_slices, unknown_nodes
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets.record_blocks import Block, FloatArray, small_blocks
from han.metrics.pairs import BoolArray

EDGES = np.array([0.001, 0.01, 0.05, *np.arange(0.1, 0.95, 0.1), 0.95, 0.99])
"""Where one bin of probabilities ends and the next begins."""


@dataclass(frozen=True, eq=False)
class SetReliability:
    """Pairs of a record and a node in bins of probability, at each level.

    Attributes:
        records: Weight of the records, `(L,)`: those whose truth is known at the level.
        pairs: Weight of the pairs, `(L, bins)`.
        expected: Sum of their probabilities, `(L, bins)`.
        true: Weight of those that are true, `(L, bins)`.
        brier: Sum of squares of the difference between probability and truth, `(L,)`.
        log_loss: Sum of minus the logarithm of the probability of what is so, `(L,)`.
    """

    records: FloatArray
    pairs: FloatArray
    expected: FloatArray
    true: FloatArray
    brier: FloatArray
    log_loss: FloatArray

    def errors(self) -> FloatArray:
        """Calibration error of each level, in nodes per record, `(L,)`.

        The sum over bins of the difference between expected and true nodes; nan
        without records.
        """
        gaps = np.abs(self.expected - self.true).sum(axis=1)
        return _per_record(gaps, self.records)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """For each level, as text: errors per record, and the bins that have pairs."""
        scores = {
            "nodes": _per_record(self.true.sum(axis=1), self.records),
            "expected_nodes": _per_record(self.expected.sum(axis=1), self.records),
            "calibration_error": self.errors(),
            "brier": _per_record(self.brier, self.records),
            "log_loss": _per_record(self.log_loss, self.records),
        }
        return {
            str(level + 1): {
                name: None if np.isnan(values[level]) else float(values[level])
                for name, values in scores.items()
            }
            | {"bins": self._bins(level)}
            for level in range(len(self.records))
        }

    def _bins(self, level: int) -> list[dict[str, float]]:
        ends = np.concatenate([[0.0], EDGES, [1.0]])
        parts = self.pairs[level], self.expected[level], self.true[level]
        return [
            {
                "from": float(ends[place]),
                "to": float(ends[place + 1]),
                "pairs": float(pairs),
                "probability": float(expected / pairs),
                "true": float(true / pairs),
            }
            for place, (pairs, expected, true) in enumerate(zip(*parts, strict=True))
            if pairs > 0
        ]


def set_reliability(blocks: Iterable[Block], tree: Taxonomy) -> SetReliability:
    """Expected and true nodes of each level in bins of probability.

    Args:
        blocks: Log-probabilities `(b, N)`, true codes `(b, A)` and weights `(b,)` of
            some records at a time. Records without a true code, and nodes below a
            partial one, are left out.
        tree: The code list.

    Raises:
        InputError: If a block does not fit.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> logs = np.log([[0.8, 0.2], [0.8, 0.2]])
        >>> found = set_reliability([(logs, [[0, 1], [0, -1]], np.ones(2))], tree)
        >>> found.errors().round(3).tolist()
        [0.5]
        >>> [round(row["true"], 3) for row in found.to_dict()["1"]["bins"]]
        [0.5, 1.0]
    """
    size, bins = tree.num_levels, len(EDGES) + 1
    records, squares, losses = np.zeros((3, size))
    pairs, expected, hits = np.zeros((3, size, bins))
    for logs, sets, weights in small_blocks(blocks, tree):
        kept = (sets != ROOT).any(axis=1)
        values, mass = logs[kept].astype(np.float64), weights[kept]
        members = closure(sets[kept], tree).toarray()
        judged = ~unknown_nodes(sets[kept], tree)
        for level, here in enumerate(level_slices(tree)):
            parts = values[:, here], members[:, here], judged[:, here]
            records[level] += mass @ parts[2].any(axis=1)
            sums = _sums(*parts, mass)
            pairs[level] += sums[0]
            expected[level] += sums[1]
            hits[level] += sums[2]
            squares[level] += sums[3].sum()
            losses[level] += sums[4].sum()
    return SetReliability(records, pairs, expected, hits, squares, losses)


def _sums(
    logs: FloatArray, true: BoolArray, judged: BoolArray, mass: FloatArray
) -> list[FloatArray]:
    """Sums of pairs, probabilities, truth, squares and losses in each bin."""
    rows, places = np.nonzero(judged)
    log_p, is_true, weights = logs[rows, places], true[rows, places], mass[rows]
    p = np.minimum(np.exp(log_p), 1.0)
    least = np.finfo(np.float32).eps
    own = np.where(is_true, p, 1 - p)
    bins = np.searchsorted(EDGES, p, side="right")
    parts = [
        weights,
        weights * p,
        weights * is_true,
        weights * (p - is_true) ** 2,
        weights * -np.log(np.maximum(own, least)),
    ]
    size = len(EDGES) + 1
    return [np.bincount(bins, part, size).astype(np.float64) for part in parts]


def _per_record(sums: FloatArray, records: FloatArray) -> FloatArray:
    found: npt.NDArray[np.float64] = np.full(len(records), np.nan)
    np.divide(sums, records, out=found, where=records > 0)
    return found
