"""`SetChoice`: which codes of a set are given, as the command line says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from han.code_list.taxonomy import IntArray, Taxonomy
    from han.code_sets.set_rule import SetRule
    from han.decisions.decoding import FloatArray, Rule

SetDecoding = Literal["thresholds", "expected_hf", "top_k"]


@dataclass(frozen=True)
class SetChoice:
    """How sets of codes come of probabilities, in place of what a run says.

    Attributes:
        decoding: `thresholds` are those of the run; `expected_hf` gives the set of
            greatest expected hF; `top_k` the most probable full codes.
        allow_empty: Whether a record may get no code; `top_k` gives each some.
    """

    decoding: SetDecoding = "thresholds"
    allow_empty: bool = False

    def rule(self, known: SetRule, top_k: int) -> Rule:
        """The rule, as `Classifier.predict` takes one.

        Args:
            known: That of the run.
            top_k: How many codes `top_k` gives.

        Example:
            >>> import numpy as np
            >>> from han import Taxonomy
            >>> from han.code_sets import SetRule
            >>> tree, logs = Taxonomy(["1", "2"], [-1, -1]), np.log([[0.2, 0.4]])
            >>> known = SetRule.at_half(tree)
            >>> [SetChoice(d).rule(known, 2)(logs, tree).tolist()
            ...  for d in ("thresholds", "expected_hf", "top_k")]
            [[[1]], [[1]], [[1, 0]]]
            >>> SetChoice(allow_empty=True).rule(known, 1)(logs, tree).tolist()
            [[-1]]
        """
        # The help of a command needs the choices, and not what reads sets.
        from han.code_sets import (
            best_sets_for_f,
            codes_by_thresholds,
            most_probable_sets,
        )

        def give(logs: FloatArray, tree: Taxonomy) -> IntArray:
            if self.decoding == "top_k":
                return most_probable_sets(logs, tree, top_k)
            if self.decoding == "expected_hf":
                found = best_sets_for_f(logs, tree, allow_empty=self.allow_empty)
                return found.sets
            return codes_by_thresholds(
                logs, known.thresholds, tree, allow_empty=self.allow_empty
            )

        return give
