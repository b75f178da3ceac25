"""One choice of thresholds, measured in a process of its own."""

from __future__ import annotations

import time
from dataclasses import replace

from han.decisions.labelled_paths import LabelledPaths
from promises.methods import METHODS
from promises.populations import zipf_population
from speed.work import peak_mb

TARGETS = {1: 0.95, 2: 0.9}


def measure(
    method: str, rows: int, units: int, largest: float
) -> tuple[int, float, float, float]:
    """Tested rows, seconds of the choice, peak memory after and before it, in MB."""
    tested = _records(1, rows, units, largest)
    reference = _records(2, rows // 2, units // 2, largest)
    before, begun = peak_mb(), time.perf_counter()
    METHODS[method](tested, reference, TARGETS)
    seconds = time.perf_counter() - begun
    return len(tested), seconds, peak_mb(), before


def _records(seed: int, rows: int, units: int, largest: float) -> LabelledPaths:
    found = zipf_population(seed, rows, units, largest)
    return replace(found.labelled, units=found.texts)
