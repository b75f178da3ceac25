"""Attention of a network with shuffled weights, as a control."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from han.explanation.deletion import Floats, ShortenedDocuments
from han.explanation.written_words import per_document
from han.layers.sequence_pooling_numpy import NumpySequencePooling
from han.network.numpy_network import NumpyNetwork


def shuffled_attention(
    network: NumpyNetwork, shortened: ShortenedDocuments, generator: np.random.Generator
) -> list[Floats]:
    """Share of each word by a network whose encoders and attentions are shuffled.

    The numbers of each weight matrix are dealt out anew; word vectors stay. What still
    agrees with the trained network has not been learnt.
    """
    words_by = _shuffled(network.words, generator)
    sentences_by = _shuffled(network.sentences, generator)
    texts = shortened.texts
    words, sentences = network.with_pooling(words_by, sentences_by).attention(texts)
    shares = words * np.repeat(sentences, texts.sentence_lengths, axis=0)
    if shares.ndim > 1:
        shares = shares[:, -1]  # as in `AttentionMap`
    found = [np.zeros(len(document.words)) for document in shortened.documents]
    cut = per_document(shares, texts.document_words)
    for weights, document, here in zip(found, shortened.documents, cut, strict=True):
        weights[[word.is_read for word in document.words]] = here
    return found


def _shuffled(
    pooling: NumpySequencePooling, generator: np.random.Generator
) -> NumpySequencePooling:
    return NumpySequencePooling(
        _dealt_out(pooling.encoder, generator), _dealt_out(pooling.attention, generator)
    )


def _dealt_out(weights: Any, generator: np.random.Generator) -> Any:
    """The same object with the numbers of each of its arrays in random places."""
    changed: dict[str, npt.NDArray[Any]] = {
        name: generator.permutation(array.ravel()).reshape(array.shape)
        for name, array in vars(weights).items()
    }
    return replace(weights, **changed)
