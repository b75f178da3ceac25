"""Whether texts of few and of many records are better tested together.

Together, what the surest texts have to spare pays for repeated ones; the bound, though,
is that of the largest. Apart (`repeat_bands`), single records have the exact test.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_candidates import candidates
from han.decisions.unit_evidence import Evidence, likely_test

LIMITS = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 320, 500, 800)
LEAST_RECORDS = 50  # of the reference, to choose by
LIKELY_SHARE = 0.2  # of delta, which many thresholds share


def common_limit(
    reference: LabelledPaths, rows: int, targets: Mapping[int, float], delta: float
) -> int | None:
    """The most records of a unit with which one test of all is likely to cover most.

    It is chosen by the reference alone: by their own sizes, the units that test would
    be no sample any more.

    Args:
        reference: Other calibration records than those that test.
        rows: Number of those that test.
        targets: Accuracy asked for by level, the top one first.
        delta: 1 - confidence.

    Returns:
        The limit; None if nothing is likely to be covered.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> paths = CodedPaths(np.zeros((900, 1), np.int32), np.ones((900, 1)))
        >>> texts = np.repeat(np.arange(300), 3)
        >>> some = LabelledPaths(paths, paths.nodes, texts)
        >>> common_limit(some, 1800, {1: 0.9}, 0.05)
        3
    """
    repeats, size = reference.repeats, len(reference)
    if size < LEAST_RECORDS:
        return None
    most = int(repeats.max())
    limits = [*(limit for limit in (1, *LIMITS) if limit < most), most]
    covered = [
        _covered(reference.take(repeats <= limit), rows / size, limit, targets, delta)
        for limit in limits
    ]
    best = int(np.argmax(covered))  # the first of the best
    return limits[best] if covered[best] else None


def _covered(
    kept: LabelledPaths,
    times: float,
    limit: int,
    targets: Mapping[int, float],
    delta: float,
) -> int:
    """Records that one test is likely to cover, summed over levels.

    Args:
        kept: The reference without units above the limit.
        times: How often as many records will test.
        limit: The limit.
        targets: Accuracy asked for by level.
        delta: 1 - confidence.
    """
    passed, total = np.ones(len(kept), bool), 0
    units, outcomes = kept.drawn_as(kept.largest_unit(limit)), kept.outcomes
    share = delta / len(targets)
    for level, target in targets.items():
        sure = kept.paths.probabilities[:, level - 1]
        known = Evidence.of(
            sure[passed], outcomes[passed, level - 1], units.take(passed)
        )
        rows = times * passed.sum()
        largest = units.relative_largest
        grid = candidates(
            sure[passed], int(rows), target, share, is_last=True, largest=largest
        )
        likely = likely_test(known, rows, grid, target)
        safe = np.flatnonzero(likely <= share * LIKELY_SHARE)
        if not len(safe):
            break
        passed &= sure >= grid[safe[-1]]
        total += int(passed.sum())
    return total
