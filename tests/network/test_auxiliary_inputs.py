"""What a network reads besides word ids: letters, margins, side features."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import references
from support.auxiliary import (
    BAG_ROWS,
    READING,
    SIDE,
    TEXTS,
    WITH_BAG,
    encode,
    letters,
    make,
    margins,
)
from support.training import learn

from han.batching.batches import Batches
from han.batching.network_inputs import AuxiliaryInputs, InputMaker
from han.callbacks.epoch_callbacks import FlushWordVectors
from han.network import training_step
from han.network.model import load_network
from han.network.network_views import in_form
from han.network.numpy_network import NumpyNetwork
from han.optimizers.catch_up_adam import CatchUpAdam

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("encoder", ["gru", "cnn", "mean"])
@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_network_equals_numpy(encoder, computation):
    network = make(computation, encoder=encoder)
    found = np.exp(network.log_probabilities(encode()))
    for row, document in enumerate(TEXTS):
        alone = encode([document], SIDE[[row]])
        expected = references.network_probabilities(
            network, document, letters, SIDE[row], margins(alone)[0]
        )
        np.testing.assert_allclose(found[row], expected, atol=1e-5)


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
@pytest.mark.parametrize("wide", [True, False])
def test_both_forms_and_the_numpy_engine_agree(tmp_path, head, wide):
    network = make(head=head, wide=wide)
    network.auxiliary = READING if wide else AuxiliaryInputs(READING.subwords)
    expected = network.log_probabilities(encode())
    padded = in_form(network, "padded").log_probabilities(encode())
    np.testing.assert_allclose(padded, expected, atol=1e-5)
    network.save(tmp_path / "model.keras")
    engine = NumpyNetwork.load(tmp_path / "model.keras")
    engine.auxiliary = network.auxiliary
    np.testing.assert_allclose(engine.log_probabilities(encode()), expected, atol=1e-5)
    again = load_network(tmp_path / "model.keras")
    again.auxiliary = network.auxiliary
    np.testing.assert_array_equal(again.log_probabilities(encode()), expected)


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
def test_a_bag_is_the_same_in_all_forms(tmp_path, head):
    network = make(head=head, bag_units=2, bag_rows=BAG_ROWS)
    network.auxiliary = WITH_BAG
    layer = network.get_layer("tree_softmax")
    assert layer.shares.shape == (3, 3)
    expected = network.log_probabilities(encode())
    padded = in_form(network, "padded").log_probabilities(encode())
    np.testing.assert_allclose(padded, expected, atol=1e-5)
    network.save(tmp_path / "model.keras")
    engine = NumpyNetwork.load(tmp_path / "model.keras")
    engine.auxiliary = WITH_BAG
    np.testing.assert_allclose(engine.log_probabilities(encode()), expected, atol=1e-5)
    silent = network.get_weights()
    silent[-1][2] = 0.0  # the bag's shares
    network.set_weights(silent)
    assert not np.allclose(network.log_probabilities(encode()), expected, atol=1e-3)


def test_encoder_and_bag_learn_apart(monkeypatch):
    """Neither sees what the other has learnt, and both ways to the loss agree."""
    weights = []
    for limit in (0, 2000):
        monkeypatch.setattr(training_step, "ALL_NODES", limit)
        network = make(bag_units=2, bag_rows=BAG_ROWS, dropout=0.0)
        network.auxiliary = WITH_BAG
        names = [variable.name for variable in network.sparse_variables]
        assert names[:3] == ["embeddings", "subword_rows", "bag_rows"]
        network.compile(optimizer=CatchUpAdam(0.01, num_steps=90, sparse=names))
        network.optimizer.build(network.trainable_variables)
        batches = Batches(
            encode(),
            np.array([2, 0, 4, 8, 7, 6], np.int32),
            np.ones(6),
            batch_size=3,
            inputs=InputMaker(auxiliary=WITH_BAG),
        )
        learn(network, batches, epochs=3)
        network.optimizer.flush()
        weights.append(network.get_weights())
    for one, two in zip(*weights, strict=True):
        np.testing.assert_allclose(one, two, atol=2e-3)  # a fifth of a step
    documents = tf.reshape(tf.range(1.0, 13.0), (2, 6))
    own, bag = (part.numpy() for part in network._branches(documents))
    np.testing.assert_array_equal(own[:, 4:], 0)
    np.testing.assert_array_equal(bag[:, :4], 0)
    np.testing.assert_array_equal(own + bag, documents)


def test_unknown_words_are_told_apart_by_their_letters():
    network = make(wide=False, side_features=0)
    network.auxiliary = AuxiliaryInputs(READING.subwords)
    one, two = ([[(0, [w, 3])]] for w in (-1, -2))
    blank = np.zeros((1, 0), np.float32)
    found = [network.log_probabilities(encode(d, blank)) for d in (one, two)]
    assert not np.allclose(*found)


def test_a_network_that_looks_into_words_says_what_it_lacks(tmp_path):
    network = make(wide=False, side_features=0)
    network.save(tmp_path / "model.keras")
    engine = NumpyNetwork.load(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="looks into words"):
        engine.log_probabilities(encode(side=np.zeros((len(TEXTS), 0), "f4")))


def trained(computation="packed", limit=2000, monkeypatch=None):
    if monkeypatch:
        monkeypatch.setattr(training_step, "ALL_NODES", limit)
    network = make(computation, dropout=0.0)
    names = [variable.name for variable in network.sparse_variables]
    keras.utils.set_random_seed(4)
    network.compile(optimizer=CatchUpAdam(0.01, num_steps=90, sparse=names))
    network.optimizer.build(network.trainable_variables)
    batches = Batches(
        encode(),
        np.array([2, 0, 4, 8, 7, 6], np.int32),
        np.array([1.0, 2.0, 0.5, 1.0, 1.0, 1.0]),
        batch_size=2,
        inputs=InputMaker(
            computation,
            READING,
            # Not those of the reading: as if a model without the records had made them.
            lambda texts, rows: -margins(texts) * (1 + rows[:, None] % 2),
        ),
    )
    learn(network, batches, epochs=3, callbacks=[FlushWordVectors()])
    network.optimizer.flush()
    return network, names


def test_a_training_ends_with_the_same_weights_in_all_forms(monkeypatch):
    packed, names = trained()
    assert names == ["embeddings", "subword_rows"]
    padded, _ = trained("padded")
    paths, names = trained(limit=0, monkeypatch=monkeypatch)
    assert names == ["embeddings", "subword_rows", "node_kernel"]
    for other in (padded, paths):
        for a, b in zip(packed.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, atol=2e-4)
    assert not np.allclose(packed.get_layer("tree_softmax").factors, 2.0, atol=1e-2)
