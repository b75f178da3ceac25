"""The loss from true paths alone is the loss from all nodes, and trains the same."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.networks import DOCUMENTS, encode, make_network
from support.training import learn
from support.trees import trees

from han.batching.batches import Batches
from han.callbacks.epoch_callbacks import FlushWordVectors
from han.layers import TreePaths, TreeSoftmax
from han.network import training_step
from han.network.model import load_network
from han.optimizers.catch_up_adam import CatchUpAdam

pytestmark = pytest.mark.tensorflow


@given(trees(), st.data())
def test_loss_and_gradient_are_those_of_all_nodes(parents, data):
    some = st.lists(st.integers(0, len(parents) - 1), min_size=1, max_size=5)
    nodes = np.array(data.draw(some), np.int32)
    documents = np.random.default_rng(0).normal(size=(len(nodes), 4)).astype("float32")
    layer = TreeSoftmax(parents)
    layer(documents)
    if not layer.kernel.shape[0]:
        return  # nothing to choose anywhere: no network is made for such a tree
    drawn = np.random.default_rng(1)
    layer.set_weights([drawn.normal(size=w.shape) for w in layer.get_weights()])
    paths = TreePaths(layer)
    rows = paths.rows(nodes)
    documents = tf.constant(documents)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(documents)
        some = paths.losses(documents, nodes, rows)
        every = -tf.gather(layer(documents), nodes, axis=1, batch_dims=1)
    np.testing.assert_allclose(some, every, atol=1e-5)
    for weight in (documents, layer.kernel.value, layer.bias.value):
        found, expected = (
            tf.convert_to_tensor(tape.gradient(loss, weight)) for loss in (some, every)
        )
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert sorted(set(rows.numpy())) == rows.numpy().tolist()


def trained(monkeypatch, limit, folder):
    monkeypatch.setattr(training_step, "ALL_NODES", limit)
    network = make_network(dropout=0.3)
    names = [variable.name for variable in network.sparse_variables]
    keras.utils.set_random_seed(4)
    network.compile(
        optimizer=CatchUpAdam(0.01, global_clipnorm=0.5, num_steps=90, sparse=names)
    )
    network.optimizer.build(network.trainable_variables)
    nodes = np.array([2, 0, 4, 8], np.int32)  # one of them a partial code
    weights = np.array([1.0, 2.0, 0.5, 1.0])
    batches = Batches(encode(DOCUMENTS), nodes, weights, batch_size=2)
    logs = learn(network, batches, batches, epochs=8, callbacks=[FlushWordVectors()])
    history = {name: [epoch.get(name) for epoch in logs] for name in logs[0]}
    network.save(folder / f"{limit}.keras")
    return network, names, history


def test_a_training_ends_with_the_same_weights(monkeypatch, tmp_path):
    one, names, paths = trained(monkeypatch, 0, tmp_path)
    two, _, nodes = trained(monkeypatch, 2000, tmp_path)
    assert names == ["embeddings", "node_kernel"]
    np.testing.assert_allclose(paths["loss"], nodes["loss"], rtol=1e-4)
    np.testing.assert_allclose(paths["val_loss"], nodes["val_loss"], rtol=1e-4)
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)
    # What nobody computed in training is not in its log; validation has it.
    assert "hierarchical_f1" not in paths and "val_hierarchical_f1" in paths
    again = load_network(tmp_path / "0.keras")
    np.testing.assert_allclose(
        again.log_probabilities(encode(DOCUMENTS)),
        one.log_probabilities(encode(DOCUMENTS)),
        atol=1e-6,
    )


@pytest.mark.parametrize("head", ["leaf", "levels"])
def test_other_heads_need_all_nodes(monkeypatch, head):
    monkeypatch.setattr(training_step, "ALL_NODES", 0)
    assert len(make_network(head=head).sparse_variables) == 1
