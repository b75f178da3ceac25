"""Speeds of networks on the documents of an experiment, in one process, by turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from tqdm import tqdm

from han.config import Config
from han.experiment.corpus import Corpus
from han.network.numpy_network import ENCODERS, NumpyNetwork

Tasks = dict[str, Callable[[], int]]


def tasks(config: Config, corpus: Corpus, steps: int) -> Tasks:
    """Functions that train and predict, and return the number of documents.

    Prediction is by the engine that `python -m han.predict` would take.
    """
    from han.training.auxiliary_inputs import (
        auxiliary_inputs,
        bag_rows,
        fit_linear,
        fit_topics,
    )
    from han.training.network_building import build_network, make_batches

    linear = fit_linear(config, corpus) if config.model.wide else None
    topics = fit_topics(config, corpus)
    network = build_network(config, corpus, bag_rows(linear), topics)
    network.auxiliary = auxiliary_inputs(config, corpus, linear, topics)
    train_batches = make_batches(
        config, corpus.examples["train"], network.auxiliary, linear
    )
    batches = list(islice(train_batches, steps))
    step = step_function(network)
    held_out = corpus.examples["validation"].texts
    known = network.encoder in ENCODERS
    predictor = NumpyNetwork.of(network) if known else network

    def train() -> int:
        for batch in batches:
            step(*batch)
        return sum(len(nodes) for _, nodes, _ in batches)

    def predict() -> int:
        predictor.log_probabilities(held_out)
        return len(held_out)

    return {"train": train, "predict": predict}


def step_function(network: Any) -> Any:
    """The training step as one graph for all batches."""
    import tensorflow as tf

    from han.batching.batches import input_specs

    signature = (
        input_specs(network.form),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.float32),
    )
    return tf.function(
        lambda *batch: network.train_step(batch), input_signature=signature
    )


def measure(work: dict[str, Tasks], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Documents per CPU second of each task and network, one value a round."""
    speeds: dict[tuple[str, str], list[float]] = {}
    for number in tqdm(range(rounds + 1), "rounds"):
        for name, functions in work.items():
            for task, run in functions.items():
                begun = time.process_time()
                documents = run()
                speed = documents / (time.process_time() - begun)
                if number:  # the first round builds the graphs
                    speeds.setdefault((task, name), []).append(speed)
    return speeds
