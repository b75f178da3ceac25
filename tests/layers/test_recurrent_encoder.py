"""A recurrence in both directions: padded, packed and in NumPy."""

import numpy as np
import pytest
from support import references
from support.layers import (
    PackedSequences,
    assert_encoder_forms_agree,
    draw_weights,
    random,
    right_padded,
    weights_of,
)

from han.kernels.packed_rows import packed_rows
from han.layers import PackedRecurrentEncoder, RecurrentEncoder
from han.layers.recurrent_encoder_numpy import NumpyRecurrentEncoder

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("lengths", [[3, 0, 5, 1, 2], [1], [4, 4], [0, 0, 7]])
def test_all_forms_agree(lengths, graph):
    given = PackedSequences(lengths)
    padded, packed = RecurrentEncoder(3), PackedRecurrentEncoder(3)
    where = packed_rows(given.lengths)
    assert_encoder_forms_agree(
        given, padded, packed, where, NumpyRecurrentEncoder, graph
    )


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("lengths", [[4, 2, 1], [0, 4, 0]])
def test_encoder_equals_numpy(lengths, cell):
    inputs, mask = random(3, 4, 5), right_padded(lengths, 4)
    layer = RecurrentEncoder(3, cell)
    layer(inputs, mask)
    draw_weights(layer)
    states = layer(inputs, mask)
    for row, length in enumerate(lengths):
        expected = references.ENCODERS[cell](
            inputs[row, :length].astype(float), weights_of(layer)
        )
        np.testing.assert_allclose(states[row, :length], expected, atol=1e-6)
        assert not np.any(states[row, length:])


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_encoder_does_not_see_padding(cell):
    layer = RecurrentEncoder(3, cell)
    inputs = random(2, 4, 5)
    short = layer(inputs, right_padded([4, 2], 4)).numpy()
    longer = np.concatenate([inputs, random(2, 3, 5, seed=1)], axis=1)
    padded = layer(longer, right_padded([4, 2], 7)).numpy()
    np.testing.assert_array_equal(short, padded[:, :4])


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_without_a_mask_every_position_is_real(cell):
    layer, inputs = RecurrentEncoder(3, cell), random(2, 4, 5)
    expected = layer(inputs, np.ones((2, 4), bool))
    np.testing.assert_allclose(layer(inputs), expected, atol=1e-6)


def test_packed_encoder_refuses_the_lstm():
    with pytest.raises(ValueError, match="A packed recurrence knows the gru alone"):
        PackedRecurrentEncoder(3, "lstm")
