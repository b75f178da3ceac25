"""Which planes suit the records: their kind, and the cost of an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from han.linear.cost_search import first_costs, search_cost
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


def best_trial(
    trials: Callable[[bool, Sequence[float]], list[Trial]], tries_flat: bool
) -> Trial:
    """The planes that code most unseen records: their kind first, then the cost.

    Of equal ones those are kept that are nearest to the first cost, and of equal kinds
    the one that goes down the tree.

    Args:
        trials: Tries a kind at costs, all at once.
        tries_flat: Whether flat planes are tried, too.
    """
    found = _by_cost(trials(False, first_costs(COSTS)))
    if tries_flat:
        flat = _by_cost(trials(True, first_costs(COSTS)))
        found = max(found, flat, key=lambda kind: kind[FIRST_COST].score)
    is_flat = found[FIRST_COST].flat

    def score(cost: float) -> float:
        if cost not in found:
            found.update(_by_cost(trials(is_flat, [cost])))
        return found[cost].score

    search_cost(score, COSTS)
    best = found[FIRST_COST]
    for cost in sorted(found):
        best = _better(best, found[cost])
    return best


def _by_cost(trials: list[Trial]) -> dict[float, Trial]:
    return {trial.cost: trial for trial in trials}


def _better(one: Trial, two: Trial) -> Trial:
    return two if two.score > one.score else one
