"""TF-IDF of n-grams and linear models for records with several codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy import sparse

from han.baselines.calibrated_baseline import HIGHEST, LOWEST
from han.baselines.linear_planes import Planes, fit_planes
from han.baselines.score_probabilities import LEAST, FloatArray
from han.baselines.tfidf_linear import TfidfLinear, learn_features
from han.code_list.closure import (
    closure,
    judged_nodes,
    level_slices,
    partial_codes,
    unknown_nodes,
)
from han.code_list.taxonomy import ROOT, IntArray, Taxonomy
from han.kernels.temperature import fit_log_temperature, rows_to_fit
from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_sigmoid_numpy import log_sigmoid
from han.text.text_encoder import EncodedTexts

Rows = npt.NDArray[np.integer]
SURE = 3.0  # distance where all records say the same of a node


class TfidfSets(TfidfLinear):
    """One plane for each code against the rest, each a yes or no of its own.

    The features and planes are those of `TfidfLinear`. Its probabilities are sigmoids
    of the distances to the planes, divided by a temperature that `calibrate` finds.
    `per_parent`: each node has a plane, learnt from the records that judge it, and a
    probability given its parent; these are multiplied down the path. `flat`: each leaf
    has a plane, learnt from all records without partial codes, and an inner node is as
    probable as the most probable leaf below it.

    Args: As `TfidfLinear`.

    Example:
        >>> tree = Taxonomy(["1", "2"], [-1, -1])
        >>> ones = np.ones(3, np.int32)
        >>> ids = np.array([2, 3, 2, 3], np.int32)
        >>> lengths = np.array([1, 1, 2], np.int32)
        >>> texts = EncodedTexts(ids, lengths, ones * 0, ones, np.zeros(3, bool))
        >>> sets = np.array([[0, -1], [1, -1], [0, 1]])
        >>> model = TfidfSets(["pan", "sal"], cost=10.0)
        >>> model = model.fit(texts, sets, np.ones(3), tree)
        >>> (model.log_probabilities(texts) > np.log(0.5)).astype(int).tolist()
        [[1, 0], [0, 1], [1, 1]]
    """

    kind = "tfidf_sets"
    head = MULTI_PATH  # it gives sets, as a network with this head

    def _learn(
        self,
        texts: EncodedTexts,
        nodes: IntArray,
        weights: FloatArray,
        tree: Taxonomy,
        costs: Sequence[float],
    ) -> list[list[Planes]]:
        """Planes of all nodes, for each cost; sets of nodes are `(n, A)`."""
        self.tree, self.leaves = tree, np.sort(tree.leaves)  # as files have them
        used = np.flatnonzero(np.asarray(weights) > 0)
        texts, sets = texts.take(used), nodes[used]
        weights = np.asarray(weights, np.float64)[used]
        self.features = learn_features(texts.compact(), self.words)
        features, vectors = self._matrix(texts), self._vectors(texts)
        learn = partial(fit_planes, linear=self.linear, costs=costs, seed=self.seed)
        widths = features.shape[1], vectors.shape[1]
        alone: list[list[Planes]] = [[] for _ in costs]
        for node, rows, own in self._questions_of(sets, tree):
            found: Sequence[Planes | None] = [None for _ in costs]
            if len(rows):
                some = features[rows], own, weights[rows]
                found = learn(*some, vectors=vectors[rows])
            for models, one in zip(alone, found, strict=True):
                models.append(_alone(node, one, widths))
        return [[_side_by_side(models)] for models in alone]

    def _questions_of(
        self, sets: IntArray, tree: Taxonomy
    ) -> Iterator[tuple[int, Rows, npt.NDArray[np.int64]]]:
        """Each node with a plane, who teaches it, and whether these have it."""
        true = closure(sets, tree).tocsc()
        judged = judged_nodes(sets, tree)
        if self.scope == "flat":
            is_whole = (partial_codes(sets, tree) == ROOT).all(axis=1)
            judged = np.broadcast_to(is_whole[:, None], judged.shape)
        planes = self.leaves if self.scope == "flat" else np.arange(tree.num_nodes)
        for node in planes.tolist():
            rows = np.flatnonzero(judged[:, node])
            yield node, rows, true[:, [node]].toarray()[rows, 0].astype(int)

    def node_logs(self, scores: FloatArray, temperature: float) -> FloatArray:
        """Log-probabilities of all nodes at a temperature, `(n, N)`."""
        (planes,) = self.models
        logs = np.full((len(scores), self.tree.num_nodes), -np.inf)
        logs[:, planes.classes] = log_sigmoid(scores / temperature)
        if self.scope == "flat":
            for node in range(self.tree.num_nodes - 1, -1, -1):
                if (parent := self.tree.parents[node]) >= 0:
                    logs[:, parent] = np.maximum(logs[:, parent], logs[:, node])
            return logs
        for here in level_slices(self.tree)[1:]:
            logs[:, here] += logs[:, self.tree.parents[here]]
        return logs

    def calibrate(
        self, texts: EncodedTexts, nodes: IntArray, weights: FloatArray
    ) -> float:
        """Finds the temperature on records that were not trained on.

        Args:
            texts: The documents, `(n,)`.
            nodes: Their sets of nodes, `(n, A)`.
            weights: Survey weights, `(n,)`.
        """
        chosen = rows_to_fit(weights, self.tree.num_nodes)
        if not len(chosen):
            return self.temperature
        scores = self.scores(texts.take(chosen))
        true = closure(nodes[chosen], self.tree).toarray()
        known = ~unknown_nodes(nodes[chosen], self.tree)
        share = np.asarray(weights, np.float64)[chosen][:, None] * known

        def loss(log_temperature: float) -> float:
            logs = self.node_logs(scores, float(np.exp(log_temperature)))
            p = np.clip(np.exp(logs), LEAST, 1 - 1e-12)
            right = np.where(true, np.log(p), np.log1p(-p))
            return -float((share * right).sum() / share.sum())

        found = fit_log_temperature(loss, LOWEST, HIGHEST)
        self.temperature = float(np.exp(found))
        return self.temperature

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Log-probabilities of all nodes, `(n, N)`."""
        if not len(texts):
            return np.empty((0, self.tree.num_nodes), np.float32)
        logs = self.node_logs(self.scores(texts), self.temperature)
        return np.asarray(np.maximum(logs, np.log(LEAST)), np.float32)


def _alone(node: int, found: Planes | None, widths: tuple[int, int]) -> Planes:
    """The plane of a node alone, of what told records with it from those without."""
    if found is not None and len(found.classes) == 2:
        slopes = sparse.csr_array(found.slopes[:, [1]])
        vectors = found.vector_slopes[:, [1]]
        return Planes(np.array([node]), slopes, found.offsets[[1]], vectors)
    is_known = found is not None and found.classes[0] == 1
    nothing = sparse.csr_array((widths[0], 1), dtype=np.float32)
    offset = np.array([SURE if is_known else -SURE])
    flat = np.zeros((widths[1], 1), np.float32)
    return Planes(np.array([node]), nothing, offset, flat)


def _side_by_side(models: list[Planes]) -> Planes:
    """Planes of many nodes as one model."""
    return Planes(
        np.concatenate([model.classes for model in models]),
        sparse.csr_array(sparse.hstack([model.slopes for model in models])),
        np.concatenate([model.offsets for model in models]),
        np.concatenate([model.vector_slopes for model in models], axis=1),
    )
