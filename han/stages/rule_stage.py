"""The stage of people's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from han.code_list.taxonomy import ROOT
from han.stages.answer_texts import Answers
from han.stages.rule_firing import (
    contenders,
    first_of_codes,
    fitting_answers,
    fitting_on,
)
from han.stages.rule_table import PERSON, Rule, RuleTable
from han.stages.verdicts import Outcome, Verdicts


@dataclass(frozen=True)
class RuleStage:
    """Gives an answer the code of the rule that it fits, or sends it to a person.

    Of several rules those with the highest priority count. If these agree, the first of
    them in the table is named. It declines with `no_rule`, `outside_dates:R3` (the
    first rule that it would fit on another day), and `conflict:R3|R9` (for each code
    the first rule that gives it).

    Attributes:
        table: The rules.
        day: The day for which rules must hold; today by default. A job that must give
            the same codes again says it.
        name: What outputs call it.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> rows = [
        ...     {"id": "R1", "words": "carpint*", "code": "11"},
        ...     {"id": "R2", "words": "carpint* venta", "code": "12", "priority": "1"},
        ...     {"id": "R3", "words": "varios", "code": ""},
        ... ]
        >>> table = RuleTable.of(rows, Taxonomy(["11", "12"], [-1, -1]))
        >>> texts = ["Carpintería", "venta (carpintería)", "varios", "pan"]
        >>> said = RuleStage(table).decide(Answers({"job": texts}))
        >>> said.reasons, said.nodes.tolist(), said.outcomes.tolist()
        (['rule:R1', 'rule:R2', 'rule:R3', 'no_rule'], [0, 1, -1, -1], [1, 1, 3, 0])
    """

    table: RuleTable
    day: date = field(default_factory=date.today)
    name: str = "rules"

    def decide(self, answers: Answers) -> Verdicts:
        """A code, `Outcome.PERSON`, or declined.

        Raises:
            InputError: If the answers lack a field or a column of a rule, or if a
                regular expression takes too long.
        """
        rules = self.table.rules
        fitting = fitting_answers(rules, answers)
        nodes = np.full(len(answers), ROOT, np.int32)
        outcomes = np.full(len(answers), Outcome.DECLINED, np.uint8)
        reasons = ["no_rule"] * len(answers)
        for rule, places in reversed([*zip(rules, fitting, strict=True)]):
            if not rule.holds_on(self.day):
                for place in places.tolist():
                    reasons[place] = f"outside_dates:{rule.name}"
        of_day = fitting_on(self.day, fitting, rules)
        for place, owners in contenders(of_day, rules):
            nodes[place], outcomes[place], reasons[place] = _judged(owners, rules)
        return Verdicts(nodes, reasons, outcomes)


def _judged(owners: Sequence[int], rules: Sequence[Rule]) -> tuple[int, Outcome, str]:
    """Node, outcome and reason, from the places of the rules that count."""
    first = first_of_codes(owners, rules)
    if len(first) > 1:
        return ROOT, Outcome.DECLINED, f"conflict:{'|'.join(first.values())}"
    ((node, name),) = first.items()
    outcome = Outcome.PERSON if node == PERSON else Outcome.CODED
    return node, outcome, f"rule:{name}"
