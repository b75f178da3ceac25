"""What is known of the answers to be coded, beside their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.data.sampling_units import ROW, TEXT, unit_numbers
from han.decisions.repeat_limit import BY_THRESHOLDS, RepeatLimit
from han.experiment.labelled_rows import LabelledRows
from han.experiment.row_sources import Source
from han.runs.seen_texts import SeenTexts

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """The texts of `n` records.

    Attributes:
        texts: Number of the text of each, `(n,)`; a blank one is one of its own.
        units: Number of the sampling unit of each, `(n,)`.
        keys: Normalised text of each, `n`; they stay in memory.
        counts: Records of the unit of each among `records`, `(n,)`.
        records: Number of records that these are all the repeats of: the whole file,
            for a part of a file that was split by text.
        unit: What the units are: `text`, `none` or a column.
        seen: Whether the text of each was seen in training, `(n,)`; None: not known.
    """

    texts: IntArray
    units: IntArray
    keys: Sequence[str]
    counts: IntArray
    records: int
    unit: str = TEXT
    seen: BoolArray | None = None

    def repeats(self, limit: RepeatLimit | None) -> IntArray | None:
        """Records of the unit of each on the scale of the calibration records, `(n,)`.

        None where there is no limit.
        """
        if limit is None:
            return None
        scaled = limit.scaled(self.counts, self.records)
        return np.where(self._is_excused(limit), 1, scaled)

    def _is_excused(self, limit: RepeatLimit) -> BoolArray:
        if self.seen is None or self.unit != TEXT:
            return np.zeros(len(self.texts), bool)
        return limit.is_excused(self.counts, self.records, self.seen)

    def is_repeated(self, limit: RepeatLimit) -> BoolArray:
        """Records whose unit stands more often than the limit, seen or not, `(n,)`."""
        return limit.is_frequent(self.counts, self.records)

    def own_levels(self, limit: RepeatLimit, own: Mapping[str, int]) -> IntArray:
        """As for `route`, `(n,)`: what thresholds do not decide.

        Args:
            limit: How often a unit may stand there.
            own: Deepest level that is promised for a frequent text, by its key.
        """
        levels = np.full(len(self.texts), BY_THRESHOLDS)
        frequent = self.is_repeated(limit) & ~self._is_excused(limit)
        for row in np.flatnonzero(frequent).tolist():
            levels[row] = own.get(self.keys[row], 0) if self.unit == TEXT else 0
        return levels


def answers_of(
    rows: LabelledRows, source: Source, seen_texts: SeenTexts | None
) -> Answers:
    """The answers of some rows.

    Args:
        rows: The rows.
        source: Where they are from.
        seen_texts: Texts that the run was trained with, if it knows them.
    """
    keys = rows.text_keys
    texts = unit_numbers([key or f"\x1frow {k}" for k, key in enumerate(keys)])
    units = texts if rows.unit == ROW else unit_numbers(rows.unit_keys)
    is_part = source.is_training and source.part != "all"
    # A part of a file that was split by units has all records of each of its units.
    records = len(rows.records) if is_part else len(rows)
    seen = None if seen_texts is None else seen_texts.contains(keys)
    counts = np.bincount(units)[units]
    return Answers(texts, units, keys, counts, records, rows.unit, seen)


def answers_among(
    keys: Sequence[str], seen: BoolArray | None, others: Answers
) -> Answers:
    """The answers of other records, such as a sample, that repeat as those do.

    Args:
        keys: Normalised text of each, `m`.
        seen: Whether each was seen in training, `(m,)`; None: not known.
        others: All records that they are a part of.
    """
    count = Counter(others.keys)
    counts = np.array([count[key] if key.strip() else 1 for key in keys], np.int64)
    places = np.arange(len(keys))
    counts = np.maximum(counts, 1)
    return Answers(places, places, keys, counts, others.records, TEXT, seen)
