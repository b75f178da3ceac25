"""Sets of nodes against plain Python sets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.trees import filled, sets_on, tree_of, trees

from han.code_list.node_sets import (
    closures,
    instance_f1,
    judged_nodes,
    sets_at_half,
    whole_sets,
)


def closed(codes, parents):
    found = set()
    for code in codes:
        while code >= 0:
            found.add(code)
            code = parents[code]
    return found


def codes_of(row):
    return [int(code) for code in row if code >= 0]


@given(trees(), st.data())
def test_they_are_those_of_plain_python(parents, data):
    given_sets = data.draw(sets_on(len(parents)))
    tree = tree_of(parents)
    whole, implied = whole_sets(given_sets, tree)
    true, judged = closures(whole, tree).toarray() > 0, judged_nodes(whole, tree)
    dropped = 0
    for row, codes in enumerate(map(codes_of, given_sets)):
        kept = [
            code
            for code in codes
            if not any(code in closed([parents[o]], parents) for o in codes)
        ]
        dropped += len(codes) - len(kept)
        assert codes_of(whole[row]) == kept
        closure = closed(codes, parents)
        assert set(np.flatnonzero(true[row])) == closure
        above = {-1} | {parents[node] for node in closure}
        expected = {node for node, parent in enumerate(parents) if parent in above}
        assert set(np.flatnonzero(judged[row])) == expected
    assert implied == dropped


@given(trees(), st.data())
def test_f1_of_closures_is_that_of_plain_python(parents, data):
    one = data.draw(sets_on(len(parents)))
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    local = np.log(generator.uniform(size=(len(one), len(parents))))
    for node, parent in enumerate(parents):
        if parent >= 0:
            local[:, node] += local[:, parent]
    tree = tree_of(parents)
    got = sets_at_half(local, tree)
    f1 = instance_f1(closures(one, tree), got)
    for row in range(len(one)):
        codes = set(np.flatnonzero(got[row]))
        assert codes and codes == closed(codes, parents)  # no child without its parent
        if (local[row] >= np.log(0.5)).any():
            assert codes == set(np.flatnonzero(local[row] >= np.log(0.5)))
        truth = closed(codes_of(one[row]), parents)
        assert f1[row] == pytest.approx(
            2 * len(codes & truth) / (len(codes) + len(truth))
        )


def test_repeats_and_blanks_anywhere_are_left_out_and_order_stays():
    tree = tree_of([-1, -1, 0, 0])
    given_sets = filled([[3, 3, 1, 2], [1]])
    given_sets[1] = [-1, 1, -1, 1]
    whole, implied = whole_sets(given_sets, tree)
    assert (whole.tolist(), implied) == ([[3, 1, 2], [1, -1, -1]], 0)
