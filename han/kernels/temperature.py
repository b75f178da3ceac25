"""Temperatures: the one of least loss, and the records to look for it on.

A temperature divides scores before they become probabilities, so that these are
neither too sure nor too unsure. What the loss is, its callers say.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

MOST_VALUES = 2**24  # scores held at once: 128 MB


def fit_log_temperature(
    loss: Callable[[float], float], lowest: float, highest: float
) -> float:
    """Log of the temperature at which a loss is least.

    Args:
        loss: The loss at the log of a temperature; with one minimum.
        lowest: Least temperature that is looked at, above 0.
        highest: Greatest one.

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks.

    Example:
        >>> found = fit_log_temperature(lambda t: (t - np.log(2)) ** 2, 0.05, 20.0)
        >>> round(float(np.exp(found)), 4)
        2.0
    """
    from scipy.optimize import minimize_scalar  # coding needs none of it

    bounds = (np.log(lowest), np.log(highest))
    return float(minimize_scalar(loss, bounds=bounds, method="bounded").x)


def rows_to_fit(
    weights: npt.ArrayLike, values: npt.NDArray[np.integer] | int
) -> npt.NDArray[np.intp]:
    """Records to fit with: those that count, evenly thinned if they are very many.

    Args:
        weights: Survey weights, `(n,)`; a record of weight 0 counts nowhere.
        values: How many scores are held for each record, `(n,)` or one for all.

    Example:
        >>> rows_to_fit([1.0, 0.0, 2.0], 10).tolist()
        [0, 2]
        >>> rows_to_fit(np.ones(4), MOST_VALUES // 2).tolist()
        [0, 2]
    """
    weights = np.asarray(weights)
    rows = np.flatnonzero(weights > 0)
    total = int(np.broadcast_to(values, weights.shape)[rows].sum(dtype=np.int64))
    step = -(-total // MOST_VALUES) or 1
    return rows[::step]
