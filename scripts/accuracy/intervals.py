"""Means over seeds, and intervals over records."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from accuracy.runs import Floats, Scores

RESAMPLES, SEED = 2000, 0
MEASURES: dict[str, Callable[[Scores], Floats]] = {
    "leaf": lambda scores: scores.leaf,
    "hF": lambda scores: scores.path,
}


def mean(scores: Sequence[Scores], measure: str) -> Floats:
    """Mean over seeds of each record's score, `(n,)`."""
    values: Floats = np.mean([MEASURES[measure](one) for one in scores], axis=0)
    return values


def interval(values: Floats) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a mean over records."""
    generator = np.random.default_rng(SEED)
    size = len(values)
    means = [values[generator.integers(0, size, size)].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def with_interval(values: Floats) -> str:
    """A mean with its interval."""
    low, high = interval(values)
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def difference(ours: Floats, theirs: Floats) -> str:
    """A paired difference in points, with its interval."""
    values = 100 * (ours - theirs)
    low, high = interval(values)
    return f"{values.mean():+.1f} [{low:+.1f}, {high:+.1f}]"


def spread(scores: Sequence[Scores], measure: str) -> float:
    """Standard deviation between seeds."""
    means = [MEASURES[measure](one).mean() for one in scores]
    return float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
