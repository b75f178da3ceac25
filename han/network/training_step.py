"""Training and validation steps of a network with heads over a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from han.batching.network_inputs import MARGINS
from han.code_list.taxonomy import Taxonomy
from han.layers import SetPaths, TreePaths, node_loss
from han.layers.tree_groups import MULTI_PATH
from han.network.losses import TreeLoss
from han.network.set_losses import SetLoss

# With more nodes, a step computes those on the true paths and their siblings alone.
# Below, all of them cost less than finding out which are needed.
ALL_NODES = 200

Watch = Callable[[Sequence[Any], Sequence[Any]], None]


class LearningModel(keras.Model):
    """Training and test steps of a network whose last layer is a `TreeSoftmax`.

    Or a `TreeSigmoid`: then the true nodes of a batch are sets, `(B, A)`.

    Beside a linear model a step trains the encoder with the margins of that model and
    without them. Margins of training records are better than those of new texts, as
    texts that say nearly the same stand in several folds: with them alone, the encoder
    would learn little. A bag of n-grams is a network of its own, beside the linear
    model: together, the one that learns faster would leave the other nothing to learn.

    Attributes:
        training_loss: What training minimises if not `document_losses`; no part of the
            model.
        watch: Told of this device's gradients and their variables in each step, if
            asked for.
    """

    watch: Watch | None = None
    head: str
    subword_buckets: int
    bag_units: int
    last_below: str
    loss_mean: Any
    scores: Any
    training_loss: TreeLoss | SetLoss | None
    _tree: Taxonomy

    def get_weights(self) -> list[Any]:
        """The weights as Keras gives them, each copied once where it copies thrice."""
        return [variable.value.numpy() for variable in self.weights]

    def document_losses(self, nodes: Any, log_probabilities: Any) -> Any:
        """`-log p(true node)` of each document, `(B,)`."""
        if self.head != "levels":
            return node_loss(nodes, log_probabilities)
        path = ops.take(self._tree.paths, nodes, axis=0)  # (B, L)
        picked = ops.take_along_axis(log_probabilities, ops.maximum(path, 0), axis=1)
        return -ops.sum(ops.where(path >= 0, picked, 0.0), axis=1)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step down the gradient of the weighted mean loss of the batch.

        Each of several devices has a part of the batch, and gives the part of the
        gradient that comes from it: the sum over all devices is that of the batch.
        """
        inputs, nodes, weights = data
        self._catch_up(self.get_layer("word_embedding").embeddings, inputs["words"])
        if self.subword_buckets:
            letters = self.get_layer("subword_embedding").rows
            self._catch_up(letters, inputs["subwords"])
        if self.bag_units:
            self._catch_up(self.get_layer("ngram_bag").rows, inputs["bag_rows"])
        rows = self._paths and self._paths.rows(nodes)
        if self._paths:
            self._catch_up(self._paths.layer.kernel, rows)
        with tf.GradientTape() as tape:
            documents = self.document_network(inputs, training=True)
            documents = tf.cast(documents, tf.float32)
            margins = inputs.get(MARGINS)
            losses, nodes, weights, log_p = self.lesson_losses(
                documents, nodes, weights, margins, rows
            )
            # Keras would divide by the number of rows of the first input, which here
            # is the number of sentences.
            loss = tf.math.divide_no_nan(
                tf.reduce_sum(weights * losses), over_devices(tf.reduce_sum(weights))
            )
            loss = self.optimizer.scale_loss(loss)  # float16 alone needs it
        variables = self.trainable_variables
        gradients = tape.gradient(loss, variables)
        if self.watch:
            self.watch(gradients, variables)
        self.optimizer.apply(gradients, variables)
        return self._update(nodes, weights, log_p, losses)

    @property
    def head_layer(self) -> Any:
        """The layer that gives nodes their log-probabilities."""
        has_sets = self.head == MULTI_PATH
        return self.get_layer("tree_sigmoid" if has_sets else "tree_softmax")

    def lesson_losses(
        self, documents: Any, nodes: Any, weights: Any, margins: Any, rows: Any
    ) -> tuple[Any, Any, Any, Any]:
        """The loss of each lesson of a batch, and what it is of.

        Args:
            documents: Document vectors, `(B, features)`.
            nodes: True nodes, `(B,)`.
            weights: Weights, `(B,)`.
            margins: Margins of the linear model, `(B, N)`; None without one.
            rows: Rows of the head that the loss depends on, where that is not all.

        Returns:
            Losses, nodes and weights of the lessons, and log-probabilities where all
            were computed.
        """
        if self._paths:
            found = self._path_losses(documents, nodes, weights, margins, rows)
            return *found, None
        documents, nodes, weights, margins = self._lessons(
            documents, nodes, weights, margins
        )
        log_p, losses = self._of_all_nodes(documents, nodes, margins)
        return losses, nodes, weights, log_p

    def _of_all_nodes(
        self, documents: Any, nodes: Any, margins: Any, training: bool = True
    ) -> tuple[Any, Any]:
        """Log-probabilities of document vectors, `(B, N)`, and their losses, `(B,)`."""
        head, loss = self.head_layer, self.training_loss if training else None
        if self.head == MULTI_PATH:  # whose loss is exact from scores alone
            scores = head.scores(documents, margins, training)
            losses = (loss or SetLoss(self._tree.parents)).document_losses(
                nodes, scores
            )
            return head.log_probabilities(scores), losses
        beside = [] if margins is None else [margins]
        log_p = head(documents, *beside, training=training)
        return log_p, (loss or self).document_losses(nodes, log_p)

    def _path_losses(
        self, documents: Any, nodes: Any, weights: Any, margins: Any, rows: Any
    ) -> tuple[Any, Any, Any]:
        """Losses of the lessons of `_lessons`, with their true nodes and weights.

        Scores are computed once, as lessons differ by what is added to them.
        """
        paths: Any = self._paths
        own, *bag = paths.scores(documents, rows)
        scores, shares = [own], [1.0]
        if margins is not None:
            beside = paths.weighed(margins, rows)
            scores = [own, own + beside, *(one + beside for one in bag)]
            shares = [0.5, 0.5, *(1.0 for _ in bag)]
        nodes = tf.concat([nodes] * len(shares), axis=0)
        costs = self.training_loss.costs if self.training_loss else None
        losses = paths.losses(tf.concat(scores, axis=0), nodes, rows, costs)
        weights = tf.concat([share * weights for share in shares], axis=0)
        return losses, nodes, weights

    def _lessons(
        self, documents: Any, nodes: Any, weights: Any, margins: Any
    ) -> tuple[Any, Any, Any, Any]:
        """What the loss is of: documents, true nodes, weights and margins.

        Beside a linear model the encoder learns twice, with its margins and without
        them, each at half the weight; the bag of n-grams once more, with them.
        """
        if margins is None:
            return documents, nodes, weights, margins
        encoder, *bag = self._branches(documents)
        own = [(encoder, 1.0, margins)]
        if self.head in ("tree", MULTI_PATH):  # others keep the factors found here
            without = tf.zeros_like(margins)
            own = [(encoder, 0.5, without), (encoder, 0.5, margins)]
        lessons = [*own, *((one, 1.0, margins) for one in bag)]
        learnt, shares, beside = zip(*lessons, strict=True)
        return (
            tf.concat(learnt, axis=0),
            tf.concat([nodes] * len(lessons), axis=0),
            tf.concat([share * weights for share in shares], axis=0),
            tf.concat(beside, axis=0),
        )

    def _branches(self, documents: Any) -> list[Any]:
        """Documents with the encoder's features alone, and with the bag's, if any."""
        if not self.bag_units:
            return [documents]
        features = tf.shape(documents)[-1]
        is_bag = tf.range(features) >= features - self.bag_units
        bag = tf.where(is_bag, documents, 0.0)
        return [documents - bag, bag]

    def _catch_up(self, variable: Any, rows: Any) -> None:
        """Tells an optimizer that leaves rows alone until they are read to be ready."""
        catch_up = getattr(self.optimizer, "catch_up", None)
        if catch_up is not None and variable.trainable:
            catch_up(variable, rows)

    @cached_property
    def _paths(self) -> TreePaths | None:
        """The way to a loss from true paths alone, where that is the faster one."""
        forms = {"tree": TreePaths, MULTI_PATH: SetPaths}
        if self.head not in forms or self._tree.num_nodes <= ALL_NODES:
            return None
        return forms[self.head](self.head_layer)

    @cached_property
    def document_network(self) -> keras.Model:
        """The network below its head: the same layers, another way out."""
        return keras.Model(self.inputs, self.get_layer(self.last_below).output)

    @property
    def sparse_variables(self) -> list[Any]:
        """Variables of which a training step reads and changes some rows only."""
        variables = [self.get_layer("word_embedding").embeddings]
        if self.subword_buckets:
            variables.append(self.get_layer("subword_embedding").rows)
        if self.bag_units:
            variables.append(self.get_layer("ngram_bag").rows)
        return [*variables, *([self._paths.layer.kernel] if self._paths else [])]

    def test_step(self, data: Any) -> dict[str, Any]:
        """Loss and metrics of one batch."""
        inputs, nodes, weights = data
        documents = tf.cast(self.document_network(inputs, training=False), tf.float32)
        margins = inputs.get(MARGINS)
        log_p, losses = self._of_all_nodes(documents, nodes, margins, training=False)
        return self._update(nodes, weights, log_p, losses)

    def metric_results(self, *, training: bool = False) -> dict[str, Any]:
        """Loss and metrics so far, of all devices, by name."""
        if training and self._paths:  # the most probable code is not computed
            return {"loss": self.loss_mean.result()}
        return {"loss": self.loss_mean.result(), **self.scores.result()}

    def _update(
        self, nodes: Any, weights: Any, log_p: Any, losses: Any
    ) -> dict[str, Any]:
        self.loss_mean.update_state(losses, sample_weight=weights)
        if log_p is not None:
            has_sets = self.head == MULTI_PATH
            given = log_p if has_sets else self.most_probable_leaves(log_p)
            self.scores.update_state(nodes, given, weights)
        return self.metric_results(training=log_p is None)


def over_devices(values: Any) -> Any:
    """The sum over all devices that take part in a step; on one, the values."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return values
    return context.all_reduce(tf.distribute.ReduceOp.SUM, values)
