"""Closures, what they drop, and what partial codes leave open."""

import numpy as np
import pytest
from hypothesis import given, settings
from support.code_sets import ancestors, below_partial, set_problems

from han import Taxonomy
from han.code_list.closure import (
    checked_sets,
    closure,
    partial_codes,
    specific_codes,
    unknown_nodes,
)
from han.errors import InputError

TREE = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])


@given(set_problems(given=False))
@settings(deadline=None, max_examples=60)
def test_closure_and_specific_codes_are_those_of_python_sets(problem):
    tree, sets = problem
    found = closure(sets, tree).toarray()
    codes = specific_codes(sets, tree)
    for row, nodes in enumerate(sets):
        closed = ancestors(nodes, tree)
        assert set(np.flatnonzero(found[row])) == closed
        kept = [node for node in codes[row] if node >= 0]
        above = {a for n in closed for a in ancestors([n], tree) - {n}}
        assert set(kept) == closed - above and len(set(kept)) == len(kept)
        assert kept == sorted(kept, key=list(nodes).index)  # the main code stays first
        assert (codes[row][len(kept) :] == -1).all()
    again = closure(codes, tree).toarray()
    assert (again == found).all()


@given(set_problems(given=False))
@settings(deadline=None, max_examples=60)
def test_what_lies_below_partial_codes_is_unknown(problem):
    tree, sets = problem
    found = unknown_nodes(sets, tree)
    for row, nodes in enumerate(sets):
        assert set(np.flatnonzero(found[row])) == below_partial(nodes, tree)
    partial = partial_codes(sets, tree)
    assert (tree.child_counts[partial[partial >= 0]] > 0).all()


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        ([[0, 4]], "outside the tree, at positions 0"),
        ([[0], [-2]], "at positions 1"),
        ([[0.0]], "whole numbers"),
        ([[[0]]], r"\(1, 1, 1\)"),
    ],
)
def test_what_is_no_set_is_refused(sets, message):
    with pytest.raises(InputError, match=message):
        checked_sets(sets, TREE)


def test_no_records_have_no_codes():
    none = np.empty((0, 3), int)
    assert closure(none, TREE).shape == (0, 4)
    assert specific_codes(none, TREE).shape == (0, 1)
    assert unknown_nodes(none, TREE).shape == (0, 4)
