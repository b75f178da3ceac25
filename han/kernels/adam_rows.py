"""Adam on rows of a table that it has left alone for a while, as compiled loops."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.kernels.array_pool import empty
from han.kernels.compiled import compiled

Floats = npt.NDArray[np.float32]
Three = tuple[Floats, Floats, Floats]


def caught_up_rows(
    weights: Floats,
    means: Floats,
    squares: Floats,
    skipped: npt.NDArray[np.int32],
    summed: Floats,
    decays: Floats,
) -> Three:
    """Rows as they are after steps without a gradient; see `CatchUpAdam`.

    Args:
        weights: Rows, `(u, units)`.
        means: Moving means of their gradients.
        squares: The same of their squares.
        skipped: How many steps each row has missed, `(u,)`.
        summed: Summed rates of these, `(u,)`.
        decays: Of means and squares in a step, and what is added to their root, `(3,)`.

    Example:
        >>> one, none = np.ones((1, 1), "f"), np.zeros(1, "f")
        >>> skipped, decays = np.array([2], "i"), np.array([0.5, 0.5, 0], "f")
        >>> found = caught_up_rows(one, one, one, skipped, none + 0.1, decays)
        >>> [round(float(each[0, 0]), 2) for each in found]
        [0.9, 0.25, 0.25]
    """
    found = empty(*weights.shape), empty(*weights.shape), empty(*weights.shape)
    _catch_up(weights, means, squares, skipped, summed, decays, *found)
    return found


def moved_rows(
    weights: Floats,
    means: Floats,
    squares: Floats,
    gradient: Floats,
    rate: np.float32,
    decays: Floats,
) -> Three:
    """Rows after a step of Adam, with its bias-corrected rate; else as above."""
    found = empty(*weights.shape), empty(*weights.shape), empty(*weights.shape)
    _move(weights, means, squares, gradient, np.float32(rate), decays, *found)
    return found


@compiled
def _catch_up(  # type: ignore[no-untyped-def]
    weights,
    means,
    squares,
    skipped,
    summed,
    decays,
    new_weights,
    new_means,
    new_squares,
):
    units = weights.shape[1]
    for i in range(len(weights)):
        first = decays[0] ** np.float32(skipped[i])
        second = decays[1] ** np.float32(skipped[i])
        for j in range(units):
            m, v = means[i, j], squares[i, j]
            moved = m / (np.sqrt(v) + decays[2]) * summed[i]
            new_weights[i, j] = weights[i, j] - moved
            new_means[i, j] = m * first
            new_squares[i, j] = v * second


@compiled
def _move(  # type: ignore[no-untyped-def]
    weights, means, squares, gradient, rate, decays, new_weights, new_means, new_squares
):
    first = np.float32(1.0) - decays[0]
    second = np.float32(1.0) - decays[1]
    units = weights.shape[1]
    for i in range(len(weights)):
        for j in range(units):
            g = gradient[i, j]
            m = means[i, j] + (g - means[i, j]) * first
            v = squares[i, j] + (g * g - squares[i, j]) * second
            new_means[i, j] = m
            new_squares[i, j] = v
            new_weights[i, j] = weights[i, j] - rate * m / (np.sqrt(v) + decays[2])
