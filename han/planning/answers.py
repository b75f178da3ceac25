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
        records: Number of records that these texts have all their repeats among: see
            `drawn_from`.
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
        return np.where(self.is_excused(limit), 1, scaled)

    def is_excused(self, limit: RepeatLimit) -> BoolArray:
        """Texts that may stand more often, as `RepeatLimit.is_excused`, `(n,)`."""
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
        frequent = self.is_repeated(limit) & ~self.is_excused(limit)
        for row in np.flatnonzero(frequent).tolist():
            levels[row] = own.get(self.keys[row], 0) if self.unit == TEXT else 0
        return levels


def answers_of(rows: LabelledRows, seen_texts: SeenTexts | None) -> Answers:
    """The answers of some rows.

    Args:
        rows: The rows.
        seen_texts: Texts that the run was trained with, if it knows them.
    """
    keys = rows.text_keys
    texts = unit_numbers([key or f"\x1frow {k}" for k, key in enumerate(keys)])
    units = texts if rows.unit == ROW else unit_numbers(rows.unit_keys)
    seen = None if seen_texts is None else seen_texts.contains(keys)
    counts = np.bincount(units)[units]
    records = drawn_from(keys, rows.records.text_keys)
    return Answers(texts, units, keys, counts, records, rows.unit, seen)


def drawn_from(keys: Sequence[str], all_keys: Sequence[str]) -> int:
    """Number of records that some texts have all their repeats among.

    That is the whole file where texts are here with all their records, as by the usual
    split; a part as large as this one where the file was divided by row, by time or by
    a column of roles.

    Args:
        keys: Normalised texts of a part of a file, `n`.
        all_keys: Those of the whole file.

    Example:
        >>> drawn_from(["pan", "pan"], ["pan", "pan", "clavo", "clavo"])
        4
        >>> drawn_from(["pan", "clavo"], ["pan", "pan", "clavo", "clavo"])
        2
    """
    here, whole = Counter(keys), Counter(all_keys)
    # Of two records of a text, how often is the second one here where the first one is?
    pairs = sum(count * (count - 1) for count in here.values())
    possible = sum(count * (whole[key] - 1) for key, count in here.items())
    share = pairs / possible if possible else 1.0
    return max(len(keys), round(share * len(all_keys)), 1)


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
