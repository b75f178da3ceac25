"""Thresholds of a run: for each level with a target, and for each group of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.binomial_bounds import lower_bound, records_needed
from han.decisions.guarantee import Promise, promised_thresholds
from han.decisions.path_probabilities import UNKNOWN, CodedPaths
from han.decisions.threshold_candidates import (
    UNKNOWN_OUTCOME,
    BoolArray,
    FloatArray,
    Outcomes,
)

POOL = -1  # the group of all codes that have none of their own
NEVER = "never"  # an infinite threshold in JSON, which has no infinity
ENOUGH = 2  # times the records that the weakest test needs, for a group of its own


@dataclass(frozen=True)
class Thresholds:
    """From which confidence on a record is coded without a person, level by level.

    Attributes:
        levels: Levels that have a target, the top one first.
        confidence: With what confidence all promises hold together.
        groups: Promises of these levels by predicted node at `group_level`; `POOL` is
            for all other nodes.
        group_level: Level whose nodes are the groups; None: all records are one.
    """

    levels: tuple[int, ...]
    confidence: float
    groups: Mapping[int, tuple[Promise, ...]]
    group_level: int | None = None

    def group_of(self, nodes: IntArray) -> IntArray:
        """Group of each record by its path, `(n,)`.

        Args:
            nodes: Predicted node at each level, `(n, L)`.
        """
        if self.group_level is None:
            return np.full(len(nodes), POOL, np.int32)
        found = nodes[:, self.group_level - 1]
        return np.where(np.isin(found, list(self.groups)), found, POOL)

    def passed(self, paths: CodedPaths) -> npt.NDArray[np.int64]:
        """Deepest level with a target that each record reaches, `(n,)`; 0 if none.

        It must reach the thresholds of all levels above, too, so that the records of a
        deeper level are among those of the upper ones.
        """
        group = self.group_of(paths.nodes)
        reached = np.zeros((len(group), len(self.levels)), bool)
        for name, promises in self.groups.items():
            limits = np.array([promise.threshold for promise in promises])
            rows = group == name
            sure = paths.probabilities[rows][:, np.array(self.levels) - 1]
            reached[rows] = sure >= limits
        count = np.logical_and.accumulate(reached, axis=1).sum(axis=1)
        deepest: npt.NDArray[np.int64] = np.array([0, *self.levels])[count]
        return deepest

    def to_dict(self, tree: Taxonomy) -> dict[str, Any]:
        """A JSON-ready form; the codes are there for people to read."""
        groups = []
        for node, promises in self.groups.items():
            entries = [asdict(promise) for promise in promises]
            for entry in entries:
                is_finite = np.isfinite(entry["threshold"])
                entry["threshold"] = entry["threshold"] if is_finite else NEVER
            code = "others" if node == POOL else tree.node_names[node]
            groups.append({"node": node, "code": code, "promises": entries})
        return {
            "levels": list(self.levels),
            "confidence": self.confidence,
            "group_level": self.group_level,
            "groups": groups,
        }

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> Thresholds:
        """Reads what `to_dict` gave.

        Raises:
            ValueError: If a threshold or the confidence is no probability.
        """
        groups = {}
        for group in form["groups"]:
            promises = []
            for entry in group["promises"]:
                is_never = entry["threshold"] == NEVER
                limit = np.inf if is_never else _probability(entry["threshold"])
                promises.append(Promise(**{**entry, "threshold": limit}))
            groups[int(group["node"])] = tuple(promises)
        levels = tuple(map(int, form["levels"]))
        confidence = _probability(form["confidence"])
        return cls(levels, confidence, groups, form["group_level"])


def _probability(given: object) -> float:
    found = float(given)  # type: ignore[arg-type]
    if not 0 <= found <= 1 + 1e-6:  # rounding may go above 1; nan fails, too
        raise ValueError("Expected a number from 0 to 1.")
    return found


@dataclass(frozen=True)
class LabelledPaths:
    """Coded records whose truth is known, at least at some levels.

    Attributes:
        paths: What the model says of `n` records.
        truth: True node at each level, `(n, L)`; -1 where it is not known.
    """

    paths: CodedPaths
    truth: IntArray

    def __len__(self) -> int:
        """Number of records."""
        return len(self.truth)

    def take(self, rows: npt.NDArray[np.int_ | np.bool_]) -> LabelledPaths:
        """The chosen records."""
        paths = CodedPaths(self.paths.nodes[rows], self.paths.probabilities[rows])
        return LabelledPaths(paths, self.truth[rows])

    @property
    def outcomes(self) -> Outcomes:
        """1 where the code at a level is right, 0 where wrong, -1 unknown, `(n, L)`."""
        right = (self.paths.nodes == self.truth).astype(np.int8)
        return np.where(self.truth == UNKNOWN, np.int8(UNKNOWN_OUTCOME), right)


def choose_thresholds(
    tested: LabelledPaths,
    reference: LabelledPaths,
    targets: Mapping[int, float],
    confidence: float,
    group_level: int | None = None,
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

    Example:
        >>> sure = np.linspace(0, 1, 900)[:, None]
        >>> nodes = np.zeros((900, 1), np.int32)
        >>> truth = np.where(sure > 0.5, 0, 1)
        >>> all_rows = LabelledPaths(CodedPaths(nodes, sure), truth)
        >>> other = all_rows.take(np.arange(0, 900, 2))
        >>> found = choose_thresholds(all_rows, other, {1: 0.9}, 0.95)
        >>> round(found.groups[POOL][0].threshold, 2)
        0.47
    """
    levels = tuple(sorted(targets))
    goals = [targets[level] for level in levels]
    delta, own = 1 - confidence, np.array([], np.int32)
    if group_level is not None:
        own = _large_groups(tested.paths.nodes[:, group_level - 1], goals, delta)
    blank = Thresholds(levels, confidence, dict.fromkeys(own.tolist(), ()), group_level)
    here, there = (blank.group_of(some.paths.nodes) for some in (tested, reference))
    columns = np.array(levels) - 1
    groups = {}
    for group in [POOL, *own.tolist()]:
        one, other = tested.take(here == group), reference.take(there == group)
        groups[group] = tuple(
            promised_thresholds(
                one.paths.probabilities[:, columns],
                one.outcomes[:, columns],
                other.paths.probabilities[:, columns],
                other.outcomes[:, columns],
                goals,
                delta / (len(own) + 1),
            )
        )
    return Thresholds(levels, confidence, groups, group_level)


