"""From which confidence on records are believed, by level, group and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.decisions.guarantee import Promise
from han.decisions.path_probabilities import CodedPaths

POOL = -1  # the group of all codes that have none of their own
NEVER = "never"  # an infinite threshold in JSON, which has no infinity


@dataclass(frozen=True)
class Thresholds:
    """From which confidence on a record is coded without a person, level by level.

    Attributes:
        levels: Levels that have a target, the top one first.
        confidence: With what confidence all promises hold together.
        groups: Promises of these levels by predicted node at `group_level`; `POOL` is
            for all other nodes.
        group_level: Level whose nodes are the groups; None: all records are one.
        most_rows: Records that a unit may have at most; None: units of any size,
            since records were drawn one by one.
        repeated: Thresholds of larger units, band by band of their sizes. Of still
            larger ones nothing is promised.
        least_rows: Records that a unit has at least.
    """

    levels: tuple[int, ...]
    confidence: float
    groups: Mapping[int, tuple[Promise, ...]]
    group_level: int | None = None
    most_rows: int | None = None
    repeated: tuple[Thresholds, ...] = ()
    least_rows: int = 1

    @property
    def bands(self) -> tuple[Thresholds, ...]:
        """These and the repeated ones, the smallest units first."""
        return (self, *self.repeated)

    @property
    def limit(self) -> int | None:
        """Records of a unit up to which anything is promised; None: of any.

        1 if nothing is promised at all.
        """
        if self.most_rows is None:
            return None
        kept = [b.most_rows for b in self.bands if b.most_rows and b.promises_anything]
        return max(kept, default=1)

    @property
    def promises_anything(self) -> bool:
        """Whether a promise of these, without the repeated ones, is kept."""
        return any(p.is_kept for group in self.groups.values() for p in group)

    def with_confidence(self, confidence: float) -> Thresholds:
        """The same as a part of promises that hold together with this confidence."""
        bands = tuple(band.with_confidence(confidence) for band in self.repeated)
        return replace(self, confidence=confidence, repeated=bands)

    def group_of(self, nodes: IntArray) -> IntArray:
        """Group of each record by its path, `(n,)`.

        Args:
            nodes: Predicted node at each level, `(n, L)`.
        """
        if self.group_level is None:
            return np.full(len(nodes), POOL, np.int32)
        found = nodes[:, self.group_level - 1]
        return np.where(np.isin(found, list(self.groups)), found, POOL)

    def passed(
        self, paths: CodedPaths, repeats: npt.NDArray[np.integer] | None = None
    ) -> npt.NDArray[np.int64]:
        """Deepest level with a target that each record reaches, `(n,)`; 0 if none.

        It must reach the thresholds of all levels above, too, so that the records of a
        deeper level are among those of the upper ones.

        Args:
            paths: What the model says of `n` records.
            repeats: Records of the unit of each, in as many records as the
                calibration units were drawn from, `(n,)`; None: all are units that
                these thresholds, without the repeated ones, are for.
        """
        if repeats is None:
            return self._passed(paths)
        found = np.zeros(len(paths.nodes), np.int64)
        for band in self.bands:
            most = np.inf if band.most_rows is None else band.most_rows
            here = np.flatnonzero((repeats >= band.least_rows) & (repeats <= most))
            found[here] = band._passed(paths.take(here))
        return found

    def is_close(self, paths: CodedPaths, within: float) -> npt.NDArray[np.bool_]:
        """Whether records are so near to a threshold that a few digits decide, `(n,)`.

        Any threshold of the level, for there are few of them.

        Args:
            paths: What the model says of `n` records.
            within: How near.
        """
        found = np.zeros(len(paths.nodes), bool)
        for band in self.bands:
            limits = np.array(
                [[p.threshold for p in group] for group in band.groups.values()]
            )
            sure = paths.probabilities[:, np.array(self.levels) - 1]
            for column, several in zip(sure.T, limits.T, strict=True):
                for limit in np.unique(several):
                    found |= np.abs(column - limit) <= within
        return found

    def _passed(self, paths: CodedPaths) -> npt.NDArray[np.int64]:
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
            "least_rows": self.least_rows,
            "most_rows": self.most_rows,
            "groups": groups,
            "repeated": [band.to_dict(tree) for band in self.repeated],
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
        most, repeated = form.get("most_rows"), form.get("repeated", ())
        return cls(
            levels,
            confidence,
            groups,
            form["group_level"],
            None if most is None else int(most),
            tuple(cls.from_dict(band) for band in repeated),
            int(form.get("least_rows", 1)),
        )


def _probability(given: object) -> float:
    found = float(given)  # type: ignore[arg-type]
    if not 0 <= found <= 1 + 1e-6:  # rounding may go above 1; nan fails, too
        raise ValueError("Expected a number from 0 to 1.")
    return found
