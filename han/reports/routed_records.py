"""What an applied plan promises, and shares and accuracy of its routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from han.code_list.taxonomy import ROOT
from han.data.sampling_units import TEXT
from han.decisions.coded_records import BoolArray, CodedRecords, renumbered
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.routing import ROUTES, Routed
from han.decisions.threshold_bands import Thresholds
from han.metrics.group_shares import shares_by_group
from han.reports.group_scores import Score, score

Sizes = tuple[int, int]


@dataclass(frozen=True)
class RouteRow:
    """The records of a route.

    Attributes:
        name: `auto`, `partial` or `review`.
        all: Their share among all records.
        right: Share of the codes given that are right, as far as they go.
    """

    name: str
    all: Score
    right: Score


@dataclass(frozen=True)
class KeptPromise:
    """A promise that thresholds keep.

    Attributes:
        level: The level.
        target: The accuracy.
        sizes: Records of a unit, from and to, for which it is kept; empty: for all that
            the thresholds code.
    """

    level: int
    target: float
    sizes: Sequence[Sizes] = ()

    @property
    def shown_sizes(self) -> str:
        """The same for people: `1, 4–7`."""
        return ", ".join(f"{a}–{b}" if a < b else str(a) for a, b in self.sizes)


@dataclass(frozen=True)
class AppliedPlan:
    """What an applied plan makes of the evaluated records.

    Attributes:
        routed: Where each goes.
        thresholds: What sends them there.
        seen_thresholds: The same for texts seen in training; None: as for all others.
        limit: How often a unit may stand in the records; None: as often as it will.
        own_level: Deepest level at which any frequent text has a promise of its own; 0
            if none has.
        about: For which records the promises hold, a sentence each.
        frequent: Number of records whose unit stands too often for the thresholds.
        most: The most records of a unit that does not; None if all may.
    """

    routed: Routed
    thresholds: Thresholds
    seen_thresholds: Thresholds | None = None
    limit: RepeatLimit | None = None
    own_level: int = 0
    about: Sequence[str] = ()
    frequent: int = 0
    most: int | None = None

    @property
    def promises(self) -> list[KeptPromise]:
        """What the thresholds promise, by level."""
        return kept_promises(self.thresholds)

    @property
    def seen_promises(self) -> list[KeptPromise]:
        """What is promised of texts seen in training, apart from others."""
        return kept_promises(self.seen_thresholds) if self.seen_thresholds else []

    @property
    def own_promises(self) -> list[KeptPromise]:
        """What only frequent texts keep, each by its own calibration records."""
        kept = {promise.level for promise in self.promises}
        first, *_ = self.thresholds.groups.values()
        return [
            KeptPromise(level, promise.target)
            for level, promise in zip(self.thresholds.levels, first, strict=True)
            if level <= self.own_level and level not in kept
        ]

    @property
    def counts_texts(self) -> bool:
        """Whether texts, and no other units, may stand too often."""
        return self.limit is not None and self.limit.unit == TEXT


def kept_promises(thresholds: Thresholds) -> list[KeptPromise]:
    """The promises that thresholds keep, the top level first.

    One that is not kept for units of every size says for which sizes it is.

    Example:
        >>> from han.decisions.guarantee import Promise
        >>> kept, not_kept = (Promise(0.9, t, 99, 95, 30) for t in (0.5, np.inf))
        >>> often = Thresholds((1, 2), 0.95, {-1: (kept, not_kept)}, None, 3, (), 2)
        >>> once = Thresholds((1, 2), 0.95, {-1: (kept, kept)}, None, 1, (often,))
        >>> [(p.level, p.shown_sizes) for p in kept_promises(once)]
        [(1, ''), (2, '1')]
    """
    found: dict[tuple[int, float], list[Thresholds]] = {}
    for band in thresholds.bands:
        kept = {
            (level, promise.target)
            for promises in band.groups.values()
            for level, promise in zip(band.levels, promises, strict=True)
            if promise.is_kept
        }
        for each in sorted(kept):
            found.setdefault(each, []).append(band)
    every = len(thresholds.bands)
    return [
        KeptPromise(*each, () if len(bands) == every else _joined(bands))
        for each, bands in sorted(found.items())
    ]


def _joined(bands: Sequence[Thresholds]) -> list[Sizes]:
    """Sizes of units of some bands, those that follow one another as one."""
    found: list[Sizes] = []
    for band in bands:
        least, most = band.least_rows, band.most_rows or band.least_rows
        if found and found[-1][1] + 1 == least:
            found[-1] = (found[-1][0], most)
        else:
            found.append((least, most))
    return found


def route_rows(coded: CodedRecords, routed: Routed) -> list[RouteRow]:
    """Share and accuracy of each route.

    Args:
        coded: The records.
        routed: Where `han.predict` sends each.
    """
    levels = coded.tree.levels[np.maximum(routed.nodes, 0)] - 1
    true = coded.tree.paths[coded.true, levels]
    right, every = routed.nodes == true, np.ones(len(coded), bool)
    rows = []
    for name in ROUTES:
        here = routed.routes == name
        judged = here & (routed.nodes != ROOT) & (true != ROOT)
        rows.append(
            RouteRow(name, _share(coded, here, every), _share(coded, right, judged))
        )
    return rows


def _share(coded: CodedRecords, hits: BoolArray, judged: BoolArray) -> Score:
    """Share of hits among the records that are judged."""
    units = renumbered(coded.units, judged)
    one_group, weights = np.zeros(judged.sum(), int), coded.weights[judged]
    return score(shares_by_group(one_group, hits[judged], weights, 1, units), 0)
