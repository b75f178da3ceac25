"""Probabilities of many records, checked, and looked at some records at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from han.code_list.closure import checked_sets
from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError

FloatArray = npt.NDArray[np.floating]
Block = tuple[FloatArray, IntArray, FloatArray]
"""Log-probabilities `(b, N)`, true codes `(b, A)`, weights `(b,)` of some records."""
MOST_VALUES = 2**20  # looked at at once: 8 MB, and a few copies


def blocks(records: int, nodes: int) -> Iterator[slice]:
    """Slices of so many records that a matrix of them is small.

    Example:
        >>> list(blocks(5, 2**19))
        [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    size = max(1, MOST_VALUES // max(1, nodes))
    return (slice(a, min(a + size, records)) for a in range(0, records, size))


def checked_probabilities(
    log_probabilities: npt.ArrayLike, tree: Taxonomy
) -> FloatArray:
    """Log-probabilities as an array of numbers `(n, N)`.

    Raises:
        InputError: If it has another shape, or a number is above 0 or nan.

    Example:
        >>> checked_probabilities([[0.0, -1]], Taxonomy(["1", "2"], [-1, -1])).shape
        (1, 2)
    """
    logs = np.asarray(log_probabilities)
    if logs.ndim != 2 or logs.shape[1] != tree.num_nodes or logs.dtype.kind != "f":
        raise InputError(
            "`log_probabilities`: Expected numbers with a point, shape "
            f"(n, {tree.num_nodes}), one column for each node of the tree. Received "
            f"shape {logs.shape}, {logs.dtype}."
        )
    if not (logs <= 1e-3).all():  # sums of float32 pass 0 a little; nan fails
        raise InputError(
            "`log_probabilities`: Expected numbers of 0 or less. Received greater ones "
            "or nan: give logarithms of probabilities."
        )
    return logs


def checked_logs(
    log_probabilities: npt.ArrayLike, y_true: npt.ArrayLike, tree: Taxonomy
) -> tuple[FloatArray, IntArray]:
    """Log-probabilities `(n, N)` and true codes `(n, A)` of the same records.

    Raises:
        InputError: If one of them has another shape, or lengths differ.

    Example:
        >>> logs, true = checked_logs([[0.0, -1]], [1], Taxonomy(["1", "2"], [-1, -1]))
        >>> true.tolist()
        [[1]]
    """
    logs = checked_probabilities(log_probabilities, tree)
    true = checked_sets(y_true, tree, "y_true")
    if len(true) != len(logs):
        raise InputError(
            "Expected a set of true codes for each record. Received "
            f"{len(logs)} rows of probabilities and {len(true)} sets."
        )
    return logs, true


def small_blocks(given: Iterable[Block], tree: Taxonomy) -> Iterator[Block]:
    """The same records, checked, in blocks of which a few copies are small.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> one = np.log([[0.5, 0.5]]), np.array([0]), np.ones(1)
        >>> [part[1].tolist() for part in small_blocks([one], tree)]
        [[[0]]]
    """
    for log_p, sets, weights in given:
        logs, true = checked_logs(log_p, sets, tree)
        mass = np.asarray(weights, np.float64)
        for rows in blocks(len(logs), tree.num_nodes):
            yield logs[rows], true[rows], mass[rows]
