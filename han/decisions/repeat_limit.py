"""How often a text may stand in records before it is a question of its own.

No promise can cover a text that makes up a large share of the records: one wrong code
would be all that it takes. Such a frequent text is promised by its own calibration
records, or a person answers it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.data.sampling_units import TEXT

BY_THRESHOLDS = -1  # level of a record that no promise of its own decides
SEEN_SHARE = 0.001  # of all records, that a text seen in training may stand for


@dataclass(frozen=True)
class RepeatLimit:
    """The most records of one unit that the thresholds were tested for.

    A file of twice as many records has each text about twice as often, so that texts
    are counted on the scale of the calibration records. It has twice as many
    households, and none of them is larger: units of a column are counted as they stand.

    Attributes:
        most_rows: So many records of a unit, among `records`.
        records: Number of records that the calibration texts were drawn from.
        unit: `text`, or the name of the column by which units were drawn.
        excuses_seen: Whether texts seen in training may stand more often, since the
            promise is not about them.
    """

    most_rows: int
    records: int
    unit: str = TEXT
    excuses_seen: bool = False

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> RepeatLimit:
        """Reads what `dataclasses.asdict` gave.

        Raises:
            ValueError: If a number is no count.
        """
        most, records = int(form["most_rows"]), int(form["records"])
        if most < 1 or records < 1:
            raise ValueError("Expected counts of 1 or more.")
        return cls(most, records, str(form["unit"]), bool(form["excuses_seen"]))

    def among(self, records: int) -> int:
        """The limit in a file of so many records, 1 at least.

        That of the units of a column is the same in all files.

        Example:
            >>> limit = RepeatLimit(5, 10_000)
            >>> limit.among(20_000), limit.among(100)
            (10, 1)
        """
        if self.unit != TEXT:
            return self.most_rows
        return max(1, self.most_rows * records // self.records)

    def scaled(
        self, repeats: npt.NDArray[np.integer], records: int
    ) -> npt.NDArray[np.int64]:
        """Records that the unit of each would have among `self.records`, `(n,)`.

        Of a text that stands once in a file nothing more is known: it counts as one
        that stands once. Units of a column have as many as they have here, 1 at least.

        Args:
            repeats: Records of its unit in the whole file, `(n,)`.
            records: Number of records of the file.

        Example:
            >>> RepeatLimit(5, 1000).scaled(np.array([1, 2, 9]), 2000).tolist()
            [1, 1, 5]
        """
        if self.unit != TEXT:
            return np.maximum(repeats.astype(np.int64), 1)
        more = -(-repeats.astype(np.int64) * self.records // max(records, 1))
        return np.where(repeats <= 1, 1, more)

    def is_frequent(
        self, repeats: npt.NDArray[np.integer], records: int
    ) -> npt.NDArray[np.bool_]:
        """Whether the unit of each record stands too often for the thresholds, `(n,)`.

        Args:
            repeats: Records of its unit in the whole file, `(n,)`.
            records: Number of records of the file.
        """
        found: npt.NDArray[np.bool_] = self.scaled(repeats, records) > self.most_rows
        return found

    def is_excused(
        self,
        repeats: npt.NDArray[np.integer],
        records: int,
        seen: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.bool_]:
        """Seen texts that count as if they stood once, `(n,)`.

        Where the promise is not about texts that were seen in training, their repeats
        cannot break it. Those of more than a thousandth of all records are worth a
        decision of a person all the same.

        Args:
            repeats: Records of the text of each in the whole file, `(n,)`.
            records: Number of records of the file.
            seen: Whether it was seen in training, `(n,)`.
        """
        most = max(self.among(records), SEEN_SHARE * records)
        found: npt.NDArray[np.bool_] = seen & (repeats <= most) & self.excuses_seen
        return found
