"""Lists that hold all right codes: "in 90 % of the records none is missing".

A list of all nodes of at least some probability misses none of a record's codes if it
has the least probable of them: split conformal prediction of that one number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray, specific_codes
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray, checked_logs, checked_probabilities
from han.code_sets.set_promises import code_confidence
from han.decisions.conformal_lists import ConformalSets
from han.errors import InputError


def missing_scores(
    log_probabilities: npt.ArrayLike, y_true: npt.ArrayLike, tree: Taxonomy
) -> FloatArray:
    """1 - probability of the least probable true code, `(n,)`; nan without any.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> logs = np.log([[0.5, 0.75, 0.25, 0.5]])
        >>> missing_scores(logs, [[0, 2]], tree).tolist()
        [0.75]
    """
    logs, true = checked_logs(log_probabilities, y_true, tree)
    sets: IntArray = specific_codes(true, tree)
    p = code_confidence(sets, logs, tree)
    has_any = (sets != ROOT).any(axis=1)
    found = np.full(len(sets), np.nan)
    found[has_any] = 1 - np.nanmin(p[has_any], axis=1)
    return found


def list_limit(
    log_probabilities: npt.ArrayLike,
    y_true: npt.ArrayLike,
    tree: Taxonomy,
    coverage: float,
    *,
    units: npt.ArrayLike | None = None,
    most_rows: int | None = None,
) -> ConformalSets:
    """From which probability on nodes are listed, so that no right code is missing.

    For a record that is exchangeable with those given: its list has all its true codes
    with at least the promised probability. It is an average over all records, the easy
    ones included.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`, of records
            that trained and calibrated nothing.
        y_true: True codes, `(n, A)`; records without any are left out.
        tree: The code list.
        coverage: Promised probability, above 0 and under 1.
        units: What was drawn together, `(n,)`; None: records one by one.
        most_rows: As for `ConformalSets.fit`.

    Raises:
        InputError: If shapes do not fit, or the coverage is out of range.

    References:
        Vovk, Gammerman and Shafer (2005); Angelopoulos et al. (2024), Conformal risk
        control, for units; Cauchois, Gupta and Duchi (2021), Knowing what you know, for
        sets that hold all labels.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> logs = np.log(np.stack([np.linspace(0.1, 0.9, 99), np.full(99, 0.5)], 1))
        >>> found = list_limit(logs, np.zeros(99, int), tree, 0.9)
        >>> listed_nodes(np.log([[0.7, 0.05]]), found, tree).tolist()
        [[True, False]]
    """
    if not 0 < coverage < 1:
        raise InputError(
            f"`coverage`: Expected a number above 0 and under 1. Received {coverage}."
        )
    scores = missing_scores(log_probabilities, y_true, tree)
    kept = ~np.isnan(scores)
    drawn = None if units is None else np.asarray(units)[kept]
    return ConformalSets.fit(scores[kept], coverage, units=drawn, most_rows=most_rows)


def listed_nodes(
    log_probabilities: npt.ArrayLike, limit: ConformalSets, tree: Taxonomy
) -> BoolArray:
    """Which nodes are in the list of each record, `(n, N)`, closed under ancestors.

    The most probable full code always is. If nothing can be promised, all are.

    Args:
        log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        limit: What `list_limit` gave.
        tree: The code list.

    Raises:
        InputError: If the shape does not fit.
    """
    logs = checked_probabilities(log_probabilities, tree)
    members: BoolArray = 1 - np.exp(logs.astype(np.float64)) <= limit.limit
    best = tree.leaves[logs[:, tree.leaves].argmax(axis=1)]
    rows = np.arange(len(logs))[:, None]
    paths = tree.paths[best]  # the top node again after its end
    members[rows, np.maximum(paths, paths[:, :1])] = True
    return members
