"""Base class of the baselines whose scores are divided by a temperature."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from han.baselines.baseline_file import StoredBaseline
from han.baselines.score_probabilities import FloatArray, node_log_probabilities
from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.temperature import fit_log_temperature, rows_to_fit
from han.text.text_encoder import EncodedTexts

# Distances to a support vector machine's planes are small: they want low temperatures.
LOWEST, HIGHEST = 0.01, 100.0


class Calibrated:
    """A model that scores codes; a temperature makes the scores probabilities.

    A model of this kind gives `scores` of documents, any arrays, and makes
    log-probabilities of the leaves of them at a temperature.

    Attributes:
        tree: The code list.
        temperature: What scores are divided by; 1 until `calibrate`.
        words: Words of the text encoder, if the model reads any.
        kind: The `model.kind` of the model.
        stored: Names of the settings that are saved.
    """

    kind: str
    stored: tuple[str, ...]
    words: tuple[str, ...] = ()
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
        chosen = rows_to_fit(weights, self.tree.num_nodes)
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
        """Writes the model; see `StoredBaseline`."""
        names = (*self.stored, "temperature")
        settings = {name: getattr(self, name) for name in names}
        arrays = self._arrays()
        StoredBaseline(self.kind, settings, arrays, self.tree, self.words).write(file)

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What the model has learnt."""
        raise NotImplementedError

    @classmethod
    def restored(cls, stored: StoredBaseline) -> Self:
        """The model that was saved.

        Raises:
            ValueError: If it is damaged, or of another code list.
        """
        settings = {name: stored.settings[name] for name in cls.stored}
        made = cls._of(stored.words, settings)
        made.tree = stored.tree
        made.temperature = float(stored.settings["temperature"])
        if not 0 < made.temperature < np.inf:  # nan fails, too
            raise ValueError("a temperature must be above 0")
        made._restore(stored)
        return made

    @classmethod
    def _of(cls, words: tuple[str, ...], settings: dict[str, Any]) -> Self:
        """A model with these settings, not yet trained."""
        return cls(words, **settings)  # type: ignore[call-arg]

    def _restore(self, stored: StoredBaseline) -> None:
        """Takes what the model had learnt."""
        raise NotImplementedError


def fit_temperature(
    log_probabilities: Callable[[float], FloatArray],
    nodes: IntArray,
    weights: npt.NDArray[np.float64],
) -> float:
    """The temperature that makes the log loss of the true nodes least.

    As in Platt 1999, the truth is taken to be a little uncertain, by `1 / (n + 2)`,
    spread over all nodes: a few records that are all right do not make the model
    certain of everything.

    Args:
        log_probabilities: Gives those of all nodes at a temperature, `(n, N)`.
        nodes: True node of each document, `(n,)`.
        weights: Survey weights, `(n,)`; not all 0.

    Example:
        >>> def halves(temperature):  # says 0.88 where 3 of 4 are right
        ...     odds = np.array([[2.0, 0.0]] * 4) / temperature
        ...     return odds - np.logaddexp.reduce(odds, axis=1, keepdims=True)
        >>> true = np.array([0, 0, 0, 1])
        >>> temperature = fit_temperature(halves, true, np.ones(4))
        >>> float(np.exp(halves(temperature)[0, 0]).round(2))
        0.71
    """
    rows = np.arange(len(nodes))
    doubt = 1 / (len(nodes) + 2)

    def loss(log_temperature: float) -> float:
        logs = log_probabilities(float(np.exp(log_temperature)))
        own = (1 - doubt) * logs[rows, nodes] + doubt * logs.mean(axis=1)
        return -float(np.average(own, weights=weights))

    return float(np.exp(fit_log_temperature(loss, LOWEST, HIGHEST)))
