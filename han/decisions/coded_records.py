"""Labelled records with the codes and probabilities that a run gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_list.true_codes import TrueCodes
from han.decisions.path_probabilities import CodedPaths
from han.metrics.calibration_error import LevelErrors
from han.metrics.pairs import Pairs, pair

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
LEAF = "leaf"  # stands for a level where full codes are meant


@dataclass(frozen=True)
class JudgedRecords:
    """The records that count at a level.

    Attributes:
        records: Their positions, `(m,)`.
        correct: Whether the code is right, `(m,)`.
        confidence: Its probability; 0 where no code was given, `(m,)`.
        weights: Survey weights, `(m,)`.
        units: Number of the sampling unit of each, from 0, `(m,)`; None: each is one.
    """

    records: npt.NDArray[np.int64]
    correct: BoolArray
    confidence: FloatArray
    weights: FloatArray
    units: npt.NDArray[np.int64] | None = None

    @property
    def num_units(self) -> int:
        """Number of sampling units; one says nothing of others."""
        return len(self.records if self.units is None else np.unique(self.units))

    def where(self, kept: BoolArray) -> JudgedRecords:
        """Those of them that are kept, `(m,)`."""
        return JudgedRecords(
            self.records[kept],
            self.correct[kept],
            self.confidence[kept],
            self.weights[kept],
            renumbered(self.units, kept),
        )


@dataclass(frozen=True)
class CodedRecords:
    """Records with a true code, and what a run says of them.

    Attributes:
        tree: The code list; behind its nodes those that only the labels have.
        true: True node of each, `(n,)`; an inner node where the code is partial. Of
            several acceptable ones that which is nearest to the code given.
        nodes: The code given, `(n,)`; -1 where none is.
        paths: Node and probability at each level, `(n, L)`; -1 and 0 where no code is
            given. An early leaf stands for itself below.
        weights: Survey weights, `(n,)`.
        hits: For each k whether a true leaf is among the k likeliest, `(n,)`.
        true_probabilities: Probability of the true node, `(n,)`.
        before: Paths of the probabilities before calibration; None if the run has not
            been calibrated.
        own_scores: What they add to the scores of the model's own probabilities.
        used_scores: The same of those that are used; None if these are the same.
        rows: Row number of each record in its file, from 1, `(n,)`.
        keys: Cells of the key columns of each record, `n`, by column name.
        documents_per_second: How fast they were coded.
        uncoded: Number of records left out because nobody has coded them.
        acceptable: All that counts as right of each; None: `true` alone.
        unread: Records without a word that the run knows, `(n,)`; None: those without
            a code given.
        units: Number of the sampling unit of each, from 0, `(n,)`, such as its text:
            all intervals count units. None: each record is one.
    """

    tree: Taxonomy
    true: IntArray
    nodes: IntArray
    paths: CodedPaths
    weights: FloatArray
    hits: Mapping[int, BoolArray]
    true_probabilities: FloatArray
    before: CodedPaths | None = None
    own_scores: LevelErrors | None = None
    used_scores: LevelErrors | None = None
    rows: npt.NDArray[np.int64] | None = None
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    documents_per_second: float = float("nan")
    uncoded: int = 0
    acceptable: TrueCodes | None = None
    unread: BoolArray | None = None
    units: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Number of records."""
        return len(self.true)

    @property
    def levels(self) -> list[str]:
        """Names of what can be judged: `1` to `L`, and `leaf`."""
        return [*map(str, range(1, self.tree.num_levels + 1)), LEAF]

    def pairs(self) -> Pairs:
        """True and given paths side by side."""
        return pair(self.true, self.nodes, self.tree, self.weights)

    def at(self, level: str, *, before: bool = False) -> JudgedRecords:
        """The records that count at a level: those whose true code reaches it.

        Args:
            level: `1` to `L`, or `leaf` for full codes.
            before: Whether to take what was said before calibration.

        Raises:
            ValueError: If `before` is asked of a run without calibration.

        Example:
            >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
            >>> paths = CodedPaths(np.array([[1, 2]]), np.array([[0.9, 0.6]]))
            >>> coded = CodedRecords(tree, np.array([3]), np.array([2]), paths,
            ...     np.ones(1), {}, np.array([0.3]))
            >>> coded.at("1").correct.tolist(), coded.at("leaf").correct.tolist()
            ([True], [False])
        """
        paths = self.before if before else self.paths
        if paths is None:
            raise ValueError("These records were coded without calibration.")
        column = self.tree.num_levels - 1 if level == LEAF else int(level) - 1
        true = self._true_at(level, paths)
        records = np.flatnonzero(true != ROOT)
        return JudgedRecords(
            records,
            (paths.nodes[:, column] == true)[records],
            np.asarray(paths.probabilities[records, column], np.float64),
            self.weights[records],
            renumbered(self.units, records),
        )

    def _true_at(self, level: str, paths: CodedPaths) -> IntArray:
        """True node of each record at a level; -1 where it does not count."""
        true = self.true
        if self.acceptable is not None and paths is not self.paths:
            true = self.acceptable.nearest(paths.nodes[:, -1])
        if level == LEAF:
            is_leaf = self.tree.child_counts[true] == 0
            return np.where(is_leaf, true, ROOT).astype(np.int32)
        return np.asarray(self.tree.paths[true, int(level) - 1], np.int32)


def renumbered(
    units: npt.NDArray[np.int64] | None, kept: npt.NDArray[np.int64] | BoolArray
) -> npt.NDArray[np.int64] | None:
    """Units of some records, numbered from 0 without gaps.

    Example:
        >>> renumbered(np.array([0, 1, 1, 2]), np.array([1, 3])).tolist()
        [0, 1]
    """
    if units is None:
        return None
    return np.unique(units[kept], return_inverse=True)[1].astype(np.int64)
