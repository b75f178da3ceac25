"""Answers that teach most are doubtful ones, of every code some."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.reviewing.active_choice import active_scores


def test_of_each_code_the_most_doubtful_comes_first():
    doubts = np.array([0.9, 0.8, 0.7, 0.6, 0.3])
    codes = np.array([1, 1, 1, 2, 3])
    order = np.argsort(-active_scores(doubts, codes)).tolist()
    assert order[:2] == [0, 3]  # not three of the first code
    alone = active_scores(doubts, codes, power=0)
    assert alone.tolist() == doubts.tolist()


def test_answers_that_stand_often_count_more():
    doubts, codes = np.array([0.5, 0.5]), np.array([1, 2])
    found = active_scores(doubts, codes, np.array([1, 9]))
    assert found.tolist() == pytest.approx([0.5, 1.5])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(-1, 3), st.integers(1, 9)), max_size=30
    )
)
def test_scores_keep_the_order_within_a_code(answers):
    doubts, codes, repeats = (
        np.array([a[k] for a in answers], kind)
        for k, kind in enumerate((float, int, int))
    )
    found = active_scores(doubts, codes, repeats)
    worth = doubts * np.sqrt(repeats)
    assert found.shape == doubts.shape and (found <= worth + 1e-12).all()
    for code in set(codes.tolist()):
        own, before = found[codes == code], worth[codes == code]
        order = np.argsort(-before, kind="stable")
        assert (np.diff(own[order]) <= 1e-12).all()
        assert not len(own) or own.max() == pytest.approx(before.max())
