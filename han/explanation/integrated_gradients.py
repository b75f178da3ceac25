"""Evidence by integrated gradients of the word vectors.

The vectors of all words grow from nothing to what they are, and the gradients of the
code's log-probability are added up on the way. The numbers of all words sum to what
the code gains by the vectors as a whole. Of what stands beside the word vectors,
nothing is said: a linear model, a bag of n-grams and a pretrained encoder read words.

Reference:
    Sundararajan, Taly and Yan 2017, Axiomatic Attribution for Deep Networks.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.written_words import WrittenDocument, per_document
from han.text.text_encoder import EncodedTexts

BATCH = 32  # documents together
POINTS = 32  # of the way from no vectors to the whole ones


def integrated_gradients(
    network: Any, texts: EncodedTexts, nodes: IntArray
) -> npt.NDArray[np.float64]:
    """Evidence of each word for a node of its document, `(words,)`.

    Args:
        network: A network in TensorFlow.
        texts: The documents, `(n,)`.
        nodes: The node of each, `(n,)`.

    Raises:
        InputError: If the model is another one.
    """
    if not hasattr(network, "get_config") or not hasattr(network, "auxiliary"):
        raise InputError(
            "Integrated gradients need a network in TensorFlow. Load the run with "
            "han.load(RUN, engine='tensorflow'), or take evidence by deletion."
        )
    from han.network.network_views import vector_views

    views = vector_views(network)
    found = [np.zeros(0)]
    with warnings.catch_warnings():
        # Of batches whose documents have one sentence each, which then weighs 1.
        warnings.filterwarnings("ignore", "You are using a softmax over axis")
        for first in range(0, len(texts), BATCH):
            rows = np.arange(first, min(first + BATCH, len(texts)))
            part = texts.take(rows).compact()
            found.append(_of_batch(network, views, part, nodes[rows]))
    return np.concatenate(found)


def _of_batch(
    network: Any,
    views: tuple[Any, Any, list[str]],
    texts: EncodedTexts,
    nodes: IntArray,
) -> npt.NDArray[np.float64]:
    import tensorflow as tf

    to_vectors, from_vectors, names = views
    inputs = network.auxiliary.inputs(texts, "padded")
    vectors, mask = to_vectors(inputs)
    rest = [tf.convert_to_tensor(inputs[name]) for name in names]
    total = tf.zeros_like(vectors)
    for point in range(POINTS):
        part = vectors * ((point + 0.5) / POINTS)
        with tf.GradientTape() as tape:
            tape.watch(part)
            logs = from_vectors([part, mask, *rest])
            logs = tf.gather(network.coherent(logs), nodes, axis=1, batch_dims=1)
        total += tape.gradient(logs, part)
    evidence = tf.reduce_sum(vectors * total, axis=-1).numpy() / POINTS
    # The last sentence is the batcher's own.
    return np.asarray(evidence[:-1][mask.numpy()[:-1]], np.float64)


def gradient_maps(
    network: Any,
    documents: Sequence[WrittenDocument],
    texts: EncodedTexts,
    nodes: IntArray,
    tree: Taxonomy,
) -> list[AttentionMap]:
    """Maps by integrated gradients for the given node of each document.

    Sentences and fields have the sums of their words.

    Args:
        network: A network in TensorFlow.
        documents: The words.
        texts: The same, encoded.
        nodes: The node of each, `(n,)`.
        tree: The code list.
    """
    evidence = integrated_gradients(network, texts, nodes)
    cut = per_document(evidence, texts.document_words)
    return [
        AttentionMap.of_sums(
            document, weights, by="gradients", code=tree.node_names[node]
        )
        for document, weights, node in zip(documents, cut, nodes.tolist(), strict=True)
    ]
