"""One choice of thresholds, measured in a process of its own."""

from __future__ import annotations

import time

from promises.methods import METHODS, CalibrationPart, Drawn
from promises.populations import zipf_population
from speed.work import peak_mb

TARGETS = {1: 0.95, 2: 0.9}


def measure(
    method: str, rows: int, units: int, largest: float
) -> tuple[int, float, float, float]:
    """Tested rows, seconds of the choice, peak memory after and before it, in MB."""
    tested = _part(1, rows, units, largest)
    reference = _part(2, rows // 2, units // 2, largest)
    drawn = Drawn(tested, reference, tested.repeats)
    before, begun = peak_mb(), time.perf_counter()
    METHODS[method](drawn, TARGETS)
    seconds = time.perf_counter() - begun
    return len(tested.units), seconds, peak_mb(), before


def _part(seed: int, rows: int, units: int, largest: float) -> CalibrationPart:
    found = zipf_population(seed, rows, units, largest)
    return CalibrationPart(found.labelled, found.texts, found.repeats)
