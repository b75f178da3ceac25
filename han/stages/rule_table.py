"""`RuleTable`: rules of people, each with who made it, why, and from when to when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from han.code_list.code_checks import looks_like_code
from han.code_list.taxonomy import ROOT, Taxonomy
from han.errors import InputError, count_of, listing
from han.stages.lookup_tables import SHOWN, read_lookup_table
from han.stages.rule_conditions import ColumnTest, WordTest
from han.stages.rule_patterns import Pattern
from han.tables.locations import DataFile

REQUIRED = ("id", "code")
CONDITIONS = ("words", "regex", "where")
OPTIONAL = (*CONDITIONS, "field", "from", "to", "priority", "who", "why")
PERSON = ROOT  # the node of a rule that sends answers to a person
_ID = re.compile(r"[\w.\-]{1,40}")


@dataclass(frozen=True)
class Rule:
    """One rule: all its conditions must hold.

    Attributes:
        name: Its id.
        words: Words of the text, or None.
        pattern: A regular expression that one field must have, or None.
        where: Tests of other columns.
        field: The field that is read; "" for all: words may stand in any of them.
        node: Node of the code that it gives; -1 sends the answer to a person.
        first: The day from which on it holds, or None.
        last: The last day on which it holds, or None.
        priority: Of several rules those with the highest count.
        who: Who answers for it.
        why: Why it is there.
    """

    name: str
    words: WordTest | None
    pattern: Pattern | None
    where: tuple[ColumnTest, ...]
    field: str
    node: int
    first: date | None
    last: date | None
    priority: int
    who: str
    why: str

    def holds_on(self, day: date) -> bool:
        """Whether a day is one of those for which the rule was made."""
        return (self.first or day) <= day <= (self.last or day)


@dataclass(frozen=True)
class RuleTable:
    """Rules in the order of their table.

    A table has one row for each rule and these columns, in any order; `id`, `code` and
    one of `words`, `regex` and `where` must be there:

    * `id`: letters, digits, `_`, `.` and `-`; each once.
    * `words`: words with a space between, all of which the answer must have, in any
      order: `carpint*` is every word that begins so, `mueble*|silla` one of the two,
      `-plastico` a word that must not be there. Case, accents and punctuation do not
      matter.
    * `regex`: a regular expression of Python over the text in small letters, without
      accents and punctuation, with one space between words: `^venta .* mayor`.
    * `where`: tests of other columns, all of which must hold, with semicolons between:
      `status = 2; age < 15; sector in 1|2`. The signs are `=`, `!=`, `<`, `<=`, `>`,
      `>=`, `in` and `not in`; `status =` is a blank cell.
    * `field`: the text field that `words` and `regex` read. Blank: words may stand in
      any field, and a regular expression within one of them.
    * `code`: a full code, or one above it. Blank: a person decides.
    * `from`, `to`: first and last day, as `2026-03-01`. Blank: no limit.
    * `priority`: a whole number, 0 if blank. Of the rules that an answer fits, those
      with the highest count. If they give different codes, the answer is declined.
    * `who`, `why`: for people.

    Attributes:
        rules: The rules.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["11", "12"], [-1, -1])
        >>> rule = {"id": "R1", "words": "carpint*", "where": "age > 14", "code": "12"}
        >>> table = RuleTable.of([rule], tree)
        >>> table.rules[0].node, table.columns
        (1, ('age',))
        >>> RuleTable.of([{"id": "R1", "words": "pan", "code": "13"}], tree)
        Traceback (most recent call last):
        ...
        han.errors.InputError: rules: 1 rule cannot be used. Rule 'R1' (row 1): the \
