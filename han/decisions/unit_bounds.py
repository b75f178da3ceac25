"""The accuracy that is shown for what one threshold accepts, by sampling units."""

from __future__ import annotations

import numpy as np

from han.decisions.binomial_bounds import lower_bound
from han.decisions.unit_evidence import BETS, Evidence, ratio_test

STEPS = 40  # halvings: the bound is exact to 1e-12


def lower_accuracy(known: Evidence, threshold: float, delta: float) -> float:
    """Lower bound of the accuracy among records that reach a threshold; 0 without any.

    For single records that of Clopper and Pearson; else the greatest accuracy that
    `ratio_test` rejects with even bets: the more is asked for, the less they win.

    Args:
        known: Records that had no say in the threshold.
        threshold: The threshold.
        delta: 1 - confidence.

    Example:
        >>> from han.decisions.unit_evidence import Units
        >>> right = np.ones(600, np.int8)
        >>> pairs = Units(np.arange(600) // 2, np.ones(600), 2.0)
        >>> known = Evidence.of(np.ones(600), right, pairs)
        >>> 0.97 < lower_accuracy(known, 0.5, 0.05) < 0.99
        True
    """
    grid, shares = np.array([threshold]), np.full((1, len(BETS)), 1 / len(BETS))
    rows, wrong = (int(count[0]) for count in known.counts(grid))
    if known.is_exact:
        return lower_bound(rows - wrong, rows, delta)
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        is_shown = ratio_test(known, grid, middle, shares)[0] <= delta
        low, high = (middle, high) if is_shown else (low, middle)
    return low
