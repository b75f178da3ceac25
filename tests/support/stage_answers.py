"""Small answers, dictionaries and rules, such that stages often agree and disagree."""

from datetime import date

import numpy as np
from hypothesis import strategies as st

from han import Taxonomy
from han.stages.answer_texts import Answers
from han.stages.dictionary_sources import coded_dictionary, listed_dictionary
from han.stages.exact_stage import ExactStage
from han.stages.fuzzy_stage import FuzzyStage
from han.stages.non_answer_stage import NonAnswerStage
from han.stages.recode_stage import Crosswalk, RecodeStage
from han.stages.rule_stage import RuleStage
from han.stages.rule_table import RuleTable
from han.text.non_answers import NonAnswers

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])
FIELDS = ("job", "firm")
NONE = NonAnswers(["ns", "-"], ["11"])
DAY = date(2026, 3, 1)
WORDS = [
    "pan",
    "Pán",
    "panes",
    "queso",
    "Queso.",
    "quesos",
    "año",
    "ano",
    "ns",
    "11",
    "-",
]

texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
nodes = st.integers(0, TREE.num_nodes - 1)


@st.composite
def answers(draw, most=12):
    """Answers with two fields and two columns."""
    size = draw(st.integers(0, most))

    def cells(cell):
        return draw(st.lists(cell, min_size=size, max_size=size))

    columns = {
        "old": cells(st.sampled_from(["", "a", "b", "c", "z"])),
        "age": cells(st.sampled_from(["", "7", "7.0", "12", "x"])),
    }
    return Answers({name: cells(texts) for name in FIELDS}, columns, NONE)


@st.composite
def _listed(draw):
    rows = draw(st.lists(st.tuples(texts, nodes), max_size=8))
    found = [node for _, node in rows]
    return _entries([text for text, _ in rows], found)


def _entries(listed, found):
    return listed_dictionary({"job": listed}, np.array(found, np.int32), TREE)


@st.composite
def _coded(draw):
    rows = draw(st.lists(st.tuples(texts, texts, nodes), max_size=8))
    fields = {name: [row[k] for row in rows] for k, name in enumerate(FIELDS)}
    found = np.array([row[2] for row in rows], np.int32)
    return coded_dictionary(
        fields, found, min_count=1, min_purity=0.6, non_answers=NONE
    )


@st.composite
def rule_rows(draw):
    """Rows of a rule table."""
    some = {
        "words": ["", "pan", "pan*|queso", "queso* -año", "pan queso"],
        "regex": ["", "", "^pan", "queso$", "a.o", r"\bpane?s?\b"],
        "where": ["", "", "age < 10", "age = ; old in a|b", "old not in a"],
        "field": ["", "job", "firm"],
        "code": ["", "11", "12", "2"],
        "from": ["", "", "2026-03-02"],
        "to": ["", "", "2026-02-28"],
        "priority": ["", "1"],
    }
    rows = draw(st.lists(st.fixed_dictionaries(_cells(some)), max_size=6))
    rows = [r for r in rows if any(r[name] for name in ("words", "regex", "where"))]
    rows = [r for r in rows if not (r["from"] and r["to"])]
    return [{"id": f"R{k}", **row} for k, row in enumerate(rows)]


def _cells(some):
    return {name: st.sampled_from(cells) for name, cells in some.items()}


def _stages(draw_rows, listed, coded, old):
    crosswalk = Crosswalk.of([code for code, _ in old], [n for _, n in old], TREE)
    return [
        NonAnswerStage(),
        ExactStage(listed),
        ExactStage(coded, "coded"),
        RuleStage(RuleTable.of(draw_rows, TREE), DAY),
        RecodeStage(crosswalk, "old"),
        FuzzyStage(listed, 70, 10),
    ]


old_codes = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 4)), max_size=5)
stage_lists = st.builds(_stages, rule_rows(), _listed(), _coded(), old_codes).flatmap(
    st.permutations
)
