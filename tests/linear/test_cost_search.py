"""`search_cost` against all costs of a grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.baselines import COSTS
from han.linear.cost_search import search_cost


@given(
    st.sampled_from([*COSTS.values(), (1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0)]),
    st.data(),
)
def test_scores_with_one_peak_are_searched_to_the_best(grid, data):
    peak = data.draw(st.integers(0, len(grid) - 1))
    tried = []

    def score(cost):
        tried.append(cost)
        return -abs(grid.index(cost) - peak)

    assert search_cost(score, grid) == grid[peak]
    assert len(tried) == len(set(tried))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_the_best_has_no_better_neighbour(scores):
    grid = COSTS["logistic"]
    tried = {}

    def score(cost):
        return tried.setdefault(cost, scores[grid.index(cost)])

    best = search_cost(score, grid)
    assert tried[best] == max(tried.values())
    place = grid.index(best)
    for neighbour in (place - 1, place + 1):
        if 0 <= neighbour < len(grid):
            assert scores[neighbour] <= scores[place]


@pytest.mark.parametrize("linear", COSTS)
def test_equal_scores_end_the_search(linear):
    tried = []
    assert search_cost(lambda cost: tried.append(cost) or 0.5, COSTS[linear])
    assert len(tried) == 4  # the three of the middle and one outwards
