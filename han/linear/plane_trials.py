"""Which planes suit the records: their kind, and the cost of an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from han.linear.cost_search import search_cost
from han.linear.linear_tree import LinearTree

COSTS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
FIRST_COST = 1.0  # that of all kinds
# Share of records that a step away from it must put right: less is chance, and costs
# beyond which nothing changes are not tried.
STEP = 0.002


@dataclass(frozen=True)
class Trial:
    """Planes that have not seen some folds, and how many records of these they code.

    Attributes:
        right: Share of the records that they code rightly.
        flat: Whether there are planes for leaves alone.
        cost: What an error costs.
        planes: Those without each of the folds.
    """

    right: float
    flat: bool
    cost: float
    planes: list[LinearTree]

    @property
    def score(self) -> float:
        """What they are judged by."""
        steps = abs(COSTS.index(self.cost) - COSTS.index(FIRST_COST))
        return self.right - STEP * steps


def best_trial(trial: Callable[[bool, float], Trial], tries_flat: bool) -> Trial:
    """The planes that code most unseen records: their kind first, then the cost.

    Worse ones are forgotten at once: those of many records are large. Of equal ones
    those are kept that were tried first.

    Args:
        trial: Tries a kind at a cost.
        tries_flat: Whether flat planes are tried, too.
    """
    best = trial(False, FIRST_COST)
    if tries_flat:
        best = _better(best, trial(True, FIRST_COST))
    first = best

    def score(cost: float) -> float:
        nonlocal best
        tried = first if cost == FIRST_COST else trial(first.flat, cost)
        best = _better(best, tried)
        return tried.score

    search_cost(score, COSTS)
    return best


def _better(one: Trial, two: Trial) -> Trial:
    return two if two.score > one.score else one
