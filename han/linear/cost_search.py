"""Searches for the cost of an error (`C`) that suits the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

NUM_FIRST = 3  # costs that are tried whatever comes


def search_cost(score: Callable[[float], float], grid: Sequence[float]) -> float:
    """The cost of the highest score, with a lower score on either side of it.

    The three in the middle of the grid are tried first. While the best is the first or
    the last of those tried, the next one outwards is tried, too.

    Args:
        score: Gives the score of a cost; called once for each.
        grid: The costs, in ascending order; three or more.

    Returns:
        The best; of equal ones the lowest. It is an end of the grid only if scores rise
        as far as that.

    Example:
        >>> tried = []
        >>> def score(cost):
        ...     tried.append(cost)
        ...     return -abs(cost - 10)
        >>> search_cost(score, [0.01, 0.1, 1, 10, 100]), tried
        (10, [0.1, 1, 10, 100])
    """
    scores = {grid.index(cost): score(cost) for cost in first_costs(grid)}
    while True:
        best = max(sorted(scores), key=lambda i: scores[i])
        outwards = {min(scores): best - 1, max(scores): best + 1}.get(best)
        if outwards is None or not 0 <= outwards < len(grid):
            return grid[best]
        scores[outwards] = score(grid[outwards])
        if scores[outwards] <= scores[best]:
            return grid[best]


def first_costs(grid: Sequence[float]) -> Sequence[float]:
    """Those that `search_cost` tries whatever comes."""
    first = (len(grid) - NUM_FIRST) // 2
    return grid[first : first + NUM_FIRST]
