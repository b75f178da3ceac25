"""Catch-up Adam against dense Adam, step by step and in a training."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from han.optimizers.catch_up_adam import WINDOW, CatchUpAdam
from han.optimizers.optimizer_choice import make_optimizer

pytestmark = pytest.mark.tensorflow


def table(rows=12, width=3):
    values = np.random.default_rng(0).normal(size=(rows, width)).astype("float32")
    return keras.Variable(values, name="embeddings")


def gradients(steps, rows=12, width=3, seed=1):
    """For each step distinct rows and their gradient; some rows rest for long."""
    generator = np.random.default_rng(seed)
    for step in range(steps):
        # Row 0 is used at first only, row 1 each 40 steps, the others now and then.
        used = 2 + generator.choice(rows - 2, generator.integers(1, 4), replace=False)
        extra = [0] * (step < 3) + [1] * (step % 40 == 0)
        chosen = np.sort(np.concatenate([extra, used]).astype(np.int32))
        values = generator.normal(size=(len(chosen), width)).astype("float32")
        yield chosen, values * 0.1


def run(optimizer, variable, steps, dense, rate=None, flush_each=0):
    optimizer.build([variable])

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([None, 3])]
    )
    def apply(rows, values):
        slices = tf.IndexedSlices(values, rows, tf.constant([12, 3]))
        gradient = tf.convert_to_tensor(slices) if dense else slices
        optimizer.apply([gradient], [variable])

    for step, (rows, values) in enumerate(gradients(steps)):
        if rate is not None:
            optimizer.learning_rate.assign(rate(step))
        apply(rows, values)
        if flush_each and step % flush_each == 0:
            optimizer.flush()
    return variable


def assert_same_moments(one, two):
    """Momentum and velocity, which decide what comes after."""
    for name in ("_momentums", "_velocities"):
        first, second = (getattr(o, name)[0].numpy() for o in (one, two))
        np.testing.assert_allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 50, WINDOW + 150])
@pytest.mark.parametrize("clip", [None, 0.2])
@pytest.mark.parametrize("flush_each", [0, 7])
def test_equals_dense_adam(steps, clip, flush_each):
    options = {"learning_rate": 0.01, "global_clipnorm": clip}
    dense, sparse = table(), table()
    adam = keras.optimizers.Adam(**options)
    run(adam, dense, steps, dense=True)
    optimizer = CatchUpAdam(num_steps=steps, **options)
    run(optimizer, sparse, steps, dense=False, flush_each=flush_each)
    optimizer.flush()
    np.testing.assert_allclose(sparse.numpy(), dense.numpy(), atol=3e-5)
    assert_same_moments(optimizer, adam)


@pytest.mark.parametrize("clip", [None, 0.2, 1e6])
def test_clipping_leaves_a_sparse_gradient_sparse(clip):
    optimizer = CatchUpAdam(num_steps=1, global_clipnorm=clip)
    slices = tf.IndexedSlices(
        tf.ones((2, 3)), tf.constant([1, 4]), tf.constant([12, 3])
    )
    clipped, other = optimizer._clip_gradients([slices, tf.ones(10)])
    assert isinstance(clipped, tf.IndexedSlices)
    norm = np.sqrt(16.0)
    scale = 1.0 if clip is None else min(1.0, clip / norm)
    np.testing.assert_allclose(clipped.values, np.full((2, 3), scale), rtol=1e-6)
    np.testing.assert_allclose(other, np.full(10, scale), rtol=1e-6)


def test_equals_dense_adam_while_the_rate_changes():
    def rate(step):
        return 0.02 * 0.98**step

    dense, sparse = table(), table()
    run(keras.optimizers.Adam(), dense, 120, True, rate)
    optimizer = CatchUpAdam(num_steps=120)
    run(optimizer, sparse, 120, False, rate)
    optimizer.flush()
    np.testing.assert_allclose(sparse.numpy(), dense.numpy(), atol=3e-5)


def test_flush_changes_when_and_not_what():
    one, two = table(), table()
    late, often = CatchUpAdam(num_steps=60), CatchUpAdam(num_steps=60)
    run(late, one, 60, dense=False)
    often.build([two])
    for rows, values in gradients(60):
        often.apply([tf.IndexedSlices(values, rows, tf.constant([12, 3]))], [two])
        often.flush()
    late.flush()
    np.testing.assert_allclose(one.numpy(), two.numpy(), atol=1e-6)
    again = one.numpy().copy()
    late.flush()
    np.testing.assert_array_equal(one.numpy(), again)


def test_a_lazy_adam_would_fail_these_tests():
    """Without catching up the rows that rest stay behind: the test can tell."""
    dense, sparse = table(), table()
    run(keras.optimizers.Adam(0.01), dense, 50, dense=True)
    run(CatchUpAdam(0.01, num_steps=50), sparse, 50, dense=False)
    assert np.abs(sparse.numpy()[0] - dense.numpy()[0]).max() > 1e-3


def test_dense_gradients_are_those_of_adam():
    one, two = table(), table()
    adam, optimizer = keras.optimizers.Adam(0.01), CatchUpAdam(0.01, num_steps=20)
    run(adam, one, 20, dense=True)
    run(optimizer, two, 20, dense=True, flush_each=3)
    np.testing.assert_allclose(one.numpy(), two.numpy(), atol=1e-6)
    assert_same_moments(optimizer, adam)


@pytest.mark.parametrize("option", [{"amsgrad": True}, {"weight_decay": 0.1}])
def test_what_touches_every_row_is_refused(option):
    with pytest.raises(ValueError, match="every row in every step"):
        CatchUpAdam(**option)


def test_two_sparse_variables_are_each_that_of_dense_adam():
    results = []
    for kind in ("dense", "sparse"):
        one, two = table(), keras.Variable(table().numpy()[::-1], name="node_kernel")
        optimizer = keras.optimizers.Adam(0.01)
        if kind == "sparse":
            names = ["embeddings", "node_kernel"]
            optimizer = CatchUpAdam(0.01, num_steps=60, sparse=names)
        optimizer.build([one, two])
        for first, second in zip(gradients(60), gradients(60, seed=2), strict=True):
            slices = [
                tf.IndexedSlices(values, rows, tf.constant([12, 3]))
                for rows, values in (first, second)
            ]
            given = map(tf.convert_to_tensor, slices) if kind == "dense" else slices
            optimizer.apply(list(given), [one, two])
        if kind == "sparse":
            optimizer.flush()
        results.append((one.numpy(), two.numpy()))
    for dense, sparse in zip(*results, strict=True):
        np.testing.assert_allclose(sparse, dense, atol=3e-5)


def test_several_replicas_have_dense_adam(monkeypatch):
    options = {"learning_rate": 0.01, "clip_norm": 1.0, "num_steps": 5}
    assert type(make_optimizer("adam", **options)) is CatchUpAdam
    strategy = tf.distribute.get_strategy()
    monkeypatch.setattr(type(strategy), "num_replicas_in_sync", 2)
    dense = make_optimizer("adam", **options)
    assert isinstance(dense, keras.optimizers.Adam)
    assert not isinstance(dense, CatchUpAdam)


def test_saved_and_read_it_is_the_same():
    optimizer = CatchUpAdam(0.01, num_steps=7, sparse=["a", "b"])
    again = CatchUpAdam.from_config(optimizer.get_config())
    assert (again.num_steps, again.sparse) == (7, ["a", "b"])


@pytest.mark.parametrize("kind", ["adam", "adamw", "sgd"])
def test_a_scaled_loss_moves_weights_as_if_it_were_not(kind):
    options = {"learning_rate": 0.01, "clip_norm": 0.1, "num_steps": 5}
    results = []
    for scaled in (True, False):
        optimizer, variable = make_optimizer(kind, scaled=scaled, **options), table()
        optimizer.build([variable])
        for rows, values in gradients(5):
            with tf.GradientTape() as tape:
                picked = tf.gather(variable.value, rows)
                loss = optimizer.scale_loss(tf.reduce_sum(picked * values))
            optimizer.apply([tape.gradient(loss, variable.value)], [variable])
        if isinstance(optimizer, CatchUpAdam):
            optimizer.flush()
        results.append(variable.numpy())
    np.testing.assert_allclose(*results, atol=1e-6)
    assert np.abs(results[0] - table().numpy()).max() > 1e-3


def test_a_step_too_large_for_16_bits_is_left_out_and_the_scale_halved():
    options = {"learning_rate": 0.01, "clip_norm": None, "num_steps": 5}
    optimizer = make_optimizer("adam", scaled=True, **options)
    variable, seen = table(), []
    optimizer.build([variable])
    optimizer.watch = lambda gradients, _: seen.append(gradients[0].numpy())
    before, scale = variable.numpy(), float(optimizer.dynamic_scale)
    optimizer.apply([tf.fill(variable.shape, np.inf)], [variable])
    np.testing.assert_array_equal(variable.numpy(), before)
    assert float(optimizer.dynamic_scale) == scale / 2
    assert int(optimizer.iterations) == 0
    optimizer.apply([tf.fill(variable.shape, scale)], [variable])
    assert int(optimizer.iterations) == 1
    np.testing.assert_allclose(seen[1], 2.0)  # what is watched is not scaled
