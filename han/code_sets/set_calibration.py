"""Calibrated probabilities of sets: log-odds of a child given its parent, by level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.closure import level_slices
from han.code_list.taxonomy import ROOT, Taxonomy
from han.code_sets.calibration_pairs import LevelPairs, level_pairs, log_odds
from han.code_sets.record_blocks import Block, FloatArray, checked_probabilities
from han.errors import InputError
from han.late_packages import special

LEAST_SLOPE, GREATEST_SLOPE = 0.05, 20.0
GREATEST_BIAS = 10.0
RIDGE = 2.0  # pull to no change: keeps levels finite where all pairs are right
ROWS = 256  # computed together: what they need stays in the cache


@dataclass(frozen=True, eq=False)
class SetCalibration:
    """Slope and bias of each level that make probabilities mean what they say.

    `logit q(child | parent) = slope * logit p(child | parent) + bias`, multiplied down
    the path: a child stays at most as probable as its parent, which scaling each node
    alone would break. What is impossible (`-inf`) stays so.

    Attributes:
        tree: The code list.
        slopes: Slope of each level, `(L,)`, above 0.
        biases: Bias of each level, `(L,)`.
        pairs: Pairs of a record and a node that each level was fitted with, `(L,)`.

    References:
        Platt (1999), Probabilistic outputs for support vector machines; here on the
        conditional probabilities of a tree.

    Example:
        >>> tree = Taxonomy(["1", "11"], [-1, 0])
        >>> none = np.zeros(2)
        >>> same = SetCalibration(tree, np.array([1.0, 2.0]), none, none)
        >>> np.exp(same.apply(np.log([[0.5, 0.4]]))).round(3).tolist()
        [[0.5, 0.471]]
    """

    tree: Taxonomy
    slopes: FloatArray
    biases: FloatArray
    pairs: npt.NDArray[np.integer]

    @classmethod
    def fit(cls, blocks: Iterable[Block], tree: Taxonomy) -> SetCalibration:
        """Learns slopes and biases from labelled records that trained nothing.

        On each level the weighted log loss is least over the pairs of a record and a
        node whose parent is true, with a slight pull towards no change. Of a partial
        true code the children are unknown, and no such pairs.

        Args:
            blocks: Log-probabilities `(b, N)`, coherent, true codes `(b, A)` and
                weights `(b,)` of some records at a time. Weights count relative to
                their mean. Records without a true code are left out.
            tree: The code list.

        Raises:
            InputError: If a block does not fit.

        Example:
            >>> tree = Taxonomy(["1", "2"], [-1, -1])
            >>> sure = np.log(np.tile([0.9, 0.1], (400, 1)))
            >>> true = np.where(np.arange(400) % 4 == 0, 1, 0)
            >>> found = SetCalibration.fit([(sure, true, np.ones(400))], tree)
            >>> np.exp(found.apply(sure[:1])).round(2).tolist()
            [[0.75, 0.25]]
        """
        kept = level_pairs(blocks, tree)
        fits = np.array([_fit(level) for level in kept])
        counts = np.array([len(level.odds) for level in kept])
        return cls(tree, fits[:, 0], fits[:, 1], counts)

    def apply(self, log_probabilities: npt.ArrayLike) -> FloatArray:
        """Calibrated log-probabilities, `(n, N)`, coherent as those given.

        Args:
            log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.

        Raises:
            InputError: If the shape does not fit.
        """
        from han.kernels.threads import run_all

        logs = checked_probabilities(log_probabilities, self.tree)
        result = np.empty_like(logs)

        def fill(first: int) -> None:
            rows = slice(first, first + ROWS)
            self._rescale(logs[rows], result[rows])

        run_all(partial(fill, first) for first in range(0, len(logs), ROWS))
        return result

    def _rescale(self, logs: FloatArray, result: FloatArray) -> None:
        for level, here in enumerate(level_slices(self.tree)):
            odds = log_odds(logs[:, here], _above(logs, self.tree, here))
            odds = self.slopes[level] * odds + self.biases[level]
            found = -np.logaddexp(0, -odds)
            found[np.isneginf(logs[:, here])] = -np.inf
            result[:, here] = found + _above(result, self.tree, here)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "nodes": self.tree.num_nodes,
            "slopes": self.slopes.tolist(),
            "biases": self.biases.tolist(),
            "pairs": self.pairs.tolist(),
        }

    @classmethod
    def from_dict(cls, form: dict[str, Any], tree: Taxonomy) -> SetCalibration:
        """Reads what `to_dict` gave.

        Raises:
            InputError: If it is damaged or of another code list.
        """
        parts = [np.asarray(form[name]) for name in ("slopes", "biases", "pairs")]
        slopes, biases, _ = parts
        fits = form["nodes"] == tree.num_nodes
        fits &= all(part.shape == (tree.num_levels,) for part in parts)
        if not fits or not ((slopes > 0) & np.isfinite(slopes + biases)).all():
            raise InputError(
                "Expected the calibration of this code list: a slope above 0 and a "
                f"bias for each of {tree.num_levels} levels. Calibrate again."
            )
        return cls(tree, *parts)


def _above(logs: FloatArray, tree: Taxonomy, here: slice) -> FloatArray | float:
    """Log-probabilities of the parents of the nodes of a level; 0 for the root."""
    parents = tree.parents[here]
    return 0.0 if parents[0] == ROOT else logs[:, parents]


def _fit(pairs: LevelPairs) -> tuple[float, float]:
    """Slope and bias of least log loss; 1 and 0 without pairs."""
    from scipy.optimize import minimize  # coding needs none of it

    if not len(pairs.odds):
        return 1.0, 0.0
    odds, true = pairs.odds, pairs.is_true
    mass = pairs.weights / pairs.weights.mean()

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        scores = np.exp(values[0]) * odds + values[1]
        errors = mass * (special.expit(scores) - true)
        total = mass @ (np.logaddexp(0, scores) - true * scores)
        slope_error = np.exp(values[0]) * (errors @ odds)
        gradient = np.array([slope_error, errors.sum()]) + RIDGE * values
        return total + RIDGE / 2 * values @ values, gradient

    steepest = (np.log(LEAST_SLOPE), np.log(GREATEST_SLOPE))
    bounds = [steepest, (-GREATEST_BIAS, GREATEST_BIAS)]
    found = minimize(loss, np.zeros(2), jac=True, bounds=bounds, method="L-BFGS-B").x
    return float(np.exp(found[0])), float(found[1])
