"""What decides who codes a record, and how it was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.data.sampling_units import TEXT
from han.decisions.frequent_texts import OWN_SHARE, own_promises, texts_with_enough
from han.decisions.repeat_limit import BY_THRESHOLDS, RepeatLimit
from han.decisions.routing import Routed, route
from han.decisions.threshold_bands import Thresholds
from han.decisions.thresholds import choose_thresholds
from han.planning.calibration_records import CalibrationRecords
from han.planning.sample_records import SampleRecords
from han.planning.workload import Workload

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Goal:
    """What is asked for.

    Attributes:
        targets: Accuracy by level.
        confidence: Of all promises together.
        group_level: Level whose codes have promises of their own; None: none have.
        largest_weight: Largest survey weight of the planned records; 0 without weights.
    """

    targets: Mapping[int, float]
    confidence: float = 0.95
    group_level: int | None = None
    largest_weight: float = 0.0

    @property
    def delta(self) -> float:
        """What may fail."""
        return 1 - self.confidence

    def part(self, share: float) -> Goal:
        """The same goal with a share of what may fail."""
        return replace(self, confidence=1 - share * self.delta)


@dataclass(frozen=True)
class Rules:
    """What decides who codes a record.

    Attributes:
        thresholds: From which confidence on the model is believed.
        limit: How often a unit may stand in the records; None: as often as it will.
        own: Deepest level that is promised for a frequent text, by its key.
        seen_thresholds: Thresholds of texts seen in training; None: as of all others.
        is_budget: Whether a budget chose them, and so no sample.
    """

    thresholds: Thresholds
    limit: RepeatLimit | None = None
    own: Mapping[str, int] = field(default_factory=dict)
    seen_thresholds: Thresholds | None = None
    is_budget: bool = False

    @property
    def promises_new(self) -> bool:
        """Whether anything is promised of texts that were not seen in training."""
        bands = self.thresholds.bands
        return bool(self.own) or any(band.promises_anything for band in bands)

    @property
    def promises_seen(self) -> bool:
        """Whether texts seen in training keep a promise of their own."""
        seen = self.seen_thresholds
        return seen is not None and any(band.promises_anything for band in seen.bands)

    def route(self, workload: Workload, tree: Taxonomy) -> Routed:
        """Where `han.predict` would send these records."""
        limit, answers = self.limit_in(workload), workload.answers
        seen = None
        if self.seen_thresholds is not None and answers is not None:
            seen = answers.seen
        return route(
            workload.paths,
            self.thresholds,
            tree,
            workload.manual,
            repeats=answers.repeats(limit) if answers else None,
            seen=seen,
            seen_thresholds=self.seen_thresholds,
            own_levels=self._own_levels(workload),
        )

    def frequent(self, workload: Workload) -> BoolArray:
        """Records whose unit stands too often for the thresholds, `(n,)`."""
        levels = self._own_levels(workload)
        if levels is None:
            return np.zeros(len(workload), bool)
        found: BoolArray = levels != BY_THRESHOLDS
        return found

    def _own_levels(self, workload: Workload) -> npt.NDArray[np.int64] | None:
        limit, answers = self.limit_in(workload), workload.answers
        if limit is None or answers is None:
            return None
        levels = answers.own_levels(limit, self.own)
        if self.seen_thresholds is not None and answers.seen is not None:
            # Records of the sample were drawn one by one, however often texts repeat.
            levels[answers.seen] = BY_THRESHOLDS
        return levels

    def limit_in(self, workload: Workload) -> RepeatLimit | None:
        """The limit, if the records say what their units are."""
        answers = workload.answers
        if self.limit is None or answers is None or answers.unit != self.limit.unit:
            return None
        return self.limit


def choose_rules(
    known: CalibrationRecords | None, sample: SampleRecords | None, goal: Goal
) -> Rules:
    """The rules whose promises all hold together with the stated confidence.

    Texts that were seen in training have thresholds of their own, from the sample, and
    half of what may fail; all others those of the calibration records. If it is not
    known which texts were seen, or there are no calibration records, the sample
    promises all records like its own.

    Args:
        known: Calibration records; None: the sample is all there is.
        sample: Labelled records drawn from those to be coded; None: there is none.
        goal: What is asked for.
    """
    if sample is not None and (sample.seen is None or known is None):
        return Rules(_of_sample(sample, np.ones(len(sample), bool), goal))
    if known is None:
        raise ValueError("Expected calibration records or a sample.")
    if sample is None or sample.seen is None:
        return _of_calibration(known, goal)
    rules = _of_calibration(known, goal.part(0.5))
    seen = _of_sample(sample, sample.seen, goal.part(0.5))
    thresholds = rules.thresholds.with_confidence(goal.confidence)
    seen = seen.with_confidence(goal.confidence)
    return replace(rules, thresholds=thresholds, seen_thresholds=seen)


def _of_calibration(known: CalibrationRecords, goal: Goal) -> Rules:
    """Thresholds, and promises of frequent texts that have records enough."""
    # Without keyed hashes `han.predict` would not know these texts again.
    has_own = known.unit == TEXT and known.seen is not None
    own_delta = OWN_SHARE * goal.delta if has_own else 0.0
    if not len(texts_with_enough(known.tested, goal.targets, own_delta or 1e-9)):
        own_delta = 0.0
    found = choose_thresholds(
        known.tested,
        known.reference,
        goal.targets,
        goal.confidence + own_delta,
        goal.group_level,
        at_most=known.most_rows,
        largest_weight=goal.largest_weight,
    )
    own: dict[str, int] = {}
    if own_delta:
        levels = own_promises(
            known.tested, goal.targets, own_delta, goal.largest_weight
        )
        own = known.by_key(levels)
    found = found.with_confidence(goal.confidence)
    return Rules(found, known.limit(found), own)


def _of_sample(sample: SampleRecords, rows: BoolArray, goal: Goal) -> Thresholds:
    return choose_thresholds(
        *sample.parts(rows),
        goal.targets,
        goal.confidence,
        goal.group_level,
        most_rows=sample.most_rows,
        largest_weight=sample.largest_weight,
    )
