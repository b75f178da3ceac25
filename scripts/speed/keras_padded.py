"""The Keras HAN as people write it: every document padded to the largest, with masks.

Two forms: sentences folded into one axis by a reshape, and the word encoder under
`TimeDistributed`, which Keras unrolls into one copy for each sentence.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from speed.corpora import LEAF_CODES, TOP_CODES, Corpus, make_corpus, rectangle
from speed.ours import use_threads
from speed.rooms import Contestant, Sizes, cycle, random_batches

MAX_BATCHES = 40


class Attention(keras.layers.Layer):
    """Weighted sum over the time axis by a learned context, padding left out."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Makes kernel, bias and context."""
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")
        self.context = self.add_weight(shape=(self.units, 1))

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """`(B, T, features)` to `(B, features)`."""
        hidden = ops.tanh(ops.matmul(inputs, self.kernel) + self.bias)
        scores = ops.squeeze(ops.matmul(hidden, self.context), -1)
        if mask is not None:
            scores = ops.where(mask, scores, -1e9)
        weights = ops.softmax(scores, axis=-1)
        return ops.sum(inputs * ops.expand_dims(weights, -1), axis=1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: the time axis is gone."""
        return None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """`(B, features)`."""
        return (input_shape[0], input_shape[-1])


class SentenceMask(keras.layers.Layer):
    """True for sentences with a word, from ids `(B, S, W)`."""

    def call(self, ids: Any) -> Any:
        """`(B, S)`."""
        return ops.any(ops.not_equal(ids, 0), axis=-1)


def build(sizes: Sizes, threads: int, time_distributed: bool = False) -> Contestant:
    """The padded network with its tasks `train` and `predict`."""
    use_threads(threads)
    corpus = make_corpus(sizes.corpus, sizes.documents, sizes.vocabulary)
    model = make_model(sizes, corpus, time_distributed)
    rows = random_batches(corpus, sizes.batch)[:MAX_BATCHES]
    batches = [(len(r), batch(corpus, r)) for r in rows]

    @tf.function(reduce_retracing=True)
    def step(ids: Any, top: Any, leaf: Any) -> Any:
        return model.train_step((ids, (top, leaf)))

    @tf.function(reduce_retracing=True)
    def infer(ids: Any) -> Any:
        return model(ids, training=False)

    tasks = {
        "train": cycle(batches, step),
        "predict": cycle(
            [(size, (ids,)) for size, (ids, *_) in batches],
            lambda ids: [output.numpy() for output in infer(ids)],
        ),
    }
    return Contestant(tasks, step.experimental_get_tracing_count)


def batch(corpus: Corpus, rows: Any) -> tuple[Any, Any, Any]:
    """Word ids `(B, S, W)` and both codes `(B,)` as tensors."""
    codes = corpus.top_codes[rows], corpus.leaf_codes[rows]
    return tf.constant(rectangle(corpus, rows)), *map(tf.constant, codes)


def make_model(sizes: Sizes, corpus: Corpus, time_distributed: bool) -> keras.Model:
    """The model, compiled with stock Adam; two softmax heads."""
    shape = (corpus.max_sentences, corpus.max_words)
    ids = keras.Input(shape, dtype="int32")
    words = word_model(sizes, corpus.max_words)
    if time_distributed:
        sentences = keras.layers.TimeDistributed(words, name="words")(ids)
    else:
        folded = ops.reshape(ids, (-1, corpus.max_words))
        sentences = ops.reshape(words(folded), (-1, shape[0], 2 * sizes.units))
    mask = SentenceMask()(ids)
    states = keras.layers.Bidirectional(
        keras.layers.GRU(sizes.units, return_sequences=True), name="sentence_encoder"
    )(sentences, mask=mask)
    document = Attention(2 * sizes.units, name="sentence_attention")(states, mask=mask)
    heads = [
        keras.layers.Dense(TOP_CODES, activation="softmax", name="top")(document),
        keras.layers.Dense(LEAF_CODES, activation="softmax", name="leaf")(document),
    ]
    model = keras.Model(ids, heads)
    losses = ["sparse_categorical_crossentropy"] * 2
    model.compile("adam", loss=losses, jit_compile=False)
    return model


def word_model(sizes: Sizes, max_words: int) -> keras.Model:
    """Word ids of a sentence to its vector."""
    ids = keras.Input((max_words,), dtype="int32")
    vectors = keras.layers.Embedding(
        sizes.vocabulary, sizes.embedding, mask_zero=True, name="word_embedding"
    )(ids)
    states = keras.layers.Bidirectional(
        keras.layers.GRU(sizes.units, return_sequences=True), name="word_encoder"
    )(vectors)
    sentence = Attention(2 * sizes.units, name="word_attention")(states)
    return keras.Model(ids, sentence, name="words")


def document_vectors(model: keras.Model, network: Any, ids: Any) -> Any:
    """Document vectors `(B, 2U)` with the weights of this package's network."""
    words = model.get_layer("words")
    words = getattr(words, "layer", words)
    for layer in ("word_embedding", "word_encoder", "word_attention"):
        words.get_layer(layer).set_weights(network.get_layer(layer).get_weights())
    for layer in ("sentence_encoder", "sentence_attention"):
        model.get_layer(layer).set_weights(network.get_layer(layer).get_weights())
    below = keras.Model(model.inputs, model.get_layer("sentence_attention").output)
    return np.asarray(below([ids]))
