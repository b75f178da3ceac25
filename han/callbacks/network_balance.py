"""Fits the weights of network and linear model before each validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from han.batching.batches import input_specs
from han.batching.epoch_orders import by_length
from han.code_list.taxonomy import Taxonomy
from han.data.examples import Examples
from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_softmax_numpy import level_scores
from han.linear.network_share import fit_shares
from han.linear.set_share import fit_set_shares

# Scores held at once: more documents would not change two numbers.
MAX_BALANCE_SCORES = 1 << 24
BATCH = 512
BALANCED = ("tree", MULTI_PATH)  # heads whose scores are added level by level


class Balance(keras.callbacks.Callback):
    """Before each validation finds how much the network counts at each level.

    See `han.linear.network_share`. The two numbers of a level are fitted on the
    validation records, which training does not see; the heads `leaf` and `levels` keep
    the factors that training learns.

    Args:
        examples: The validation records.
        tree: The code list.
        seed: Seed of the draw where there are too many of them.
        agree: Gives every one of several processes what the first has found: machines
            of other makes may differ in the last digits.
    """

    def __init__(
        self,
        examples: Examples,
        tree: Taxonomy,
        seed: int,
        agree: Callable[[Any], np.ndarray] = np.asarray,
    ) -> None:
        super().__init__()
        rows = np.arange(len(examples))
        most = max(MAX_BALANCE_SCORES // tree.num_nodes, 1)
        if len(rows) > most:
            rows = np.random.default_rng(seed).choice(rows, most, replace=False)
        self.texts = examples.texts.take(rows)
        self.has_sets = examples.sets is not None
        self.nodes, self.weights = examples.truth[rows], examples.weights[rows]
        self.tree = tree
        self.agree = agree
        self._margins: np.ndarray | None = None
        self._vectors: Any = None

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        head = self.model.head_layer
        factors = head.factors.numpy()
        if self.model.head not in BALANCED or not self.weights.any():
            head.shares.assign(_learnt(factors))
            return
        if self._margins is None:  # they stay what they are
            self._margins = self.model.auxiliary.margins(self.texts)
        own, *bag = self._scores(head, self._margins)
        parts = [own, self._margins, *bag]
        shares = np.ones(head.shares.shape)
        fit = fit_set_shares if self.has_sets else fit_shares
        shares[: len(parts)] = fit(parts, self.nodes, self.weights, self.tree)
        head.shares.assign(self.agree(shares))

    def _scores(self, head: Any, margins: np.ndarray) -> list[np.ndarray]:
        """Scores of the encoder, and of the bag, `(n, N)`; 0 where all is certain."""
        network = self.model
        if self._vectors is None:
            self._vectors = tf.function(
                lambda inputs: tf.cast(
                    network.document_network(inputs, training=False), tf.float32
                ),
                input_signature=[input_specs(network.form)],
            )
        kernel, bias = head.kernel.numpy(), head.bias.numpy()
        slices = head.tree.scored_slices
        size = (len(self.nodes), self.tree.num_nodes)
        edge = kernel.shape[1] - head.bag
        scores = [np.zeros(size, np.float32) for _ in range(1 + bool(head.bag))]
        order = by_length(self.texts)
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            inputs = network.auxiliary.inputs(
                self.texts.take(rows), network.computation, margins[rows]
            )
            vectors = self._vectors(inputs).numpy()
            here = np.ix_(rows, head.tree.scored)
            own = level_scores(vectors[..., :edge], kernel[:, :edge].T, slices)
            scores[0][here] = own + bias
            if head.bag:
                scores[1][here] = level_scores(
                    vectors[..., edge:], kernel[:, edge:].T, slices
                )
        return scores


class FixedBalance(keras.callbacks.Callback):
    """Keeps the balance that another training of the same recipe has found.

    Args:
        shares: The `shares` of its head, `(3, L)`.
    """

    def __init__(self, shares: np.ndarray) -> None:
        super().__init__()
        self.shares = shares

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        head, is_found = self.model.head_layer, self.model.head in BALANCED
        head.shares.assign(self.shares if is_found else _learnt(head.factors.numpy()))


def _learnt(factors: np.ndarray) -> np.ndarray:
    """The balance that training itself has found, `(3, L)`."""
    return np.stack([np.ones_like(factors), factors, np.ones_like(factors)])
