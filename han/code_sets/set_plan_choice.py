"""Chooses the thresholds of a plan for sets, and tests what they promise."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from han.code_sets.level_codes import JudgedSets
from han.decisions.guarantee import Promise, promised_thresholds

SHARES = (0.7, 0.8, 0.9, 0.95, 1.0)  # of the records, that may be coded by a machine
USUAL = 0.9


def promised_levels(
    tested: JudgedSets,
    reference: JudgedSets,
    targets: Mapping[int, float],
    confidence: float,
) -> tuple[int, tuple[Promise, ...]]:
    """The most lenient thresholds whose promises hold, all of them together.

    Of the codes that are given at a level, in records that reach its threshold and
    those above, the share that is right is at least the target. What is drawn are
    records, or units of them: see `han.code_sets.set_promises`. A unit of more codes
    than the test has been told of would break it, so that such records are left to a
    person; how many these may be the reference records choose.

    Args:
        tested: Records that choose nothing else.
        reference: Other records, at the same levels.
        targets: Share asked for by level, the top one first, as both have them.
        confidence: Of all promises together.

    Returns:
        Codes that a unit may have, and a promise for each level.

    Example:
        >>> sure = np.linspace(0, 1, 2000)
        >>> right = (sure > 0.4).astype(np.int8)[:, None, None]
        >>> ones, drawn = np.ones(2000, int), np.arange(2000)
        >>> known = JudgedSets(sure[:, None], right, ones, drawn)
        >>> most, [promise] = promised_levels(known, known.take(drawn % 2 == 0),
        ...     {1: 0.9}, 0.95)
        >>> most, 0.3 < promise.threshold < 0.4
        (1, True)
    """
    delta = 1 - confidence
    if not targets:
        return 1, ()
    most = _most_codes(reference, targets, delta)
    return most, _promises(tested, reference, targets, delta, most)


def _most_codes(
    reference: JudgedSets, targets: Mapping[int, float], delta: float
) -> int:
    """Codes that a unit may have: with what most reference records would be coded.

    Each right code says less, the more a unit may have; fewer records may be coded, the
    fewer it may have.
    """
    loads = np.sort(reference.loads)
    if not len(loads):
        return 1
    chosen = [int(loads[math.ceil(share * len(loads)) - 1]) for share in SHARES]
    usual = chosen[SHARES.index(USUAL)]
    best, most = 0, usual
    for one in sorted(set(chosen)):
        found = _promises(reference, reference, targets, delta, one)
        rows = sum(promise.units for promise in found if promise.is_kept)
        best, most = (rows, one) if rows > best else (best, most)
    return max(1, most)


def _promises(
    tested: JudgedSets,
    reference: JudgedSets,
    targets: Mapping[int, float],
    delta: float,
    most: int,
) -> tuple[Promise, ...]:
    confidence, outcomes, units = tested.rows(most)
    beside, known, others = reference.rows(most)
    return tuple(
        promised_thresholds(
            confidence,
            outcomes,
            beside,
            known,
            list(targets.values()),
            delta,
            units=units,
            reference_units=others,
        )
    )
