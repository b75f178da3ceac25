"""Calibration: scores are divided by one number before they become probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from han.code_list.taxonomy import IntArray

FloatArray = npt.NDArray[np.floating]
# Distances to a support vector machine's planes are small: they want low temperatures.
LOWEST, HIGHEST = 0.01, 100.0
CELLS = 2**24  # probabilities held at once


def fit_temperature(
    log_probabilities: Callable[[float], FloatArray],
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
) -> float:
    """The temperature that makes the log loss of the true nodes least.

    Guo et al. 2017, "On Calibration of Modern Neural Networks". As in Platt 1999, the
    truth is taken to be a little uncertain, by `1 / (n + 2)`, spread over all nodes: a
    few records that are all right do not make the model certain of everything.

    Args:
        log_probabilities: Gives those of all nodes at a temperature, `(n, N)`.
        nodes: True node of each document, `(n,)`.
        weights: Survey weights, `(n,)`; not all 0.

    Example:
        >>> def halves(temperature):  # says 0.88 where 3 of 4 are right
        ...     odds = np.array([[2.0, 0.0]] * 4) / temperature
        ...     return odds - np.logaddexp.reduce(odds, axis=1, keepdims=True)
        >>> true = np.array([0, 0, 0, 1])
        >>> temperature = fit_temperature(halves, true, np.ones(4))
        >>> float(np.exp(halves(temperature)[0, 0]).round(2))
        0.71
    """
    rows = np.arange(len(nodes))
    doubt = 1 / (len(nodes) + 2)

    def loss(log_temperature: float) -> float:
        logs = log_probabilities(float(np.exp(log_temperature)))
        own = (1 - doubt) * logs[rows, nodes] + doubt * logs.mean(axis=1)
        return -float(np.average(own, weights=weights))

    bounds = (np.log(LOWEST), np.log(HIGHEST))
    found = minimize_scalar(loss, bounds=bounds, method="bounded")
    return float(np.exp(found.x))


def calibration_rows(
    weights: npt.NDArray[np.float64], num_nodes: int
) -> npt.NDArray[np.intp]:
    """Documents to calibrate with: those that count, evenly thinned if very many."""
    rows = np.flatnonzero(weights > 0)
    step = -(-len(rows) * num_nodes // CELLS) or 1
    return rows[::step]
