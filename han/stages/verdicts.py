"""`Verdicts`: what one stage says of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.stages.answer_texts import Answers

Floats = npt.NDArray[np.float64]
Outcomes = npt.NDArray[np.uint8]


class Outcome(IntEnum):
    """How a stage leaves an answer; all but the first are decisions.

    Attributes:
        DECLINED: Another stage may decide it.
        CODED: It has a code.
        NO_ANSWER: There is nothing to code, and no person needs to look.
        PERSON: A person decides, whatever later stages would say.
    """

    DECLINED = 0
    CODED = 1
    NO_ANSWER = 2
    PERSON = 3


@dataclass(frozen=True)
class Verdicts:
    """What a stage says of `n` answers.

    Attributes:
        nodes: Node of each answer's code, `(n,)`; -1 where it gives none.
        reasons: Why, `n` short texts for machines: of a code (`rule:R12`,
            `coded_before:14/15`), of a decision without a code (`blank`), or of
            declining (`no_entry`, `purity:0.62`). They never hold words of an answer.
        outcomes: An `Outcome` of each answer, `(n,)`.
        scores: How sure the stage is of each code, `(n,)`, nan where it has no code;
            None of stages that have no score.

    Raises:
        ValueError: If lengths differ, or a node and its outcome contradict each other.

    Example:
        >>> verdicts = Verdicts.of([4, -1], ["index:7", "no_entry"])
        >>> verdicts.outcomes.tolist()
        [1, 0]
    """

    nodes: IntArray
    reasons: Sequence[str]
    outcomes: Outcomes
    scores: Floats | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.nodes), len(self.reasons), len(self.outcomes)}
        if self.scores is not None:
            lengths.add(len(self.scores))
        if len(lengths) > 1:
            raise ValueError(f"Parts of verdicts have lengths {sorted(lengths)}.")
        if ((self.nodes > ROOT) != (self.outcomes == Outcome.CODED)).any():
            raise ValueError("An answer has a node if, and only if, it is coded.")

    @classmethod
    def of(
        cls,
        nodes: Sequence[int] | IntArray,
        reasons: Sequence[str],
        scores: Floats | None = None,
    ) -> Verdicts:
        """Of a stage that gives a code or declines."""
        found = np.asarray(nodes, np.int32)
        outcomes = np.where(found > ROOT, Outcome.CODED, Outcome.DECLINED)
        return cls(found, reasons, outcomes.astype(np.uint8), scores)

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.nodes)


class Stage(Protocol):
    """What decides answers. It looks at each answer alone, and at no other stage."""

    @property
    def name(self) -> str:
        """What outputs call it: the method of the answers that it decides."""

    def decide(self, answers: Answers) -> Verdicts:
        """Its verdict on each answer."""
