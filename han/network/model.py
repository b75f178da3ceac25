"""The Hierarchical Attention Network with heads over a tree of codes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import ops

from han.batching.batches import input_specs
from han.batching.epoch_orders import by_length
from han.batching.network_inputs import (
    NO_AUXILIARY_INPUTS,
    AuxiliaryInputs,
    Computation,
    InputSpecs,
)
from han.code_list.taxonomy import Taxonomy
from han.config.model_config import Attention
from han.kernels.finite_numbers import require_finite
from han.layers.tree_groups import MULTI_PATH
from han.layers.tree_softmax import of_paths
from han.metrics.keras_metrics import HierarchicalMetrics, SetMetrics
from han.network.losses import TreeLoss
from han.network.network_wiring import Encoded, encoded_document, wired
from han.network.set_losses import SetLoss
from han.network.stored_weights import open_weights, stored_settings
from han.network.training_step import LearningModel
from han.text.text_encoder import EncodedTexts

PREDICTION_BATCH = 512
ATTENTIONS = get_args(Attention)
_SETTINGS = (
    "vocabulary_size num_fields embedding_dimension word_units sentence_units encoder "
    "head dropout subword_buckets wide side_features bag_units bag_rows computation "
    "attention pretrained_width"
).split()


@keras.saving.register_keras_serializable(package="han")
class HierarchicalAttentionNetwork(LearningModel):
    """Words to sentences to a document to log-probabilities of all nodes of a tree.

    Shapes: `B` documents, `S` sentences of a document, `T` words of a sentence, `E`
    embedding, `U` units, `N` nodes. The sentences of a batch stand on one axis.

    1. Embed words and annotate them with the encoder, by default a bidirectional GRU.
    2. Pool words into sentence vectors by attention, and add the field's vector.
    3. Put sentences into their documents, annotate them, and pool by attention.
    4. Score the document vector with `TreeSoftmax`, or `TreeSigmoid`.

    The loss of a document is `-log p(true node)`; a partial code has an inner node as
    truth, and so trains the heads on its path and no other. With `head="levels"` it is
    the sum over the path. With `head="multi_path"` a document has a set of true nodes;
    see `SetLoss`. Loss and metrics are weighted means over all documents.

    Args:
        vocabulary_size: Number of word ids, padding (0) and unknown (1) included.
        parents: `Taxonomy.parents`.
        num_fields: Number of fields of a document.
        embedding_dimension: Width `E` of a word vector.
        word_units: Width of each direction of the word encoder.
        sentence_units: Width of each direction of the sentence encoder.
        encoder: `gru`, `lstm`, `cnn` or `mean`; see `DocumentEncoder`.
        head: `tree`, `leaf` or `levels`; see `TreeSoftmax`. Or `multi_path`; see
            `TreeSigmoid`.
        dropout: Share of word vectors', sentence vectors' and document vector's
            components dropped in training; one draw for each distinct word of a batch.
        subword_buckets: Rows of the table of letter sequences that are part of a word's
            vector; 0: words are known whole or not at all.
        wide: Whether the margins of a linear model are added to the scores.
        side_features: Number of columns that stand beside the document vector.
        bag_units: Width of a bag of n-grams beside the document vector; see `NgramBag`.
            It needs `wide`.
        bag_rows: Rows of its table.
        computation: `packed` computes real words only (not for `lstm`); `padded` is
            stock Keras. Same weights, same numbers.
        pretrained_width: Width of the pretrained vector that stands beside each
            sentence vector; 0 for none.
        attention: `shared` by all levels of the tree, or `per_level`: see
            `DocumentEncoder`. A tree of one level has one attention, whichever it is.
        beside: Another network, whose layers up to the document vector are those of
            this one, too: the same objects. It must have the same sizes.
        own_attention: Of networks side by side with several attentions, which is that
            of this one, and how many there are. Each has its own context vectors for
            words and sentences, and so its own document vector; all else is shared. By
            itself such a network has one attention: `layer_weights`.

    Call arguments:
        inputs: What `auxiliary` makes of documents for the computation.

    Returns:
        Log-probabilities `(B, N)`.

    Raises:
        ValueError: If attention is per level where there is none, or no level is
            decided by itself, or is of this network alone besides.

    Attributes:
        auxiliary: What is read besides word ids: letter sequences, and margins of the
            linear model. Not part of the file of the network; whoever loads one with
            `subword_buckets` or `wide` sets it.

    Reference:
        Yang et al. 2016, Hierarchical Attention Networks for Document Classification.

    Example:
        >>> network = HierarchicalAttentionNetwork(
        ...     vocabulary_size=10, parents=[-1, -1, 0, 0], computation="padded"
        ... )
        >>> tuple(network({
        ...     "words": np.array([2, 3, 4]),
        ...     "word_index": np.array([[0, 1], [2, -1]]),
        ...     "field_ids": np.array([0, 0]),
        ...     "sentence_index": np.array([[0, 1]]),
        ... }).shape)
        (1, 4)
    """

    computation: Computation
    encoded: Encoded
    num_fields: int
    embedding_dimension: int
    word_units: int
    sentence_units: int
    encoder: str
    dropout: float
    wide: bool
    side_features: int
    attention: str
    pretrained_width: int
    own_attention: int | None

    def __init__(
        self,
        vocabulary_size: int,
        parents: list[int],
        num_fields: int = 1,
        embedding_dimension: int = 100,
        word_units: int = 50,
        sentence_units: int = 50,
        encoder: str = "gru",
        head: str = "tree",
        dropout: float = 0.2,
        subword_buckets: int = 0,
        wide: bool = False,
        side_features: int = 0,
        bag_units: int = 0,
        bag_rows: int = 1,
        computation: Computation = "packed",
        attention: str = "shared",
        pretrained_width: int = 0,
        beside: HierarchicalAttentionNetwork | None = None,
        own_attention: tuple[int, int] = (0, 1),
        **kwargs: Any,
    ) -> None:
        # First of all, while the arguments are all there is.
        given = {name: value for name, value in locals().items() if name in _SETTINGS}
        tree = Taxonomy([str(i) for i in range(len(parents))], list(parents))
        place, attentions = own_attention
        _check_attention(attention, head, encoder, attentions)
        form = _input_form(given, tree)
        encoded = (
            beside.encoded
            if beside
            else encoded_document(given, tree, form, attentions)
        )
        own = place if attentions > 1 else None
        inputs, document, outputs = wired(given, tree, form, encoded, own)
        super().__init__(inputs=inputs, outputs=outputs, **kwargs)
        for name, value in given.items():
            setattr(self, name, value)
        self.encoded = encoded
        self.own_attention = own
        self.last_below = document._keras_history.operation.name
        self.form = form
        self.auxiliary: AuxiliaryInputs = NO_AUXILIARY_INPUTS
        # The layer's list is tracked by Keras; plain data is what a config needs.
        self._tree = tree
        self.training_loss: TreeLoss | SetLoss | None = None
        self.loss_mean = keras.metrics.Mean(name="loss")
        has_sets = head == MULTI_PATH
        self.scores = (SetMetrics if has_sets else HierarchicalMetrics)(tree.paths)

    def get_config(self) -> dict[str, Any]:
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return {"name": self.name, "parents": self._tree.parents.tolist(), **settings}

    def layer_weights(self) -> dict[str, list[npt.NDArray[np.float32]]]:
        """Weights of each layer by its name, as a network by itself has them.

        Of several attentions the context vector of its own is left.
        """
        found = {layer.name: layer.get_weights() for layer in self.layers}
        if self.own_attention is not None:
            for name in ("word_attention", "sentence_attention"):
                *projection, context = found[name]
                found[name] = [*projection, context[:, [self.own_attention]]]
        return found

    @classmethod
    def from_config(
        cls, config: dict[str, Any], *_: Any
    ) -> HierarchicalAttentionNetwork:
        return cls(**config)

    def coherent(self, log_probabilities: Any) -> Any:
        """Log-probabilities that add up over the tree, `(B, N)`.

        Those of `tree` and `leaf` do already; for `levels` see `of_paths`.
        """
        if self.head != "levels":
            return log_probabilities
        return of_paths(log_probabilities, self._tree.parents)

    def most_probable_leaves(self, log_probabilities: Any) -> Any:
        """Most probable leaf of each document, `(B,)`."""
        leaves = ops.take(self.coherent(log_probabilities), self._tree.leaves, axis=1)
        return ops.take(self._tree.leaves, ops.argmax(leaves, axis=1))

    def log_probabilities(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Coherent log-probabilities of all nodes for encoded texts, `(n, N)`."""
        order = by_length(texts)
        result = np.empty((len(texts), self._tree.num_nodes), np.float32)
        for first in range(0, len(order), PREDICTION_BATCH):
            rows = order[first : first + PREDICTION_BATCH]
            inputs = self.auxiliary.inputs(texts.take(rows), self.computation)
            result[rows] = self._infer(inputs).numpy()
        return result

    @cached_property
    def _infer(self) -> Any:
        """The forward pass as one graph for all shapes."""
        return tf.function(
            lambda inputs: self.coherent(self(inputs, training=False)),
            input_signature=[input_specs(self.form)],
        )


