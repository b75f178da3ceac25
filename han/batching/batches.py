"""Batches of documents: only real sentences travel; made ahead by a thread."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from itertools import islice, product
from typing import Any, cast
from weakref import WeakMethod

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from han.batching.epoch_orders import IN_NEW_ORDER, EpochDocuments, by_length
from han.batching.network_inputs import (
    Arrays,
    BatchInputs,
    InputMaker,
    InputSpecs,
)
from han.code_list.taxonomy import IntArray
from han.text.text_encoder import EncodedTexts

# Batches that are made ahead of the one that is asked for.
AHEAD = 4
PACKED = InputMaker()

Batch = tuple[Arrays, IntArray, npt.NDArray[np.float32]]


def input_specs(form: InputSpecs) -> dict[str, tf.TensorSpec]:
    """What a network reads, as TensorFlow asks for it."""
    return {
        name: tf.TensorSpec(shape, form.dtype(name))
        for name, shape in form.shapes.items()
    }


class Batches:
    """Labelled batches to learn from, in a new order each epoch.

    Args:
        texts: The documents, `(n,)`.
        nodes: Their true nodes, `(n,)`; or sets of them, `(n, A)`.
        weights: Their weights, `(n,)`.
        batch_size: Documents in a batch.
        inputs: Makes what the network reads.
        epochs: Which documents each epoch has, and in which order.

    Attributes:
        texts: The documents of the last epoch that was begun.
        epoch: The epoch whose order the next pass over `shares()` takes.
        begin: The batch with which that pass begins; 0 but for a run taken up.
        fetched: When TensorFlow came for each batch of the last pass over `shares()`,
            and when it got it, by `time.perf_counter`.
    """

    def __init__(
        self,
        texts: EncodedTexts,
        nodes: IntArray,
        weights: npt.NDArray[np.float64],
        *,
        batch_size: int,
        inputs: BatchInputs = PACKED,
        epochs: EpochDocuments = IN_NEW_ORDER,
    ) -> None:
        self.texts = texts
        self.nodes = nodes
        self.weights = weights.astype(np.float32)
        self.batch_size = batch_size
        self.inputs = inputs
        self.epochs = epochs
        self._ahead: dict[int, Future[EncodedTexts]] = {}
        self.epoch = self.begin = 0
        self._shares = range(1)
        self.fetched: list[tuple[float, float]] = []
        self._rank()

    def _rank(self) -> None:
        self._sorted = by_length(self.texts)

    def __len__(self) -> int:
        """Number of batches."""
        return -(-len(self.texts) // self.batch_size)

    def _take_up(self, augment: Callable[[int], EncodedTexts]) -> None:
        """Puts the documents of the epoch in the place of those of the last one."""
        made = self._ahead.pop(self.epoch, None)
        try:
            texts = made.result() if made else augment(self.epoch)
        except CancelledError:  # the last pass was over before it was begun
            texts = augment(self.epoch)
        if len(texts) != len(self.nodes):
            raise ValueError(
                f"An epoch has {len(texts)} documents and there are {len(self.nodes)} "
                "labels: `augment` must keep all documents in their order."
            )
        self.texts = texts
        self._rank()  # lengths have changed

    def _order(self) -> list[npt.NDArray[np.int64]]:
        if self.epochs.augment:
            self._take_up(self.epochs.augment)
        return self.epochs.order(self._sorted, self.batch_size, self.epoch)

    def __iter__(self) -> Iterator[Batch]:
        """Inputs, true nodes and weights of each batch."""
        return map(self.batch, self._order())

    def batch(self, rows: npt.NDArray[np.int64]) -> Batch:
        """Inputs, true nodes and weights of the given documents."""
        texts = self.texts.take(rows)
        return self.inputs.arrays(texts, rows), self.nodes[rows], self.weights[rows]

    def shares(self, shares: range, of: int) -> tf.data.Dataset:
        """What some devices get of each batch, one after the other.

        Document `i` of a batch goes to device `i % of`, so that all have documents of
        like length. A device for which there is none gets the first one, with weight 0.
        After the last batch come empty ones without end: who reads must count, and
        devices need not tell each other in each step whether there is more. The batches
        must be held for as long as these are read: TensorFlow does not hold them.

        Args:
            shares: Numbers of the devices, from 0 to `of - 1`.
            of: Number of all devices.
        """
        empty = _flat(self.batch(np.zeros(0, np.int64)))
        endless = tf.data.Dataset.from_tensors(empty).repeat()
        split = partial(_split, specs=self._specs, rank=self.nodes.ndim)
        batches = self._handed_over(shares, of).concatenate(endless)
        return batches.map(split).prefetch(1).with_options(_as_it_is())

    def _handed_over(self, shares: range, of: int) -> tf.data.Dataset:
        # TensorFlow keeps what it calls as long as the process lives, and these would
        # keep margins and vectors.
        hand_over = WeakMethod(self._hand_over)
        return tf.data.Dataset.from_generator(
            lambda: cast("Any", hand_over())(shares, of),
            output_signature=tf.TensorSpec((None,), tf.int32),
        )

    @property
    def _specs(self) -> dict[str, tf.TensorSpec]:
        """What a batch holds; of one with no document, to learn the names."""
        arrays = self.batch(np.zeros(0, np.int64))[0]
        return {
            name: tf.TensorSpec((None,) * array.ndim, array.dtype)
            for name, array in arrays.items()
        }

    def _hand_over(self, shares: range, of: int) -> Iterator[IntArray]:
        """Batches for TensorFlow, made ahead by a thread of our own.

        TensorFlow's prefetching would do, were it not that it prefetches nothing from
        Python when operations are made deterministic, as they are by default.
        """
        fetched = self.fetched = []
        came = time.perf_counter()
        self._shares = shares
        parts = product(self._order()[self.begin :], shares)
        pool = ThreadPoolExecutor(1, "batches")
        try:
            first = islice(parts, AHEAD)
            coming = deque(pool.submit(self._flat, *part, of) for part in first)
            while coming:
                flat = coming.popleft().result()
                coming += (pool.submit(self._flat, *p, of) for p in islice(parts, 1))
                augment = self.epochs.augment
                if augment and not coming:  # while others evaluate this epoch
                    after = self.epoch + 1
                    self._ahead = {after: pool.submit(augment, after)}
                fetched.append((came, time.perf_counter()))
                yield flat
                came = time.perf_counter()
        finally:  # a pass that is not used up must not go on
            pool.shutdown(wait=False, cancel_futures=True)

    def _flat(self, rows: npt.NDArray[np.int64], share: int, of: int) -> IntArray:
        own = rows[share::of]
        if len(own):
            return _flat(self.batch(own))
        inputs, nodes, weights = self.batch(rows[:1])
        return _flat((inputs, nodes, np.zeros_like(weights)))

    def seconds_waited(self, asked: Sequence[float]) -> float:
        """Seconds for which the reader of the last pass has waited for its batches.

        A batch that was there before it was asked for waited for its reader, and not
        the other way round. From the reader's step to us TensorFlow compiles or
        prepares: that is no waiting, either.

        Args:
            asked: When each step began that asks for a batch, by `time.perf_counter`.
        """
        each = (begin for begin in asked for _ in self._shares)
        return sum(
            max(0.0, there - max(begin, came))
            for begin, (came, there) in zip(each, self.fetched, strict=False)
        )


def _as_it_is() -> tf.data.Options:
    """No tuning: one thread of Python makes all batches, and there is nothing to tune.

    The thread that looks for better settings holds up the end of an epoch until it is
    done, which after tens of thousands of documents takes as long as the epoch.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


