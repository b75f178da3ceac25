"""The network whose documents have several codes: forms, batch mates, learning."""

import numpy as np
import pytest
import tensorflow as tf
from support import references
from support.networks import DOCUMENTS, PARENTS, encode, make_network
from support.training import learn
from support.trees import filled, tree_of

from han.batching.batches import Batches
from han.batching.epoch_orders import EpochDocuments
from han.batching.network_inputs import AuxiliaryInputs, InputMaker
from han.code_sets import (
    codes_by_thresholds,
    hierarchical_set_scores,
    subset_accuracy_score,
)
from han.metrics.keras_metrics import SetMetrics
from han.network import training_step
from han.network.model import load_network
from han.network.network_views import in_form
from han.network.numpy_network import NumpyNetwork
from han.network.set_losses import SetLoss, set_log_odds

pytestmark = pytest.mark.tensorflow

SETS = filled([[6, 4], [2], [8, 7, 2], [0, 5]])
WIDE = np.random.default_rng(3).normal(size=(4, 9)).astype("float32")


def set_scores(sets, logs, weights):
    """Mean F1 of sets at one half, and the share that is all right."""
    tree = tree_of(PARENTS)
    pair = sets, codes_by_thresholds(logs, 0.5, tree), tree
    f1 = hierarchical_set_scores(*pair, average="instance", sample_weight=weights).f1
    return f1, subset_accuracy_score(*pair, sample_weight=weights)


def make(wide=False, **changes):
    network = make_network(head="multi_path", wide=wide, **changes)
    if wide:
        network.auxiliary = AuxiliaryInputs(
            margins=lambda texts: WIDE[texts.document_words % 4]
        )
    return network


@pytest.mark.parametrize("attention", ["shared", "per_level"])
@pytest.mark.parametrize("wide", [False, True])
def test_all_forms_and_the_file_give_the_same_numbers(tmp_path, wide, attention):
    network, texts = make(wide, attention=attention), encode(DOCUMENTS)
    expected = network.log_probabilities(texts)
    network.save(tmp_path / "model.keras")
    others = [
        in_form(network, "padded"),
        NumpyNetwork.load(tmp_path / "model.keras"),
        load_network(tmp_path / "model.keras"),
    ]
    for other in others:
        other.auxiliary = network.auxiliary
        np.testing.assert_allclose(other.log_probabilities(texts), expected, atol=1e-5)
    below = np.flatnonzero(np.array(PARENTS) >= 0)
    assert (expected[:, below] <= expected[:, np.array(PARENTS)[below]]).all()


def test_batch_mates_and_padding_change_nothing():
    for network in (make(), make(computation="padded")):
        together = network.log_probabilities(encode(DOCUMENTS))
        for row, document in enumerate(DOCUMENTS):
            alone = network.log_probabilities(encode([document]))
            np.testing.assert_allclose(alone[0], together[row], atol=1e-6)


def batches(network, sets=SETS):
    return Batches(
        encode(DOCUMENTS),
        sets,
        np.array([1.0, 2.0, 1.0, 0.5]),
        batch_size=4,
        inputs=InputMaker(network.computation, network.auxiliary),
        epochs=EpochDocuments(shuffle=False),
    )


def test_loss_of_a_test_step_is_that_of_plain_numpy():
    network = make()
    network.compile("sgd")
    found = learn(network, batches(network), batches(network), epochs=1)
    logs = network.log_probabilities(encode(DOCUMENTS)).astype(float)
    above = np.where(np.array(PARENTS) >= 0, logs[:, PARENTS], 0.0)
    p = np.exp(logs - above)
    scores = np.log(p / (1 - p))
    losses = [
        references.set_loss(row, codes[codes >= 0], PARENTS)
        for row, codes in zip(scores, SETS, strict=True)
    ]
    mean = np.average(losses, weights=[1.0, 2.0, 1.0, 0.5])
    assert found[0]["val_loss"] == pytest.approx(mean, rel=1e-3)
    expected, _ = set_scores(SETS, logs, [1.0, 2.0, 1.0, 0.5])
    assert found[0]["val_hierarchical_f1"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_large_tree_learns_the_same(monkeypatch, wide, smoothing):
    """With more nodes those below true ones are computed alone."""
    states = []
    for limit in (2000, 1):
        monkeypatch.setattr(training_step, "ALL_NODES", limit)
        network = make(wide)
        network.training_loss = smoothing and SetLoss(
            PARENTS, label_smoothing=smoothing
        )
        network.compile("sgd")
        learn(network, batches(network), epochs=2)
        states.append(network.get_weights())
    for one, two in zip(*states, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


def test_it_learns_sets_by_heart():
    network = make()
    network.compile("adam")
    network.optimizer.learning_rate = 0.05
    every = learn(network, batches(network), batches(network), epochs=12)
    assert every[-1]["val_loss"] < every[0]["val_loss"] / 2
    assert every[-1]["val_hierarchical_f1"] > every[0]["val_hierarchical_f1"]


def test_metric_is_that_of_plain_numpy_in_any_batches():
    tree, generator = tree_of(PARENTS), np.random.default_rng(1)
    sets = filled([[6], [4, 2], [8, 7], [0], [3], [5, 2]])
    local = np.log(generator.uniform(size=(6, 9)))
    for node, parent in enumerate(PARENTS):
        local[:, node] += local[:, parent] if parent >= 0 else 0
    weights = generator.uniform(size=6).astype("float32")
    metric = SetMetrics(tree.paths)
    for rows in ([0, 1], [2], [3, 4, 5]):
        logs = tf.constant(local[rows], tf.float32)
        metric.update_state(sets[rows], logs, weights[rows])
    f1, whole = set_scores(sets, local, weights)
    found = {name: float(score) for name, score in metric.result().items()}
    assert found["hierarchical_f1"] == pytest.approx(f1)
    assert found["subset_accuracy"] == pytest.approx(whole)


def test_log_odds_count_the_records_that_judge_a_node():
    tree = tree_of(PARENTS)
    sets = filled([[3, 4], [0], [2], [6]])  # the second stops at node 0
    found = set_log_odds(sets, np.ones(4), tree)
    odds = {0: 3.5 / 1.5, 2: 1.5 / 3.5, 4: 1.5 / 1.5, 3: 2.5 / 0.5, 7: 0.5 / 1.5}
    for node, expected in odds.items():
        assert np.exp(found[node]) == pytest.approx(expected), node