code '13' is not in the code list. Correct the table.
    """

    rules: tuple[Rule, ...]
    tree: Taxonomy

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the rules test, each once."""
        tests = (test for rule in self.rules for test in rule.where)
        return tuple(dict.fromkeys(test.column for test in tests))

    @classmethod
    def read(
        cls, file: DataFile, tree: Taxonomy, *, encoding: str = "utf-8"
    ) -> RuleTable:
        """From a table of any kind, such as CSV or Excel.

        Raises:
            InputError: For a file that cannot be read, a column that is missing or not
                known, or rules that cannot be used; all of these are named.
        """
        table = read_lookup_table(
            file,
            "rule table",
            REQUIRED,
            optional=OPTIONAL,
            codes=["code"],
            encoding=encoding,
        )
        known = {*REQUIRED, *OPTIONAL}
        others = [name for name in table.header if name.strip() and name not in known]
        if others or not set(CONDITIONS) & set(table.header):
            raise InputError(
                f"{file}: the rule table has {count_of(len(others), 'column')} of "
                f"another name. Expected {listing(REQUIRED)}, one or more of "
                f"{listing(CONDITIONS)}, and as may be "
                f"{listing(OPTIONAL[len(CONDITIONS) :])}: correct the header."
            )
        columns = list(table.cells)
        rows = [
            dict(zip(columns, cells, strict=True))
            for cells in zip(*table.cells.values(), strict=True)
        ]
        return cls.of(rows, tree, str(file), table.rows)

    @classmethod
    def of(
        cls,
        rows: Sequence[Mapping[str, str]],
        tree: Taxonomy,
        where: str = "rules",
        numbers: Sequence[int] = (),
    ) -> RuleTable:
        """From rows with cells by column name; a cell may be missing.

        Args:
            rows: The rows.
            tree: The code list.
            where: Name of the table, for messages.
            numbers: Number of each row in its file.

        Raises:
            InputError: For rules that cannot be used.
        """
        numbers = numbers or range(1, len(rows) + 1)
        times = Counter(row.get("id", "") for row in rows)
        rules, faults = [], []
        for number, row in zip(numbers, rows, strict=True):
            name = row.get("id", "")
            try:
                rules.append(_rule(row, tree))
                if times[name] > 1:
                    raise ValueError("the id is there more than once.")
            except ValueError as fault:
                shown = f" {name!r}" if _ID.fullmatch(name) else ""
                faults.append(f"Rule{shown} (row {number}): {fault}")
        if faults:
            raise InputError(
                f"{where}: {count_of(len(faults), 'rule')} cannot be used. "
                f"{' '.join(faults[:SHOWN])} Correct the table."
            )
        return cls(tuple(rules), tree)


def _rule(row: Mapping[str, str], tree: Taxonomy) -> Rule:
    """A rule of a row; ValueError says what is wrong."""
    cells = {name: row.get(name, "").strip() for name in (*REQUIRED, *OPTIONAL)}
    if not _ID.fullmatch(cells["id"]):
        raise ValueError(
            "the id is blank or has other signs than letters, digits, `_`, `.`, `-`."
        )
    if not any(cells[name] for name in CONDITIONS):
        raise ValueError(f"there is no condition in {listing(CONDITIONS)}.")
    first, last = _day(cells["from"], "from"), _day(cells["to"], "to")
    if first and last and last < first:
        raise ValueError(f"`to` ({last}) is before `from` ({first}).")
    if not re.fullmatch(r"[+-]?\d{1,9}|", cells["priority"]):
        raise ValueError("`priority` is no whole number.")
    return Rule(
        cells["id"],
        WordTest.parse(cells["words"]) if cells["words"] else None,
        Pattern(cells["regex"]) if cells["regex"] else None,
        ColumnTest.parse_all(cells["where"]) if cells["where"] else (),
        cells["field"],
        _node(cells["code"], tree) if cells["code"] else PERSON,
        first,
        last,
        int(cells["priority"] or 0),
        cells["who"],
        cells["why"],
    )


def _day(cell: str, column: str) -> date | None:
    try:
        if cell and len(cell) != len("2026-03-01"):
            raise ValueError
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError(f"`{column}` is no day such as 2026-03-01.") from None


def _node(code: str, tree: Taxonomy) -> int:
    nodes = tree.naming.find(code)
    shown = f" {code!r}" if looks_like_code(code) else ""
    if not nodes:
        raise ValueError(f"the code{shown} is not in the code list.")
    if len(nodes) > 1:
        first = tree.naming.paths[nodes[0]]
        raise ValueError(
            f"the code{shown} stands under more than one parent. Write its path, such "
            f"as {first!r}."
        )
    return nodes[0]
