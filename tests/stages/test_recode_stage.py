"""Earlier codes become those of today where there is one for each."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from han import Taxonomy
from han.errors import InputError
from han.stages.answer_texts import Answers
from han.stages.recode_stage import Crosswalk, RecodeStage

TREE = Taxonomy(["1", "2", "3"], [-1, -1, -1])
codes = st.sampled_from(["01", "1", "a", "b"])


@given(
    st.lists(st.tuples(codes, st.integers(-1, 2)), max_size=8),
    st.lists(st.sampled_from(["01", "1", " a ", "b", "x", ""]), max_size=8),
)
def test_the_crosswalk_is_followed(pairs, cells):
    became = defaultdict(set)
    for old, node in pairs:
        became[old] |= {node} - {-1}
    crosswalk = Crosswalk.of([old for old, _ in pairs], [n for _, n in pairs], TREE)
    asked = Answers({"job": ["pan"] * len(cells)}, {"old": cells})
    said = RecodeStage(crosswalk, "old").decide(asked)
    for cell, node, reason in zip(cells, said.nodes, said.reasons, strict=True):
        old = cell.strip()
        if not old:
            assert (node, reason) == (-1, "no_old_code")
        elif old not in became:
            assert (node, reason) == (-1, "old_code_not_in_crosswalk")
        elif len(became[old]) != 1:
            assert (node, reason) == (-1, f"crosswalk_1_to_n:{len(became[old])}")
        else:
            assert {node} == became[old]
            assert reason == f"crosswalk:{old}>{TREE.codes[node]}"


def test_a_crosswalk_of_a_file(tmp_path):
    file = tmp_path / "crosswalk.csv"
    file.write_text("old,new,kind\n01,1,1:1\n02,2,\n02,3,\n03,,\n")
    found = Crosswalk.read(file, TREE)
    assert found.targets == {"01": (0,), "02": (1, 2), "03": ()}


@pytest.mark.parametrize(
    "text, what",
    [
        ("old,new\n01,9\n", r"column 'new', rows 1 .*1 code not in the code list.*'9'"),
        ("old,new\n,1\n", "column 'old', rows 1 .*there is no old code"),
        ("alt,new\n01,1\n", "the crosswalk has no column 'old'"),
    ],
)
def test_a_crosswalk_that_cannot_be_used(tmp_path, text, what):
    file = tmp_path / "crosswalk.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=what):
        Crosswalk.read(file, TREE)


def test_the_column_must_be_there():
    crosswalk = Crosswalk.of(["01"], [0], TREE)
    asked = Answers({"job": ["pan"]})
    with pytest.raises(InputError, match="no column 'old', which the stage 'recode'"):
        RecodeStage(crosswalk, "old").decide(asked)
    with pytest.raises(InputError, match="needs the column"):
        RecodeStage(crosswalk, "")
