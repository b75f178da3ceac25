"""The same network in another form: padded, packed, or showing attention."""

from __future__ import annotations

import keras

from han.batching.network_inputs import Computation
from han.network.document_encoder import SUBWORDS
from han.network.model import HierarchicalAttentionNetwork


def in_form(
    network: HierarchicalAttentionNetwork, computation: Computation
) -> HierarchicalAttentionNetwork:
    """The same network by itself, weights included, with the given computation."""
    config = {**network.get_config(), "computation": computation}
    other = HierarchicalAttentionNetwork.from_config(config)
    for name, weights in network.layer_weights().items():
        if weights:
            other.get_layer(name).set_weights(weights)
    other.auxiliary = network.auxiliary
    return other


def attention_view(network: HierarchicalAttentionNetwork) -> keras.Model:
    """The same network in padded form with its attention weights as outputs.

    Returns:
        A model of padded inputs with outputs `log_probabilities` `(B, N)`,
        `word_attention` `(sentences, T)` and `sentence_attention` `(B, S)`; with an
        attention for each level, `(sentences, T, L)` and `(B, S, L)`.
    """
    padded = in_form(network, "padded")
    return keras.Model(
        padded.inputs,
        {
            "log_probabilities": padded.output,
            "word_attention": padded.get_layer("word_attention").output[1],
            "sentence_attention": padded.get_layer("sentence_attention").output[1],
        },
    )


def vector_views(
    network: HierarchicalAttentionNetwork,
) -> tuple[keras.Model, keras.Model, list[str]]:
    """The same network in padded form, cut in two above the word vectors.

    Returns:
        * A model of padded inputs with two outputs: vectors of the words where they
          stand, `(sentences, T, E)`, and their mask `(sentences, T)`.
        * A model of a list of these two and of the inputs that are left; its output is
          that of the network, `(B, N)`.
        * Names of the inputs that are left.
    """
    padded = in_form(network, "padded")
    vectors, mask = padded.get_layer("distinct_words").output
    below = {"words", "word_index", *SUBWORDS}
    rest = [tensor for tensor in padded.inputs if tensor.name not in below]
    above = keras.Model([vectors, mask, *rest], padded.output)
    names = [tensor.name for tensor in rest]
    return keras.Model(padded.inputs, [vectors, mask]), above, names
