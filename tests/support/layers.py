"""What tests of layers share: padded sequences, random inputs and weights."""

import numpy as np


def right_padded(lengths, width):
    """A mask of sequences that begin at the left."""
    return np.arange(width) < np.array(lengths)[:, None]


def random(*shape, seed=0):
    """Normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def weights_of(layer):
    """Weights of a layer in float64."""
    return [np.asarray(w, float) for w in layer.get_weights()]


def draw_weights(layer, seed=5):
    """Gives a built layer weights; zero and small ones would hide mistakes."""
    generator = np.random.default_rng(seed)
    layer.set_weights([generator.normal(size=w.shape) for w in layer.get_weights()])


def outputs_and_gradients(layer, inputs, call, upstream, graph=False):
    """Vectors that a call of the layer gives, and gradients at inputs and weights."""
    import tensorflow as tf

    def step():
        with tf.GradientTape() as tape:
            vectors = call()
            loss = tf.reduce_sum(vectors * upstream)
        wanted = [inputs, *(w.value for w in layer.trainable_variables)]
        gradients = tape.gradient(loss, wanted)
        return vectors, [tf.convert_to_tensor(gradient) for gradient in gradients]

    return tf.function(step)() if graph else step()


def assert_same_forms(one, two):
    """Outputs to 1e-6, and gradients to 1e-5 of the largest of each."""
    (found, found_gradients), (expected, expected_gradients) = one, two
    np.testing.assert_allclose(found, expected, atol=1e-6)
    for got, wanted in zip(found_gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-7 + 1e-5 * np.abs(wanted).max())


class PackedSequences:
    """Sequences of a few distinct vectors, packed and padded.

    Attributes:
        lengths: `(n,)`.
        sources: Distinct vectors, a variable, `(u, features)`.
        source: Vector of each element, `(M,)`.
        sort: Elements sorted by vector, `(M,)`.
        segments: Sequence of each element, `(M,)`.
        mask: True at real places, `(n, T)`.
        index: Vector at each place, `(n, T)`.
    """

    def __init__(self, lengths, features=4):
        import tensorflow as tf

        self.lengths = np.array(lengths, np.int32)
        drawn = np.random.default_rng(5).integers(0, 6, self.lengths.sum())
        self.source = np.unique(drawn, return_inverse=True)[1].astype(np.int32)
        self.sources = tf.Variable(random(self.source.max() + 1, features))
        self.sort = np.argsort(self.source, kind="stable")
        self.segments = np.repeat(np.arange(len(lengths)), lengths)
        self.mask = right_padded(lengths, max(lengths))
        self.index = np.zeros(self.mask.shape, np.int32)
        self.index[self.mask] = self.source

    def padded(self):
        """Vectors `(n, T, features)`."""
        import tensorflow as tf

        return tf.gather(self.sources, self.index)


def assert_encoder_forms_agree(given, padded, packed, where, numpy_form, graph):
    """Annotations of an encoder and their gradients are the same in all its forms.

    Args:
        given: `PackedSequences`.
        padded: The padded layer, of 6 components.
        packed: The packed one.
        where: What it reads of the places of elements, before source and sort.
        numpy_form: Class of the NumPy form.
        graph: Whether the Keras forms run as a graph.
    """
    import tensorflow as tf

    def run_packed():
        return packed(given.sources, *where, given.source, given.sort)

    def run_padded():
        return tf.boolean_mask(padded(given.padded(), given.mask), given.mask)

    for layer, call in ((padded, run_padded), (packed, run_packed)):
        call()
        draw_weights(layer)
    upstream = random(len(given.source), 6, seed=9)
    both = [
        outputs_and_gradients(layer, given.sources, call, upstream, graph)
        for layer, call in ((padded, run_padded), (packed, run_packed))
    ]
    assert_same_forms(*both)
    in_numpy = numpy_form.of_weights(padded.get_weights())
    table = in_numpy.project(given.sources.numpy())
    found = in_numpy.annotate(table, given.source, given.lengths)
    assert in_numpy.features == 6
    np.testing.assert_allclose(found, both[0][0], atol=1e-6)
