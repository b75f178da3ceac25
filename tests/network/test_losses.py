"""Training losses against a plain NumPy reference, for all heads and both ways."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support.networks import DOCUMENTS, PARENTS, encode, make_network
from support.training import learn
from support.trees import trees

from han.batching.batches import Batches
from han.batching.epoch_orders import EpochDocuments
from han.code_list.taxonomy import Taxonomy
from han.layers import TreePaths, TreeSoftmax
from han.network import training_step
from han.network.losses import TreeLoss, log_priors

pytestmark = pytest.mark.tensorflow

HEADS = ["tree", "leaf", "levels"]
OPTIONS = st.fixed_dictionaries(
    {
        "loss": st.sampled_from(["cross_entropy", "generalised"]),
        "q": st.sampled_from([0.1, 0.7, 1.0]),
        "label_smoothing": st.sampled_from([0.0, 0.1, 0.5]),
    }
)


def split_of(node, tree, head):
    """Nodes of the softmax that a node is in."""
    if head == "tree":
        return np.flatnonzero(tree.parents == tree.parents[node])
    if head == "levels":
        return np.flatnonzero(tree.levels == tree.levels[node])
    return tree.leaves


def reference(node, log_p, tree, head, options, adjustment):
    """The loss of one document, split by split, in double precision."""
    log_p = log_p.astype(float)

    def cost(probability):
        if options["loss"] == "generalised":
            return (1 - probability ** options["q"]) / options["q"]
        return -np.log(probability)

    total, smooth = 0.0, options["label_smoothing"]
    path = [node] if head == "leaf" else tree.ancestors(node)
    for step in path:
        split = split_of(step, tree, head)
        above = tree.parents[step] if head == "tree" else -1
        given = np.exp(log_p[split] - (log_p[above] if above >= 0 else 0))
        given = given * np.exp(adjustment[split])
        given /= given.sum()
        true = [i for i, n in enumerate(split) if step in tree.ancestors(n)]
        spread = np.mean([cost(p) for p in given])
        total += (1 - smooth) * cost(given[true].sum()) + smooth * spread
    return total


def drawn_layer(parents, head):
    layer = TreeSoftmax(parents, head)
    layer.build((None, 4))
    drawn = np.random.default_rng(1)
    layer.set_weights([drawn.normal(size=w.shape) for w in layer.get_weights()])
    return layer


def drawn(count):
    return np.random.default_rng(0).normal(size=(count, 4)).astype("float32")


@given(trees(), st.sampled_from(HEADS), OPTIONS, st.booleans())
@settings(max_examples=25)
def test_losses_are_those_of_the_reference(parents, head, options, adjusts):
    tree = Taxonomy([str(i) for i in range(len(parents))], parents)
    nodes = np.arange(len(parents), dtype=np.int32)  # partial codes among them
    added = np.random.default_rng(2).normal(size=len(parents)) * adjusts
    loss = TreeLoss(parents, head, **options, adjustment=added if adjusts else None)
    log_p = drawn_layer(parents, head)(drawn(len(nodes))).numpy()
    found = loss.document_losses(nodes, log_p).numpy()
    expected = [
        reference(node, row, tree, head, options, added)
        for node, row in zip(nodes, log_p, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=2e-5)


@given(trees(), OPTIONS, st.booleans(), st.data())
@settings(max_examples=15)
def test_true_paths_alone_give_the_same(parents, options, adjusts, data):
    some = st.lists(st.integers(0, len(parents) - 1), min_size=1, max_size=5)
    nodes = np.array(data.draw(some), np.int32)
    layer, documents = drawn_layer(parents, "tree"), tf.constant(drawn(len(nodes)))
    if not layer.kernel.shape[0]:
        return  # nothing to choose anywhere
    added = np.random.default_rng(2).normal(size=len(parents))
    loss = TreeLoss(parents, **options, adjustment=added if adjusts else None)
    paths = TreePaths(layer)
    rows = paths.rows(nodes)
    with tf.GradientTape(persistent=True) as tape:
        (scores,) = paths.scores(documents, rows)
        some = paths.losses(scores, nodes, rows, loss.costs)
        every = loss.document_losses(nodes, layer(documents))
    np.testing.assert_allclose(some, every, atol=2e-5)
    for weight in (layer.kernel.value, layer.bias.value):
        one, two = (
            tf.convert_to_tensor(tape.gradient(x, weight)) for x in (some, every)
        )
        np.testing.assert_allclose(one, two, atol=2e-5)


@pytest.mark.parametrize("head", HEADS)
def test_defaults_and_small_q_are_the_cross_entropy(head):
    network = make_network(head=head)
    log_p = network.log_probabilities(encode(DOCUMENTS))
    nodes = np.array([6, 3, 0, 8], np.int32)
    expected = network.document_losses(nodes, log_p)
    plain = TreeLoss(PARENTS, head).document_losses(nodes, log_p)
    near = TreeLoss(PARENTS, head, loss="generalised", q=1e-4)
    np.testing.assert_allclose(plain, expected, rtol=1e-5)
    np.testing.assert_allclose(near.document_losses(nodes, log_p), expected, rtol=2e-3)


@pytest.mark.parametrize("head", HEADS)
def test_nothing_is_smoothed_over_other_branches(head):
    """The gradient of a smoothed loss reaches the splits of the path and no others."""
    layer, documents = drawn_layer(PARENTS, head), tf.constant(drawn(1))
    loss = TreeLoss(PARENTS, head, label_smoothing=0.3)
    nodes = np.array([3], np.int32)  # an inner node below node 0
    with tf.GradientTape() as tape:
        losses = loss.document_losses(nodes, layer(documents))
    moved = np.abs(tape.gradient(losses, layer.kernel.value).numpy()).sum(axis=1) > 1e-7
    # Scored: tree 0-4, 6, 7; leaf 2, 4, 6, 7, 8; levels all.
    expected = {
        "tree": [1, 1, 1, 1, 1, 0, 0],
        "leaf": [1, 1, 1, 1, 1],
        "levels": [1, 1, 1, 1, 1, 1, 0, 0, 0],
    }
    assert moved.astype(int).tolist() == expected[head]


@pytest.mark.parametrize("head", HEADS)
def test_a_partial_code_trains_what_is_known(head):
    """Node 3 is known; which of its children 6 and 7 it is must not be learnt."""
    layer, documents = drawn_layer(PARENTS, head), tf.constant(drawn(1))
    nodes = np.array([3], np.int32)
    with tf.GradientTape() as tape:
        log_p = layer(documents)
        losses = make_network(head=head).document_losses(nodes, log_p)
    moved = tape.gradient(losses, layer.bias.value).numpy()
    p = np.exp(log_p.numpy()[0].astype(float))
    if head == "tree":  # nodes 0 to 4, then 6 and 7
        wrong = [p[0] - 1, p[1], p[2], p[3] / p[0] - 1, p[4] / p[0], 0, 0]
    elif head == "levels":
        wrong = [p[0] - 1, p[1], p[2], p[3] - 1, p[4], p[5], 0, 0, 0]
    else:  # leaves 2, 4, 6, 7, 8: both children rise by what they had
        wrong = [p[2], p[4], p[6] * (1 - 1 / p[3]), p[7] * (1 - 1 / p[3]), p[8]]
    np.testing.assert_allclose(moved, wrong, atol=1e-5)


def trained(monkeypatch, limit, nodes, weights, texts, loss, head="tree"):
    monkeypatch.setattr(training_step, "ALL_NODES", limit)
    network = make_network(dropout=0.0, head=head)
    network.training_loss = loss
    network.compile(optimizer=keras.optimizers.SGD(0.1))
    batches = Batches(
        texts, nodes, weights, batch_size=99, epochs=EpochDocuments(shuffle=False)
    )
    logs = learn(network, batches, epochs=5)
    return network.get_weights(), [epoch["loss"] for epoch in logs]


@pytest.mark.parametrize("limit", [0, 2000])
def test_a_network_trains_alike_both_ways(monkeypatch, limit):
    loss = TreeLoss(
        PARENTS,
        loss="generalised",
        label_smoothing=0.1,
        adjustment=np.linspace(-1, 1, len(PARENTS)),
    )
    nodes, weights = np.array([2, 0, 4, 8], np.int32), np.array([1.0, 2.0, 0.5, 1.0])
    texts = encode(DOCUMENTS)
    found, losses = trained(monkeypatch, limit, nodes, weights, texts, loss)
    expected, others = trained(monkeypatch, 2000 - limit, nodes, weights, texts, loss)
    np.testing.assert_allclose(losses, others, rtol=1e-5)
    for one, two in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)
    plain, _ = trained(monkeypatch, limit, nodes, weights, texts, None)
    assert any(np.abs(a - b).max() > 1e-3 for a, b in zip(found, plain, strict=True))


@pytest.mark.parametrize("head", HEADS)
def test_a_record_with_two_codes_is_a_soft_label(head):
    """Shares of the weight are shares of the target: sum over nodes of t log p."""
    network = make_network(head=head)
    log_p = network.log_probabilities(encode(DOCUMENTS)).astype(float)
    target = np.zeros((len(DOCUMENTS), len(PARENTS)))
    target[[0, 0, 1, 2, 2, 3], [6, 7, 3, 0, 2, 8]] = [0.5, 0.5, 1, 0.75, 0.25, 1]
    rows, nodes = (a.astype(np.int32) for a in np.nonzero(target))
    losses = network.document_losses(nodes, log_p[rows].astype("float32"))
    paths = Taxonomy([str(i) for i in range(len(PARENTS))], PARENTS).paths
    summed = np.array([log_p[:, path[path >= 0]].sum(axis=1) for path in paths]).T
    expected = -(target * (summed if head == "levels" else log_p)).sum()
    weighted = (target[rows, nodes] * losses.numpy()).sum()
    np.testing.assert_allclose(weighted, expected, rtol=1e-5)


def test_priors_are_conditional_and_smoothed():
    tree = Taxonomy([str(i) for i in range(9)], PARENTS)
    nodes, weights = np.array([6, 6, 3, 4, 2]), np.array([2.0, 2.0, 4.0, 1.0, 1.0])
    prior = np.exp(log_priors(nodes, weights, tree))
    # Shares of the mean weight (2): node 0 has 4.5, node 2 has 0.5, node 6 has 2.
    np.testing.assert_allclose(prior[:3], np.array([5.5, 1, 1.5]) / 8)
    np.testing.assert_allclose(prior[3:5], np.array([5, 1.5]) / 6.5)
    np.testing.assert_allclose(prior[[5, 6, 7, 8]], [1, 0.75, 0.25, 1])
    levels = np.exp(log_priors(nodes, weights, tree, "levels"))
    np.testing.assert_allclose(levels[3:6], np.array([5, 1.5, 1]) / 7.5)
    leaf = log_priors(nodes, weights, tree, "leaf")
    np.testing.assert_allclose(np.exp(leaf[tree.leaves]).sum(), 1)
    assert (leaf[[0, 1, 3, 5]] == 0).all()


def test_adjustment_by_the_prior_favours_rare_codes():
    """With scores equal to the prior, an adjusted loss asks for more from the rare."""
    prior = np.log([0.9, 0.1])
    loss = TreeLoss([-1, -1], adjustment=prior)
    log_p = np.array([[0.9, 0.1]] * 2)
    got = loss.document_losses(np.array([0, 1]), np.log(log_p).astype("float32"))
    np.testing.assert_allclose(np.exp(-got.numpy()), [0.81 / 0.82, 0.01 / 0.82], 1e-5)
