"""Coded records whose truth is known, and what they were drawn as."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray
from han.decisions.path_probabilities import UNKNOWN, CodedPaths
from han.decisions.unit_evidence import (
    UNKNOWN_OUTCOME,
    FloatArray,
    Outcomes,
    Units,
)


@dataclass(frozen=True)
class LabelledPaths:
    """Coded records whose truth is known, at least at some levels.

    Attributes:
        paths: What the model says of `n` records.
        truth: True node at each level, `(n, L)`; -1 where it is not known.
        units: Number of the sampling unit of each, such as its text, `(n,)`; None:
            they were drawn one by one.
        weights: What each counts in the promised accuracy, `(n,)`; None: 1.
        sizes: Records of the unit of each where the promise is made, `(n,)`; None: as
            many as are here.
        scale: So many records there does each stand for, `(n,)`; None: one each.
        largest: Records of the largest unit there; None: as many as the test allows.
    """

    paths: CodedPaths
    truth: IntArray
    units: npt.NDArray[np.integer] | None = None
    weights: FloatArray | None = None
    sizes: npt.NDArray[np.int64] | None = None
    scale: FloatArray | None = None
    largest: float | None = None

    def __len__(self) -> int:
        """Number of records."""
        return len(self.truth)

    def take(self, rows: npt.NDArray[np.int_ | np.bool_]) -> LabelledPaths:
        """The chosen records."""
        return replace(
            self,
            paths=CodedPaths(self.paths.nodes[rows], self.paths.probabilities[rows]),
            truth=self.truth[rows],
            units=None if self.units is None else self.units[rows],
            weights=None if self.weights is None else self.weights[rows],
            sizes=None if self.sizes is None else self.sizes[rows],
            scale=None if self.scale is None else self.scale[rows],
        )

    @property
    def outcomes(self) -> Outcomes:
        """1 where the code at a level is right, 0 where wrong, -1 unknown, `(n, L)`."""
        right = (self.paths.nodes == self.truth).astype(np.int8)
        return np.where(self.truth == UNKNOWN, np.int8(UNKNOWN_OUTCOME), right)

    @property
    def repeats(self) -> npt.NDArray[np.int64]:
        """Records of the unit of each, `(n,)`: `sizes`, or those that are here.

        Example:
            >>> paths = CodedPaths(np.zeros((3, 1), int), np.ones((3, 1)))
            >>> LabelledPaths(paths, paths.nodes, np.array([7, 3, 7])).repeats.tolist()
            [2, 1, 2]
        """
        if self.sizes is not None:
            return self.sizes
        if self.units is None:
            return np.ones(len(self), np.int64)
        _, place, counts = np.unique(
            self.units, return_inverse=True, return_counts=True
        )
        found: npt.NDArray[np.int64] = counts[place]
        return found

    def largest_unit(self, most_rows: int | None, largest_weight: float = 0.0) -> float:
        """What the largest unit may weigh, here or anywhere.

        Args:
            most_rows: Records that a unit may have; None: records were drawn one by
                one.
            largest_weight: Weight that a record may have, where records have weights;
                if that is less than here, what the largest unit weighs here.
        """
        most = float(self.largest or most_rows or 1)
        if self.weights is None:
            return most
        here = float(self.drawn_as(0.0).totals().max(initial=0.0))
        return max(here, largest_weight * most)

    def one_by_one(self) -> LabelledPaths:
        """The same records, each a unit of its own."""
        return replace(self, units=None, sizes=None, scale=None, largest=None)

    def drawn_as(self, largest: float) -> Units:
        """The units, none of which weighs more than `largest`, here or anywhere."""
        size, weights = len(self), self.weights
        scale = np.ones(size) if self.scale is None else self.scale
        return Units(
            np.arange(size) if self.units is None else self.units,
            scale if weights is None else weights * scale,
            largest,
        )
