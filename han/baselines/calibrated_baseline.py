"""Base class of the baselines whose scores are divided by a temperature."""

from __future__ import annotations

from pathlib import Path

import joblib
import numpy as np
import numpy.typing as npt

from han.baselines.score_probabilities import FloatArray, node_log_probabilities
from han.baselines.temperature import calibration_rows, fit_temperature
from han.code_list.taxonomy import IntArray, Taxonomy
from han.text.text_encoder import EncodedTexts


class Calibrated:
    """A model that scores codes; a temperature makes the scores probabilities.

    A model of this kind gives `scores` of documents, any arrays, and makes
    log-probabilities of the leaves of them at a temperature.

    Attributes:
        tree: The code list.
        temperature: What scores are divided by; 1 until `calibrate`.
    """

    tree: Taxonomy
    temperature: float = 1.0

    def scores(self, texts: EncodedTexts) -> FloatArray:
        """Scores of documents, a row for each."""
        raise NotImplementedError

    def leaf_log_probabilities(
        self, scores: FloatArray, temperature: float
    ) -> FloatArray:
        """Log-probabilities of the leaves, `(n, num_leaves)`."""
        raise NotImplementedError

    def calibrate(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray
    ) -> float:
        """Finds the temperature on records that were not trained on.

        Args:
            texts: The documents.
            nodes: True node of each; partial codes count at their own node.
            weights: Survey weights.

        Returns:
            The temperature.
        """
        chosen = calibration_rows(np.asarray(weights, np.float64), self.tree.num_nodes)
        if not len(chosen):
            return self.temperature
        scores = self.scores(texts.take(chosen))
        self.temperature = fit_temperature(
            lambda t: node_log_probabilities(
                self.leaf_log_probabilities(scores, t), self.tree
            ),
            nodes[chosen],
            np.asarray(weights, np.float64)[chosen],
        )
        return self.temperature

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Log-probabilities of all nodes, `(n, N)`."""
        if not len(texts):  # scikit-learn refuses to transform nothing
            return np.empty((0, self.tree.num_nodes), np.float32)
        leaves = self.leaf_log_probabilities(self.scores(texts), self.temperature)
        return node_log_probabilities(leaves, self.tree)

    def save(self, file: Path) -> None:
        """Writes the model with joblib."""
        joblib.dump(self, file)
