"""The codes of a set at one level, and how sure and how right they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.closure import specific_codes
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray
from han.code_sets.set_decoding import stacked_sets
from han.code_sets.set_promises import code_confidence, code_outcomes
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, Outcomes, Units

NOT_THERE = -1.0  # how sure a set is at a level that one of its codes does not reach


class LevelCodes(NamedTuple):
    """Codes of `n` records as far as one level.

    Attributes:
        nodes: The ancestors of their codes at the level, each once, `(n, A)`, -1 after
            the last; a full code above the level stands for itself. None of a record
            that has a partial code above the level, as it has more codes there.
        confidence: Probability of the least sure of them, `(n,)`; -1 without any.
    """

    nodes: IntArray
    confidence: FloatArray


def codes_at_level(
    given: IntArray, log_probabilities: FloatArray, tree: Taxonomy, level: int
) -> LevelCodes:
    """Codes given as far as a level.

    Args:
        given: Codes given, node ids `(n, A)`, -1 after the last.
        log_probabilities: Of all nodes, `(n, N)`.
        tree: The code list.
        level: From 1 at the top.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> logs = np.log([[0.6, 0.9, 0.8, 0.5]])
        >>> found = codes_at_level(np.array([[2, 3, 0]]), logs, tree, 1)
        >>> found.nodes.tolist(), found.confidence.round(3).tolist()
        ([[1, 0]], [0.6])
        >>> codes_at_level(np.array([[1, 0]]), logs, tree, 2).confidence.tolist()
        [-1.0]
    """
    is_code = given != ROOT
    own = tree.paths[given, level - 1]
    is_full = tree.child_counts[given] == 0
    nodes = np.where(own != ROOT, own, np.where(is_full, given, ROOT))
    nodes = np.where(is_code, nodes, ROOT)
    is_whole = ((nodes != ROOT) | ~is_code).all(axis=1) & is_code.any(axis=1)
    nodes = specific_codes(np.where(is_whole[:, None], nodes, ROOT), tree)
    sure = code_confidence(nodes, log_probabilities, tree)
    least = np.where(np.isnan(sure), np.inf, sure).min(axis=1)
    return LevelCodes(nodes, np.where(is_whole, least, NOT_THERE))


@dataclass(frozen=True, eq=False)
class JudgedSets:
    """Sets given to `n` records, at `T` levels, held against their true codes.

    Attributes:
        confidence: Of the least sure code of each level, `(n, T)`.
        outcomes: As `code_outcomes`, of the codes at each level, `(n, A, T)`.
        sizes: Number of codes given, `(n,)`.
        units: Number of what each record was drawn with, `(n,)`.
    """

    confidence: FloatArray
    outcomes: Outcomes
    sizes: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.sizes)

    @classmethod
    def of(
        cls,
        given: IntArray,
        log_probabilities: FloatArray,
        y_true: IntArray,
        tree: Taxonomy,
        levels: Sequence[int],
    ) -> JudgedSets:
        """Sets of some records, each a unit of its own.

        Args:
            given: Codes given, node ids `(n, A)`, -1 after the last.
            log_probabilities: Of all nodes, `(n, N)`.
            y_true: True codes, `(n, A)`.
            tree: The code list.
            levels: Numbers of the levels.

        Example:
            >>> tree = Taxonomy(["1", "2"], [-1, -1])
            >>> sets, logs = np.array([[0, 1]]), np.log([[0.9, 0.8]])
            >>> found = JudgedSets.of(sets, logs, np.array([[0, -1]]), tree, [1])
            >>> found.confidence.round(2).tolist(), found.outcomes[0, :, 0].tolist()
            ([[0.8]], [1, 0])
        """
        confidence = np.empty((len(given), len(levels)))
        outcomes = np.full((*given.shape, len(levels)), UNKNOWN_OUTCOME, np.int8)
        for place, level in enumerate(levels):
            own = codes_at_level(given, log_probabilities, tree, level)
            confidence[:, place] = own.confidence
            found = code_outcomes(own.nodes, y_true, tree)
            outcomes[:, : found.shape[1], place] = found
        sizes = (given != ROOT).sum(axis=1)
        return cls(confidence, outcomes, sizes, np.arange(len(given)))

    @classmethod
    def stacked(cls, parts: Sequence[JudgedSets]) -> JudgedSets:
        """Sets of several blocks of records, each record a unit of its own."""
        width = max(part.outcomes.shape[1] for part in parts)
        sizes = np.concatenate([part.sizes for part in parts])
        return cls(
            np.concatenate([part.confidence for part in parts]),
            np.concatenate([_wide(part.outcomes, width) for part in parts]),
            sizes,
            np.arange(len(sizes)),
        )

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> JudgedSets:
        """Some of the records."""
        names = ("confidence", "outcomes", "sizes", "units")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    @property
    def loads(self) -> npt.NDArray[np.int64]:
        """Codes of a record times the records of its unit, `(n,)`.

        Where no record of a unit has more than some number, the unit has no more codes.
        """
        _, place, counts = np.unique(
            self.units, return_inverse=True, return_counts=True
        )
        found: npt.NDArray[np.int64] = self.sizes * counts[place]
        return found

    def rows(self, most: int) -> tuple[FloatArray, Outcomes, Units]:
        """A row for each code of records that may be coded without a person.

        Args:
            most: Codes that a unit may have; records of a greater load are left out.

        Returns:
            Confidence and outcome at each level, `(codes, T)` each, and the units. A
            code counts with the least sure one of its record, so that a record is
            coded in full or not at all.
        """
        kept = self.loads <= most
        is_code = (self.outcomes != UNKNOWN_OUTCOME).any(axis=2) & kept[:, None]
        records, places = np.nonzero(is_code)
        units = Units(self.units[records], np.ones(len(records)), float(most))
        return self.confidence[records], self.outcomes[records, places], units


def cut_sets(
    given: IntArray, passed: npt.NDArray[np.int64], tree: Taxonomy
) -> IntArray:
    """Sets of which each code goes as far as the level of its record.

    Args:
        given: Codes given, node ids `(n, A)`, -1 after the last.
        passed: The level of each record, `(n,)`; 0 for no code.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> cut_sets(np.array([[2, 3], [2, 0], [0, -1]]), np.array([1, 2, 0]), tree)
        array([[ 1, -1],
               [ 2,  0],
               [-1, -1]], dtype=int32)
    """
    parts = [np.empty((0, 1), np.int32)]
    order = np.empty(0, np.int64)
    for level in np.unique(passed):
        rows = np.flatnonzero(passed == level)
        sets = given[rows]
        cut = np.full((len(rows), 1), ROOT, np.int32)
        if level > 0:
            own = tree.paths[sets, level - 1]
            own = np.where(own == ROOT, sets, own)
            cut = specific_codes(np.where(sets == ROOT, ROOT, own), tree)
        parts.append(cut)
        order = np.append(order, rows)
    found = stacked_sets(parts)
    result = np.full_like(found, ROOT)
    result[order] = found
    return result


def _wide(outcomes: Outcomes, width: int) -> Outcomes:
    """Outcomes with unknown ones up to a width, `(n, width, ...)`."""
    more = [(0, 0)] * outcomes.ndim
    more[1] = (0, width - outcomes.shape[1])
    return np.pad(outcomes, more, constant_values=UNKNOWN_OUTCOME)
