"""The stage that finds answers where there is nothing to code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import ROOT
from han.data.sampling_units import is_blank
from han.stages.answer_texts import Answers
from han.stages.verdicts import Outcome, Verdicts


@dataclass(frozen=True)
class NonAnswerStage:
    """Decides that an answer has no code, where no field holds a word that says one.

    What is no answer, the answers say themselves (`Answers.non_answers`), so that all
    stages read them alike. Reasons are the flags of a prediction file: `blank`,
    `non_answer` and `bare_code` (a code where words were asked for).

    Attributes:
        name: What outputs call it.

    Example:
        >>> from han.text.non_answers import NonAnswers
        >>> none = NonAnswers(["ns"], ["461"])
        >>> answers = Answers({"job": ["NS.", "461", " ", "pan"]}, non_answers=none)
        >>> NonAnswerStage().decide(answers).reasons
        ['non_answer', 'bare_code', 'blank', 'has_answer']
    """

    name: str = "non_answer"

    def decide(self, answers: Answers) -> Verdicts:
        """`Outcome.NO_ANSWER` with its flag, or declined."""
        blank = [is_blank(key) for key in answers.keys(list(answers.fields))]
        reasons = ["has_answer"] * len(answers)
        for place in np.flatnonzero(blank).tolist():
            cells = [texts[place] for texts in answers.fields.values()]
            reasons[place] = answers.non_answers.of_document(cells) or "blank"
        outcomes = np.where(blank, Outcome.NO_ANSWER, Outcome.DECLINED)
        nodes = np.full(len(answers), ROOT, np.int32)
        return Verdicts(nodes, reasons, outcomes.astype(np.uint8))
