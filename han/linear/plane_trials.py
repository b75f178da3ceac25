"""Which planes suit the records: their kind, and the cost of an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from han.linear.cost_search import first_costs, search_cost

COSTS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
FIRST_COST = 1.0  # that of all kinds
# Share of records that a step away from it must put right: less is chance, and costs
# beyond which nothing changes are not tried.
STEP = 0.002
# Records that teach trials; of more a draw does. Kinds differ more than costs, and flat
# planes are dear.
KIND_TAUGHT, COST_TAUGHT = 10_000, 20_000


@dataclass(frozen=True)
class Trial:
    """How many records planes code rightly that have not seen them.

    Attributes:
        right: Share of the records that they code rightly.
        flat: Whether there are planes for leaves alone.
        cost: What an error costs.
    """

    right: float
    flat: bool
    cost: float

    @property
    def score(self) -> float:
        """What they are judged by."""
        steps = abs(COSTS.index(self.cost) - COSTS.index(FIRST_COST))
        return self.right - STEP * steps


def best_trial(
    trials: Callable[[bool, Sequence[float], int], list[Trial]], tries_flat: bool
) -> Trial:
    """The planes that code most unseen records: their kind first, then the cost.

    Of equal kinds the one is kept that goes down the tree, of equal costs the first.

    Args:
        trials: Tries a kind at costs, all at once, with so many records at most.
        tries_flat: Whether flat planes are tried, too.
    """
    is_flat = False
    if tries_flat:
        kinds = [trials(kind, [FIRST_COST], KIND_TAUGHT)[0] for kind in (False, True)]
        is_flat = max(kinds, key=lambda trial: trial.score).flat
    first = trials(is_flat, first_costs(COSTS), COST_TAUGHT)
    found = {trial.cost: trial for trial in first}

    def score(cost: float) -> float:
        if cost not in found:
            (found[cost],) = trials(is_flat, [cost], COST_TAUGHT)
        return found[cost].score

    search_cost(score, COSTS)
    return max([found[FIRST_COST], *found.values()], key=lambda trial: trial.score)
