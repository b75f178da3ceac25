"""Each layer against plain NumPy, and the eight checks that public HANs fail."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support import references

from han.kernels.packed_rows import packed_rows
from han.layers import (
    AttentionPooling,
    ConvolutionalEncoder,
    DistinctWords,
    DropLast,
    FieldEmbedding,
    PackedAttentionPooling,
    PackedConvolutionalEncoder,
    PackedRecurrentEncoder,
    RecurrentEncoder,
    TreeSoftmax,
    UnfoldSentences,
)

pytestmark = pytest.mark.tensorflow

# Node 2 is a leaf on level 1; 1 -> 5 -> 8 are only children; levels are 3, 3, 3 wide.
PARENTS = [-1, -1, -1, 0, 0, 1, 3, 3, 5]


@pytest.fixture(autouse=True)
def seeds():
    """Weights are random; each test must draw the same ones every time."""
    keras.utils.set_random_seed(0)


def right_padded(lengths, width):
    return np.arange(width) < np.array(lengths)[:, None]


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def weights_of(layer):
    return [np.asarray(w, float) for w in layer.get_weights()]


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


def encoder(kind, form="padded"):
    """The layer of `model.encoder: kind`; `wide` is a convolution over five."""
    recurrent, convolutional = {
        "padded": (RecurrentEncoder, ConvolutionalEncoder),
        "packed": (PackedRecurrentEncoder, PackedConvolutionalEncoder),
    }[form]
    widths = {"cnn": 3, "mean": 1, "wide": 5}
    if kind in widths:
        return convolutional(3, widths[kind])
    return recurrent(3, kind)


def draw_weights(layer, seed=5):
    """Zero and small weights would hide mistakes."""
    generator = np.random.default_rng(seed)
    layer.set_weights([generator.normal(size=w.shape) for w in layer.get_weights()])


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn", "mean"])
@pytest.mark.parametrize("lengths", [[4, 2, 1], [0, 4, 0]])
def test_encoder_equals_numpy(kind, lengths):
    inputs, mask = random(3, 4, 5), right_padded(lengths, 4)
    layer = encoder(kind)
    layer(inputs, mask)
    draw_weights(layer)
    states = layer(inputs, mask)
    for row, length in enumerate(lengths):
        expected = references.ENCODERS[kind](
            inputs[row, :length].astype(float), weights_of(layer)
        )
        np.testing.assert_allclose(states[row, :length], expected, atol=1e-6)
        assert not np.any(states[row, length:])


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn", "mean"])
def test_encoder_does_not_see_padding(kind):
    layer = encoder(kind)
    inputs = random(2, 4, 5)
    short = layer(inputs, right_padded([4, 2], 4)).numpy()
    longer = np.concatenate([inputs, random(2, 3, 5, seed=1)], axis=1)
    padded = layer(longer, right_padded([4, 2], 7)).numpy()
    np.testing.assert_array_equal(short, padded[:, :4])


def test_unfold_puts_sentences_back_and_leaves_zeros():
    vectors = random(3, 2)
    index = np.array([[2, -1], [0, 1], [-1, -1]])
    out, mask = UnfoldSentences()(vectors, index)
    np.testing.assert_array_equal(out[0, 0], vectors[2])
    np.testing.assert_array_equal(out[1], vectors[:2])
    np.testing.assert_array_equal(mask, index >= 0)
    assert not np.any(out[2])


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


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: AttentionPooling(0), "`units` must be a positive whole number"),
        (lambda: RecurrentEncoder(2.5), "`units` must be a positive whole number"),
        (lambda: RecurrentEncoder(2, "rnn"), "`cell` must be gru or lstm"),
        (lambda: ConvolutionalEncoder(2, 4), "`width` must be odd"),
        (lambda: ConvolutionalEncoder(2, -1), "`width` must be a positive"),
        (lambda: FieldEmbedding(True), "`num_fields` must be"),
        (lambda: TreeSoftmax([-1], "flat"), "`head` must be one of"),
        (lambda: TreeSoftmax([1, -1]), "each parent before its children"),
        (lambda: TreeSoftmax([-1, 0, -1]), "level by level"),
        (lambda: TreeSoftmax([]), "at least one node"),
    ],
)
def test_wrong_arguments_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (AttentionPooling(3), (random(2, 4, 5), np.ones((2, 4), bool))),
        (AttentionPooling(None), (random(2, 4, 5), np.ones((2, 4), bool))),
        (RecurrentEncoder(3, "lstm"), (random(2, 4, 5), np.ones((2, 4), bool))),
        (ConvolutionalEncoder(3, 1), (random(2, 4, 5), np.ones((2, 4), bool))),
        (FieldEmbedding(2), (random(3, 4), np.array([0, 1, 1]))),
        (UnfoldSentences(), (random(3, 4), np.array([[0, 1], [2, -1]]))),
        (DistinctWords(), (random(3, 4), np.array([[2, 0], [1, -1]]))),
        (DropLast(), (random(3, 4), np.zeros(2))),
        (PackedAttentionPooling(3), (random(4, 5), np.array([0, 0, 2, 2]))),
        (PackedConvolutionalEncoder(2), (random(4, 5), np.array([0, 0, 2, 2]))),
        (
            PackedRecurrentEncoder(2),
            (random(3, 4), *packed_rows(np.array([1, 2], np.int32))),
        ),
        (TreeSoftmax(PARENTS, "leaf"), (random(2, 4),)),
    ],
)
def test_layer_reloads_from_its_config(layer, inputs):
    expected = layer(*inputs)
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    got = copy(*inputs)
    copy.set_weights(layer.get_weights())
    got = copy(*inputs)
    for a, b in zip(tf.nest.flatten(expected), tf.nest.flatten(got), strict=True):
        np.testing.assert_array_equal(a, b)


def packed_and_padded(kind, lengths, features=4):
    """Both forms of the encoder with the same weights, on the same words."""
    lengths = np.array(lengths, np.int32)
    generator = np.random.default_rng(5)
    source = generator.integers(0, 6, lengths.sum())
    source = np.unique(source, return_inverse=True)[1].astype(np.int32)
    sources = tf.Variable(random(source.max() + 1, features))
    sort = np.argsort(source, kind="stable")
    mask = right_padded(lengths, max(lengths))
    index = np.zeros(mask.shape, np.int32)
    index[mask] = source
    packed, padded = encoder(kind, "packed"), encoder(kind, "padded")
    where = packed_rows(lengths)
    if kind != "gru":
        where = [np.repeat(np.arange(len(lengths)), lengths)]

    def run_packed():
        return packed(sources, *where, source, sort)

    def run_padded():
        return tf.boolean_mask(padded(tf.gather(sources, index), mask), mask)

    run_packed(), run_padded()
    draw_weights(packed)
    draw_weights(padded)
    return sources, (packed, run_packed), (padded, run_padded)


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("kind", ["gru", "cnn", "mean", "wide"])
@pytest.mark.parametrize("lengths", [[3, 0, 5, 1, 2], [1], [4, 4], [0, 0, 7]])
def test_packed_encoder_equals_padded_in_outputs_and_gradients(lengths, kind, graph):
    sources, *forms = packed_and_padded(kind, lengths)
    upstream = random(sum(lengths), 6, seed=9)
    results = []
    for layer, run in forms:

        def step(layer=layer, run=run):
            with tf.GradientTape() as tape:
                states = run()
                loss = tf.reduce_sum(states * upstream)
            wanted = [sources, *(w.value for w in layer.trainable_variables)]
            return states, [
                tf.convert_to_tensor(g) for g in tape.gradient(loss, wanted)
            ]

        results.append(tf.function(step)() if graph else step())
    (packed, packed_gradients), (padded, padded_gradients) = results
    np.testing.assert_allclose(packed, padded, atol=1e-6)
    for one, two in zip(packed_gradients, padded_gradients, strict=True):
        scale = np.abs(two).max()
        np.testing.assert_allclose(one, two, atol=1e-5 * scale)


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


def test_packed_encoder_refuses_the_lstm():
    with pytest.raises(ValueError, match="A packed recurrence knows the gru alone"):
        PackedRecurrentEncoder(3, "lstm")
