"""The highest accuracy that could be promised where a target cannot."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

import numpy as np

from han.decisions.labelled_paths import LabelledPaths
from han.decisions.thresholds import choose_thresholds

STEP, LEAST = 0.005, 0.5  # targets that are tried
WORTH = 0.1  # share of the records that a promise worth having covers


def reachable_target(
    tested: LabelledPaths,
    reference: LabelledPaths,
    targets: Mapping[int, float],
    confidence: float,
    level: int,
    most_rows: int | None = None,
    largest_weight: float = 0.0,
) -> tuple[float, float] | None:
    """The highest target of a level that these records can promise for a tenth of them.

    A hint, no promise: whoever takes it up has looked at the records before choosing.

    Args:
        tested: Calibration records that choose.
        reference: Those that shape the candidates.
        targets: What was asked for, by level; nothing can be promised at `level`.
        confidence: Of all promises together.
        level: The level.
        most_rows: As for `choose_thresholds`.
        largest_weight: As there.

    Returns:
        The target, and the share of the records that it would cover; None if there is
        none from 50 % on.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> sure = np.linspace(0, 1, 900)[:, None]
        >>> nodes, truth = np.zeros((900, 1), np.int32), np.zeros((900, 1), np.int32)
        >>> truth[::10] = 1  # a tenth is wrong, however sure
        >>> records = LabelledPaths(CodedPaths(nodes, sure), truth)
        >>> target, share = reachable_target(records, records, {1: 0.99}, 0.95, 1)
        >>> 0.85 <= target < 0.9
        True
    """
    above = {other: target for other, target in targets.items() if other < level}
    deeper = {other: target for other, target in targets.items() if other > level}
    repeats = None if tested.units is None else tested.repeats

    def covered(target: float) -> float:
        asked = {**above, level: target, **deeper}
        found = choose_thresholds(
            tested,
            reference,
            asked,
            confidence,
            most_rows=most_rows,
            largest_weight=largest_weight,
        )
        return float((found.passed(tested.paths, repeats) >= level).mean())

    grid = np.arange(targets[level] - STEP, LEAST - STEP / 2, -STEP).round(4).tolist()
    place = bisect_left(grid, True, key=lambda target: covered(target) >= WORTH)
    return (grid[place], covered(grid[place])) if place < len(grid) else None
