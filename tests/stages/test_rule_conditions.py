"""What a condition means, against plain Python, and what nobody may type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stage_answers import texts

from han.stages.rule_conditions import ColumnTest, WordTest
from han.stages.rule_patterns import BLOCK, Pattern
from han.stages.word_index import WordIndex
from han.text.cleaning import normalise

STEMS = ["pan", "pane", "queso", "ano", "año", "n", "z"]
terms = st.builds(
    lambda word, star: word + star, st.sampled_from(STEMS), st.sampled_from(["", "*"])
)
groups = st.lists(terms, min_size=1, max_size=2).map("|".join)


@given(
    st.lists(groups, min_size=1, max_size=3),
    st.lists(groups, max_size=2),
    st.lists(texts, max_size=8),
)
def test_words_mean_what_plain_python_says(needed, excluded, written):
    found = [normalise([text]) for text in written]

    def has(text, group):
        return any(
            word.startswith(term[:-1]) if term.endswith("*") else word == term
            for term in group.split("|")
            for word in text.split()
        )

    test = WordTest.parse(" ".join([*needed, *("-" + group for group in excluded)]))
    assert WordIndex(found).passes(test).tolist() == [
        all(has(t, group) for group in needed)
        and not any(has(t, group) for group in excluded)
        for t in found
    ]


def test_words_are_typed_with_case_accents_and_spaces():
    assert WordTest.parse(" CARPINT*  | Ébano -Plástico") == WordTest.parse(
        "carpint*|ebano -plastico"
    )
    assert WordTest.parse("niño") != WordTest.parse("nino")


@pytest.mark.parametrize(
    "cell",
    ["pan, queso", "–plastico", "*", "pa*n", "a||b", "--a", "|", "-a|-b", "n.e.p."],
)
def test_words_that_could_not_be_found_are_refused(cell):
    with pytest.raises(ValueError, match="Expected words of letters and digits"):
        WordTest.parse(f"pan {cell}")


def test_words_that_only_exclude_are_refused():
    with pytest.raises(ValueError, match="at least one that must"):
        WordTest.parse("-pan -queso")


NUMBERS = ["1", "01", "1.0", "2", "10", "-3", "", "x", "1 "]
SIGNS = {
    "=": lambda cell, value: cell == value,
    "!=": lambda cell, value: cell != value,
    "<": lambda cell, value: float(cell) < float(value),
    "<=": lambda cell, value: float(cell) <= float(value),
    ">": lambda cell, value: float(cell) > float(value),
    ">=": lambda cell, value: float(cell) >= float(value),
}


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("space", ["", " "])
def test_columns_mean_what_plain_python_says(sign, space):
    for value in ("1", "2", "-3"):
        (test,) = ColumnTest.parse_all(f"the size{space}{sign}{space}{value}")
        assert (test.column, test.sign, test.values) == ("the size", sign, (value,))
        for cell in NUMBERS:
            is_number = cell.strip() not in {"", "x"}
            is_order = sign in {"<", "<=", ">", ">="}
            expected = (
                SIGNS[sign](cell.strip(), value) if is_number or not is_order else False
            )
            assert test.holds(cell) == expected, (cell, sign, value)


def test_lists_and_blanks():
    tests = ColumnTest.parse_all("inn in 1|2 ; sector  not  in 1|| 3; rest =")
    assert [test.column for test in tests] == ["inn", "sector", "rest"]
    cells = ["1", "3", "", "x"]
    assert [tests[0].holds(cell) for cell in cells] == [True, False, False, False]
    assert [tests[1].holds(cell) for cell in cells] == [False, False, False, True]
    assert [tests[2].holds(cell) for cell in cells] == [False, False, True, False]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        ";",
        "a = 1;",
        "age",
        "age < x",
        "age < 1,5",
        "age == 2",
        "= 2",
        "a => 2",
        "age <",
        "a = b = c",
        "in 1",
    ],
)
def test_tests_that_nobody_understands_are_refused(cell):
    with pytest.raises(ValueError, match="Expected tests such as"):
        ColumnTest.parse_all(cell)


PATTERNS = r"""
^pan  pan$  \bqueso\b  ^(?:pan|queso)$  (pan)\s\1  pan.*queso  a.o  ^\W*p  \s  [^a]$
pan(?!\sq)  (?<!n\s)queso  n\s*+$  pan\Z  \Apan  pan|^$|queso$  (?m)^queso  ^.{3}$
(?s)pan.+queso  año  [ñq]  PAN  n{2}|es$  (?>pan|panes)$  pan[es]*+$
""".split()


@pytest.mark.parametrize("written", PATTERNS)
@given(lines=st.lists(texts, max_size=9))
def test_texts_read_together_are_those_read_alone(written, lines):
    try:
        pattern = Pattern(written)
    except ValueError:
        assert re.search(written, "")
        return
    found = [normalise([line]) for line in lines] * 2
    alone = [
        k for k, text in enumerate(found) if text and pattern._of_text.search(text)
    ]
    assert pattern.places(found) == alone


def test_more_texts_than_a_block():
    many = ["queso", "pan"] * BLOCK
    assert Pattern("pan").places(many) == list(range(1, 2 * BLOCK, 2))


def test_a_pattern_is_typed_with_case_and_accents():
    assert Pattern("CARPINTER[ÍI]A").places(["carpinteria"]) == [0]


@pytest.mark.parametrize("written", ["(", "[a", "a**", "(?P<x", r"\L<x>"])
def test_what_is_no_pattern_is_refused(written):
    with pytest.raises(ValueError, match="is no regular expression"):
        Pattern(written)


@pytest.mark.parametrize("written", ["a*", ".*", "pan|", "^$"])
def test_what_is_in_every_text_is_refused(written):
    with pytest.raises(ValueError, match="even in a blank one"):
        Pattern(written)
