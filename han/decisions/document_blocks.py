"""Applies a decision rule to a few documents at a time, to bound memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray

FloatArray = npt.NDArray[np.floating]
MAX_RULE_PROBABILITIES = 2**20  # that a rule reads at once: 8 MB, and a few copies


def in_blocks(
    log_probabilities: FloatArray, rule: Callable[[FloatArray], IntArray]
) -> IntArray:
    """Nodes `(n,)` that a rule gives for probabilities `(n, N)`, in double precision.

    Args:
        log_probabilities: Log-probabilities of all nodes, `(n, N)`.
        rule: From probabilities `(b, N)` of some documents to their nodes `(b,)`.
    """
    logs = np.asarray(log_probabilities)
    found = np.empty(len(logs), np.int32)
    size = max(1, MAX_RULE_PROBABILITIES // max(1, logs.shape[1]))
    for first in range(0, len(logs), size):
        part = slice(first, first + size)
        found[part] = rule(np.exp(logs[part].astype(np.float64)))
    return found
