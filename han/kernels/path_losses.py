"""What the paths of documents down a tree cost, and the gradient of that."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.kernels.array_pool import empty
from han.kernels.compiled import compiled

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]


def path_losses(
    scores: Floats, chosen: Integers, splits: Integers, starts: Integers
) -> tuple[Floats, Floats]:
    """Minus the log-probability of each path, a sum over its splits.

    Documents take part in few splits: only their scores are looked at.

    Args:
        scores: Scores of the nodes of some splits, split by split, `(n, u)`.
        chosen: Column of the true node at each level, -1 where there is no choice,
            `(n, L)`.
        splits: Split of each column, never falling, `(u,)`.
        starts: First column of each split, and the end of the last, `(splits + 1,)`.

    Returns:
        Losses `(n,)`, and their gradient in the scores `(n, u)`.

    Example:
        >>> chosen, splits = np.array([[1]], np.int32), np.zeros(2, np.int32)
        >>> edges = np.array([0, 2], np.int32)
        >>> losses, slopes = path_losses(np.zeros((1, 2), "f"), chosen, splits, edges)
        >>> losses.round(3).tolist(), slopes.tolist()
        ([0.6930000185966492], [[0.5, -0.5]])
    """
    losses, slopes = empty(len(scores)), empty(*scores.shape)
    _add_paths(scores, chosen, splits, starts, losses, slopes)
    return losses, slopes


@compiled
def _add_paths(  # type: ignore[no-untyped-def]
    scores, chosen, splits, starts, losses, slopes
):
    levels = chosen.shape[1]
    for i in range(len(scores)):
        losses[i] = np.float32(0.0)
        slopes[i] = np.float32(0.0)
        for level in range(levels):
            true = chosen[i, level]
            if true < 0:
                continue
            low, high = starts[splits[true]], starts[splits[true] + 1]
            largest = scores[i, low]
            for k in range(low + 1, high):
                largest = max(largest, scores[i, k])
            total = np.float32(0.0)
            for k in range(low, high):
                slopes[i, k] = np.exp(scores[i, k] - largest)
                total += slopes[i, k]
            for k in range(low, high):
                slopes[i, k] /= total
            slopes[i, true] -= np.float32(1.0)
            losses[i] += largest + np.log(total) - scores[i, true]
