"""Batches of documents: only real sentences travel, in a repeatable order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from han.data.packing import PACKED_SHAPES, packed_inputs
from han.data.padding import PADDED_SHAPES, padded_inputs
from han.taxonomy import IntArray
from han.text.encoding import EncodedTexts

# Documents are sorted by length inside windows of this many batches: wide enough to
# save padding, small enough that the order stays random.
WINDOW = 50

Computation = Literal["packed", "padded"]


def model_inputs(texts: EncodedTexts, computation: Computation) -> dict[str, IntArray]:
    """One batch as the network reads it, by its kind of computation."""
    return packed_inputs(texts) if computation == "packed" else padded_inputs(texts)


def input_shapes(computation: Computation) -> Mapping[str, tuple[int | None, ...]]:
    """Shape of each array of `model_inputs`, None where it varies."""
    return PACKED_SHAPES if computation == "packed" else PADDED_SHAPES


def input_specs(computation: Computation) -> dict[str, tf.TensorSpec]:
    """The same as TensorFlow asks for it."""
    shapes = input_shapes(computation).items()
    return {name: tf.TensorSpec(shape, tf.int32) for name, shape in shapes}


def by_length(texts: EncodedTexts) -> npt.NDArray[np.int64]:
    """Documents from short to long: by longest sentence, then number of sentences."""
    longest = np.zeros(len(texts), np.int64)
    np.maximum.at(longest, texts.sentence_documents, texts.sentence_lengths)
    return np.lexsort((texts.document_sentences, longest))


def epoch_order(
    ranks: npt.NDArray[np.int64], batch_size: int, seed: int, epoch: int
) -> list[npt.NDArray[np.int64]]:
    """Documents of each batch of an epoch, with documents of like length together.

    Args:
        ranks: Place of each document from short to long, `(n,)`.
        batch_size: Documents in a batch; the last one of the shuffle may be smaller.
        seed: Seed of the run.
        epoch: Number of the epoch: each has an order of its own, which depends on
            nothing else, so that a resumed run sees what an uninterrupted one sees.
    """
    generator = np.random.default_rng((seed, epoch))
    shuffled = generator.permutation(len(ranks))
    batches = []
    for first in range(0, len(ranks), WINDOW * batch_size):
        window = shuffled[first : first + WINDOW * batch_size]
        window = window[np.argsort(ranks[window], kind="stable")]
        batches += [
            window[i : i + batch_size] for i in range(0, len(window), batch_size)
        ]
    return [batches[i] for i in generator.permutation(len(batches))]


class Batches:
    """Labelled batches for `model.fit`, in a new order each epoch.

    Args:
        texts: The documents, `(n,)`.
        nodes: Their true nodes, `(n,)`.
        weights: Their weights, `(n,)`.
        batch_size: Documents in a batch.
        computation: Kind of computation of the network: packed or padded.
        seed: Seed of the order.
        shuffle: Whether to shuffle; otherwise documents go from short to long.

    Attributes:
        epoch: The epoch whose order the next pass over `dataset()` takes.
    """

    def __init__(
        self,
        texts: EncodedTexts,
        nodes: IntArray,
        weights: npt.NDArray[np.float64],
        *,
        batch_size: int,
        computation: Computation = "packed",
        seed: int = 0,
        shuffle: bool = True,
    ) -> None:
        self.texts = texts
        self.nodes = nodes
        self.weights = weights.astype(np.float32)
        self.batch_size = batch_size
        self.computation: Computation = computation
        self.seed = seed
        self.shuffle = shuffle
        self.epoch = 0
        self._sorted = by_length(texts)
        self._ranks = np.argsort(self._sorted)

    def __len__(self) -> int:
        """Number of batches."""
        return -(-len(self.texts) // self.batch_size)

    def _order(self) -> list[npt.NDArray[np.int64]]:
        if self.shuffle:
            return epoch_order(self._ranks, self.batch_size, self.seed, self.epoch)
        edges = range(self.batch_size, len(self._sorted), self.batch_size)
        return np.split(self._sorted, list(edges))

    def __iter__(self) -> Iterator[tuple[dict[str, IntArray], IntArray, Any]]:
        """Inputs, true nodes and weights of each batch."""
        for rows in self._order():
            inputs = model_inputs(self.texts.take(rows), self.computation)
            yield inputs, self.nodes[rows], self.weights[rows]

    def dataset(self) -> tf.data.Dataset:
        """The batches as a data set whose every pass asks for `epoch`."""
        signature = (
            input_specs(self.computation),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None,), tf.float32),
        )
        batches = tf.data.Dataset.from_generator(
            lambda: iter(self), output_signature=signature
        )
        cardinality = tf.data.experimental.assert_cardinality(len(self))
        return batches.apply(cardinality).prefetch(4)
