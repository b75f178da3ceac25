"""Attention to a context vector: padded, packed and in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import references
from support.layers import (
    PackedSequences,
    assert_same_forms,
    draw_weights,
    outputs_and_gradients,
    random,
    right_padded,
    weights_of,
)

from han.kernels.ragged_sequences import pooled as sums_of
from han.layers import AttentionPooling, PackedAttentionPooling, RecurrentEncoder
from han.layers.attention_pooling_numpy import NumpyAttentionPooling

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("units", [5, None])
@pytest.mark.parametrize("lengths", [[3, 0, 5, 1, 2], [1, 2], [4, 4], [0, 0, 7]])
def test_all_forms_agree(lengths, units):
    given = PackedSequences(lengths)
    forms = AttentionPooling(units), PackedAttentionPooling(units)
    inputs = tf.Variable(tf.gather(given.sources, given.source))
    places = np.zeros(given.mask.shape, np.int32)
    places[given.mask] = np.arange(len(given.source))
    calls = (
        lambda: forms[0](tf.gather(inputs, places), given.mask),
        lambda: forms[1](inputs, given.segments),
    )
    for layer, call in zip(forms, calls, strict=True):
        call()
        draw_weights(layer)
    upstream = random(len(lengths), 4, seed=9)
    padded, packed = (
        outputs_and_gradients(layer, inputs, lambda call=call: call()[0], upstream)
        for layer, call in zip(forms, calls, strict=True)
    )
    assert_same_forms(packed, padded)
    weights = calls[0]()[1].numpy()[given.mask]
    np.testing.assert_allclose(calls[1]()[1], weights, atol=1e-6)
    some = given.lengths[given.lengths > 0]
    in_numpy = NumpyAttentionPooling.of_weights(forms[0].get_weights(), features=4)
    (found,) = in_numpy.weights(inputs.numpy(), some)
    np.testing.assert_allclose(found, weights, atol=1e-6)
    vectors = sums_of(inputs.numpy(), found, some)
    np.testing.assert_allclose(vectors, padded[0][given.lengths > 0], atol=1e-6)


def test_attention_golden_by_hand():
    """Identity projection: scores tanh(1) and 0, so weights 0.6817 and 0.3183."""
    layer = AttentionPooling(units=1)
    layer.build((None, None, 1))
    layer.set_weights([np.eye(1), np.zeros(1), np.ones((1, 1))])
    inputs = np.array([[[1.0], [0.0], [9.0]]], "float32")
    _, weights = layer(inputs, np.array([[True, True, False]]))
    np.testing.assert_allclose(weights[0], [0.6817, 0.3183, 0.0], atol=5e-5)


@pytest.mark.parametrize("units", [6, None])
@pytest.mark.parametrize("lengths", [[4, 2, 1], [4, 4, 4], [0, 3, 0]])
def test_attention_equals_numpy(lengths, units):
    inputs, mask = random(3, 4, 5), right_padded(lengths, 4)
    layer = AttentionPooling(units)
    pooled, weights = layer(inputs, mask)
    for row, length in enumerate(lengths):
        vector, alpha = references.attention(
            inputs[row, :length].astype(float), *weights_of(layer)
        )
        np.testing.assert_allclose(pooled[row], vector, atol=1e-6)
        np.testing.assert_allclose(weights[row, :length], alpha, atol=1e-6)
        assert not np.any(weights[row, length:])


def test_attention_is_one_number_for_each_step_and_sums_to_one():
    _, weights = AttentionPooling(3)(random(2, 5, 4), right_padded([5, 3], 5))
    assert weights.shape == (2, 5)
    np.testing.assert_allclose(np.sum(weights, axis=1), 1, atol=1e-6)


def test_attention_is_stable_for_large_scores():
    layer = AttentionPooling(units=2)
    layer.build((None, None, 2))
    layer.set_weights([np.eye(2) * 1e3, np.zeros(2), np.full((2, 1), 1e4)])
    pooled, weights = layer(random(1, 3, 2), np.ones((1, 3), bool))
    assert np.isfinite(pooled).all()
    np.testing.assert_allclose(np.sum(weights), 1, atol=1e-6)


def test_attention_of_nothing_is_zero_and_has_no_gradient():
    inputs = tf.Variable(random(1, 3, 2))
    with tf.GradientTape() as tape:
        pooled, weights = AttentionPooling(2)(inputs, np.zeros((1, 3), bool))
        total = tf.reduce_sum(pooled) + tf.reduce_sum(weights)
    assert not np.any(pooled)
    assert not np.any(weights)
    assert not np.any(tape.gradient(total, inputs))


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_attention_in_half_precision_ignores_padding(precision):
    layer = AttentionPooling(4, dtype=precision)
    pooled, weights = layer(random(2, 5, 4), right_padded([2, 0], 5))
    assert np.isfinite(np.asarray(pooled, "float32")).all()
    assert not np.any(np.asarray(weights)[:, 2:])


@pytest.mark.parametrize("units", [5, None])
def test_packed_attention_equals_numpy(units):
    inputs, segments = random(6, 4), np.array([0, 0, 0, 2, 3, 3])
    layer = PackedAttentionPooling(units)
    pooled, weights = layer(inputs, segments)
    for segment in range(4):
        rows = segments == segment
        vector, alpha = references.attention(
            inputs[rows].astype(float), *weights_of(layer)
        )
        np.testing.assert_allclose(pooled[segment], vector, atol=1e-6)
        np.testing.assert_allclose(np.asarray(weights)[rows], alpha, atol=1e-6)


def test_without_a_mask_every_position_is_real():
    layer, inputs = AttentionPooling(3), random(2, 4, 5)
    expected = layer(inputs, np.ones((2, 4), bool))
    for found in (layer(inputs), layer(inputs, mask=np.ones((2, 4)))):
        for one, two in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("given", ["by keras", "by name", "by place"])
def test_it_works_in_a_model_of_anybodys(tmp_path, given):
    words = keras.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(20, 6, mask_zero=given == "by keras")
    states = embedding(words)
    mask = keras.ops.not_equal(words, 0)
    if given == "by keras":
        # The mask goes through the encoder.
        text, weights = AttentionPooling(3)(RecurrentEncoder(2)(states))
    elif given == "by name":
        text, weights = AttentionPooling(3)(states, mask=mask)
    else:
        text, weights = AttentionPooling(3)(states, mask)
    model = keras.Model(words, [keras.layers.Dense(2)(text), weights])
    model.compile("sgd", loss=["mse", None])
    ids = np.array([[3, 7, 5, 0], [4, 9, 0, 0]])
    model.fit(ids, np.ones((2, 2)), verbose=0)
    expected = model.predict(ids, verbose=0)
    assert not expected[1][ids == 0].any()
    longer = model.predict(np.pad(ids, [(0, 0), (0, 3)]), verbose=0)
    np.testing.assert_allclose(longer[0], expected[0], atol=1e-6)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(ids, verbose=0)[0], expected[0])
