"""Outputs and gradients of the padded layers under the backend that Keras has.

KERAS_BACKEND=jax python tests/support/padded_layers.py out.npz
"""

import sys

import keras
import numpy as np

from han import layers
from han.layers.tree_softmax import of_paths

PARENTS = [-1, -1, -1, 0, 0, 1, 3, 3, 5]


def drawn(*shape, seed=0):
    """Normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def calls():
    """Each layer by a name, with what it is given."""
    mask = np.arange(5) < np.array([[5], [3], [0]])
    sequences, vectors, margins = drawn(3, 5, 4), drawn(3, 4), drawn(3, 9)
    index = np.array([[0, 1], [2, -1]])
    yield "attention", layers.AttentionPooling(3), (sequences, mask)
    yield "no mask", layers.AttentionPooling(3), (sequences,)
    yield "mean", layers.AttentionPooling(None), (sequences, mask)
    yield "levels", layers.LevelAttentionPooling(3, 2), (sequences, mask)
    own = drawn(3, 5, 2, 4)
    yield "own levels", layers.LevelAttentionPooling(3, 2), (own, mask)
    yield "gru", layers.RecurrentEncoder(3), (sequences, mask)
    yield "lstm", layers.RecurrentEncoder(3, "lstm"), (sequences, mask)
    yield "cnn", layers.ConvolutionalEncoder(3), (sequences, mask)
    yield "unfold", layers.UnfoldSentences(), (vectors, index)
    yield "distinct", layers.DistinctWords(), (vectors, index)
    yield "fields", layers.FieldEmbedding(2), (vectors, np.array([0, 1, 1]))
    for head in ("tree", "leaf", "levels"):
        yield head, layers.TreeSoftmax(PARENTS, head), (vectors,)
        wide = layers.TreeSoftmax(PARENTS, head, wide=True)
        yield f"wide {head}", wide, (vectors, margins)
    yield "tree by level", layers.TreeSoftmax(PARENTS), (drawn(3, 3, 4),)


def gradients(layer, given, upstream):
    """Gradient of the first output at each weight that learns."""
    if keras.config.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(keras.tree.flatten(layer(*given))[0] * upstream)
        wanted = [weight.value for weight in layer.trainable_variables]
        return tape.gradient(loss, wanted, unconnected_gradients="zero")
    import jax

    fixed = [weight.value for weight in layer.non_trainable_variables]

    def loss(weights):
        out, _ = layer.stateless_call(weights, fixed, *given)
        return (keras.tree.flatten(out)[0] * upstream).sum()

    wanted = [weight.value for weight in layer.trainable_variables]
    return jax.jit(jax.grad(loss))(wanted)


def predictions():
    """Those of a small model that has learnt for an epoch."""
    words = keras.Input((None,), dtype="int32")
    embedding = keras.layers.Embedding(9, 4, mask_zero=True)
    text, _ = layers.AttentionPooling(3)(embedding(words))
    model = keras.Model(words, layers.TreeSoftmax(PARENTS)(text))
    model.set_weights([drawn(*weight.shape) for weight in model.get_weights()])
    model.compile(keras.optimizers.SGD(0.1), loss=layers.node_loss)
    ids = np.array([[3, 5, 0], [7, 0, 0]])
    model.fit(ids, np.array([6, 2]), verbose=0)
    return model.predict(ids, verbose=0)


def main(file):
    """Writes all of them."""
    found = {"model": predictions()}
    for name, layer, given in calls():
        layer(*given)
        random = np.random.default_rng(1)
        layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
        outputs = keras.tree.flatten(layer(*given))
        at_weights = []
        if layer.trainable_variables:
            at_weights = gradients(layer, given, drawn(*outputs[0].shape, seed=3))
        for number, array in enumerate([*outputs, *at_weights]):
            found[f"{name} {number}"] = np.asarray(array, "float64")
    coherent = of_paths(keras.ops.log_softmax(drawn(3, 9)), np.array(PARENTS))
    np.savez(file, coherent=np.asarray(coherent), **found)


if __name__ == "__main__":
    main(sys.argv[1])
