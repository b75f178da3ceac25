"""Counts the records of each unit while the input is looked through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from han.data.sampling_units import TEXT
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.unit_repeats import Hashes, UnitCounts, unit_hashes
from han.text.distinct_texts import text_keys
from han.text.non_answers import NonAnswers


class UnitCounter:
    """Takes in records block by block, in eight bytes a record.

    Args:
        limit: Says what a unit is, and from which number of records on it is frequent.
        non_answers: What the run reads as blank.

    Attributes:
        column: The column whose cells are the units; None where texts are.

    Example:
        >>> counter = UnitCounter(RepeatLimit(1, 3), NonAnswers())
        >>> counter.add({"text": ["Pan", "queso"]})
        >>> counter.add({"text": ["pan."]})
        >>> counter.counts().of(0, 3).counts.tolist()
        [2, 1, 2]
    """

    def __init__(self, limit: RepeatLimit, non_answers: NonAnswers) -> None:
        self.column = None if limit.unit == TEXT else limit.unit
        self._limit, self._non_answers = limit, non_answers
        self._hashes: list[Hashes] = [np.zeros(0, np.uint64)]

    def add(
        self, fields: Mapping[str, Sequence[str]], cells: Sequence[str] = ()
    ) -> None:
        """Takes in some records: their texts, and their cells of the column."""
        keys = [cell.strip() for cell in cells]
        if self.column is None:
            keys = text_keys(fields, self._non_answers)
        self._hashes.append(unit_hashes(keys))

    def counts(self) -> UnitCounts:
        """The units of all records that were taken in."""
        return UnitCounts(np.concatenate(self._hashes), self._limit)
