"""Several stages, one after the other: the first that can decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray
from han.errors import InputError, listing
from han.stages.answer_texts import Answers
from han.stages.verdicts import Floats, Outcome, Outcomes, Stage, Verdicts

NOBODY = NOT_ASKED = -1


@dataclass(frozen=True)
class Decisions:
    """What `S` stages, one after the other, made of `n` answers.

    Attributes:
        stages: Names of the stages, in their order.
        nodes: Node of each answer's code, `(n,)`; -1 where it has none.
        outcomes: An `Outcome` of each answer, `(n,)`.
        deciders: Place of the stage that decided it, `(n,)`; -1 where none did.
        scores: Score of the stage that gave the code, `(n,)`; nan where there is none.
        reason_texts: All reasons, each once.
        reason_numbers: Which of them each stage gave, `(n, S)`; -1 where it was not
            asked, since a stage before it had decided.
    """

    stages: tuple[str, ...]
    nodes: IntArray
    outcomes: Outcomes
    deciders: npt.NDArray[np.int8]
    scores: Floats
    reason_texts: tuple[str, ...]
    reason_numbers: IntArray

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.nodes)

    @property
    def methods(self) -> list[str]:
        """Name of the stage that decided each answer, `n`; "" where none did."""
        names = [*self.stages, ""]
        return [names[stage] for stage in self.deciders.tolist()]

    @property
    def reasons(self) -> list[str]:
        """Reason of the stage that decided each answer, `n`; "" where none did."""
        if not self.stages:
            return [""] * len(self)
        chosen = self.reason_numbers[np.arange(len(self)), self.deciders]
        texts = [*self.reason_texts, ""]
        return [texts[k] for k in np.where(self.deciders >= 0, chosen, -1).tolist()]

    def declined(self, place: int) -> dict[str, str]:
        """Why each stage that was asked before the decision declined, by its name."""
        numbers = self.reason_numbers[place].tolist()
        return {
            name: self.reason_texts[number]
            for stage, (name, number) in enumerate(
                zip(self.stages, numbers, strict=True)
            )
            if number != NOT_ASKED and stage != self.deciders[place]
        }


def decide_all(stages: Sequence[Stage], answers: Answers) -> Decisions:
    """Each answer is decided by the first stage that can.

    A stage is asked about the answers alone that no stage before it has decided. What
    it says depends on the answer alone, so that parts of a file can be decided apart,
    and a stage at the end changes nothing that was decided before it.

    Args:
        stages: The stages, in their order.
        answers: The answers.

    Raises:
        InputError: If two stages have one name.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> from han.stages.dictionary_sources import title_dictionary
        >>> from han.stages.exact_stage import ExactStage
        >>> from han.stages.non_answer_stage import NonAnswerStage
        >>> tree = Taxonomy(["11", "12"], [-1, -1], ["Pan", "Queso"])
        >>> stages = [NonAnswerStage(), ExactStage(title_dictionary(tree, "what"))]
        >>> found = decide_all(stages, Answers({"what": ["QUESO", "", "vino"]}))
        >>> found.methods, found.reasons, found.nodes.tolist()
        (['exact', 'non_answer', ''], ['title:12', 'blank', ''], [1, -1, -1])
        >>> found.declined(2)
        {'non_answer': 'has_answer', 'exact': 'no_entry'}
    """
    names = tuple(stage.name for stage in stages)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(
            f"Two stages are called {listing(map(repr, twice))}. Reasons are kept by "
            "the names of stages: give each another."
        )
    merge = _Merge(names, len(answers))
    for place, stage in enumerate(stages):
        waiting = np.flatnonzero(merge.deciders == NOBODY)
        if len(waiting):
            is_all = len(waiting) == len(answers)
            asked = answers if is_all else answers.take(waiting)
            merge.add(place, waiting, stage.decide(asked))
    return merge.decisions()


class _Merge:
    """Verdicts of one stage after the other."""

    def __init__(self, names: tuple[str, ...], size: int) -> None:
        self.names = names
        self.nodes = np.full(size, ROOT, np.int32)
        self.outcomes = np.full(size, Outcome.DECLINED, np.uint8)
        self.deciders = np.full(size, NOBODY, np.int8)
        self.scores = np.full(size, np.nan)
        self.reasons = np.full((size, len(names)), NOT_ASKED, np.int32)
        self.number_of: dict[str, int] = {}

    def add(self, stage: int, asked: npt.NDArray[np.int64], said: Verdicts) -> None:
        known = self.number_of
        numbers = [known.setdefault(why, len(known)) for why in said.reasons]
        self.reasons[asked, stage] = numbers
        is_decided = said.outcomes != Outcome.DECLINED
        decided = asked[is_decided]
        self.deciders[decided] = stage
        self.nodes[decided] = said.nodes[is_decided]
        self.outcomes[decided] = said.outcomes[is_decided]
        if said.scores is not None:
            self.scores[decided] = said.scores[is_decided]

    def decisions(self) -> Decisions:
        return Decisions(
            self.names,
            self.nodes,
            self.outcomes,
            self.deciders,
            self.scores,
            tuple(self.number_of),
            self.reasons,
        )
