"""The vector of a sentence's field: in Keras and in NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from support.layers import draw_weights, random

from han.layers import FieldEmbedding
from han.layers.field_embedding_numpy import NumpyFieldEmbedding

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 3)], ids=["shared", "levels"])
def test_all_forms_agree(shape):
    layer, ids = FieldEmbedding(2), np.array([1, 0, 0, 1])
    layer.build(shape)
    draw_weights(layer)
    expected, found = layer(random(*shape), ids), random(*shape)
    NumpyFieldEmbedding(*layer.get_weights()).add_to(found, ids)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_field_embedding_adds_the_fields_vector():
    layer = FieldEmbedding(2)
    layer.build((None, 3))
    layer.set_weights([np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])])
    out = layer(np.zeros((2, 3), "float32"), np.array([1, 0]))
    np.testing.assert_array_equal(out, [[10, 20, 30], [1, 2, 3]])


def test_field_embedding_has_a_dense_gradient():
    """Fields repeat in a batch; optimizers take rows of a lookup for distinct ones."""
    layer = FieldEmbedding(2)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(
            layer(np.ones((5, 3), "float32"), np.array([1, 1, 0, 1, 1]))
        )
    gradient = tape.gradient(loss, layer.vectors)
    assert not isinstance(gradient, tf.IndexedSlices)
    np.testing.assert_array_equal(gradient, [[1.0] * 3, [4.0] * 3])
