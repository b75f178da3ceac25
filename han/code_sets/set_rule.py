"""Which codes a run gives its records: calibrated probabilities and thresholds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.probable_sets import HALF
from han.code_list.taxonomy import IntArray, Taxonomy
from han.code_sets.record_blocks import FloatArray
from han.code_sets.set_calibration import SetCalibration
from han.code_sets.set_decoding import checked_thresholds, codes_by_thresholds


@dataclass(frozen=True, eq=False)
class SetRule:
    """How sets of codes come of the probabilities of a model.

    Attributes:
        tree: The code list.
        thresholds: From which probability on a node is given, by level, `(L,)`.
        calibration: What makes probabilities mean what they say, if anything.

    Example:
        >>> rule = SetRule.at_half(Taxonomy(["1", "2"], [-1, -1]))
        >>> rule.codes(np.log([[0.9, 0.6], [0.2, 0.1]])).tolist()
        [[0, 1], [0, -1]]
    """

    tree: Taxonomy
    thresholds: FloatArray
    calibration: SetCalibration | None = None

    @classmethod
    def at_half(
        cls, tree: Taxonomy, calibration: SetCalibration | None = None
    ) -> SetRule:
        """The rule that gives what is as likely as not."""
        return cls(tree, np.full(tree.num_levels, HALF), calibration)

    def apply(self, log_probabilities: FloatArray) -> FloatArray:
        """Calibrated log-probabilities, `(n, N)`; without a calibration as given."""
        if self.calibration is None:
            return log_probabilities
        return self.calibration.apply(log_probabilities)

    def codes(self, log_probabilities: npt.ArrayLike) -> IntArray:
        """Codes of calibrated log-probabilities: see `codes_by_thresholds`."""
        return codes_by_thresholds(log_probabilities, self.thresholds, self.tree)

    def save(self, file: Path) -> None:
        """Writes JSON."""
        content = {
            "nodes": self.tree.num_nodes,
            "thresholds": self.thresholds.tolist(),
            "calibration": self.calibration and self.calibration.to_dict(),
        }
        text = json.dumps(content, indent=2, allow_nan=False) + "\n"
        file.write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, file: Path, tree: Taxonomy) -> SetRule:
        """Reads what `save` wrote.

        Raises:
            ValueError: If it is damaged or of another code list.
        """
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if content["nodes"] != tree.num_nodes or np.ndim(content["thresholds"]) != 1:
            raise ValueError("Expected the thresholds of another code list.")
        form = content["calibration"]
        calibration = None if form is None else SetCalibration.from_dict(form, tree)
        return cls(tree, checked_thresholds(content["thresholds"], tree), calibration)
