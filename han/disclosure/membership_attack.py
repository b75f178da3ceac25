"""Can it be told from a model's answers which records it was trained with?

The attack takes a score of each text, such as the probability of its true code, and
says of high ones that they were trained with (Yeom et al. 2018,
doi:10.1109/CSF.2018.00027; Shokri et al. 2017, doi:10.1109/SP.2017.41). Carlini et al.
(2022, doi:10.1109/SP46214.2022.9833649) ask to look at few false alarms, too: an attack
that is sure of a few texts does harm though its AUC is near a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

FALSE_ALARMS = 0.01
FOUND = 0.03  # of members: more than chance and few texts can make of 1 %
STRONG_AREA, STRONG_FOUND = 0.9, 0.25
LEAST_TEXTS = 100  # outside the training: 1 % of fewer is less than one
NORMAL_95 = 1.959964
RESAMPLES = 500
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Membership:
    """How well an attack tells texts that were trained with from others.

    Attributes:
        members: Number of texts that were trained with.
        others: Number of texts that were not.
        auc: Share of pairs of a member and another in which the member has the higher
            score; a half if nothing can be told.
        auc_interval: 95 % interval of it.
        found: Share of the members that are found with 1 % of false alarms.
        found_interval: 95 % interval of it.
        shadows: Number of shadow models that tell hard texts from easy ones.
    """

    members: int
    others: int
    auc: float
    auc_interval: tuple[float, float]
    found: float
    found_interval: tuple[float, float]
    shadows: int = 0

    @property
    def is_found(self) -> bool:
        """Whether the attack is better than chance."""
        return self.auc_interval[0] > 0.5 or self.found_interval[0] > FOUND

    @property
    def is_strong(self) -> bool:
        """Whether a quarter of the members, or nearly all order, is given away."""
        low = self.auc_interval[0], self.found_interval[0]
        return low[0] > STRONG_AREA or low[1] > STRONG_FOUND

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return {**vars(self), "false_alarms": FALSE_ALARMS}


def attack(members: Floats, others: Floats, shadows: int = 0) -> Membership | None:
    """Measures what the scores of texts give away; None with fewer than 100 texts.

    Args:
        members: Score of each distinct text that was trained with, `(m,)`.
        others: Score of each that was not, `(n,)`.
        shadows: Number of models that the scores were made with.

    Example:
        >>> scores = np.linspace(0, 1, 200)
        >>> attack(scores, scores).auc, attack(scores + 2, scores).auc
        (0.5, 1.0)
    """
    if min(len(members), len(others)) < LEAST_TEXTS:
        return None
    auc, low, high = area(members, others)
    found = share_found(members, others)
    return Membership(
        len(members),
        len(others),
        auc,
        (low, high),
        found,
        _found_interval(members, others),
        shadows,
    )


def area(members: Floats, others: Floats) -> tuple[float, float, float]:
    """AUC with its interval of DeLong et al. (1988, doi:10.2307/2531595).

    Ties count half. Where all pairs are in order, the interval is that of the rule of
    three for the smaller group.

    Example:
        >>> round(area(np.array([1.0, 3.0]), np.array([0.0, 2.0]))[0], 2)
        0.75
    """
    above = _shares_below(members, others)
    below = 1 - _shares_below(others, members)
    auc = float(above.mean())
    variance = above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below)
    reach = NORMAL_95 * sqrt(float(variance))
    if not reach:
        reach = 3 / min(len(members), len(others)) if auc in (0, 1) else 0
    return auc, max(auc - reach, 0.0), min(auc + reach, 1.0)


def _shares_below(scores: Floats, others: Floats) -> Floats:
    """Share of the others below each score; equal ones count half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, "left")
    up_to = np.searchsorted(ordered, scores, "right")
    return np.asarray((below + up_to) / (2 * len(others)), np.float64)


def share_found(members: Floats, others: Floats) -> float:
    """Share of members above a score that 1 % of the others reach at most.

    Example:
        >>> share_found(np.arange(0.0, 200.0), np.arange(0.0, 100.0))
        0.505
    """
    allowed = int(FALSE_ALARMS * len(others))
    limit = np.sort(others)[len(others) - allowed - 1]
    return float((members > limit).mean())


def _found_interval(members: Floats, others: Floats) -> tuple[float, float]:
    """By drawing texts again, of both sides: the limit is uncertain, too."""
    draws = np.random.default_rng(0)
    shares = [
        share_found(
            members[draws.integers(len(members), size=len(members))],
            others[draws.integers(len(others), size=len(others))],
        )
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)
