"""Calibrated node probabilities: a temperature for each choice in the tree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.decisions.temperatures import (
    HIGHEST,
    LOWEST,
    Block,
    Choices,
    choices,
    fit_level,
    fit_split,
)

FloatArray = npt.NDArray[np.floating]
BLOCK = 256  # documents computed together: what they need stays in the cache
LEAST_LOG = -87.0  # e to it is about the smallest normal float32
ROUNDING = 1e-6  # of bounds in the file


@dataclass(frozen=True, eq=False)
class Calibration:
    """Temperatures that make node probabilities mean what they say.

    `q(child | parent) ~ p(child | parent) ** (1 / T_parent)`, renormalised among the
    siblings and multiplied down the path: the leaves under a node still add up to it,
    which scaling each node alone would break. The temperature of a split is that of its
    level, moved by its own records: by few of them little, by fewer than 20 not at all.

    All models give coherent probabilities (the head `levels` those of whole paths), so
    this suits all of them, and mixtures.

    Attributes:
        tree: The code list.
        level_temperatures: Temperature of each level, `(L,)`.
        temperatures: Temperature of the split under each node, `(N + 1,)`; the last is
            the root's (id -1).
        records: Number of records of each split that it was fitted with, `(N + 1,)`.

    References:
        Guo et al. 2017, On Calibration of Modern Neural Networks (one temperature);
        here it is one for each softmax of the tree, with partial pooling.

    Example:
        >>> tree = Taxonomy(["1", "2", "21", "22"], [-1, -1, 1, 1])
        >>> two = Calibration(tree, np.full(2, 2.0), np.full(5, 2.0), np.zeros(5, int))
        >>> np.exp(two.apply(np.log([[0.2, 0.8, 0.64, 0.16]]))).round(3).tolist()
        [[0.333, 0.667, 0.444, 0.222]]
    """

    tree: Taxonomy
    level_temperatures: FloatArray
    temperatures: FloatArray
    records: npt.NDArray[np.integer]

    @classmethod
    def fit(cls, blocks: Iterable[Block], tree: Taxonomy) -> Calibration:
        """Learns the temperatures from coded records that trained nothing.

        Each level's temperature has the least weighted log loss of the choices on true
        paths, with a slight pull towards 1; each split's the same on its own records,
        with a pull towards its level's (see `temperatures`). Choices of a true code
        that the model rules out (below 1e-10 under its parent) are left out.

        Args:
            blocks: Log-probabilities of all nodes `(b, N)`, coherent, true nodes `(b,)`
                (an inner one for a partial code, -1 for none) and weights `(b,)`, of
                some records at a time. Weights count relative to their mean.
            tree: The code list.

        Example:
            >>> tree = Taxonomy(["1", "2"], [-1, -1])
            >>> sure = np.log(np.tile([0.9, 0.1], (100, 1)))
            >>> found = Calibration.fit([(sure, np.arange(100) % 4 // 3, np.ones(100))],
            ...                         tree)  # says 0.9 where 75 of 100 are right
            >>> float(np.exp(found.apply(sure[:1]))[0, 0].round(2))
            0.76
        """
        levels = np.ones(tree.num_levels)
        temperatures = np.ones(tree.num_nodes + 1)
        records = np.zeros(tree.num_nodes + 1, np.int64)
        for number, level in enumerate(_of_mean_1(choices(blocks, tree))):
            common = fit_level(level)
            levels[number] = np.exp(common)
            temperatures[_splits(tree, number + 1)] = levels[number]
            for parent, found in _split_temperatures(level, common).items():
                temperatures[parent] = np.exp(found)
            parents, counts = np.unique(level.parents, return_counts=True)
            records[parents] = counts
        return cls(tree, levels, temperatures, records)

    @cached_property
    def _colds(self) -> FloatArray:
        """What the log-probability of each node is multiplied by, `(N,)`."""
        return 1 / self.temperatures[self.tree.parents]

    @property
    def split_colds(self) -> FloatArray:
        """One over each temperature, `(N + 1,)`, that of the top level first."""
        return np.roll(1 / self.temperatures, 1)

    @cached_property
    def _groups(self) -> npt.NDArray[np.int64]:
        """Number of the split that each node belongs to, `(N,)`."""
        return np.unique(self.tree.parents, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def _edges(self) -> npt.NDArray[np.int64]:
        """First node of each split, and `N`: siblings follow one another."""
        first = np.unique(self.tree.parents, return_index=True)[1]
        return np.append(first, self.tree.num_nodes).astype(np.int64)

    def apply(self, log_probabilities: FloatArray) -> FloatArray:
        """Calibrated log-probabilities, `(n, N)`, coherent as those given.

        What is impossible (`-inf`) stays so.

        Args:
            log_probabilities: Coherent log-probabilities of all nodes, `(n, N)`.
        """
        from han.kernels.threads import run_all

        logs = np.asarray(log_probabilities)
        logs = logs if logs.dtype == np.float32 else logs.astype(np.float64)
        result = np.empty(logs.shape, logs.dtype)

        def fill(first: int) -> None:
            block = slice(first, first + BLOCK)
            self._rescale(logs[block], result[block])

        run_all(partial(fill, first) for first in range(0, len(logs), BLOCK))
        return result

    def _rescale(self, logs: FloatArray, result: FloatArray) -> None:
        from han.kernels.column_groups import place, subtract, subtract_peaks, sums

        # Siblings share a parent, so its probability falls out of the softmax.
        scores = logs * self._colds.astype(logs.dtype)
        subtract_peaks(scores, self._edges)
        totals = np.empty((len(logs), len(self._edges) - 1), logs.dtype)
        # What is smaller adds nothing, and takes ten times as long.
        sums(np.exp(np.maximum(scores, LEAST_LOG)), self._groups, totals)
        subtract(scores, np.log(totals), self._groups)
        columns = np.arange(self.tree.num_nodes)
        place(scores, columns, self.tree.parents.astype(np.int64), True, result)

    def save(self, file: Path) -> None:
        """Writes JSON; splits that are not their level's are named by their codes."""
        own = np.flatnonzero(self.temperatures != self._of_levels())
        nodes = np.where(own == self.tree.num_nodes, ROOT, own).tolist()
        content = {
            "level_temperatures": self.level_temperatures.tolist(),
            "nodes": self.tree.num_nodes,
            "splits": [
                {
                    "parent": list(self.tree.code_path(node)),
                    "temperature": float(self.temperatures[node]),
                    "records": int(self.records[node]),
                }
                for node in nodes
            ],
        }
        file.write_text(
            json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )

    @classmethod
    def load(cls, file: Path, tree: Taxonomy) -> Calibration:
        """Reads what `save` wrote.

        Raises:
            ValueError: If it is damaged or of another code list.
        """
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        levels = np.array(content["level_temperatures"], np.float64)
        if levels.shape != (tree.num_levels,) or content["nodes"] != tree.num_nodes:
            raise ValueError("Expected the temperatures of another code list.")
        records = np.zeros(tree.num_nodes + 1, np.int64)
        made = cls(tree, levels, np.ones(tree.num_nodes + 1), records)
        temperatures = made._of_levels()
        for split in content["splits"]:
            node = tree.find(split["parent"])
            if node is None:
                raise ValueError("Expected parents of this code list.")
            temperatures[node] = float(split["temperature"])
            records[node] = int(split["records"])
        within = (temperatures >= LOWEST - ROUNDING) & (
            temperatures <= HIGHEST + ROUNDING
        )
        if not within.all():  # nan fails both
            raise ValueError(f"Expected temperatures from {LOWEST} to {HIGHEST}.")
        return cls(tree, levels, temperatures, records)

    def _of_levels(self) -> FloatArray:
        """Temperatures of all splits if each had its level's, `(N + 1,)`."""
        found = np.ones(self.tree.num_nodes + 1)
        for level, temperature in enumerate(self.level_temperatures, start=1):
            found[_splits(self.tree, level)] = temperature
        return found


def _of_mean_1(levels: list[Choices]) -> list[Choices]:
    """The same with weights of mean 1 on each level: pulls are counted in records."""
    return [
        Choices(c.logs, c.sizes, c.own, c.weights / c.weights.mean(), c.parents)
        if len(c) and c.weights.mean() > 0
        else c.take(np.zeros(len(c), bool))
        for c in levels
    ]


def _split_temperatures(level: Choices, common: float) -> dict[int, float]:
    """Logs of the temperatures of splits with records of their own, by parent."""
    splits = dict(level.by_parent())
    if len(splits) < 2:  # the level is the split
        return {}
    information = level.information(common)
    return {p: fit_split(split, common, information) for p, split in splits.items()}


def _splits(tree: Taxonomy, level: int) -> IntArray:
    """Parents whose children are on a level; -1 above the first."""
    return np.unique(tree.parents[tree.levels == level])
