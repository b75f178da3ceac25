"""Attention of a trained network, as maps."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import Taxonomy
from han.decisions.path_probabilities import coded_paths
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.deletion import Predict
from han.explanation.word_evidence import PARTS
from han.explanation.written_words import per_document, written_documents
from han.network.mixture import Mixture
from han.network.numpy_network import ENCODERS, NumpyNetwork
from han.text.text_encoder import EncodedTexts, TextEncoder

Floats = npt.NDArray[np.floating]
BATCH = 256  # documents whose scores are held at once
BY_DELETION = '`attend(..., by="deletion")` in Python, --by deletion for a command'
UNIFORM = (
    "The encoder is a mean: all words of a sentence weigh the same, and so do all "
    "sentences."
)


def attention_weights(model: Any, texts: EncodedTexts) -> tuple[Floats, Floats]:
    """Attention of a network to encoded texts.

    Args:
        model: A network, of either engine.
        texts: The documents.

    Returns:
        * Weight of each word in its sentence, `(words,)`.
        * Weight of each sentence in its document, `(sentences,)`.

        With an attention for each level of the code list, `(words, L)` and
        `(sentences, L)`.

    Raises:
        InputError: If the model has no attention.
    """
    network = numpy_form(model)
    if network is not None:
        return network.attention(texts)
    return _in_tensorflow(model, texts)


def numpy_form(model: Any) -> NumpyNetwork | None:
    """A network in NumPy, or None for one that only TensorFlow can compute.

    Raises:
        InputError: If the model is no network.
    """
    if isinstance(model, NumpyNetwork):
        return model
    if isinstance(model, Mixture):
        raise InputError(
            "A mixture has no attention of its own. Load one of its members, "
            "RUN/members/1, or take evidence by deletion, which every model has: "
            f"{BY_DELETION}."
        )
    if not hasattr(model, "auxiliary"):
        raise InputError(
            "This run is a baseline, which has no attention. Take evidence by "
            f"deletion, which every model has: {BY_DELETION}."
        )
    return NumpyNetwork.of(model) if model.encoder in ENCODERS else None


def _in_tensorflow(network: Any, texts: EncodedTexts) -> tuple[Floats, Floats]:
    from han.network.network_views import attention_view

    view = attention_view(network)
    # No row of what it gives for no document.
    axes = [view.output[f"{each}_attention"].shape[2:] for each in ("word", "sentence")]
    words, sentences = ([np.zeros((0, *axis), np.float32)] for axis in axes)
    for first in range(0, len(texts), BATCH):
        part = texts.take(np.arange(first, min(first + BATCH, len(texts)))).compact()
        inputs = network.auxiliary.inputs(part, "padded")
        with warnings.catch_warnings():
            # Of documents that have one sentence each, which then weighs 1.
            warnings.filterwarnings("ignore", "You are using a softmax over axis")
            found = view(inputs)
        # The last sentence is the batcher's own.
        is_word = inputs["word_index"][:-1] >= 0
        words.append(found["word_attention"].numpy()[:-1][is_word])
        is_sentence = inputs["sentence_index"] >= 0
        sentences.append(found["sentence_attention"].numpy()[is_sentence])
    return np.concatenate(words), np.concatenate(sentences)


def attention_maps(
    model: Any,
    predict: Predict,
    encoder: TextEncoder,
    tree: Taxonomy,
    columns: Mapping[str, Sequence[str]],
    texts: EncodedTexts,
) -> list[AttentionMap]:
    """A map of each document, with what stands beside the encoder.

    Args:
        model: A network.
        predict: Log-probabilities of all nodes as they are used, `(n, N)`.
        encoder: Its text encoder.
        tree: Its code list.
        columns: The texts, by field name.
        texts: The same, encoded.

    Raises:
        InputError: If the model has no attention.
    """
    words, sentences = attention_weights(model, texts)
    network = numpy_form(model)
    parts = None if network is None else _parts(network, predict, tree, texts)
    is_mean = network is not None and network.words.attention.is_mean
    documents = written_documents(encoder, columns, texts)
    cut = zip(
        documents,
        per_document(words.astype(np.float64), texts.document_words),
        per_document(sentences.astype(np.float64), texts.document_sentences),
        strict=True,
    )
    return [
        AttentionMap.of_levels(
            *each,
            note=UNIFORM if is_mean else "",
            parts=None if parts is None else named_parts(parts[:, i]),
        )
        for i, each in enumerate(cut)
    ]


def _parts(
    network: NumpyNetwork, predict: Predict, tree: Taxonomy, texts: EncodedTexts
) -> npt.NDArray[np.float64]:
    """What adds up to the score of each code of the predicted path, `(4, n, L)`."""
    found = [np.zeros((len(PARTS), 0, tree.num_levels))]
    for first in range(0, len(texts), BATCH):
        part = texts.take(np.arange(first, min(first + BATCH, len(texts))))
        nodes = coded_paths(predict(part), tree).nodes
        scores = network.score_parts(part).astype(np.float64)
        found.append(np.take_along_axis(scores, nodes[None], axis=2))
    return np.concatenate(found, axis=1)


def named_parts(parts: npt.NDArray[np.float64]) -> dict[str, list[float]]:
    """Parts of a document's score `(4, L)` by name."""
    return {name: row.tolist() for name, row in zip(PARTS, parts, strict=True)}
