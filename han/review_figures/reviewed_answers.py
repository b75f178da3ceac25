"""Answers of a queue as arrays: what was drawn, what the machine and people say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

MISSING, UNCODABLE = -2, -1  # no decision; a decision that no code fits
WORK, SAMPLE, CHECK = "work", "sample", "check"
Nodes = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CodeTree:
    """Where codes end if they are cut at a level.

    Args:
        paths: Nodes from the top down to each node, `(N, L)`; -1 after its end.

    Example:
        >>> tree = CodeTree(np.array([[0, -1], [0, 1], [0, 2]]))
        >>> tree.cut(np.array([1, 2, 0, UNCODABLE]), 1).tolist()
        [0, 0, 0, -1]
    """

    paths: Nodes

    @property
    def num_levels(self) -> int:
        """Levels of the code list."""
        return int(self.paths.shape[1])

    def depths(self, nodes: Nodes) -> Nodes:
        """Level of each node, 0 where there is no code, `(n,)`."""
        depths = (self.paths >= 0).sum(1)
        found: Nodes = np.where(nodes >= 0, depths[np.maximum(nodes, 0)], 0)
        return found

    def cut(self, nodes: Nodes, level: int | Nodes) -> Nodes:
        """Each node, or its ancestor of a level if it is deeper, `(n,)`."""
        ends = np.minimum(self.depths(nodes), level)
        found = self.paths[np.maximum(nodes, 0), np.maximum(ends - 1, 0)]
        return np.where(nodes >= 0, found, nodes)

    def same(self, one: Nodes, other: Nodes, level: int | Nodes) -> BoolArray:
        """Whether two codes are alike down to a level, `(n,)`.

        A code that ends above the level is like itself alone; "no code fits" and "no
        decision" are like codes of their own.
        """
        alike: BoolArray = self.cut(one, level) == self.cut(other, level)
        return alike


@dataclass(frozen=True)
class Stratum:
    """A group that answers were drawn from.

    Attributes:
        name: Its name in the queue.
        coded: Whether the machine coded it without a person.
        method: The stage that did; `clerk` if none.
        level: Level of the machine's codes; None where it gave none.
        answers: Distinct answers in it, drawn or not.
        rows: Their rows.
        weight: Their weight.
    """

    name: str
    coded: bool
    method: str
    level: int | None
    answers: int
    rows: int
    weight: float

    def size(self, by: str) -> float:
        """How large it is, counted in `answers`, `rows` or `weight`."""
        return float(getattr(self, by))


@dataclass(frozen=True)
class ReviewedAnswers:
    """Answers of a queue; all arrays are `(n,)`.

    Attributes:
        stratum: Number of its stratum.
        part: `work`, `sample` or `check`.
        batch: Its batch.
        rows: Rows that have the answer.
        weight: Their weight.
        machine: The machine's code: what it coded, else its first candidate.
        first: Decision of the first coder.
        second: Decision of the second coder.
        settled: Decision of the adjudicator.
        double: Whether two were to code it.
        gold: Whether the adjudicator was to see it even where they agree.
        skipped: Whether somebody left it to others.
        suggested: Whether the first coder saw candidates.
    """

    stratum: Nodes
    part: npt.NDArray[np.str_]
    batch: Nodes
    rows: FloatArray
    weight: FloatArray
    machine: Nodes
    first: Nodes
    second: Nodes
    settled: Nodes
    double: BoolArray
    gold: BoolArray
    skipped: BoolArray
    suggested: BoolArray

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.stratum)

    def __getitem__(self, chosen: npt.NDArray[np.generic]) -> ReviewedAnswers:
        """Some of the answers."""
        parts = {f.name: getattr(self, f.name)[chosen] for f in fields(self)}
        return replace(self, **parts)

    def size(self, by: str) -> FloatArray:
        """What each counts, if it is counted in `answers`, `rows` or `weight`."""
        if by == "answers":
            return np.ones(len(self))
        return self.rows if by == "rows" else self.weight

    @property
    def is_begun(self) -> BoolArray:
        """Whether a coder has decided."""
        found: BoolArray = self.first != MISSING
        return found

    @property
    def is_paired(self) -> BoolArray:
        """Whether both coders have decided."""
        found: BoolArray = (
            self.double & (self.first != MISSING) & (self.second != MISSING)
        )
        return found

    @property
    def agrees(self) -> BoolArray:
        """Whether both coders have decided alike."""
        found: BoolArray = self.is_paired & (self.first == self.second)
        return found

    @property
    def is_settled(self) -> BoolArray:
        """Whether the adjudicator has decided."""
        found: BoolArray = self.settled != MISSING
        return found

    @property
    def truth(self) -> Nodes:
        """What is taken for the right code: of the adjudicator, else of two alike.

        Missing where one person decided alone, or two apart.
        """
        return np.where(
            self.is_settled, self.settled, np.where(self.agrees, self.first, MISSING)
        )

    @property
    def result(self) -> Nodes:
        """The code that the queue gives: also of one person alone if one was asked."""
        single = np.where(self.double, MISSING, self.first)
        return np.where(self.truth == MISSING, single, self.truth)


@dataclass(frozen=True)
class ReviewedQueue:
    """A queue: strata, the tree of codes, and answers.

    Attributes:
        strata: All groups, also those of which nothing was drawn.
        tree: The codes.
        answers: The answers.
    """

    strata: Sequence[Stratum]
    tree: CodeTree
    answers: ReviewedAnswers
