"""A plan for sets of codes: which records need no person, and lists for the others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from han.code_list.closure import BoolArray
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.code_sets.level_codes import codes_at_level, cut_sets
from han.code_sets.record_blocks import FloatArray, blocks, checked_probabilities
from han.code_sets.set_decoding import (
    codes_by_thresholds,
    sets_of_members,
    stacked_sets,
)
from han.code_sets.set_lists import listed_nodes
from han.decisions.conformal_lists import ConformalSets
from han.decisions.guarantee import Promise
from han.decisions.repeat_limit import RepeatLimit
from han.decisions.routing import AUTO, PARTIAL, REVIEW
from han.errors import InputError

NEVER = "never"  # an infinite threshold in JSON, which has no infinity


@dataclass(frozen=True, eq=False)
class SetPlan:
    """Who codes a record, and what a person sees of it.

    Attributes:
        rule: Thresholds of the run's rule, by level: which codes are given, `(L,)`.
        levels: Levels with a target, the top one first; none if only lists are asked.
        promises: Of each of these: from which probability of the least sure code on a
            set is given without a person.
        confidence: With what confidence all of them hold together.
        most_codes: Codes that a unit may have, so that a record of k codes whose text
            stands in r records is left to a person if k r is more.
        limit: What counts such repeats (of texts, households) in the records to be
            coded; None: records were drawn one by one, and none repeats.
        lists: From which probability on codes are listed; without it, or if it is not
            kept, there are no lists.
        most_listed: Codes that a list shows at most.
    """

    rule: FloatArray
    levels: tuple[int, ...]
    promises: tuple[Promise, ...]
    confidence: float
    most_codes: int
    limit: RepeatLimit | None = None
    lists: ConformalSets | None = None
    most_listed: int = 10

    @property
    def promises_anything(self) -> bool:
        """Whether any record can be coded without a person."""
        return any(promise.is_kept for promise in self.promises)

    def passed(
        self, confidence: FloatArray, loads: npt.NDArray[np.integer]
    ) -> npt.NDArray[np.int64]:
        """The deepest level whose promise covers each record, `(n,)`; 0 if none.

        Args:
            confidence: Of the least sure code at each level with a target, `(n, T)`.
            loads: Codes of each record times the records of its unit, `(n,)`.
        """
        found = np.zeros(len(confidence), np.int64)
        open_: BoolArray = loads <= self.most_codes
        for place, (level, promise) in enumerate(
            zip(self.levels, self.promises, strict=True)
        ):
            open_ &= confidence[:, place] >= max(promise.threshold, 0.0)
            found[open_] = level
        return found

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        promises = [asdict(promise) for promise in self.promises]
        for entry in promises:
            is_kept = math.isfinite(entry["threshold"])
            entry["threshold"] = entry["threshold"] if is_kept else NEVER
        return {
            "rule": self.rule.tolist(),
            "levels": list(self.levels),
            "promises": promises,
            "confidence": self.confidence,
            "most_codes": self.most_codes,
            "limit": asdict(self.limit) if self.limit else None,
            "lists": self.lists.to_dict() if self.lists else None,
            "most_listed": self.most_listed,
        }

    @property
    def has_lists(self) -> bool:
        """Whether there are lists for a person."""
        return self.lists is not None and self.lists.is_kept

    @classmethod
    def from_dict(cls, form: Mapping[str, Any]) -> SetPlan:
        """Reads what `to_dict` gave.

        Raises:
            InputError: If it is damaged.
        """
        rule = np.asarray(form["rule"], np.float64)
        levels = tuple(map(int, form["levels"]))
        limits = [entry["threshold"] for entry in form["promises"]]
        limits = [math.inf if limit == NEVER else float(limit) for limit in limits]
        is_whole = list(levels) == sorted({*levels} & {*range(1, rule.size + 1)})
        if not is_whole or len(limits) != len(levels) or any(map(math.isnan, limits)):
            raise InputError(
                "Expected a threshold for each level with a target. Plan again."
            )
        return cls(
            rule,
            levels,
            tuple(
                Promise(**{**entry, "threshold": limit})
                for entry, limit in zip(form["promises"], limits, strict=True)
            ),
            float(form["confidence"]),
            int(form["most_codes"]),
            RepeatLimit.from_dict(form["limit"]) if form["limit"] else None,
            ConformalSets.from_dict(form["lists"]) if form["lists"] else None,
            int(form["most_listed"]),
        )


class SetRoutes(NamedTuple):
    """What becomes of `n` records.

    Attributes:
        routes: `auto` (all its codes in full), `partial` (coarser codes, which a person
            completes) or `review` (none), `(n,)`, text.
        codes: Codes that are safe to use, `(n, A)`, the most probable first, -1 after
            the last.
        passed: Deepest level whose promise covers the record, `(n,)`; 0 if none.
        listed: The list for a person, `(n, K)`, the most probable first, -1 after the
            last; codes that stand above another one of the list are left out. It shows
            `most_listed` codes at most, and has no column without lists.
        list_sizes: Codes of the whole list, `(n,)`; 0 without lists.
        loads: Codes that the rule gives, times the records of the unit, `(n,)`: above
            `plan.most_codes` a person codes the record, however sure it is.
    """

    routes: npt.NDArray[np.object_]
    codes: IntArray
    passed: npt.NDArray[np.int64]
    listed: IntArray
    list_sizes: npt.NDArray[np.int64]
    loads: npt.NDArray[np.int64]


def route_sets(
    log_probabilities: npt.ArrayLike,
    tree: Taxonomy,
    plan: SetPlan,
    *,
    repeats: npt.ArrayLike | None = None,
    manual: npt.ArrayLike | None = None,
) -> SetRoutes:
    """Where each record goes, its safe codes, and its list for a person.

    A record is coded to a level if the least sure of its codes reaches the threshold
    there, and those of all levels above that have a target: all its codes or none.

    Args:
        log_probabilities: Calibrated, coherent log-probabilities of all nodes,
            `(n, N)`, as `Classifier.log_probabilities` gives them.
        tree: The code list.
        plan: The plan; of a run `load_routing_policy(RUN).set_plan`.
        repeats: Records of the text of each (or of its household, if `plan.limit.unit`
            says so) on the scale of the plan, `(n,)`: `Repeats.scaled` of
            `UnitCounts(hashes, plan.limit)`. None: each stands for itself; if the plan
            has a limit nothing is promised of those that stand more often.
        manual: Records without a word that the run knows, `(n,)`: a person codes them.

    Raises:
        InputError: If a shape does not fit.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> promise = Promise(0.9, 0.7, 50, 48, 40)
        >>> plan = SetPlan(np.array([0.5, 0.5]), (2,), (promise,), 0.95, 3)
        >>> logs = np.log([[0.8, 0.9, 0.8, 0.1], [0.2, 0.9, 0.6, 0.2]])
        >>> found = route_sets(logs, tree, plan)
        >>> found.routes.tolist(), found.codes.tolist()
        (['auto', 'review'], [[0, 2], [-1, -1]])
    """
    logs = checked_probabilities(log_probabilities, tree)
    often = np.ones(len(logs), np.int64) if repeats is None else np.asarray(repeats)
    given = codes_by_thresholds(logs, plan.rule, tree)
    loads = (given != ROOT).sum(axis=1) * np.maximum(often, 1)
    passed = plan.passed(level_confidence(given, logs, tree, plan), loads)
    if manual is not None:
        passed = np.where(np.asarray(manual, np.bool_), 0, passed)
    codes = cut_sets(given, passed, tree)
    is_full = (tree.child_counts[codes] == 0) | (codes == ROOT)
    routes = np.where(is_full.all(axis=1), AUTO, PARTIAL).astype(object)
    routes[passed == 0] = REVIEW
    return SetRoutes(routes, codes, passed, *shown_lists(logs, tree, plan), loads)


def level_confidence(
    given: IntArray, log_probabilities: FloatArray, tree: Taxonomy, plan: SetPlan
) -> FloatArray:
    """Probability of the least sure code at each level with a target, `(n, T)`.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> plan = SetPlan(np.array([0.5]), (), (), 0.95, most_codes=3)
        >>> level_confidence(np.array([[0]]), np.log([[0.9, 0.1]]), tree, plan).shape
        (1, 0)
    """
    found = np.empty((len(given), len(plan.levels)))
    for place, level in enumerate(plan.levels):
        own = codes_at_level(given, log_probabilities, tree, level)
        found[:, place] = own.confidence
    return found


def shown_lists(
    log_probabilities: FloatArray, tree: Taxonomy, plan: SetPlan
) -> tuple[IntArray, npt.NDArray[np.int64]]:
    """Lists as they are shown, `(n, K)`, and the codes of each in full, `(n,)`.

    Args:
        log_probabilities: Of all nodes, `(n, N)`.
        tree: The code list.
        plan: What makes the lists, if there are any.
    """
    sizes = np.zeros(len(log_probabilities), np.int64)
    if plan.lists is None or not plan.has_lists:
        return np.empty((len(sizes), 0), np.int32), sizes
    parts = [np.empty((0, 1), np.int32)]
    for rows in blocks(len(sizes), tree.num_nodes):
        logs = log_probabilities[rows]
        members = listed_nodes(logs, plan.lists, tree)
        whole = sets_of_members(members, logs, tree)
        sizes[rows] = (whole != ROOT).sum(axis=1)
        parts.append(whole[:, : plan.most_listed])
    return stacked_sets(parts), sizes
