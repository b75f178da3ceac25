"""Accuracy of each stage by labelled records, and a bound for what needs no person.

Each figure speaks for the rows of the job if the labelled records are a random sample
of these, drawn by the units that are named, and had no say in the run, the dictionary
or the rules. Intervals of stages hold one by one, each with the stated confidence, and
so does the bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.decisions.unit_bounds import lower_accuracy
from han.decisions.unit_evidence import UNKNOWN_OUTCOME, Evidence, Outcomes, Units
from han.metrics.design_estimates import design_ratio

BoolArray = npt.NDArray[np.bool_]
FULL, PARTIAL = "full", "partial"


@dataclass(frozen=True)
class JudgedRecords:
    """Labelled records with what a job made of them.

    Attributes:
        methods: Stage that gave the code of each, `(n,)`.
        is_coded: Whether it has a code, `(n,)`.
        is_automatic: Whether that is a full code without a person, `(n,)`.
        outcomes: 1 right, 0 wrong, -1 where nobody knows, `(n,)`.
        units: Number of the unit of each, `(n,)`.
    """

    methods: npt.NDArray[np.object_]
    is_coded: BoolArray
    is_automatic: BoolArray
    outcomes: Outcomes
    units: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.methods)

    def figures(
        self, stages: Sequence[str], confidence: float, elsewhere: int = 1
    ) -> dict[str, Any]:
        """What the records say of each stage, and of all that needs no person.

        Args:
            stages: Stages that may give codes.
            confidence: Of each interval, and of the bound.
            elsewhere: Records of the largest unit of the job, as far as it is known.

        Returns:
            `records`, `units`; `stages`, by name: `full` and `partial` codes apart, as
            `stage` says, None without evidence; `left`, the records without a code by
            stage; `automatic`, the same figures of all full codes that need no person,
            with `least`, the bound, and `largest`, the records of a unit that it was
            made for.
        """
        own = {stage: self.methods == stage for stage in stages}
        full, partial = self.is_automatic, self.is_coded & ~self.is_automatic
        left, counts = np.unique(
            self.methods[~self.is_coded].astype(str), return_counts=True
        )
        return {
            "records": len(self),
            "units": len(np.unique(self.units)),
            "stages": {
                stage: {
                    FULL: self.part(rows & full, confidence),
                    PARTIAL: self.part(rows & partial, confidence),
                }
                for stage, rows in own.items()
            },
            "left": dict(zip(left.tolist(), counts.tolist(), strict=True)),
            "automatic": self._automatic(confidence, elsewhere),
        }

    def part(self, rows: BoolArray, confidence: float) -> dict[str, Any] | None:
        """Figures of some of the records, `(n,)`; None if none of them can be judged.

        The interval is that of `design_ratio`: Clopper and Pearson's where each record
        is a unit.

        Returns:
            `records` and `units` that were judged, how many were `right`, the
            `interval` of the accuracy, and the number of records `unjudged`, whose
            right code ends above the given one.
        """
        judged = rows & (self.outcomes != UNKNOWN_OUTCOME)
        if not judged.any():
            return None
        right = judged & (self.outcomes == 1)
        found = design_ratio(right, judged, clusters=self.units, confidence=confidence)
        return {
            "records": int(judged.sum()),
            "units": found.clusters,
            "right": int(right.sum()),
            "interval": list(found.interval),
            "unjudged": int((rows & ~judged).sum()),
        }

    def _automatic(self, confidence: float, elsewhere: int) -> dict[str, Any] | None:
        """What is coded in full without a person, with its bound."""
        found = self.part(self.is_automatic, confidence)
        if found is None:
            return None
        judged = self.is_automatic & (self.outcomes != UNKNOWN_OUTCOME)
        units = np.unique(self.units[judged], return_inverse=True)[1]
        largest = max(int(np.bincount(units).max()), elsewhere)
        ones = np.ones(len(units))
        drawn = Units(units, ones, float(largest))
        known = Evidence.of(ones, self.outcomes[judged], drawn)
        least = lower_accuracy(known, 0.5, 1 - confidence)
        return {**found, "least": least, "largest": largest}
