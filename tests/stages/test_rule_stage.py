"""Rules of a table: which counts, which is at fault, and what is said of it."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from support.stage_answers import DAY, FIELDS, TREE, answers, rule_rows

from han import Taxonomy
from han.errors import InputError
from han.stages import rule_patterns
from han.stages.answer_texts import Answers
from han.stages.rule_problems import RuleProblem, rule_problems
from han.stages.rule_stage import RuleStage
from han.stages.rule_table import RuleTable
from han.stages.verdicts import Outcome


def fits(row, texts, cells):
    """Whether an answer fits a row of `rule_rows`, in plain Python."""
    read = {row["field"]: texts[row["field"]]} if row["field"] else texts
    words = " ".join(read.values()).split()
    for piece in row["words"].split():
        group = piece.removeprefix("-").replace("año", "ano~").split("|")
        group = [term.replace("ano~", "año") for term in group]
        found = any(
            word.startswith(term[:-1]) if term[-1] == "*" else word == term
            for term in group
            for word in words
        )
        if found == piece.startswith("-"):
            return False
    if row["regex"] and not any(
        t and re.search(row["regex"], t) for t in read.values()
    ):
        return False
    age, old = cells["age"], cells["old"]
    return {
        "": True,
        "age < 10": age in {"7", "7.0"},
        "age = ; old in a|b": age == "" and old in {"a", "b"},
        "old not in a": old != "a",
    }[row["where"]]


def expected(rows, given_answers, place):
    """Node, reason and outcome of one answer, in plain Python."""
    texts = {name: given_answers.keys([name])[place] for name in FIELDS}
    cells = {name: column[place] for name, column in given_answers.columns.items()}
    fitting = [row for row in rows if fits(row, texts, cells)]
    now = [row for row in fitting if not row["from"] and not row["to"]]
    if not now:
        return -1, f"outside_dates:{fitting[0]['id']}" if fitting else "no_rule", 0
    highest = max(int(row["priority"] or 0) for row in now)
    best = [row for row in now if int(row["priority"] or 0) == highest]
    first = {}
    for row in best:
        first.setdefault(row["code"], row["id"])
    if len(first) > 1:
        return -1, f"conflict:{'|'.join(first.values())}", 0
    node = TREE.naming.find(best[0]["code"])[0] if best[0]["code"] else -1
    return node, f"rule:{best[0]['id']}", Outcome.CODED if node >= 0 else Outcome.PERSON


@settings(max_examples=200)
@given(rule_rows(), answers())
def test_rules_say_what_plain_python_says(rows, given_answers):
    said = RuleStage(RuleTable.of(rows, TREE), DAY).decide(given_answers)
    for place in range(len(given_answers)):
        found = (said.nodes[place], said.reasons[place], said.outcomes[place])
        assert found == expected(rows, given_answers, place)


@settings(max_examples=100)
@given(rule_rows(), answers())
def test_problems_are_those_that_the_verdicts_show(rows, given_answers):
    table = RuleTable.of(rows, TREE)
    reasons = RuleStage(table, DAY).decide(given_answers).reasons
    found = rule_problems(table, given_answers, DAY)
    conflicts = {r.rules: r.answers for r in found if r.kind == "conflict"}
    counted = [tuple(r[9:].split("|")) for r in reasons if r.startswith("conflict:")]
    assert conflicts == {pair: counted.count(pair) for pair in counted}
    named = {name for r in reasons for name in re.split(r"[:|]", r)[1:]}
    idle = {r.rules[0]: r for r in found if r.kind in {"dead", "shadowed"}}
    expired = {r.rules[0] for r in found if r.kind == "expired"}
    not_yet = {r.rules[0] for r in found if r.kind == "not_yet"}
    assert expired == {row["id"] for row in rows if row["to"]}
    assert not_yet == {row["id"] for row in rows if row["from"]}
    for row in rows:
        if not row["from"] and not row["to"]:
            assert (row["id"] in idle) == (row["id"] not in named)
    for problem in idle.values():
        assert (problem.answers == 0) == (problem.kind == "dead")


def rule(**cells):
    return {"id": "R1", "words": "pan", "code": "11", **cells}


def test_days_belong_to_a_rule():
    table = RuleTable.of([rule(**{"from": "2026-03-01", "to": "2026-03-31"})], TREE)
    asked = Answers({"job": ["pan"]})
    days = [date(2026, 2, 28), DAY, date(2026, 3, 31), date(2026, 4, 1)]
    said = [RuleStage(table, day).decide(asked).reasons[0] for day in days]
    assert said == ["outside_dates:R1", "rule:R1", "rule:R1", "outside_dates:R1"]
    kinds = [[p.kind for p in rule_problems(table, asked, day)] for day in days]
    assert kinds == [["not_yet"], [], [], ["expired"]]


def test_a_rule_that_another_outdoes_is_shadowed():
    rows = [rule(), rule(id="R2", priority="1", code="12"), rule(id="R3", words="sal")]
    table = RuleTable.of(rows, TREE)
    found = rule_problems(table, Answers({"job": ["pan", "pan y sal"]}), DAY)
    assert found == [
        RuleProblem("shadowed", ("R1",), 2),
        RuleProblem("shadowed", ("R3",), 1),
    ]


def test_today_is_the_day_of_a_stage_without_one():
    assert RuleStage(RuleTable.of([rule()], TREE)).day == date.today()


@pytest.mark.parametrize(
    "cells, what",
    [
        ({"id": ""}, "the id is blank"),
        ({"id": "R|1"}, "the id is blank or has other signs"),
        ({"words": ""}, "no condition in words, regex, where"),
        ({"words": "pan, sal"}, "`words` has 'pan,'"),
        ({"regex": "("}, "`regex` is no regular expression: missing \\)"),
        ({"where": "age"}, "`where` has 'age'"),
        ({"code": "99"}, "the code '99' is not in the code list"),
        ({"from": "1/3/2026"}, "`from` is no day such as 2026-03-01"),
        ({"to": "20260301"}, "`to` is no day"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "is before `from`"),
        ({"priority": "high"}, "`priority` is no whole number"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(cells, what):
    rows = [rule(id="R0"), rule(**cells)]
    with pytest.raises(InputError, match=rf"rules: 1 rule cannot.*\(row 2\): .*{what}"):
        RuleTable.of(rows, TREE)


def test_all_rules_at_fault_are_counted_and_some_are_named():
    rows = [rule(id=f"R{k}", code="99") for k in range(7)]
    with pytest.raises(InputError, match="7 rules cannot be used") as fault:
        RuleTable.of(rows, TREE)
    assert "'R4'" in str(fault.value) and "'R5'" not in str(fault.value)
    with pytest.raises(
        InputError, match=r"2 rules.*'R1' \(row 2\): the id is there more"
    ):
        RuleTable.of([rule(), rule()], TREE)


def test_a_code_under_two_parents_needs_its_path():
    tree = Taxonomy.from_paths([("1", "9"), ("2", "9")])
    with pytest.raises(InputError, match="Write its path, such as '1 > 9'"):
        RuleTable.of([rule(code="9")], tree)
    table = RuleTable.of([rule(code="2 > 9")], tree)
    assert table.rules[0].node == tree.find(["2", "9"])


def test_a_table_from_a_workbook(tmp_path):
    file = tmp_path / "rules.xlsx"
    cells = {
        "id": ["R1", None, "R2"],
        "words": ["pan*", None, None],
        "where": [None, None, "age < 10"],
        "from": pd.to_datetime(["2026-03-01", None, None]),
        "code": ["11", None, None],
        "why": ["minutes of 3 March", None, None],
    }
    pd.DataFrame(cells).to_excel(file, index=False)
    table = RuleTable.read(file, TREE)
    assert [r.name for r in table.rules] == ["R1", "R2"]
    assert (table.rules[0].first, table.rules[0].why) == (DAY, "minutes of 3 March")
    assert (table.rules[1].node, table.columns) == (-1, ("age",))


@pytest.mark.parametrize(
    "text, what",
    [
        (
            "id,words,code,were\nR1,pan,11,\n",
            "1 column of another name.*words, regex, where",
        ),
        ("id,code,why\nR1,11,x\n", "0 columns of another name.*one or more of words"),
        ("id,words\nR1,pan\n", "the rule table has no column 'code'"),
        (
            "id,words,code\nR1,pan,11\n,,\nR2,pan,9\n",
            r"rules.csv: 1 rule.*'R2' \(row 3\)",
        ),
    ],
)
def test_a_table_of_another_form(tmp_path, text, what):
    file = tmp_path / "rules.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=what):
        RuleTable.read(file, TREE)


def test_columns_and_fields_must_be_there():
    asked = Answers({"job": ["pan"]}, {"age": ["7"]})
    with pytest.raises(InputError, match="no column 'size', which rule 'R1' tests"):
        RuleStage(RuleTable.of([rule(where="size = 1")], TREE)).decide(asked)
    with pytest.raises(InputError, match="no field 'firm'"):
        RuleStage(RuleTable.of([rule(field="firm")], TREE)).decide(asked)


def test_a_pattern_that_would_never_end_stops_the_job(monkeypatch):
    monkeypatch.setattr(rule_patterns, "SECONDS", 0.05)
    slow = r"^(a|b|ab)*c"
    stage = RuleStage(RuleTable.of([rule(words="", regex=slow)], TREE))
    asked = Answers({"job": ["pan", "ab" * 40 + "dc"]})
    with pytest.raises(
        InputError, match="Rule 'R1': its regular expression takes more"
    ):
        stage.decide(asked)


def test_many_rules_and_no_answers():
    said = RuleStage(RuleTable.of([rule()], TREE)).decide(Answers({"job": []}))
    assert said.reasons == [] and said.nodes.dtype == np.int32
    said = RuleStage(RuleTable.of([], TREE)).decide(Answers({"job": ["pan"]}))
    assert said.reasons == ["no_rule"]
