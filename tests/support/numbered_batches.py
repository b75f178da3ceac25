"""Batches of documents that hold their own number."""

import numpy as np

from han.batching.batches import Batches
from han.batching.epoch_orders import EpochDocuments
from han.batching.network_inputs import InputMaker
from han.text.text_encoder import EncodedTexts


def encode(documents: list[list[list[int]]]) -> EncodedTexts:
    sentences = [s for document in documents for s in document]
    return EncodedTexts(
        np.array([w for s in sentences for w in s], np.int32),
        np.array([len(s) for s in sentences], np.int32),
        np.array([s[0] % 3 for s in sentences], np.int32),
        np.array([len(d) for d in documents], np.int32),
        np.zeros(len(documents), bool),
    )


def numbered(count: int, seed: int = 0) -> EncodedTexts:
    """Documents whose words are all the document's number + 1, of mixed lengths."""
    lengths = np.random.default_rng(seed).integers(0, 4, (count, 3))
    return encode([[[i + 1] * n for n in row if n] for i, row in enumerate(lengths)])


def make(count: int, batch_size: int = 4, computation: str = "packed", **epochs):
    nodes, weights = np.arange(count, dtype=np.int32), np.linspace(0, 1, count)
    return Batches(
        *(numbered(count), nodes, weights),
        batch_size=batch_size,
        inputs=InputMaker(computation),
        epochs=EpochDocuments(**epochs),
    )
