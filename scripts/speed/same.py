"""Whether rivals compute the same: document vectors with this package's weights."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from speed.corpora import Corpus, make_corpus, rectangle
from speed.rooms import Contestant, Sizes

DOCUMENTS = 8
VOCABULARY = 2_000
LARGEST = 1e-5


def build(sizes: Sizes, threads: int) -> Contestant:
    """The check as a contestant, whose tasks return the largest differences."""
    differences = largest_differences(sizes, threads)
    tasks: dict[str, Callable[[], float]] = {
        name: partial(float, value) for name, value in differences.items()
    }
    return Contestant(tasks, stepwise=False)


def largest_differences(sizes: Sizes, threads: int = 1) -> dict[str, float]:
    """Largest difference of document vectors from this package's, by rival.

    The rivals get the weights of this package's network; vocabulary and corpus are
    small, the other sizes those of the run.
    """
    from speed import keras_padded
    from speed.ours import make_network, prepare

    prepare(threads)
    sizes = replace(sizes, vocabulary=min(sizes.vocabulary, VOCABULARY))
    corpus = make_corpus(sizes.corpus, DOCUMENTS, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())
    ids = rectangle(corpus, np.arange(len(corpus)))
    expected = our_vectors(network, corpus)
    found = {
        "padded Keras": keras_padded.document_vectors(
            keras_padded.make_model(sizes, corpus, False), network, ids
        )
    }
    if sizes.corpus == "short":  # long takes Keras minutes
        model = keras_padded.make_model(sizes, corpus, True)
        found["TimeDistributed Keras"] = keras_padded.document_vectors(
            model, network, ids
        )
    if importlib.util.find_spec("torch") is not None:
        from speed import torch_packed

        found["packed PyTorch"] = torch_packed.document_vectors(sizes, network, ids)
    return {k: float(np.abs(v - expected).max()) for k, v in found.items()}


def our_vectors(network: Any, corpus: Corpus) -> Any:
    """Document vectors `(B, 2U)` of this package's network."""
    import keras

    from han.batching.network_inputs import NO_AUXILIARY_INPUTS

    below = keras.Model(network.inputs, network.get_layer("document_dropout").output)
    return np.asarray(
        below(NO_AUXILIARY_INPUTS.inputs(corpus.texts, network.computation))
    )
