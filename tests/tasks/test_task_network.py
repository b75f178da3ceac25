"""Networks over one encoder: their loss, their gradient, their files."""

import numpy as np
import pytest
from support.task_networks import LABELS, batch, drawn, networks, task_network
from support.task_runs import write_tasks

from han.config import read_config
from han.tasks.task_corpora import read_task_corpora

pytestmark = pytest.mark.tensorflow


def test_layers_below_the_heads_are_the_same_objects():
    made = networks()
    one, two = made.values()
    assert one.get_layer("word_encoder") is two.get_layer("word_encoder")
    assert one.get_layer("tree_softmax") is not two.get_layer("tree_softmax")
    network = task_network(made, {"a": 1.0, "b": 1.0})
    ids = [id(variable) for variable in network.trainable_variables]
    assert len(ids) == len(set(ids))
    own = len(two.get_layer("tree_softmax").trainable_variables)
    assert len(ids) == len(one.trainable_variables) + own


def test_a_copy_of_one_network_says_the_same(eager_steps):
    from han.network.network_views import in_form

    inputs = {n: v for n, v in batch([]).items() if "/" not in n}
    for network in networks().values():
        copy = in_form(network, "padded")
        assert copy.get_layer("word_encoder") is not network.get_layer("word_encoder")
        np.testing.assert_allclose(copy(inputs), network(inputs), atol=1e-6)


def test_the_loss_is_the_mean_of_the_weighted_sums_of_documents(eager_steps):
    made = networks()
    network = task_network(made, {"a": 2.0, "b": 0.5})
    inputs = batch(made)
    plain = {n: v for n, v in inputs.items() if "/" not in n}
    total = 0.0
    for name, share in (("a", 2.0), ("b", 0.5)):
        log_p = made[name](plain).numpy()
        for document, label in enumerate(LABELS[name]):
            if label:
                total -= share * label[1] * log_p[document, label[0]]
    documents = 1.0 + 2.0 + 0.5  # the largest weight of each in any task
    found = network.test_step((inputs, None, np.ones(3)))
    assert float(found["loss"]) == pytest.approx(total / documents, rel=1e-5)
    trained = network.train_step((inputs, None, np.ones(3)))
    assert float(trained["a_loss"]) > 0


def test_a_step_goes_down_the_gradient_of_that_loss(eager_steps):
    made = drawn(networks())
    network = task_network(made, {"a": 1.0, "b": 3.0})
    inputs = batch(made)
    variable = made["a"].get_layer("word_attention").trainable_variables[0]
    before = variable.numpy()

    def loss(values):
        variable.assign(values)
        network.reset_metrics()
        return float(network.test_step((inputs, None, np.ones(3)))["loss"])

    place, step = (0,) * before.ndim, 1e-2
    up, down = before.copy(), before.copy()
    up[place] += step
    down[place] -= step
    slope = (loss(up) - loss(down)) / (2 * step)
    variable.assign(before)
    network.train_step((inputs, None, np.ones(3)))
    moved = (variable.numpy() - before)[place]
    assert moved == pytest.approx(-0.1 * slope, rel=2e-2, abs=1e-6)


def test_a_document_without_labels_of_a_task_teaches_it_nothing(eager_steps):
    made = networks()
    network = task_network(made, {"a": 1.0, "b": 1.0})
    inputs = batch(made)
    inputs["b/weights"] = np.zeros(3, np.float32)
    head = made["b"].get_layer("tree_softmax")
    before = head.get_weights()
    network.train_step((inputs, None, np.ones(3)))
    for one, two in zip(before, head.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_batch_has_labels_and_margins_of_each_task(tmp_path):
    from han.batching.network_inputs import AuxiliaryInputs
    from han.tasks.task_batches import TaskInputs, TaskLabels

    found = read_task_corpora(read_config(write_tasks(tmp_path)))
    joint, texts = found.joint["train"], found.shared.examples["train"].texts
    labels = {}
    for name, corpus in found.tasks.items():
        width = corpus.tree.num_nodes
        auxiliary = AuxiliaryInputs(margins=lambda t, w=width: np.ones((len(t), w)))
        own = corpus.examples["train"]
        places = joint.places[name]
        labels[name] = TaskLabels(own, places, auxiliary, None, width)
    rows = np.arange(7)
    arrays = TaskInputs("padded", labels).arrays(texts.take(rows), rows)
    for name, corpus in found.tasks.items():
        places, own = joint.places[name][rows], corpus.examples["train"]
        for row, place in enumerate(places.tolist()):
            known = place >= 0
            assert arrays[f"{name}/weights"][row] == (
                own.weights[place] if known else 0
            )
            assert arrays[f"{name}/margins"][row].all() == known
            if known:
                assert arrays[f"{name}/nodes"][row] == own.nodes[place]
    assert (joint.places["product"][rows] < 0).any()
