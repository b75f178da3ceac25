"""Arithmetic of the real words, and how much of it this machine can do.

The bound is naive: it counts an input projection for every word, and 3 times the
forward pass for a training step. Code that projects distinct words once, or folds the
embedding into a table, does less work than the bound counts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from speed.corpora import LEAF_CODES, TOP_CODES, Corpus
from speed.rooms import Contestant, Sizes
from speed.rounds import Process

TRAIN = 3  # a backward pass has two products for each of the forward pass
SIDE = 2048
TRIAD = 20_000_000  # floats: far beyond any cache


def document_flops(sizes: Sizes, corpus: Corpus) -> float:
    """Floating-point operations of one mean document, forward."""
    units = sizes.units
    word = level_flops(sizes.embedding, units)
    sentence = level_flops(2 * units, units)
    head = 2 * 2 * units * (TOP_CODES + LEAF_CODES)
    return (
        corpus.words_per_document * word
        + corpus.sentences_per_document * sentence
        + head
    )


def level_flops(features: int, units: int) -> int:
    """Operations of one element: both directions of a GRU, then attention.

    Example:
        >>> level_flops(200, 50)
        170400
    """
    gru = 2 * (2 * features * 3 * units + 2 * units * 3 * units)
    width = 2 * units
    attention = 2 * width * width + 2 * width + 2 * width
    return gru + attention


def document_bytes(sizes: Sizes, corpus: Corpus) -> float:
    """Bytes that a mean document moves at least, forward.

    For each word its vector is read, the six projections and the two states are
    written and read; the same for sentences.
    """
    units = sizes.units
    passes = 2 * (6 * units + 2 * units)
    words = corpus.words_per_document * (sizes.embedding + passes)
    sentences = corpus.sentences_per_document * (2 * units + passes)
    return 4 * (words + sentences)


def bounds(sizes: Sizes, corpus: Corpus, rates: dict[str, float]) -> dict[str, float]:
    """Documents per second that one core cannot pass, by task."""
    seconds = max(
        document_flops(sizes, corpus) / 1e9 / rates["product"],
        document_bytes(sizes, corpus) / 1e9 / rates["triad"],
    )
    return {"train": 1 / (TRAIN * seconds), "predict": 1 / seconds}


def build(sizes: Sizes, threads: int) -> Contestant:
    """The machine itself, as a contestant whose documents are 10^9 of something.

    Its tasks: `numpy` and `tensorflow` do matrix products (operations), `triad` does
    `a = b + s c` over long vectors (bytes).
    """
    left, right = (np.random.rand(SIDE, SIDE).astype(np.float32) for _ in range(2))
    product = np.empty((SIDE, SIDE), np.float32)
    vectors = [np.ones(TRIAD, np.float32) for _ in range(3)]

    def multiply() -> float:
        np.matmul(left, right, out=product)
        return 2 * SIDE**3 / 1e9

    def triad() -> float:
        a, b, c = vectors
        np.multiply(c, np.float32(1.5), out=a)
        np.add(a, b, out=a)
        return 5 * 4 * TRIAD / 1e9  # one read and one write, then two and one

    tasks = {"numpy": multiply, "triad": triad}
    if importlib.util.find_spec("tensorflow") is not None:
        tasks["tensorflow"] = tensorflow_product(left, right, threads)
    return Contestant(tasks, stepwise=False)


def tensorflow_product(left: Any, right: Any, threads: int) -> Callable[[], float]:
    """The same matrix product by TensorFlow."""
    from speed.ours import use_threads

    use_threads(threads)
    import tensorflow as tf

    a, b = tf.constant(left), tf.constant(right)

    def multiply() -> float:
        tf.matmul(a, b).numpy()
        return 2 * SIDE**3 / 1e9

    return multiply


def machine_rates(seconds: float = 0.5, repeats: int = 3) -> dict[str, float]:
    """The best that one core of this machine was seen to do.

    Returns:
        `product`: 10^9 operations per CPU second in products of 2048 x 2048 float32
        matrices; `triad`: 10^9 bytes per second.
    """
    order = {"module": "roofline", "build": "build", "options": {}, "threads": 1}
    best = {"product": 0.0, "triad": 0.0}
    with Process({**order, "sizes": {}}) as process:
        for task in process.ask({"do": "build"})["tasks"] * repeats:
            answer = process.ask({"do": task, "seconds": seconds})
            kind = "triad" if task == "triad" else "product"
            best[kind] = max(best[kind], answer["documents"] / answer["cpu"])
    return best
