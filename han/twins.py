"""A network in another form: padded or packed, or with its attention to be read."""

from __future__ import annotations

import keras

from han.data.inputs import Computation
from han.model import HierarchicalAttentionNetwork


def twin(
    network: HierarchicalAttentionNetwork, computation: Computation
) -> HierarchicalAttentionNetwork:
    """The same network, weights included, with the given computation."""
    config = {**network.get_config(), "computation": computation}
    other = HierarchicalAttentionNetwork.from_config(config)
    other.set_weights(network.get_weights())
    other.reading = network.reading
    return other


def attention_view(network: HierarchicalAttentionNetwork) -> keras.Model:
    """The same network in padded form with its attention weights as outputs.

    Returns:
        A model of padded inputs with outputs `log_probabilities` `(B, N)`,
        `word_attention` `(sentences, T)` and `sentence_attention` `(B, S)`.
    """
    padded = twin(network, "padded")
    return keras.Model(
        padded.inputs,
        {
            "log_probabilities": padded.output,
            "word_attention": padded.get_layer("word_attention").output[1],
            "sentence_attention": padded.get_layer("sentence_attention").output[1],
        },
    )
