"""Exact binomial bounds and tests for a share of right codes."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from han.late_packages import special

FloatArray = npt.NDArray[np.floating]


def records_needed(target: float, delta: float, largest: float = 1.0) -> int:
    """Records, all of them right, that show an accuracy with confidence 1 - delta.

    Args:
        target: The accuracy.
        delta: 1 - confidence.
        largest: Records that a unit may have at most: one that is not among them could
            be all wrong. This is the number if each of them is a unit of its own; if
            they come in larger ones, it takes more.

    Example:
        >>> records_needed(0.95, 0.05), records_needed(0.95, 0.05, largest=3)
        (59, 173)
    """
    gain = math.log1p((1 - target) / (target * largest))
    return math.ceil(round(-math.log(delta) / gain, 9))


def lower_bound(right: float, rows: float, delta: float) -> float:
    """Clopper and Pearson's (1934) lower bound of an accuracy; 0 without records.

    Example:
        >>> round(lower_bound(59, 59, 0.05), 3), lower_bound(0, 0, 0.05)
        (0.95, 0.0)
    """
    return float(special.betaincinv(right, rows - right + 1, delta)) if right else 0.0


def upper_bound(right: float, rows: float, delta: float) -> float:
    """The upper bound; 1 without records.

    Example:
        >>> round(upper_bound(0, 59, 0.05), 3)
        0.05
    """
    wrong = rows - right
    return float(special.betaincinv(right + 1, wrong, 1 - delta)) if wrong else 1.0


def p_values(rows: FloatArray, errors: FloatArray, target: float) -> FloatArray:
    """Chance of so few errors or fewer if the accuracy were the target.

    Example:
        >>> p_values(np.array([59.0, 0.0]), np.zeros(2), 0.95).round(2).tolist()
        [0.05, 1.0]
    """
    rows = np.floor(rows)
    errors = np.minimum(errors, rows)
    right = np.maximum(rows - errors, 1)  # the function is not defined at 0
    return np.where(rows > errors, special.betainc(right, errors + 1, target), 1.0)
