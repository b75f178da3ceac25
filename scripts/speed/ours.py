"""This package's network, on the path that a user takes."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from speed.corpora import Corpus, make_corpus
from speed.rooms import SLICE, Contestant, Sizes, cycle, mean_documents, random_batches

MAX_BATCHES = 200  # prebuilt ones
# Batches of an epoch of the loop: some seconds, so that its start and end weigh little.
LOOP_BATCHES = {"long": 24, "short": 100}


def build(
    sizes: Sizes,
    threads: int,
    loop: bool = False,
    onednn: bool = False,
    engine: str = "numpy",
) -> Contestant:
    """The network with its tasks `train` and `predict`.

    Args:
        sizes: Sizes of network and work.
        threads: TensorFlow's threads.
        loop: Whether `train` is an epoch of the loop of `python -m han.train`, batches
            made on the way, and not bare steps over batches made before.
        onednn: Whether to have TensorFlow's oneDNN kernels, which the package turns
            off so that equal runs give equal numbers.
        engine: Who predicts: `numpy`, as `python -m han.predict` does, or `tensorflow`.
    """
    if onednn:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    prepare(threads)
    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    network = make_network(sizes, corpus.tree.parents.tolist())
    predictor = predictor_of(network, engine)
    tasks = {"predict": predict_task(predictor, corpus, SLICE[sizes.corpus])}
    if loop:
        tasks["train"] = loop_task(network, corpus, sizes)
        return Contestant(tasks, stepwise=False)
    tasks["train"], step = train_task(network, corpus, sizes.batch)
    return Contestant(tasks, step.experimental_get_tracing_count)


def prepare(threads: int) -> None:
    """Sets up TensorFlow as every command of the package does."""
    from han.devices.runtime import prepare_environment

    prepare_environment()
    use_threads(threads)


def use_threads(threads: int) -> None:
    """Holds TensorFlow to a number of threads."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def make_network(sizes: Sizes, parents: list[int]) -> Any:
    """The network with its optimizer, ready for `train_step`."""
    import keras

    from han.network.model import HierarchicalAttentionNetwork
    from han.optimizers.optimizer_choice import make_optimizer

    keras.utils.set_random_seed(5)
    network = HierarchicalAttentionNetwork(
        vocabulary_size=sizes.vocabulary,
        parents=parents,
        embedding_dimension=sizes.embedding,
        word_units=sizes.units,
        sentence_units=sizes.units,
        dropout=0.0,
        computation="packed",
    )
    optimizer = make_optimizer(
        "adam",
        learning_rate=1e-3,
        clip_norm=None,
        num_steps=100_000,
        sparse=[variable.name for variable in network.sparse_variables],
    )
    optimizer.build(network.trainable_variables)
    network.compile(optimizer=optimizer, jit_compile=False)
    return network


def train_task(network: Any, corpus: Corpus, size: int) -> tuple[Any, Any]:
    """The bare step loop over batches made before, and the function of a step."""
    import tensorflow as tf

    from han.batching.batches import input_specs

    signature = (
        input_specs(network.form),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.float32),
    )
    step = tf.function(
        lambda *batch: network.train_step(batch), input_signature=signature
    )
    return cycle(tensor_batches(network, corpus, size), step), step


def tensor_batches(network: Any, corpus: Corpus, size: int) -> list[Any]:
    """Batches of an epoch in training's order, as tensors, with their documents."""
    import tensorflow as tf

    from han.batching.epoch_orders import epoch_order
    from han.batching.network_inputs import NO_AUXILIARY_INPUTS

    ranks = np.argsort(length_order(corpus))
    items = []
    for rows in epoch_order(ranks, size, 0, 0)[:MAX_BATCHES]:
        inputs = NO_AUXILIARY_INPUTS.inputs(
            corpus.texts.take(rows), network.computation
        )
        batch = (
            {name: tf.constant(value) for name, value in inputs.items()},
            tf.constant(corpus.nodes[rows]),
            tf.ones(len(rows)),
        )
        items.append((mean_documents(corpus, rows), batch))
    return items


def length_order(corpus: Corpus) -> Any:
    """Documents from short to long, as the package sorts them."""
    from han.batching.epoch_orders import by_length

    return by_length(corpus.texts)


def loop_task(network: Any, corpus: Corpus, sizes: Sizes) -> Any:
    """One epoch of the training loop over some of the documents."""
    import tensorflow as tf

    from han.batching.batches import Batches
    from han.batching.network_inputs import InputMaker
    from han.devices.device_group import DeviceGroup
    from han.training.loop import TrainingLoop

    count = min(LOOP_BATCHES[sizes.corpus], max(len(corpus) // sizes.batch, 1))
    rows = np.arange(min(count * sizes.batch, len(corpus)))
    batches = Batches(
        corpus.texts.take(rows),
        corpus.nodes[rows],
        np.ones(len(rows)),
        batch_size=sizes.batch,
        inputs=InputMaker(network.computation),
    )
    devices = DeviceGroup(tf.distribute.get_strategy())
    loop = TrainingLoop(network, batches, None, devices)
    epoch = [(mean_documents(corpus, rows), ())]
    return cycle(epoch, lambda: loop.run([], epochs=1))


def predictor_of(network: Any, engine: str = "numpy") -> Any:
    """Who predicts for a network."""
    from han.network.numpy_network import NumpyNetwork

    return NumpyNetwork.of(network) if engine == "numpy" else network


def predict_task(predictor: Any, corpus: Corpus, documents: int) -> Any:
    """Log-probabilities of slices of the corpus, through the public method."""
    items = [
        (mean_documents(corpus, rows), (corpus.texts.take(rows),))
        for rows in random_batches(corpus, documents)
    ]
    return cycle(items, predictor.log_probabilities)
