"""Several networks over one encoder, which learn together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf

from han.batching.network_inputs import MARGINS
from han.network.model import HierarchicalAttentionNetwork
from han.network.training_step import over_devices
from han.tasks.task_batches import NODES, WEIGHTS, own_name

Networks = Mapping[str, HierarchicalAttentionNetwork]


class TaskNetwork(keras.Model):
    """The networks of all tasks, whose encoder is one and is computed once.

    The loss of a document is the sum of its losses in the tasks that it has a label of,
    each times the weight of the task; that of a batch is the mean over its documents.
    Each network learns from its part of it as it would by itself.

    Args:
        networks: A network for each task, all but the first made `beside` the first.
        weights: Weight of each task.
    """

    def __init__(self, networks: Networks, weights: Mapping[str, float]) -> None:
        super().__init__()
        self.networks = dict(networks)
        self.task_weights = {name: float(weights[name]) for name in networks}
        self.first = next(iter(networks.values()))
        encoded = self.first.encoded
        self.encoder = keras.Model(encoded.inputs, encoded.document)
        self.own = {name: _own_layers(net) for name, net in networks.items()}
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.built = True

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step down the gradient of the loss of all tasks.

        Each of several devices has a part of the batch, as in `LearningModel`.
        """
        inputs, _, weights = data
        given = {name: self._inputs(inputs, name, weights) for name in self.networks}
        rows = self._catch_up(inputs, given)
        with tf.GradientTape() as tape:
            document = self.encoder(self._shared(inputs), training=True)
            whole = self._documents(given)
            loss, heard = 0.0, {}
            for name, network in self.networks.items():
                own = given[name]
                vectors = tf.cast(self._joined(name, document, own, True), tf.float32)
                found = network.lesson_losses(
                    vectors, own[NODES], own[WEIGHTS], own.get(MARGINS), rows[name]
                )
                heard[name] = found
                share = tf.math.divide_no_nan(tf.reduce_sum(own[WEIGHTS]), whole)
                loss += self.task_weights[name] * share * _mean(found[0], found[2])
            part = loss * tf.math.divide_no_nan(whole, over_devices(whole))
            scaled = self.optimizer.scale_loss(part)  # float16 alone needs it
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(scaled, variables), variables)
        for name, (losses, nodes, weights, log_p) in heard.items():
            self.networks[name]._update(nodes, weights, log_p, losses)
        self.loss_mean.update_state(loss, sample_weight=whole)
        return self.metric_results(training=True)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Loss and metrics of one batch."""
        inputs, _, weights = data
        given = {name: self._inputs(inputs, name, weights) for name in self.networks}
        document = self.encoder(self._shared(inputs), training=False)
        whole, loss = self._documents(given), 0.0
        for name, network in self.networks.items():
            own = given[name]
            vectors = tf.cast(self._joined(name, document, own, False), tf.float32)
            log_p, losses = network._of_all_nodes(
                vectors, own[NODES], own.get(MARGINS), training=False
            )
            network._update(own[NODES], own[WEIGHTS], log_p, losses)
            share = tf.math.divide_no_nan(tf.reduce_sum(own[WEIGHTS]), whole)
            loss += self.task_weights[name] * share * _mean(losses, own[WEIGHTS])
        self.loss_mean.update_state(loss, sample_weight=whole)
        return self.metric_results()

    def metric_results(self, *, training: bool = False) -> dict[str, Any]:
        """Loss and metrics so far, by name: of all tasks, and `TASK_...` of each.

        `hierarchical_f1` is the mean over the tasks by their weights.
        """
        found = {"loss": self.loss_mean.result()}
        total, sums = sum(self.task_weights.values()), []
        for name, network in self.networks.items():
            own = network.metric_results(training=training)
            found |= {f"{name}_{key}": value for key, value in own.items()}
            if "hierarchical_f1" in own:
                sums.append(self.task_weights[name] / total * own["hierarchical_f1"])
        if len(sums) == len(self.networks):
            found["hierarchical_f1"] = tf.add_n(sums)
        return found

    def reset_metrics(self) -> None:
        """Begins to count anew."""
        self.loss_mean.reset_state()
        for network in self.networks.values():
            network.reset_metrics()

    @cached_property
    def sparse_variables(self) -> list[Any]:
        """Variables of which a training step reads and changes some rows only."""
        every = [v for net in self.networks.values() for v in net.sparse_variables]
        return list({id(variable): variable for variable in every}.values())

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """A layer of the shared encoder."""
        return self.first.get_layer(name, index)

    def _shared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {name: inputs[name] for name in self.first.encoded.inputs}

    def _inputs(
        self, inputs: Mapping[str, Any], task: str, weights: Any
    ) -> dict[str, Any]:
        """What a network reads, its labels included, by its own names.

        A document of weight 0 only fills the part of a device, and is of no task.
        """
        mark = own_name(task, "")
        own = {n.removeprefix(mark): v for n, v in inputs.items() if n.startswith(mark)}
        own[WEIGHTS] = own[WEIGHTS] * tf.cast(weights, tf.float32)
        return {**self._shared(inputs), **own}

    @staticmethod
    def _documents(given: Mapping[str, Mapping[str, Any]]) -> Any:
        """Weight of the documents of a batch: of each the largest in any task."""
        weights = [own[WEIGHTS] for own in given.values()]
        return tf.reduce_sum(tf.reduce_max(tf.stack(weights), axis=0))

    def _joined(self, task: str, document: Any, own: Any, training: bool) -> Any:
        """Document vectors of a task, with its own bag of n-grams."""
        layers = self.own[task]
        if layers is None:
            return document
        model, names = layers
        return model([document, *(own[name] for name in names)], training=training)

    def _catch_up(
        self, inputs: Mapping[str, Any], given: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Readies the rows that the batch reads; those of the heads are given back."""
        catch_up = getattr(self.optimizer, "catch_up", None)

        def ready(variable: Any, rows: Any) -> None:
            if catch_up is not None and variable.trainable:
                catch_up(variable, rows)

        first, found = self.first, {}
        ready(first.get_layer("word_embedding").embeddings, inputs["words"])
        if first.subword_buckets:
            ready(first.get_layer("subword_embedding").rows, inputs["subwords"])
        for name, network in self.networks.items():
            if network.bag_units:
                ready(network.get_layer("ngram_bag").rows, given[name]["bag_rows"])
            found[name] = network._paths and network._paths.rows(given[name][NODES])
            if network._paths:
                ready(network._paths.layer.kernel, found[name])
        return found


def _own_layers(network: Any) -> tuple[keras.Model, list[str]] | None:
    """What joins side features and n-grams to a document, and the inputs it reads."""
    document = network.encoded.document
    whole = network.get_layer(network.last_below).output
    if whole is document:
        return None
    form = network.form.shapes
    names = [n for n in form if n == "side" or n.startswith("bag_")]
    known = {tensor.name: tensor for tensor in network.inputs}
    return keras.Model([document, *(known[name] for name in names)], whole), names


def _mean(losses: Any, weights: Any) -> Any:
    return tf.math.divide_no_nan(
        tf.reduce_sum(weights * losses), tf.reduce_sum(weights)
    )
