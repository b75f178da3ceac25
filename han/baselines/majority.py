"""Baseline that gives every document the commonest codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from han.baselines.baseline_file import StoredBaseline
from han.baselines.score_probabilities import (
    FloatArray,
    full_codes,
    log_shares,
    node_log_probabilities,
)
from han.code_list.taxonomy import IntArray, Taxonomy
from han.text.text_encoder import EncodedTexts


class Majority:
    """Gives every document the shares of the codes in the training records.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> ones = np.ones(2, np.int32)
        >>> texts = EncodedTexts(ones, ones, ones, ones, np.zeros(2, bool))
        >>> model = Majority().fit(texts, np.array([0, 0]), np.ones(2), tree)
        >>> np.exp(model.log_probabilities(texts)).round(3).tolist()
        [[1.0, 0.0], [1.0, 0.0]]
    """

    kind = "majority"

    def fit(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray, tree: Taxonomy
    ) -> Majority:
        """Counts the full codes; partial ones are left out."""
        rows = full_codes(nodes, tree)
        counts = np.bincount(nodes[rows], weights[rows], minlength=tree.num_nodes)
        self.tree = tree
        self.log_shares = log_shares(counts[tree.leaves].astype(np.float64))
        return self

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """The same row for each document, `(n, N)`."""
        row = node_log_probabilities(self.log_shares[None], self.tree)
        return np.repeat(row, len(texts), axis=0)

    def save(self, file: Path) -> None:
        """Writes the model; see `StoredBaseline`."""
        arrays = {"log_shares": self.log_shares}
        StoredBaseline(self.kind, {}, arrays, self.tree, ()).write(file)

    @classmethod
    def restored(cls, stored: StoredBaseline) -> Majority:
        """The model that was saved."""
        made = cls()
        made.tree, made.log_shares = stored.tree, stored.arrays["log_shares"]
        if made.log_shares.shape != stored.tree.leaves.shape:
            raise ValueError("shares of other codes")
        return made
