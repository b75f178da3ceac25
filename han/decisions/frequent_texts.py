"""Frequent texts, each a question of its own with its own calibration records.

A text that stands too often for the thresholds may still be promised: by the records of
that very text, if there are enough of them and nearly all have the code that the model
gives it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from han.decisions.binomial_bounds import records_needed
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.unit_evidence import BETS, Evidence, IntArray, ratio_test

OWN_SHARE = 0.1  # of delta, where any text has records enough


def texts_with_enough(
    records: LabelledPaths, targets: Mapping[int, float], delta: float
) -> IntArray:
    """Units with records enough for a promise of their own, as many as possible.

    Which these are depends on numbers of records, not on labels.

    Args:
        records: Calibration records with `units`.
        targets: Accuracy asked for by level.
        delta: 1 - confidence of the promises of all of them.
    """
    if records.units is None:
        return np.array([], np.int64)
    names, sizes = np.unique(records.units, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    least = min(targets.values())
    for count in range(int((sizes >= records_needed(least, delta)).sum()), 0, -1):
        if sizes[order[count - 1]] >= records_needed(least, delta / count):
            found: IntArray = np.sort(names[order[:count]])
            return found
    return np.array([], np.int64)


def own_promises(
    records: LabelledPaths,
    targets: Mapping[int, float],
    delta: float,
    largest_weight: float = 0.0,
) -> dict[int, int]:
    """Deepest level at which each of these texts keeps its promise.

    Given a text and how often it stands there, its records are right or wrong by
    themselves: the exact binomial test holds, or `ratio_test` where they weigh
    differently, with equal bets. A level is tested if the one above
    has kept its promise (a fixed sequence, which needs no correction); texts share
    `delta` evenly. Together with the promises of the thresholds these say that all that
    is coded is right as often as asked for.

    Args:
        records: Calibration records with `units`, which chose nothing before.
        targets: Accuracy asked for by level.
        delta: 1 - confidence of all these promises together.
        largest_weight: Weight that a record may have, where records have weights, if
            that is more than the largest here.

    Returns:
        Level by unit number; only of those that keep any promise.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> nodes = np.zeros((300, 1), np.int32)
        >>> truth = np.where(np.arange(300) < 295, 0, 1)[:, None]
        >>> texts = LabelledPaths(
        ...     CodedPaths(nodes, nodes + 0.5), truth, np.repeat([4, 7], 150))
        >>> own_promises(texts, {1: 0.95}, 0.05)
        {4: 1}
    """
    names = texts_with_enough(records, targets, delta)
    found, goals = {}, dict(sorted(targets.items()))
    largest = records.one_by_one().largest_unit(None, largest_weight)
    for name in names.tolist():
        own = records.take(records.units == name).one_by_one()
        level = _deepest(own, goals, delta / len(names), largest)
        if level:
            found[int(name)] = level
    return found


def _deepest(
    own: LabelledPaths, targets: Mapping[int, float], delta: float, largest: float
) -> int:
    """Deepest level that the records of one text keep, each a unit of its own."""
    deepest, sure = 0, np.ones(len(own))
    shares = np.full((1, len(BETS)), 1 / len(BETS))
    for level, target in targets.items():
        known = Evidence.of(sure, own.outcomes[:, level - 1], own.drawn_as(largest))
        if ratio_test(known, sure[:1], target, shares)[0] > delta:
            break
        deepest = level
    return deepest
