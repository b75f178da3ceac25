"""Ways to choose thresholds, by name: one small function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.decisions.repeat_limit import RepeatLimit
from han.decisions.thresholds import LabelledPaths, Thresholds, choose_thresholds

CONFIDENCE = 0.95
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CalibrationPart:
    """Calibration records that were drawn.

    Attributes:
        labelled: What the model says of `m` records, and their truth.
        units: Number of the unit in which each was drawn, `(m,)`. A text that was
            drawn twice is two units.
        repeats: Records of its unit in the whole population, `(m,)`.
    """

    labelled: LabelledPaths
    units: Integers
    repeats: Integers


@dataclass(frozen=True)
class Drawn:
    """One drawing of calibration records.

    Attributes:
        tested: Those that choose thresholds.
        reference: The others, which shape the candidates.
        repeats: Records of the unit of each record of the population, `(n,)`: known
            without labels.
    """

    tested: CalibrationPart
    reference: CalibrationPart
    repeats: Integers


@dataclass(frozen=True)
class Choice:
    """Thresholds, and which records they may not accept.

    Attributes:
        thresholds: The thresholds.
        limit: Units that stand more often are answered once by a person; None: all
            are left to the thresholds.
    """

    thresholds: Thresholds
    limit: RepeatLimit | None = None


Method = Callable[[Drawn, Mapping[int, float]], Choice]


def binomial(drawn: Drawn, targets: Mapping[int, float]) -> Choice:
    """All records are taken as independent, whatever their units."""
    tested, reference = drawn.tested.labelled, drawn.reference.labelled
    return Choice(choose_thresholds(tested, reference, targets, CONFIDENCE))


# Another method is a function beside `binomial`, and its name here: both benchmarks
# then have it. It may read all of `Drawn`, but no truth beyond its two parts.
METHODS: dict[str, Method] = {"binomial": binomial}
