"""How often the unit of each record stands among all records that are coded.

No label is needed for it: a text that stands too often for the thresholds is found
before anything is coded, in sixteen bytes a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.data.sampling_units import TEXT, is_blank
from han.decisions.repeat_limit import RepeatLimit
from han.late_packages import pd

IntArray = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
NO_UNIT = 0  # hash of a blank text or cell, which is no unit
AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Repeats:
    """How often the units of some records stand among all that are coded.

    Attributes:
        counts: Records of the unit of each, `(n,)`; 0 of a blank text or cell.
        numbers: Number of the unit of each, if it is a frequent one, from 1 in the
            order in which these appear, `(n,)`; 0 for all others.
        scaled: As many as in the records that thresholds were chosen by, as
            `RepeatLimit.scaled`, `(n,)`; 1 of a blank text or cell.
        records: Number of all records.
    """

    counts: IntArray
    numbers: IntArray
    scaled: IntArray
    records: int

    @property
    def is_frequent(self) -> npt.NDArray[np.bool_]:
        """Whether the unit of each stands too often for the thresholds, `(n,)`."""
        found: npt.NDArray[np.bool_] = self.numbers > 0
        return found


class UnitCounts:
    """Units of all records that are coded, counted.

    Args:
        hashes: Hash of the unit of each record, in their order, `(n,)`.
        limit: From which number of records on a unit is frequent.

    Attributes:
        most: The most records of a unit that is not frequent.
        column: The column whose cells are the units; None where texts are.

    Example:
        >>> hashes = unit_hashes(["pan", "queso", "", "pan", "pan"])
        >>> found = UnitCounts(hashes, RepeatLimit(2, 5)).of(0, 5)
        >>> found.counts.tolist(), found.numbers.tolist()
        ([3, 1, 0, 3, 3], [1, 0, 0, 1, 1])
    """

    def __init__(self, hashes: Hashes, limit: RepeatLimit) -> None:
        self._limit, self.most = limit, limit.among(len(hashes))
        self.column = None if limit.unit == TEXT else limit.unit
        self._hashes, self._sorted = hashes, np.sort(hashes)
        # A unit stands more often if the same hash is there so many places on.
        late = self._sorted[self.most :]
        late = np.unique(late[late == self._sorted[: len(late)]])
        self._frequent = late[late != NO_UNIT]
        self._number = self._first_places().argsort().argsort() + 1

    def of(self, first: int, last: int) -> Repeats:
        """Repeats of the records of these positions, the last one not among them."""
        asked = self._hashes[first:last]
        counts = np.searchsorted(self._sorted, asked, "right")
        counts -= np.searchsorted(self._sorted, asked, "left")
        places, is_there = self._places(asked)
        numbers = np.zeros(len(asked), np.int64)
        numbers[is_there] = self._number[places[is_there]]
        counts[asked == NO_UNIT] = 0
        records = len(self._hashes)
        scaled = self._limit.scaled(counts, records)
        return Repeats(counts, numbers, scaled, records)

    def _first_places(self) -> IntArray:
        """Where each frequent unit appears first, a part of the records at a time."""
        first = np.full(len(self._frequent), len(self._hashes))
        for start in range(0, len(self._hashes), AT_ONCE):
            places, is_there = self._places(self._hashes[start : start + AT_ONCE])
            np.minimum.at(first, places[is_there], start + np.flatnonzero(is_there))
        return first

    def _places(self, asked: Hashes) -> tuple[IntArray, npt.NDArray[np.bool_]]:
        """Place of each among the frequent units, and whether it is one, `(n,)`."""
        if not len(self._frequent):
            return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
        places = np.searchsorted(self._frequent, asked)
        places = np.minimum(places, len(self._frequent) - 1)
        return places, self._frequent[places] == asked


def unit_hashes(keys: Sequence[str]) -> Hashes:
    """Hash of each unit by its key, `(n,)`; `NO_UNIT` where it is blank."""
    if not len(keys):
        return np.zeros(0, np.uint64)
    found = pd.util.hash_array(np.array(keys, dtype=object))
    found[[is_blank(key) for key in keys]] = NO_UNIT
    return found
