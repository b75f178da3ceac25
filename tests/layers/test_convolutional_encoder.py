"""A convolution in each sequence: padded, packed and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from support import references
from support.layers import (
    PackedSequences,
    assert_encoder_forms_agree,
    draw_weights,
    random,
    right_padded,
    weights_of,
)

from han.layers import ConvolutionalEncoder, PackedConvolutionalEncoder
from han.layers.convolutional_encoder_numpy import NumpyConvolutionalEncoder

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("width", [1, 3, 5])
@pytest.mark.parametrize("lengths", [[3, 0, 5, 1, 2], [1], [4, 4], [0, 0, 7]])
def test_all_forms_agree(lengths, width, graph):
    given = PackedSequences(lengths)
    padded, packed = (
        ConvolutionalEncoder(3, width),
        PackedConvolutionalEncoder(3, width),
    )
    where = [given.segments]
    assert_encoder_forms_agree(
        given, padded, packed, where, NumpyConvolutionalEncoder, graph
    )


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("lengths", [[4, 2, 1], [0, 4, 0]])
def test_encoder_equals_numpy(lengths, width):
    inputs, mask = random(3, 4, 5), right_padded(lengths, 4)
    layer = ConvolutionalEncoder(3, width)
    layer(inputs, mask)
    draw_weights(layer)
    states = layer(inputs, mask)
    for row, length in enumerate(lengths):
        expected = references.convolution(
            inputs[row, :length].astype(float), weights_of(layer)
        )
        np.testing.assert_allclose(states[row, :length], expected, atol=1e-6)
        assert not np.any(states[row, length:])


@pytest.mark.parametrize("width", [1, 3])
def test_encoder_does_not_see_padding(width):
    layer = ConvolutionalEncoder(3, width)
    inputs = random(2, 4, 5)
    short = layer(inputs, right_padded([4, 2], 4)).numpy()
    longer = np.concatenate([inputs, random(2, 3, 5, seed=1)], axis=1)
    padded = layer(longer, right_padded([4, 2], 7)).numpy()
    np.testing.assert_array_equal(short, padded[:, :4])


@pytest.mark.parametrize("width", [1, 3])
def test_without_a_mask_every_position_is_real(width):
    layer, inputs = ConvolutionalEncoder(3, width), random(2, 4, 5)
    expected = layer(inputs, np.ones((2, 4), bool))
    np.testing.assert_allclose(layer(inputs), expected, atol=1e-6)


def test_packed_convolution_gives_each_element_a_source_of_its_own():
    layer, segments = PackedConvolutionalEncoder(2), np.array([0, 0, 2])
    layer(random(3, 4), segments)
    draw_weights(layer)
    states = layer(random(3, 4), segments)
    for rows in ([0, 1], [2]):
        expected = references.convolution(
            random(3, 4)[rows].astype(float), weights_of(layer)
        )
        np.testing.assert_allclose(states.numpy()[rows], expected, atol=1e-6)


def test_packed_convolution_gives_no_gradient_to_a_source_that_is_not_used():
    layer, sources = PackedConvolutionalEncoder(2), tf.Variable(random(4, 3))
    source, sort = np.array([2, 0, 2]), np.array([1, 0, 2])
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(sources, np.array([0, 0, 1]), source, sort))
    moved = np.any(tape.gradient(total, sources) != 0, axis=1)
    assert moved.tolist() == [True, False, True, False]
