"""Log-probabilities down a tree: all nodes, true paths alone, and in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support import references
from support.layers import draw_weights, random, weights_of
from support.networks import PARENTS
from support.trees import trees

from han.layers import TreePaths, TreeSoftmax, node_loss
from han.layers.tree_softmax import of_paths
from han.layers.tree_softmax_numpy import NumpyTreeSoftmax

pytestmark = pytest.mark.tensorflow

# PARENTS: node 2 is a leaf on level 1; 1 -> 5 -> 8 are only children.


@pytest.mark.parametrize("shape", [(4, 6), (4, 3, 6)], ids=["shared", "levels"])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
def test_all_forms_agree(head, wide, shape):
    if head == "leaf" and len(shape) == 3:
        pytest.skip("leaves are on one level")
    vectors, margins = random(*shape), random(4, 9, seed=1) if wide else None
    layer = TreeSoftmax(PARENTS, head, wide, bag=2 * wide)
    layer(vectors, margins)
    draw_weights(layer)
    expected = layer(vectors, margins)
    if head == "levels":
        expected = of_paths(expected, np.array(PARENTS))
    form = NumpyTreeSoftmax(PARENTS, head, layer.get_weights(), layer.bag)
    np.testing.assert_allclose(form(vectors, margins), expected, atol=1e-5)
    if head == "tree":
        nodes = np.array([6, 1, 4, 8])
        paths = TreePaths(layer)
        rows = paths.rows(nodes)
        parts = paths.scores(tf.constant(vectors), rows)
        twice = (len(parts) - 1) * tf.gather(layer.bias.value, rows)  # one in each part
        beside = paths.weighed(margins, rows) if wide else 0.0
        losses = paths.losses(sum(parts) - twice + beside, nodes, rows)
        every = layer(vectors, margins, training=True)
        np.testing.assert_allclose(losses, node_loss(nodes, every), atol=1e-5)


def test_it_works_in_a_model_of_anybodys(tmp_path):
    vectors = keras.Input((5,))
    model = keras.Model(vectors, TreeSoftmax(PARENTS)(vectors))
    model.compile("adam", loss=node_loss)
    inputs, nodes = random(6, 5), np.array([2, 4, 6, 7, 8, 0])
    losses = model.fit(inputs, nodes, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    expected = model.predict(inputs, verbose=0)
    picked = -expected[np.arange(6), nodes].mean()
    assert model.evaluate(inputs, nodes, verbose=0) == pytest.approx(picked, rel=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(inputs, verbose=0), expected)
    again.fit(inputs, nodes, verbose=0)  # its loss was kept, too


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
        some = paths.losses(*paths.scores(documents, rows), nodes, rows)
        every = -tf.gather(layer(documents), nodes, axis=1, batch_dims=1)
    np.testing.assert_allclose(some, every, atol=1e-5)
    for weight in (documents, layer.kernel.value, layer.bias.value):
        found, expected = (
            tf.convert_to_tensor(tape.gradient(loss, weight)) for loss in (some, every)
        )
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert sorted(set(rows.numpy())) == rows.numpy().tolist()


def test_tree_softmax_equals_numpy():
    layer = TreeSoftmax(PARENTS)
    inputs = random(4, 5)
    probabilities = np.exp(layer(inputs))
    kernel, bias = weights_of(layer)
    assert kernel.shape[0] == 7  # the two only children have no parameters
    for row in range(4):
        expected = references.tree_probabilities(kernel @ inputs[row] + bias, PARENTS)
        np.testing.assert_allclose(probabilities[row], expected, atol=1e-6)


def test_leaf_softmax_equals_numpy():
    layer = TreeSoftmax(PARENTS, head="leaf")
    inputs = random(2, 5)
    probabilities = np.exp(layer(inputs))
    kernel, bias = weights_of(layer)
    leaves = [2, 4, 6, 7, 8]
    for row in range(2):
        expected = references.softmax(kernel @ inputs[row] + bias)
        np.testing.assert_allclose(probabilities[row, leaves], expected, atol=1e-6)
        top = probabilities[row]
        np.testing.assert_allclose(top[0], top[[4, 6, 7]].sum(), atol=1e-6)


@pytest.mark.parametrize(("scale", "tolerance"), [(1, 1e-6), (30, 1e-5)])
@pytest.mark.parametrize("head", ["tree", "leaf"])
def test_children_sum_to_their_parent(head, scale, tolerance):
    """To float32: a log-probability of -60 is known to 4e-6."""
    probabilities = np.exp(TreeSoftmax(PARENTS, head)(random(8, 6) * scale))
    for parent in {-1, 0, 1, 3, 5}:
        children = [n for n, p in enumerate(PARENTS) if p == parent]
        whole = 1.0 if parent == -1 else probabilities[:, parent]
        np.testing.assert_allclose(
            probabilities[:, children].sum(axis=1), whole, atol=tolerance
        )


def test_levels_softmax_sums_to_one_on_each_level():
    probabilities = np.exp(TreeSoftmax(PARENTS, "levels")(random(3, 4)))
    for level in (slice(0, 3), slice(3, 6), slice(6, 9)):
        np.testing.assert_allclose(probabilities[:, level].sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
def test_tree_of_one_node_is_certain(head):
    assert TreeSoftmax([-1], head)(random(2, 3)).numpy().tolist() == [[0.0], [0.0]]


def test_partial_truth_gives_no_gradient_below_it():
    """-log p(node 0) must move the top softmax and no softmax beneath it."""
    layer = TreeSoftmax(PARENTS)
    inputs = random(3, 4)
    layer(inputs)
    with tf.GradientTape() as tape:
        loss = -tf.reduce_sum(layer(inputs)[:, 0])
    gradient = tape.gradient(loss, layer.kernel).numpy()
    assert np.all(gradient[:3] != 0)
    assert not np.any(gradient[3:])


def test_a_head_that_is_not_known_is_refused_in_every_form():
    with pytest.raises(ValueError, match="sigmoid"):
        NumpyTreeSoftmax(PARENTS, "sigmoid", [])
    with pytest.raises(ValueError, match="sigmoid"):
        TreeSoftmax(PARENTS, "sigmoid")
