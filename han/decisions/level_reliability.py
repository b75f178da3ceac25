"""Confidence and correctness of the coded path at each level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_list.true_codes import TrueCodes, nearest_nodes
from han.decisions.path_probabilities import UNKNOWN, coded_paths, level_nodes

if TYPE_CHECKING:
    from han.metrics import LevelErrors

FloatArray = npt.NDArray[np.floating]


def level_errors(
    log_probabilities: FloatArray, nodes: IntArray | TrueCodes, tree: Taxonomy
) -> LevelErrors:
    """What documents add to the calibration scores of each level.

    The codes of a level are its nodes and the full codes that end above it: their
    probabilities add up to 1. The code given is the one on the path of the most
    probable full code. Below a partial code the truth is unknown, and the document
    does not count. The Brier score is `sum over codes (p - [true])^2`, from 0 to 2; in
    the log loss a probability is at least the rounding step of its number type, as in
    `node_log_loss`.

    Of a document with several acceptable codes each node of a level that one of them
    has is true. They are taken as one code, whose probability is the sum of theirs. A
    code outside the list has probability 0.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        nodes: True nodes, `(n,)`, -1 is unknown on all levels; or sets of them.
        tree: The code list.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> log_p = np.log([[0.5, 0.5, 0.25, 0.25]])
        >>> level_errors(log_p, np.array([0]), tree).brier.tolist()
        [[0.5, 0.375]]
        >>> sets = TrueCodes.of(np.array([[0, 2]]), tree)
        >>> np.exp(-level_errors(log_p, sets, tree).log_loss).round(2).tolist()
        [[1.0, 0.75]]
    """
    from han.metrics import LevelErrors  # who loads a run needs no metrics

    logs = np.asarray(log_probabilities)
    truth = nodes if isinstance(nodes, TrueCodes) else TrueCodes.of(nodes, tree)
    given = coded_paths(logs, tree)
    nearest = nearest_nodes(given.nodes[:, -1], truth.nodes, truth.tree)
    true = level_nodes(nearest, truth.tree)
    own, apart = _true_logs(logs, truth)
    p_true = np.exp(own)
    squares = np.exp(2 * logs) @ _of_levels(tree).astype(logs.dtype)
    return LevelErrors(
        counted=true != UNKNOWN,
        correct=given.nodes == true,
        confidence=given.probabilities.astype(np.float64),
        brier=np.maximum(squares + (p_true**2 - apart) - 2 * p_true + 1, 0.0),
        log_loss=-np.maximum(own, np.log(np.finfo(logs.dtype).eps)),
    )


def _true_logs(logs: FloatArray, truth: TrueCodes) -> tuple[FloatArray, FloatArray]:
    """Log-probability of the true codes of each level, and their sum of squares."""
    own = np.full((len(logs), truth.tree.num_levels), -np.inf)
    squares = np.zeros_like(own)
    seen: list[IntArray] = []
    for column in truth.nodes.T:
        here = level_nodes(column, truth.tree)
        is_new = (here != ROOT) & (here < truth.num_known)
        for before in seen:
            is_new &= here != before
        places = np.clip(here, 0, truth.num_known - 1)
        found = np.take_along_axis(logs, places, axis=1).astype(np.float64)
        found = np.where(is_new, found, -np.inf)
        own = np.logaddexp(own, found)
        squares += np.exp(found) ** 2
        seen.append(here)
    return own, squares


def _of_levels(tree: Taxonomy) -> npt.NDArray[np.bool_]:
    """Whether a node is a code of a level, `(N, L)`."""
    levels = np.arange(1, tree.num_levels + 1)
    own = tree.levels[:, None]
    is_leaf = (tree.child_counts == 0)[:, None]
    found: npt.NDArray[np.bool_] = (own == levels) | (is_leaf & (own < levels))
    return found