def _check_attention(attention: str, head: str, encoder: str, own: int) -> None:
    if attention not in ATTENTIONS:
        raise ValueError(
            f"`attention` must be one of {ATTENTIONS}. Received: {attention!r}."
        )
    if attention == "per_level" and (head == "leaf" or encoder == "mean"):
        raise ValueError(
            "`attention='per_level'` needs a head that decides level by level (tree or "
            "levels) and an encoder with attention (not mean). Received: "
            f"head={head!r}, encoder={encoder!r}."
        )
    if own > 1 and (attention == "per_level" or encoder == "mean"):
        raise ValueError(
            "`own_attention` of several needs attention='shared' and an encoder with "
            f"attention (not mean). Received: {attention!r}, encoder={encoder!r}."
        )


def _input_form(given: Mapping[str, Any], tree: Taxonomy) -> InputSpecs:
    return InputSpecs(
        given["computation"],
        given["subword_buckets"] > 0,
        tree.num_nodes * given["wide"],
        given["side_features"],
        given["bag_units"] > 0,
        given["pretrained_width"],
    )


def load_network(file: Path) -> HierarchicalAttentionNetwork:
    """Reads a `.keras` file with a network: its settings and its weights alone.

    Keras' own reader would make any object that the file names.

    Raises:
        ValueError: If the file is damaged, or a weight is not finite.
    """
    found = stored_settings(file)
    names = ("name", "parents", *_SETTINGS)
    settings = {name: found[name] for name in names if name in found}
    network = HierarchicalAttentionNetwork(**settings)
    with open_weights(file):  # which are all in this file
        network.load_weights(file)
    for layer in network.layers:
        for weight in layer.get_weights():
            require_finite(f"The layer {layer.name}", weight)
    return network
