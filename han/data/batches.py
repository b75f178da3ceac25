"""Batches of documents: only real sentences travel, in a repeatable order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
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

# Batches that are made ahead of the one that is asked for.
AHEAD = 4

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
        """The batches as a data set whose every pass asks for `epoch`.

        A pass adds the seconds for which its reader has waited to `seconds_waited`.
        """
        batches = tf.data.Dataset.from_generator(
            lambda: map(_flat, self),
            output_signature=tf.TensorSpec((None,), tf.int32),
        )
        cardinality = tf.data.experimental.assert_cardinality(len(self))
        split = partial(_split, specs=input_specs(self.computation))
        batches = batches.apply(cardinality).map(split).prefetch(AHEAD)
        return _timed(batches, len(self), self._waited)

    @cached_property
    def _waited(self) -> tf.Variable:
        with tf.device("CPU"):
            return tf.Variable(0.0, dtype=tf.float64, trainable=False)

    @property
    def seconds_waited(self) -> float:
        """Seconds for which readers of `dataset()` have waited for batches."""
        return float(self._waited.numpy())


# One array crosses from Python to TensorFlow in half the time that fifteen take.
def _flat(batch: tuple[dict[str, IntArray], IntArray, Any]) -> IntArray:
    """All arrays of a batch in one, after their shapes."""
    inputs, nodes, weights = batch
    arrays = [*inputs.values(), nodes, weights.view(np.int32)]
    shapes = [np.array(array.shape, np.int32) for array in arrays]
    return np.concatenate([*shapes, *(array.ravel() for array in arrays)])


def _split(flat: Any, specs: Mapping[str, tf.TensorSpec]) -> tuple[Any, Any, Any]:
    """The batch that `_flat` made one array of."""
    ranks = [*(len(spec.shape) for spec in specs.values()), 1, 1]
    shapes = tf.split(flat[: sum(ranks)], ranks)
    sizes = tf.stack([tf.reduce_prod(shape) for shape in shapes])
    pieces = tf.split(flat[sum(ranks) :], sizes, num=len(ranks))
    arrays = [tf.reshape(p, s) for p, s in zip(pieces, shapes, strict=True)]
    inputs = {
        name: tf.ensure_shape(array, spec.shape)
        for (name, spec), array in zip(specs.items(), arrays, strict=False)
    }
    return inputs, arrays[-2], tf.bitcast(arrays[-1], tf.float32)


def _timed(batches: tf.data.Dataset, count: int, waited: tf.Variable) -> Any:
    """The same batches; the time from asking for one to having it goes to `waited`.

    Keras asks for a batch inside the compiled step, so no callback can see this. The
    parts of a zipped element are fetched in their order: the clock is read before the
    batch is asked for.
    """
    clock = tf.data.Dataset.range(count).map(lambda _: tf.timestamp())

    def record(asked: Any, *batch: Any) -> tuple[Any, ...]:
        waited.assign_add(tf.timestamp() - asked)
        return batch

    timed = tf.data.Dataset.zip(clock, batches).map(
        lambda asked, batch: record(asked, *batch)
    )
    options = tf.data.Options()
    # A buffer after the clocks would be what waits, and not the reader.
    options.experimental_optimization.inject_prefetch = False
    return timed.with_options(options)
