"""Ways to choose thresholds, by name: one small function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from han.decisions.labelled_paths import LabelledPaths
from han.decisions.threshold_bands import Thresholds
from han.decisions.thresholds import choose_thresholds

CONFIDENCE = 0.95
# Tested and reference records with their units, and the target of each level.
Method = Callable[[LabelledPaths, LabelledPaths, Mapping[int, float]], Thresholds]


def binomial(
    tested: LabelledPaths, reference: LabelledPaths, targets: Mapping[int, float]
) -> Thresholds:
    """All records are taken as independent, whatever their units."""
    single = replace(tested, units=None), replace(reference, units=None)
    return choose_thresholds(*single, targets, CONFIDENCE)


def units(
    tested: LabelledPaths, reference: LabelledPaths, targets: Mapping[int, float]
) -> Thresholds:
    """As `han.plan` does: by units; texts that stand too often are left to people."""
    return choose_thresholds(tested, reference, targets, CONFIDENCE)


# Another method is a function beside these, and its name here: both benchmarks then
# have it.
METHODS: dict[str, Method] = {"binomial": binomial, "units": units}
