"""Texts that stand about equally often in the records, tested together.

The bound of `ratio_test` grows with the largest unit: a text of a hundred records that
is not in the sample could be all wrong. Texts of one record and texts of many are
therefore two questions: each band of sizes has thresholds and a promise of its own, and
no unit of a band is much larger than the others. How often a text stands in the records
is known of new ones, too, before anybody codes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ENOUGH = 1.5  # times the units that the weakest test needs, for a band of its own


@dataclass(frozen=True)
class Band:
    """Units of so many records, and what its promises may spend.

    Attributes:
        least: Records that a unit has at least.
        most: And at most.
        share: Share of delta.
    """

    least: int
    most: int
    share: float = 1.0

    def holds(self, repeats: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Which records are of units of this band, `(n,)`."""
        found: npt.NDArray[np.bool_] = (repeats >= self.least) & (repeats <= self.most)
        return found


def repeat_bands(
    repeats: npt.NDArray[np.integer],
    units: npt.NDArray[np.integer],
    reference_repeats: npt.NDArray[np.integer],
    targets: Sequence[float],
    delta: float,
) -> list[Band]:
    """Single records, then 2 and 3, 4 to 7, and so on, while there are units enough.

    Which bands there are depends on the numbers of units of each size, not on labels:
    given these numbers, the units of a band are a sample of all such units.

    Args:
        repeats: Records of the unit of each record that tests, `(n,)`.
        units: Number of that unit, `(n,)`.
        reference_repeats: The same of the reference, `(m,)`: the last band ends with
            the largest unit there, if that is in it.
        targets: Accuracy asked for at each level.
        delta: 1 - confidence.

    Example:
        >>> texts = np.concatenate([np.arange(500), np.repeat(np.arange(500, 900), 3)])
        >>> sizes = np.where(texts < 500, 1, 3)
        >>> [(b.least, b.most) for b in repeat_bands(sizes, texts, sizes, [0.9], 0.05)]
        [(1, 1), (2, 3)]
    """
    sizes = repeats[np.unique(units, return_index=True)[1]]
    largest = int(reference_repeats.max(initial=1))
    bands: list[Band] = []
    for power in range(int(math.log2(largest)) + 1):
        band = Band(2**power, min(2 ** (power + 1) - 1, largest))
        here = sizes[band.holds(sizes)]
        if len(here) < ENOUGH * _units_needed(band, here, max(targets), delta):
            if bands:  # what is larger is rarer
                break
            continue
        bands.append(band)
    if not bands:
        return [Band(1, 1)]
    shares = np.sqrt([band.holds(sizes) @ sizes for band in bands])
    return [
        Band(band.least, band.most, float(share))
        for band, share in zip(bands, shares / shares.sum(), strict=True)
    ]


def _units_needed(
    band: Band, sizes: npt.NDArray[np.integer], target: float, delta: float
) -> float:
    """Units without one error that the test of a band asks for."""
    if not len(sizes):
        return math.inf
    gain = (1 - target) / target * float(sizes.mean()) / band.most
    return -math.log(delta) / math.log1p(gain)
