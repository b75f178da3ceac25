"""Near texts, against comparing everything with everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from han import Taxonomy
from han.errors import InputError
from han.stages import fuzzy_stage
from han.stages.answer_texts import Answers
from han.stages.dictionary_sources import listed_dictionary
from han.stages.fuzzy_stage import FuzzyStage

TREE = Taxonomy(["1", "2", "3"], [-1, -1, -1])
letters = st.text("aabcñ ", max_size=14)


def entries(rows):
    nodes = np.array([node for _, node in rows], np.int32)
    return listed_dictionary({"job": [text for text, _ in rows]}, nodes, TREE)


def expected(key, known, min_score, lead):
    """Verdict by brute force."""
    if not key:
        return -1, "no_text"
    coded = [k for k, node in enumerate(known.nodes) if node >= 0]
    scores = {k: fuzz.ratio(key, known.keys[k]) for k in coded}
    best = min(coded, key=lambda k: (-scores[k], len(known.keys[k]), k), default=-1)
    if best < 0 or scores[best] < min_score - lead:
        return -1, "no_near_entry"
    if scores[best] < min_score:
        return -1, "below_score"
    others = {
        known.nodes[k]
        for k in coded
        if known.nodes[k] != known.nodes[best]
        and (scores[best] - scores[k] < lead or scores[best] == scores[k])
    }
    if others:
        return -1, f"ambiguous:{len(others) + 1}_codes"
    return known.nodes[best], known.ids[best]


@settings(max_examples=300)
@given(
    st.lists(st.tuples(letters, st.integers(0, 2)), max_size=12),
    st.lists(letters, max_size=6),
    st.sampled_from([55, 75, 80, 90, 100]),
    st.sampled_from([0, 5, 20, 50]),
)
def test_the_nearest_entry_is_found(rows, texts, min_score, lead):
    known = entries(rows)
    asked = Answers({"job": texts})
    said = FuzzyStage(known, min_score, lead).decide(asked)
    for place, key in enumerate(asked.keys(["job"])):
        node, reason = expected(key, known, min_score, lead)
        assert said.nodes[place] == node
        if node >= 0:
            score = fuzz.ratio(key, known.keys[known.ids.index(reason)])
            assert said.scores[place] == score
            kind, shown, *name = said.reasons[place].split(":")
            assert (kind, ":".join(name)) == ("fuzzy", reason)
            assert score - 0.11 < float(shown) <= score
        else:
            assert said.reasons[place].startswith(reason)
            assert np.isnan(said.scores[place])


@pytest.mark.parametrize("block", [1, 7])
def test_small_blocks_say_the_same(monkeypatch, block):
    rows = [
        (f"{a} {b}", k % 3) for k, a in enumerate("abcde") for b in ("pan", "quesos")
    ]
    stage = FuzzyStage(entries(rows), 75, 3)
    asked = Answers(
        {"job": [text.replace("s", "z") for text, _ in rows] + ["x pan", ""]}
    )
    whole = stage.decide(asked)
    monkeypatch.setattr(fuzzy_stage, "BLOCK", block)
    part = stage.decide(asked)
    assert (whole.nodes >= 0).any()
    np.testing.assert_array_equal(part.nodes, whole.nodes)
    np.testing.assert_array_equal(part.scores, whole.scores)
    assert part.reasons == whole.reasons


def test_fields_are_compared_with_their_own():
    known = listed_dictionary(
        {"job": ["panadero"], "firm": ["taller"]}, np.array([1]), TREE
    )
    stage = FuzzyStage(known, 85, 5)
    asked = Answers({"job": ["Panaderos", "taller"], "firm": ["taler", "panadero"]})
    assert stage.decide(asked).nodes.tolist() == [1, -1]


@pytest.mark.parametrize(
    "limits", [(50, 0), (101, 5), (90, -1), (90, 90), (float("nan"), 5)]
)
def test_limits_that_are_not_possible(limits):
    with pytest.raises(InputError, match="Expected a score above 50"):
        FuzzyStage(entries([("pan", 0)]), *limits)
