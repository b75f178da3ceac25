"""Weights by code and drawing by code."""

import numpy as np
import pytest

from han.code_list.taxonomy import Taxonomy
from han.data.class_balance import class_sizes, class_weights, drawn_rows

TREE = Taxonomy(["1", "2", "11", "12", "21"], [-1, -1, 0, 0, 1])
# Eight of 11, two of 12; one known to be in 1; one known to be in 2, where nothing is.
NODES = np.array([2] * 8 + [3] * 2 + [0, 1])
SIZES = [8.0] * 8 + [2.0] * 2 + [5.0, 1.0]


def test_sizes_of_partial_codes_are_those_of_the_codes_below():
    assert class_sizes(NODES, TREE).tolist() == SIZES


@pytest.mark.parametrize(
    ("kind", "power"), [("none", 0), ("sqrt", 0.5), ("balanced", 1)]
)
def test_weights_follow_the_size_and_keep_the_sum(kind, power):
    survey = np.linspace(1, 3, 12)
    weights = class_weights(NODES, survey, TREE, kind)
    factors = weights / survey
    np.testing.assert_allclose(factors / factors[0], (8 / np.array(SIZES)) ** power)
    assert weights.sum() == pytest.approx(survey.sum())


def test_balanced_leaves_weigh_the_same():
    weights = class_weights(NODES[:10], np.ones(10), TREE, "balanced")
    assert weights[:8].sum() == pytest.approx(weights[8:].sum())


@pytest.mark.parametrize(("kind", "share"), [("class", 0.5), ("sqrt", 2 / 3)])
def test_drawing_gives_codes_their_share(kind, share):
    sizes = np.repeat([800.0, 200.0], [800, 200])
    epochs = [drawn_rows(sizes, kind, 1, epoch) for epoch in range(20)]
    assert all(len(rows) == 1000 for rows in epochs)
    assert np.mean([rows < 800 for rows in epochs]) == pytest.approx(share, abs=0.02)


def test_seed_and_epoch_alone_decide():
    sizes = np.repeat([3.0, 1.0], [3, 1])
    one = drawn_rows(sizes, "class", 1, 2)
    assert np.array_equal(one, drawn_rows(sizes, "class", 1, 2))
    others = [drawn_rows(sizes, "class", s, e) for s in (1, 7) for e in range(3, 9)]
    assert any(not np.array_equal(one, other) for other in others)
