"""What a look at a rule table and some answers shows, before a job uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from han.stages.answer_texts import Answers
from han.stages.rule_firing import (
    contenders,
    first_of_codes,
    fitting_answers,
    fitting_on,
)
from han.stages.rule_table import RuleTable

Kind = Literal["conflict", "dead", "shadowed", "expired", "not_yet"]


@dataclass(frozen=True)
class RuleProblem:
    """Something that the maker of a rule should know.

    Attributes:
        kind: `conflict`: rules of one priority give an answer different codes. `dead`:
            no answer fits the rule. `shadowed`: answers fit it, and another rule that
            comes first or has a higher priority decides all of them. `expired`: its
            last day is over. `not_yet`: its first day is to come.
        rules: Ids of the rules.
        answers: Number of answers that it concerns.
    """

    kind: Kind
    rules: tuple[str, ...]
    answers: int


def rule_problems(table: RuleTable, answers: Answers, day: date) -> list[RuleProblem]:
    """Problems of rules that can be read; `RuleTable` refuses the others.

    Args:
        table: The rules.
        answers: Answers of the job, or a sample of them.
        day: The day for which rules must hold.

    Returns:
        Conflicts, those of most answers first; then the others as the table has them.

    Raises:
        InputError: As `RuleStage.decide`.

    Example:
        >>> from han.code_list.taxonomy import Taxonomy
        >>> rows = [
        ...     {"id": "R1", "words": "pan", "code": "11"},
        ...     {"id": "R2", "words": "pan dulce", "code": "12"},
        ...     {"id": "R3", "words": "vino", "code": "12", "to": "2020-12-31"},
        ... ]
        >>> table = RuleTable.of(rows, Taxonomy(["11", "12"], [-1, -1]))
        >>> answers = Answers({"what": ["pan dulce", "pan", "vino"]})
        >>> for problem in rule_problems(table, answers, date(2026, 1, 1)):
        ...     print(problem.kind, *problem.rules, problem.answers)
        conflict R1 R2 1
        expired R3 1
    """
    rules = table.rules
    fitting = fitting_answers(rules, answers)
    named: set[str] = set()
    conflicts: Counter[tuple[str, ...]] = Counter()
    for _, owners in contenders(fitting_on(day, fitting, rules), rules):
        first = first_of_codes(owners, rules)
        named.update(first.values())
        if len(first) > 1:
            conflicts[tuple(first.values())] += 1
    found = [RuleProblem("conflict", *pair) for pair in conflicts.most_common()]
    for rule, places in zip(rules, fitting, strict=True):
        kind: Kind | None = None
        if rule.last and rule.last < day:
            kind = "expired"
        elif rule.first and rule.first > day:
            kind = "not_yet"
        elif not len(places):
            kind = "dead"
        elif rule.name not in named:
            kind = "shadowed"
        if kind:
            found.append(RuleProblem(kind, (rule.name,), len(places)))
    return found