# One array crosses from Python to TensorFlow in half the time that fifteen take.
def _flat(batch: Batch) -> IntArray:
    """All arrays of a batch in one, after their shapes."""
    inputs, nodes, weights = batch
    arrays = [*inputs.values(), nodes, weights]
    shapes = [np.array(array.shape, np.int32) for array in arrays]
    return np.concatenate([*shapes, *(a.ravel().view(np.int32) for a in arrays)])


@tf.autograph.experimental.do_not_convert  # plain operations: nothing to translate
def _split(
    flat: Any, specs: Mapping[str, tf.TensorSpec], rank: int = 1
) -> tuple[Any, Any, Any]:
    """The batch that `_flat` made one array of; its true nodes have this rank."""
    ranks = [*(len(spec.shape) for spec in specs.values()), rank, 1]
    shapes = tf.split(flat[: sum(ranks)], ranks)
    sizes = tf.stack([tf.reduce_prod(shape) for shape in shapes])
    pieces = tf.split(flat[sum(ranks) :], sizes, num=len(ranks))
    arrays = [tf.reshape(p, s) for p, s in zip(pieces, shapes, strict=True)]
    inputs = {
        name: tf.ensure_shape(tf.bitcast(array, spec.dtype), spec.shape)
        for (name, spec), array in zip(specs.items(), arrays, strict=False)
    }
    nodes = tf.ensure_shape(arrays[-2], (None,) * rank)
    return inputs, nodes, tf.bitcast(arrays[-1], tf.float32)
