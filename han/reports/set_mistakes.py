"""Which codes of sets are missed, and which are given wrongly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.code_sets.coded_sets import CodedSets
from han.code_sets.set_pairs import set_pairs
from han.code_sets.set_scores import node_sizes

SHOWN = 15  # codes of a table
MOST_CODES = 5  # numbers of codes that are counted each by itself


class NodeMistakes(NamedTuple):
    """How often a code is wrong.

    Attributes:
        node: The code.
        records: Records that have it, or to which it was given.
        wrong: Those of them where it is missed, or given wrongly.
    """

    node: int
    records: int
    wrong: int

    @property
    def share(self) -> float:
        """Wrong ones among them."""
        return self.wrong / self.records


def missed_codes(coded: CodedSets) -> list[NodeMistakes]:
    """The codes that are most often true and not given, the commonest first.

    Codes of all levels; one whose code above is missed is missed, too.

    Args:
        coded: The records.

    Returns:
        15 at most; records count once, whatever they weigh.
    """
    shared, _, true = _sizes(coded)
    return _most(true, true - shared)


def wrong_codes(coded: CodedSets) -> list[NodeMistakes]:
    """The codes that are most often given and not true, the commonest first.

    What is given below a partial true code is not among them: it may be right.

    Args:
        coded: The records.

    Returns:
        As `missed_codes`.
    """
    shared, given, _ = _sizes(coded)
    return _most(given, given - shared)


def _sizes(coded: CodedSets) -> list[npt.NDArray[np.int64]]:
    """Records of each node: shared, given, true, `(N,)` each."""
    pairs = set_pairs(coded.true, coded.given, coded.tree, skip_unknown=True)
    parts = pairs.shared, pairs.given, pairs.true
    return [node_sizes(part, pairs.weights).astype(np.int64) for part in parts]


def _most(
    records: npt.NDArray[np.int64], wrong: npt.NDArray[np.int64]
) -> list[NodeMistakes]:
    order = np.lexsort((np.arange(len(wrong)), -wrong))[:SHOWN]
    found = zip(order.tolist(), records[order], wrong[order], strict=True)
    return [NodeMistakes(node, int(r), int(w)) for node, r, w in found if w > 0]


def code_numbers(coded: CodedSets) -> npt.NDArray[np.int64]:
    """Records by their number of true codes (rows) and of codes given (columns).

    Args:
        coded: The records.

    Returns:
        `(5, 5)`: 1, 2, 3, 4, and 5 or more codes. Records of which nothing is known, or
        to which nothing was given, are left out.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> true, given = np.array([[0, 1], [0, -1]]), np.array([[0], [0]])
        >>> none = None, None, np.ones(2), None
        >>> one = CodedSets(Taxonomy(["1", "2"], [-1, -1]), true, given, *none)
        >>> code_numbers(one)[:2, :2].tolist()
        [[1, 0], [1, 0]]
    """
    found = np.zeros((MOST_CODES + 1, MOST_CODES + 1), np.int64)
    np.add.at(found, (_counts(coded.true), _counts(coded.given)), 1)
    return found[1:, 1:]


def _counts(sets: IntArray) -> npt.NDArray[np.int64]:
    counts: npt.NDArray[np.int64] = (sets != ROOT).sum(axis=1)
    counts = np.minimum(counts, MOST_CODES)
    return counts