def _large_groups(nodes: IntArray, targets: Sequence[float], delta: float) -> IntArray:
    """Nodes with records enough for a promise of their own, as many as possible."""
    names, sizes = np.unique(nodes, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    for count in range(len(names), 0, -1):
        share = delta / (count + 1) / len(targets)
        if sizes[order[count - 1]] >= ENOUGH * records_needed(max(targets), share):
            return np.sort(names[order[:count]])
    return names[:0]


def budget_thresholds(
    tested: LabelledPaths, sure: FloatArray, manual: int, confidence: float
) -> Thresholds:
    """The threshold on full codes that leaves so many of the planned records to people.

    It is chosen by the confidences of the planned records, not by labels, so that one
    bound of Clopper and Pearson says what accuracy it gives: the promise's target is
    that lower bound.

    Args:
        tested: Calibration records, none of them among the planned ones.
        sure: Confidence of each planned record in its full code, `(n,)`; -1 for those
            that nobody but a person can code.
        manual: Records that people will code, at most.
        confidence: Of the bound.

    Example:
        >>> sure = np.array([0.9, 0.5, 0.7, 0.7])
        >>> paths = CodedPaths(np.zeros((9, 1), np.int32), np.full((9, 1), 0.8))
        >>> some = LabelledPaths(paths, np.zeros((9, 1), np.int32))
        >>> budget_thresholds(some, sure, 2, 0.95).groups[POOL][0].threshold
        0.7
    """
    last = tested.truth.shape[1]
    threshold = _budget_threshold(sure, manual)
    outcomes = accepted_outcomes(tested, threshold)[:, last - 1]
    known = outcomes != UNKNOWN_OUTCOME
    rows, right = int(known.sum()), int((outcomes == 1).sum())
    bound = lower_bound(right, rows, 1 - confidence)
    promise = Promise(bound, threshold, rows, right, 0)
    return Thresholds((last,), confidence, {POOL: (promise,)})


def accepted_outcomes(tested: LabelledPaths, threshold: float) -> Outcomes:
    """Outcomes at each level of the records sure enough of their full code."""
    accepted: BoolArray = tested.paths.probabilities[:, -1] >= threshold
    return tested.outcomes[accepted]


def _budget_threshold(sure: FloatArray, manual: int) -> float:
    """The least confidence under which at most `manual` records lie."""
    possible = np.sort(sure[sure >= 0])
    left = manual - (len(sure) - len(possible))
    if left >= len(possible):
        return float(np.inf)
    return float(possible[max(left, 0)])
