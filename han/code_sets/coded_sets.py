"""Labelled records to which sets of codes were given, and what is scored of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_sets.set_evaluation import set_evaluation
from han.code_sets.set_ranking import SetRanking
from han.code_sets.set_reliability import SetReliability
from han.metrics.pairs import FloatArray


@dataclass(frozen=True, eq=False)
class CodedSets:
    """Labelled records, coded.

    Attributes:
        tree: The code list.
        true: True codes, `(n, A)`, -1 after the last.
        given: Codes given by the run's rule, likewise.
        ranking: How its probabilities rank the true codes.
        reliability: Whether they mean what they say.
        weights: Weight of each record, `(n,)`.
        units: Number of what each was drawn with, `(n,)`; None: drawn one by one.
        uncoded: Records left out because they have no code.
        documents_per_second: How fast encoded texts were coded.
    """

    tree: Taxonomy
    true: IntArray
    given: IntArray
    ranking: SetRanking
    reliability: SetReliability
    weights: FloatArray
    units: npt.NDArray[np.int64] | None
    uncoded: int = 0
    documents_per_second: float = 0.0

    def scores(self) -> dict[str, Any]:
        """What `set_evaluation` finds, and the reliability of each level.

        Intervals are those of resamples of sampling units.
        """
        result = set_evaluation(
            self.true,
            self.given,
            self.tree,
            ranking=self.ranking,
            sample_weight=self.weights,
            clusters=self.units,
        )
        result["skipped"] += self.uncoded
        result["reliability"] = {
            level: {name: value for name, value in found.items() if name != "bins"}
            for level, found in self.reliability.to_dict().items()
        }
        return result
