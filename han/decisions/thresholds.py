"""Chooses thresholds: for each level, group of codes and band of repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from han.code_list.taxonomy import IntArray
from han.decisions.binomial_bounds import records_needed
from han.decisions.guarantee import Promise, promised_thresholds
from han.decisions.labelled_paths import LabelledPaths
from han.decisions.repeat_bands import Band, repeat_bands
from han.decisions.repeat_choice import common_limit
from han.decisions.threshold_bands import POOL, Thresholds
from han.decisions.unit_evidence import Units

ENOUGH = 2  # times the records that the weakest test needs, for a group of its own


def choose_thresholds(
    tested: LabelledPaths,
    reference: LabelledPaths,
    targets: Mapping[int, float],
    confidence: float,
    group_level: int | None = None,
    *,
    most_rows: int | None = None,
    largest_weight: float = 0.0,
) -> Thresholds:
    """The most lenient thresholds whose promises hold with the stated confidence.

    Args:
        tested: Calibration records that choose; see `han.decisions.calibration_split`.
        reference: Other records, which shape the candidates; there may be none.
        targets: Accuracy asked for by level.
        confidence: Of all promises of all groups together.
        group_level: Gives each predicted node of this level thresholds and promises of
            its own if it has enough records, and one set to all others together. Which
            these are depends on predictions and numbers of records, not on labels.
        most_rows: Records that a unit may have at most; larger ones test nothing and
            are promised nothing. Then all sizes are tested together. None: units have
            thresholds by their size (`repeat_bands`).
        largest_weight: Weight that a record may have where records have weights, if
            that is more than the largest here.

    Example:
        >>> from han.decisions.path_probabilities import CodedPaths
        >>> sure = np.linspace(0, 1, 900)[:, None]
        >>> nodes = np.zeros((900, 1), np.int32)
        >>> truth = np.where(sure > 0.5, 0, 1)
        >>> all_rows = LabelledPaths(CodedPaths(nodes, sure), truth)
        >>> other = all_rows.take(np.arange(0, 900, 2))
        >>> found = choose_thresholds(all_rows, other, {1: 0.9}, 0.95)
        >>> round(found.groups[POOL][0].threshold, 2)
        0.47
    """
    goals, delta = dict(sorted(targets.items())), 1 - confidence
    found = []
    for bands in _ways(tested, reference, goals, delta, most_rows):
        first, *more = (
            _of_band(tested, reference, goals, delta, band, group_level, largest_weight)
            for band in bands
        )
        found.append(replace(first, repeated=tuple(more)).with_confidence(confidence))
    return max(found, key=lambda one: _num_covered(one, tested))


def _of_band(
    tested: LabelledPaths,
    reference: LabelledPaths,
    goals: Mapping[int, float],
    delta: float,
    band: Band,
    group_level: int | None,
    largest_weight: float,
) -> Thresholds:
    """The thresholds of units of one size."""
    one, other = (part.take(band.holds(part.repeats)) for part in (tested, reference))
    most = None if tested.units is None else band.most
    largest = max(part.largest_unit(most, largest_weight) for part in (one, other))
    found = _choose(one, other, goals, delta * band.share, group_level, largest)
    return replace(found, most_rows=most, least_rows=band.least)


def _ways(
    tested: LabelledPaths,
    reference: LabelledPaths,
    goals: Mapping[int, float],
    delta: float,
    most_rows: int | None,
) -> list[list[Band]]:
    """Ways to divide units by their size; each may spend its share of delta.

    The promises of all ways hold together, so that the better one may be taken.
    """
    if tested.units is None or most_rows is not None:
        return [[Band(1, most_rows or 1)]]
    ways = [
        repeat_bands(
            tested.repeats,
            tested.units,
            reference.repeats,
            list(goals.values()),
            delta,
        )
    ]
    together = common_limit(reference, len(tested), goals, delta)
    if together and ways[0][-1].most < together:
        ways.append([Band(1, together)])
    return [
        [replace(band, share=band.share / len(ways)) for band in bands]
        for bands in ways
    ]


def _num_covered(thresholds: Thresholds, records: LabelledPaths) -> int:
    """Records that pass, summed over levels."""
    repeats = None if records.units is None else records.repeats
    return int(thresholds.passed(records.paths, repeats).sum())


def _choose(
    tested: LabelledPaths,
    reference: LabelledPaths,
    goals: Mapping[int, float],
    delta: float,
    group_level: int | None,
    largest: float,
) -> Thresholds:
    """The thresholds of the units of one band."""
    levels, own = tuple(goals), np.array([], np.int32)
    if group_level is not None:
        nodes = tested.paths.nodes[:, group_level - 1]
        own = _large_groups(nodes, goals, delta, tested.drawn_as(largest))
    blank = Thresholds(levels, 0.0, dict.fromkeys(own.tolist(), ()), group_level)
    here, there = (blank.group_of(some.paths.nodes) for some in (tested, reference))
    groups = {
        group: _promises(
            tested.take(here == group),
            reference.take(there == group),
            goals,
            delta / (len(own) + 1),
            largest,
        )
        for group in [POOL, *own.tolist()]
    }
    return replace(blank, groups=groups)


def _promises(
    tested: LabelledPaths,
    reference: LabelledPaths,
    goals: Mapping[int, float],
    delta: float,
    largest: float,
) -> tuple[Promise, ...]:
    """The promises of a group of codes."""
    columns = np.array(list(goals)) - 1
    found = promised_thresholds(
        tested.paths.probabilities[:, columns],
        tested.outcomes[:, columns],
        reference.paths.probabilities[:, columns],
        reference.outcomes[:, columns],
        list(goals.values()),
        delta,
        units=tested.drawn_as(largest),
        reference_units=reference.drawn_as(largest),
    )
    return tuple(found)


def _large_groups(
    nodes: IntArray, goals: Mapping[int, float], delta: float, units: Units
) -> IntArray:
    """Nodes with records enough for a promise of their own, as many as possible."""
    largest = units.relative_largest
    names, sizes = np.unique(nodes, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    for count in range(len(names), 0, -1):
        share = delta / (count + 1) / len(goals)
        needed = records_needed(max(goals.values()), share, largest)
        if sizes[order[count - 1]] >= ENOUGH * needed:
            return np.sort(names[order[:count]])
    return names[:0]
