"""The loss from true paths alone is the loss from all nodes, and trains the same."""

import keras
import numpy as np
import pytest
from support.networks import DOCUMENTS, encode, make_network
from support.training import learn

from han.batching.batches import Batches
from han.callbacks.epoch_callbacks import FlushWordVectors
from han.network import training_step
from han.network.model import load_network
from han.optimizers.catch_up_adam import CatchUpAdam

pytestmark = pytest.mark.tensorflow


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
    logs = learn(network, batches, batches, epochs=4, callbacks=[FlushWordVectors()])
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
