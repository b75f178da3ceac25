"""This package's network on work of a given size, for the growth tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from han.text.vocabulary import FIRST_WORD_ID
from speed.corpora import Corpus, code_tree, fixed_corpus, make_corpus
from speed.ours import make_network, predictor_of, prepare, train_task
from speed.rooms import Contestant, Sizes

BATCH_WORDS = 12_800  # equal for all lengths, so that only the length differs
BATCHES = 8
DRAWN = 20_000  # words that occur, whatever the vocabulary
TOUCHED = 2_000  # rows of the table in a step of the optimizer alone


def build_length(sizes: Sizes, threads: int, words: int, sentence: int) -> Contestant:
    """Training on documents of `words` words in sentences of `sentence` words."""
    prepare(threads)
    size = max(BATCH_WORDS // words, 1)
    corpus = fixed_corpus(words, sentence, size * BATCHES, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())
    task, step = train_task(network, corpus, size)
    return Contestant({"train": task}, step.experimental_get_tracing_count)


def build_vocabulary(sizes: Sizes, threads: int) -> Contestant:
    """Training, and the optimizer's part on the embedding alone.

    The same words occur whatever the vocabulary; their ids are spread over all of it.
    """
    prepare(threads)
    drawn = min(DRAWN, sizes.vocabulary)
    corpus = make_corpus(sizes.corpus, sizes.documents, drawn)
    corpus = spread(corpus, sizes.vocabulary // drawn)
    network = make_network(sizes, corpus.tree.parents.tolist())
    task, step = train_task(network, corpus, sizes.batch)
    tasks = {"train": task, "optimizer": optimizer_task(network, sizes)}
    return Contestant(tasks, step.experimental_get_tracing_count)


def spread(corpus: Corpus, stride: int) -> Corpus:
    """The same documents with each word id `stride` times as far from the first."""
    ids = FIRST_WORD_ID + (corpus.texts.vocabulary_ids - FIRST_WORD_ID) * stride
    return replace(corpus, texts=replace(corpus.texts, word_ids=ids.astype(np.int32)))


def optimizer_task(network: Any, sizes: Sizes) -> Any:
    """Brings the rows of a batch up to date and steps; a unit is one step."""
    import tensorflow as tf

    generator = np.random.default_rng(3)
    count = min(TOUCHED, sizes.vocabulary)
    chosen = np.sort(generator.choice(sizes.vocabulary, count, replace=False))
    rows = tf.constant(chosen.astype(np.int32))
    values = tf.constant(generator.normal(size=(count, sizes.embedding)), tf.float32)
    table = network.get_layer("word_embedding").embeddings
    shape = tf.constant([sizes.vocabulary, sizes.embedding])
    rest = [
        (tf.zeros(variable.shape), variable)
        for variable in network.trainable_variables
        if variable is not table
    ]

    @tf.function
    def step() -> None:
        network.optimizer.catch_up(table, rows)
        gradient = tf.IndexedSlices(values, rows, shape)
        gradients, variables = zip((gradient, table), *rest, strict=True)
        network.optimizer.apply(list(gradients), list(variables))

    def task() -> float:
        step()
        return 1.0

    return task


def build_codes(sizes: Sizes, threads: int, codes: int) -> Contestant:
    """Training and prediction with so many leaves on three levels."""
    prepare(threads)
    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    tree = code_tree([max(round(codes ** (level / 3)), 1) for level in (1, 2, 3)])
    nodes = np.random.default_rng(4).choice(tree.leaves, len(corpus))
    corpus = replace(corpus, tree=tree, nodes=nodes.astype(np.int32))
    network = make_network(sizes, tree.parents.tolist())
    task, step = train_task(network, corpus, sizes.batch)
    return Contestant({"train": task}, step.experimental_get_tracing_count)


def build_rows(sizes: Sizes, threads: int, rows: int) -> Contestant:
    """Prediction of so many documents in one call."""
    prepare(threads)
    corpus = make_corpus(sizes.corpus, rows, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())

    predictor = predictor_of(network)

    def task() -> float:
        predictor.log_probabilities(corpus.texts)
        return float(rows)

    return Contestant({"predict": task}, stepwise=False)
