"""Pairs of a record and a child of a true node, from which calibration learns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, closure, level_slices, partial_codes
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import Block, FloatArray, small_blocks

LEAST_LOG, NEARLY_SURE = -40.0, -1e-7  # float32 tells no more
MOST_PAIRS = 2**22  # of a level that are kept: 128 MB


@dataclass(frozen=True, eq=False)
class LevelPairs:
    """Pairs of one level, `(pairs,)`.

    Attributes:
        rows: Number of the record.
        odds: Log-odds of the node given its parent.
        is_true: 1 where the node is true, else 0.
        weights: Weight of the record.
    """

    rows: npt.NDArray[np.int64]
    odds: FloatArray
    is_true: FloatArray
    weights: FloatArray

    def of_every(self, step: int) -> LevelPairs:
        """Those of every so many-th record."""
        kept = self.rows % step == 0
        parts = self.rows, self.odds, self.is_true, self.weights
        return LevelPairs(*(part[kept] for part in parts))


def level_pairs(blocks: Iterable[Block], tree: Taxonomy) -> list[LevelPairs]:
    """Pairs of each level: nodes whose parent is true and not a partial true code.

    Of very many pairs those of every second record are kept, or of every fourth.

    Args:
        blocks: Log-probabilities `(b, N)`, true codes `(b, A)` and weights `(b,)` of
            some records at a time.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> logs = np.log([[0.2, 0.8, 0.4, 0.1]])
        >>> top, below = level_pairs([(logs, np.array([[2]]), np.ones(1))], tree)
        >>> top.is_true.tolist(), below.odds.round(2).tolist()
        ([0.0, 1.0], [0.0, -1.95])
    """
    kept: list[list[LevelPairs]] = [[] for _ in range(tree.num_levels)]
    steps, first = [1] * tree.num_levels, 0
    for block in small_blocks(blocks, tree):
        for level, found in enumerate(_of_block(block, tree, first)):
            kept[level].append(found.of_every(steps[level]))
            while sum(len(part.rows) for part in kept[level]) > MOST_PAIRS:
                steps[level] *= 2
                kept[level] = [part.of_every(steps[level]) for part in kept[level]]
        first += len(block[0])
    return [_joined(parts) for parts in kept]


def log_odds(logs: FloatArray, above: FloatArray | float) -> FloatArray:
    """Log-odds of nodes given their parents, in double precision.

    Args:
        logs: Log-probabilities of nodes.
        above: Those of their parents.

    Example:
        >>> log_odds(np.log([0.4, 0.5]), np.log(0.5)).round(2).tolist()
        [1.39, 16.12]
    """
    with np.errstate(invalid="ignore"):  # a child of what is impossible is, too
        given = np.nan_to_num(logs.astype(np.float64) - above, nan=LEAST_LOG)
    given = np.clip(given, LEAST_LOG, NEARLY_SURE)
    found: FloatArray = given - np.log(-np.expm1(given))
    return found


def _of_block(block: Block, tree: Taxonomy, first: int) -> list[LevelPairs]:
    logs, true, weights = block
    rows = np.flatnonzero((true != ROOT).any(axis=1) & (weights > 0))
    logs, true = logs[rows], true[rows]
    members = closure(true, tree).toarray()
    parents = _known_parents(true, members, tree)
    found = []
    for here in level_slices(tree):
        of_row, places = np.nonzero(parents[:, tree.parents[here]])
        nodes = places + here.start
        above = logs[of_row, tree.parents[nodes]] if here.start else 0.0
        found.append(
            LevelPairs(
                rows[of_row] + first,
                log_odds(logs[of_row, nodes], above),
                members[of_row, nodes].astype(np.float64),
                weights[rows[of_row]],
            )
        )
    return found


def _known_parents(true: IntArray, members: BoolArray, tree: Taxonomy) -> BoolArray:
    """Whether it is known which children of each node are true, `(b, N + 1)`.

    The root is the last column.
    """
    known = np.ones((len(true), tree.num_nodes + 1), np.bool_)
    known[:, :-1] = members
    codes = partial_codes(true, tree)
    rows, places = np.nonzero(codes != ROOT)
    known[rows, codes[rows, places]] = False
    return known


def _joined(parts: list[LevelPairs]) -> LevelPairs:
    none = LevelPairs(np.empty(0, np.int64), *np.empty((3, 0)))
    names = LevelPairs.__dataclass_fields__
    parts = [none, *parts]
    return LevelPairs(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))
