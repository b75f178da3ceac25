"""Probabilities of nodes of which several may be right, in all forms."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support import references
from support.layers import draw_weights, random, weights_of
from support.networks import PARENTS
from support.trees import filled, sets_on, trees

from han.layers import SetPaths, TreeSigmoid
from han.layers.tree_sigmoid_numpy import NumpyTreeSigmoid, log_sigmoid
from han.network.set_losses import SetLoss

pytestmark = pytest.mark.tensorflow

SETS = filled([[6, 4], [2], [8, 7, 2], [0, 5]])


def drawn(parents, vectors, wide=False, bag=0, margins=None):
    layer = TreeSigmoid(parents, wide, bag)
    layer(vectors, margins)
    draw_weights(layer)
    return layer


def of_rows(paths, documents, rows, margins=None):
    """Scores as the head has them: with the bias once, which stands in each part."""
    parts = paths.scores(documents, rows)
    scores = sum(parts) - (len(parts) - 1) * tf.gather(paths.layer.bias.value, rows)
    return scores if margins is None else scores + paths.weighed(margins, rows)


@pytest.mark.parametrize("shape", [(4, 6), (4, 3, 6)], ids=["shared", "levels"])
@pytest.mark.parametrize("wide", [False, True])
def test_all_forms_agree(wide, shape):
    vectors, margins = random(*shape), random(4, 9, seed=1) if wide else None
    layer = drawn(PARENTS, vectors, wide, 2 * wide, margins)
    form = NumpyTreeSigmoid(PARENTS, layer.get_weights(), layer.bag)
    found = form(vectors, margins)
    np.testing.assert_allclose(found, layer(vectors, margins), atol=1e-5)
    paths, loss = SetPaths(layer), SetLoss(PARENTS)
    documents = tf.constant(vectors)
    rows = paths.rows(SETS)
    some = paths.losses(of_rows(paths, documents, rows, margins), SETS, rows)
    scores = layer.scores(vectors, margins, training=True)
    np.testing.assert_allclose(some, loss.document_losses(SETS, scores), rtol=1e-5)


@settings(deadline=None, max_examples=30)
@given(trees(), st.data())
def test_it_is_what_plain_numpy_computes(parents, data):
    sets = data.draw(sets_on(len(parents)))
    documents = np.random.default_rng(0).normal(size=(len(sets), 4)).astype("float32")
    layer = drawn(parents, documents)
    kernel, bias = weights_of(layer)
    scores = documents @ kernel.T + bias
    wanted = [references.set_probabilities(row, parents) for row in scores]
    np.testing.assert_allclose(np.exp(layer(documents)), wanted, atol=1e-5)
    losses = [
        references.set_loss(row, [n for n in codes if n >= 0], parents)
        for row, codes in zip(scores, sets, strict=True)
    ]
    found = SetLoss(parents).document_losses(sets, layer.scores(documents))
    np.testing.assert_allclose(found, losses, rtol=1e-4)


@settings(deadline=None, max_examples=30)
@given(trees(), st.data())
def test_rows_have_the_loss_and_gradient_of_all_nodes(parents, data):
    sets = data.draw(sets_on(len(parents)))
    documents = tf.constant(random(len(sets), 4))
    layer, loss = drawn(parents, documents), SetLoss(parents, label_smoothing=0.2)
    paths = SetPaths(layer)
    rows = paths.rows(sets)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(documents)
        some = paths.losses(of_rows(paths, documents, rows), sets, rows, loss.costs)
        every = loss.document_losses(sets, layer.scores(documents))
    np.testing.assert_allclose(some, every, rtol=1e-4, atol=1e-5)
    wanted = [documents, layer.kernel.value, layer.bias.value]
    for one, two in zip(
        tape.gradient(some, wanted), tape.gradient(every, wanted), strict=True
    ):
        one, two = map(tf.convert_to_tensor, (one, two))
        np.testing.assert_allclose(one, two, atol=1e-4)


@settings(deadline=None, max_examples=30)
@given(trees(), st.integers(0, 99))
def test_no_child_is_more_probable_than_its_parent(parents, seed):
    layer = TreeSigmoid(parents)
    layer(random(3, 4))
    draw_weights(layer, seed)
    logs = np.asarray(layer(30 * random(3, 4)))
    assert np.isfinite(logs).all() and (logs <= 0).all()
    below = [node for node, parent in enumerate(parents) if parent >= 0]
    assert (logs[:, below] <= logs[:, np.array(parents)[below]]).all()


def test_a_partial_code_judges_nothing_below_it():
    scores = tf.Variable(random(9, 1))
    with tf.GradientTape() as tape:
        loss = SetLoss(PARENTS).document_losses(np.array([[0, 2]]), scores)
    moved = np.flatnonzero(tape.gradient(loss, scores).numpy()[:, 0])
    assert moved.tolist() == [0, 1, 2]  # the top alone; 3 and 4 are below node 0
    with tf.GradientTape() as tape:
        loss = SetLoss(PARENTS).document_losses(np.array([[4, -1]]), scores)
    moved = np.flatnonzero(tape.gradient(loss, scores).numpy()[:, 0])
    assert moved.tolist() == [0, 1, 2, 3, 4]  # 5 is below 1, which is wrong


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"loss": "generalised", "q": 0.5},
        {"label_smoothing": 0.1},
        {"adjustment": np.linspace(-1, 1, 9)},
    ],
    ids=["plain", "generalised", "smoothed", "adjusted"],
)
def test_gradient_is_that_of_differences(options):
    loss, scores, step = SetLoss(PARENTS, **options), random(9, 4), 1e-2
    variable = tf.Variable(scores)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(loss.document_losses(SETS, variable))
    found = tape.gradient(total, variable).numpy()
    for node, row in [(0, 0), (4, 0), (5, 2), (8, 2), (3, 3)]:
        moved = np.zeros_like(scores)
        moved[node, row] = step
        up, down = (
            float(np.sum(loss.document_losses(SETS, scores + sign * moved)))
            for sign in (1, -1)
        )
        assert found[node, row] == pytest.approx((up - down) / (2 * step), abs=1e-2)


def test_sure_scores_have_finite_losses_and_gradients():
    scores = tf.Variable(np.full((9, 1), 200.0, np.float32))
    with tf.GradientTape() as tape:
        loss = SetLoss(PARENTS).document_losses(np.array([[2]]), scores)
    assert loss.numpy().tolist() == [400.0]  # two of three at the top are wrong
    assert np.isfinite(tape.gradient(loss, scores)).all()
    assert log_sigmoid(np.array([-200.0], np.float32)).tolist() == [-200.0]


def test_more_places_for_codes_change_nothing():
    wider = np.pad(SETS, ((0, 0), (0, 3)), constant_values=-1)
    turned = SETS[:, ::-1]  # -1 may stand anywhere
    scores, loss = random(9, 4), SetLoss(PARENTS)
    expected = loss.document_losses(SETS, scores)
    for sets in (wider, turned):
        np.testing.assert_array_equal(loss.document_losses(sets, scores), expected)


def test_it_works_in_a_model_of_anybodys(tmp_path):
    vectors = keras.Input((5,))
    model = keras.Model(vectors, TreeSigmoid(PARENTS)(vectors))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    inputs = random(6, 5)
    expected = model.predict(inputs, verbose=0)
    np.testing.assert_array_equal(again.predict(inputs, verbose=0), expected)
