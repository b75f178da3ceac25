"""Which rules an answer fits, and which of these count."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.rule_conditions import ColumnTest
from han.stages.rule_patterns import SECONDS, Pattern
from han.stages.rule_table import Rule
from han.stages.word_index import WordIndex

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def fitting_answers(rules: Sequence[Rule], answers: Answers) -> list[Places]:
    """The answers that fit the conditions of each rule, whatever its days.

    Words are looked up in an index of the answers' words, columns are tested once for
    each distinct cell, and regular expressions read the answers alone that all else of
    a rule leaves.

    Raises:
        InputError: If the answers lack a field or a column of a rule, or if a regular
            expression takes too long.
    """
    evaluation = _Evaluation(answers)
    return [evaluation.places(rule) for rule in rules]


def fitting_on(
    day: date, fitting: Sequence[Places], rules: Sequence[Rule]
) -> list[Places]:
    """The same of the rules that hold on a day; of the others none."""
    none = np.zeros(0, np.int64)
    pairs = zip(fitting, rules, strict=True)
    return [places if rule.holds_on(day) else none for places, rule in pairs]


def first_of_codes(owners: Sequence[int], rules: Sequence[Rule]) -> dict[int, str]:
    """Nodes of some rules, each with the id of the first rule that gives it."""
    first: dict[int, str] = {}
    for owner in owners:
        first.setdefault(rules[owner].node, rules[owner].name)
    return first


def contenders(
    fitting: Sequence[Places], rules: Sequence[Rule]
) -> Iterator[tuple[int, list[int]]]:
    """Each answer that fits a rule, with those of its rules that count.

    Args:
        fitting: The answers that fit each rule.
        rules: The rules.

    Yields:
        Place of the answer, and places of the rules of the highest priority, in their
        order.
    """
    sizes = [len(places) for places in fitting]
    owner = np.repeat(np.arange(len(rules)), sizes)
    answer = np.concatenate([*fitting, np.zeros(0, np.int64)])
    priority = np.array([rule.priority for rule in rules], np.int64)[owner]
    order = np.lexsort((owner, -priority, answer))
    answer, owner, priority = answer[order], owner[order], priority[order]
    starts = np.flatnonzero(np.diff(answer, prepend=-1))
    highest = np.repeat(priority[starts], np.diff([*starts, len(answer)]))
    is_highest = priority == highest
    pairs = zip(answer[is_highest].tolist(), owner[is_highest].tolist(), strict=True)
    for place, group in itertools.groupby(pairs, key=itemgetter(0)):
        yield place, [rule for _, rule in group]


class _Evaluation:
    """Conditions on the same answers; what several rules ask is computed once."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._indexes: dict[str, WordIndex] = {}
        self._passed: dict[ColumnTest, Bools] = {}
        self._distinct: dict[str, tuple[list[str], Places]] = {}

    def places(self, rule: Rule) -> Places:
        """The answers that fit a rule."""
        fits = np.ones(len(self._answers), bool)
        if rule.words:
            fits &= self._index(rule.field).passes(rule.words)
        for test in rule.where:
            fits &= self._passes(test, rule)
        places = np.flatnonzero(fits)
        if rule.pattern:
            places = self._with_pattern(rule.pattern, rule, places)
        return places

    def _fields(self, field: str) -> list[str]:
        return [field] if field else list(self._answers.fields)

    def _index(self, field: str) -> WordIndex:
        if field not in self._indexes:
            parts = [self._answers.keys([name]) for name in self._fields(field)]
            whole = map(" ".join, zip(*parts, strict=True))
            self._indexes[field] = WordIndex(list(whole))
        return self._indexes[field]

    def _passes(self, test: ColumnTest, rule: Rule) -> Bools:
        if test not in self._passed:
            if test.column not in self._distinct:
                why = f"rule {rule.name!r} tests"
                cells = self._answers.cells(test.column, why)
                self._distinct[test.column] = _numbered(cells)
            values, numbers = self._distinct[test.column]
            passed = np.array([test.holds(value) for value in values], bool)
            self._passed[test] = passed[numbers]
        return self._passed[test]

    def _with_pattern(self, pattern: Pattern, rule: Rule, places: Places) -> Places:
        found: set[int] = set()
        at = places.tolist()
        for field in self._fields(rule.field):
            texts = self._answers.keys([field])
            try:
                hits = pattern.places([texts[place] for place in at])
            except TimeoutError:
                raise InputError(
                    f"Rule {rule.name!r}: its regular expression takes more than "
                    f"{SECONDS:g} s for one answer. Write it without a repetition "
                    "inside a repetition, such as (a+)+, or use `words`."
                ) from None
            found.update(at[hit] for hit in hits)
        return np.array(sorted(found), np.int64)


def _numbered(cells: Sequence[str]) -> tuple[list[str], Places]:
    """Distinct cells, and which of them each one is."""
    number_of: dict[str, int] = {}
    numbers = [number_of.setdefault(cell, len(number_of)) for cell in cells]
    return list(number_of), np.array(numbers, np.int64)
