"""A context vector for each level: padded, packed and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from support.layers import (
    PackedSequences,
    assert_same_forms,
    draw_weights,
    outputs_and_gradients,
    random,
)

from han.layers import LevelAttentionPooling, PackedLevelAttentionPooling
from han.layers.attention_pooling_numpy import NumpyAttentionPooling

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("own", [False, True], ids=["shared", "own"])
@pytest.mark.parametrize("lengths", [[3, 0, 5, 1, 2], [4, 4]])
def test_all_forms_agree(lengths, own):
    """Of annotations that all levels share, or that each level has of its own."""
    given = PackedSequences(lengths, features=8)
    forms = LevelAttentionPooling(5, 2), PackedLevelAttentionPooling(5, 2)
    flat = tf.gather(given.sources, given.source)
    inputs = tf.Variable(tf.reshape(flat, (-1, 2, 4)) if own else flat)
    places = np.zeros(given.mask.shape, np.int32)
    places[given.mask] = np.arange(len(given.source))
    calls = (
        lambda: forms[0](tf.gather(inputs, places), given.mask),
        lambda: forms[1](inputs, given.segments),
    )
    for layer, call in zip(forms, calls, strict=True):
        call()
        draw_weights(layer)
    upstream = random(len(lengths), 2, inputs.shape[-1], seed=9)
    padded, packed = (
        outputs_and_gradients(layer, inputs, lambda call=call: call()[0], upstream)
        for layer, call in zip(forms, calls, strict=True)
    )
    assert_same_forms(packed, padded)
    weights = calls[0]()[1].numpy()[given.mask]
    np.testing.assert_allclose(calls[1]()[1], weights, atol=1e-6)
    in_numpy = NumpyAttentionPooling.of_weights(forms[0].get_weights(), 8)
    some, values = given.lengths[given.lengths > 0], inputs.numpy()
    for level in range(2):
        read = np.ascontiguousarray(values[:, level]) if own else values
        (found,) = in_numpy.of_level(level).weights(read, some)
        np.testing.assert_allclose(found, weights[:, level], atol=1e-6)
        if not own:
            every = in_numpy.weights(read, some)
            np.testing.assert_array_equal(every[level], found)


def test_without_a_mask_every_position_is_real():
    layer, inputs = LevelAttentionPooling(3, 2), random(2, 4, 5)
    expected = layer(inputs, np.ones((2, 4), bool))
    for one, two in zip(layer(inputs), expected, strict=True):
        np.testing.assert_array_equal(one, two)
