"""The pieces of a training step and of a prediction, each alone, by the real layers.

A piece is the model between a layer's inputs and its output: it depends on the names
of the layers and on nothing inside them.
"""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from han.batching.batches import input_specs
from han.batching.epoch_orders import by_length
from han.batching.network_inputs import NO_AUXILIARY_INPUTS
from han.kernels.ragged_ranges import ranges, starts
from han.kernels.ragged_sequences import distinct
from han.text.text_encoder import EncodedTexts
from speed.corpora import Corpus
from speed.ours import predictor_of

LAYERS = (
    "word_embedding",
    "word_encoder",
    "word_attention",
    "sentence_encoder",
    "sentence_attention",
    "tree_softmax",
)
Work = Callable[[], object]


def batch_of(corpus: Corpus, documents: int) -> tuple[EncodedTexts, Any]:
    """Documents from the middle of the lengths, and their nodes."""
    order = by_length(corpus.texts)
    first = max((len(order) - documents) // 2, 0)
    rows = np.sort(order[first : first + documents])
    return corpus.texts.take(rows), corpus.nodes[rows]


def tensors(network: Any, texts: EncodedTexts) -> dict[str, Any]:
    """One batch as the network reads it, as tensors."""
    inputs = NO_AUXILIARY_INPUTS.inputs(texts, network.computation)
    return {name: tf.constant(value) for name, value in inputs.items()}


def layer_pieces(network: Any, inputs: dict[str, Any]) -> dict[str, list[Work]]:
    """Forward, and forward with backward, of each layer on its own inputs."""
    return {name: layer_piece(network, name, inputs) for name in LAYERS}


def layer_piece(network: Any, name: str, inputs: dict[str, Any]) -> list[Work]:
    """The same for one layer."""
    layer = network.get_layer(name)
    given = keras.tree.flatten(layer.input)
    values = keras.Model(network.inputs, given)(inputs)
    values = keras.tree.flatten(values)
    piece = keras.Model(given, layer.output)
    floats = [v for v in values if v.dtype.is_floating]

    @tf.function(autograph=False)
    def forward() -> Any:
        return first(piece(values, training=True))

    upstream = tf.random.normal(tf.shape(forward()))

    @tf.function(autograph=False)
    def both() -> Any:
        with tf.GradientTape() as tape:
            tape.watch(floats)
            output = first(piece(values, training=True))
        sources = [*floats, *layer.trainable_variables]
        return tape.gradient(output, sources, output_gradients=upstream)

    return [forward, both]


def first(output: Any) -> Any:
    """The vectors, where a layer returns weights beside them."""
    return output[0] if isinstance(output, (tuple, list)) else output


def projection_piece(network: Any, inputs: dict[str, Any]) -> list[Work]:
    """The word encoder's input projection alone: a product over distinct words."""
    below = keras.Model(network.inputs, network.get_layer("word_embedding").output)
    words = below(inputs)
    kernel = tf.random.normal((words.shape[1], 6 * network.word_units))
    upstream = tf.random.normal((words.shape[0], kernel.shape[1]))

    @tf.function(autograph=False)
    def forward() -> Any:
        return tf.matmul(words, kernel)

    @tf.function(autograph=False)
    def both() -> Any:
        return (
            tf.matmul(words, kernel),
            tf.matmul(upstream, kernel, transpose_b=True),
            tf.matmul(words, upstream, transpose_a=True),
        )

    return [forward, both]


def optimizer_piece(network: Any, inputs: dict[str, Any]) -> Work:
    """The optimizer on gradients of the batch's shapes, the embedding's sparse."""
    table = network.get_layer("word_embedding").embeddings
    rows = inputs["words"]
    shape = tf.constant([network.vocabulary_size, network.embedding_dimension])
    values = tf.random.normal((rows.shape[0], network.embedding_dimension))
    variables = network.trainable_variables
    dense = [None if v is table else tf.random.normal(v.shape) for v in variables]
    catch_up = getattr(network.optimizer, "catch_up", None)

    @tf.function(autograph=False)
    def step() -> None:
        if catch_up is not None:
            catch_up(table, rows)
        sparse = tf.IndexedSlices(values, rows, shape)
        network.optimizer.apply([sparse if g is None else g for g in dense], variables)

    return step


def step_piece(network: Any, inputs: dict[str, Any], nodes: Any) -> Work:
    """The whole training step, metrics included."""
    signature = (
        input_specs(network.form),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None,), tf.float32),
    )
    step = tf.function(lambda *b: network.train_step(b), input_signature=signature)
    batch = inputs, tf.constant(nodes), tf.ones(len(nodes))
    return lambda: step(*batch)


def training_pieces(network: Any, texts: EncodedTexts, nodes: Any) -> dict[str, Any]:
    """All pieces of a training step by name; the last is the whole step."""
    inputs = tensors(network, texts)
    pieces = layer_pieces(network, inputs)
    return {
        "packing (NumPy)": [
            lambda: NO_AUXILIARY_INPUTS.inputs(texts, network.computation)
        ],
        "word_embedding": pieces.pop("word_embedding"),
        PROJECTION: projection_piece(network, inputs),
        **pieces,
        "optimizer": [None, optimizer_piece(network, inputs)],
        STEP: [None, step_piece(network, inputs, nodes)],
    }


def prediction_pieces(network: Any, texts: EncodedTexts) -> dict[str, Any]:
    """All pieces of a prediction by name; the last is the whole of it."""
    predictor = predictor_of(network)
    predictor.log_probabilities(texts)  # every word is in the table from now on
    words, sentences = predictor.words, predictor.sentences
    lengths, counts = texts.sentence_lengths, texts.document_sentences
    first, same = distinct(texts.vocabulary_ids, lengths, texts.sentence_fields)
    chosen, table = lengths[first], predictor.table_of(texts.vocabulary_ids)[0]
    ids = texts.vocabulary_ids[ranges(starts(lengths)[first], chosen)]
    vectors = words.pool(table, ids, chosen)
    documents = sentences.pool(sentences.encoder.project(vectors), same, counts)
    return {
        "distinct sentences": [
            lambda: distinct(texts.vocabulary_ids, lengths, texts.sentence_fields)
        ],
        "words to sentences": [lambda: words.pool(table, ids, chosen)],
        "- of it: annotations": [lambda: words.encoder.annotate(table, ids, chosen)],
        "projection of sentences": [lambda: sentences.encoder.project(vectors)],
        "sentences to documents": [
            lambda: sentences.pool(sentences.encoder.project(vectors), same, counts)
        ],
        "tree_softmax": [lambda: predictor.head(documents)],
        PREDICTION: [lambda: predictor.log_probabilities(texts)],
    }


PROJECTION = "- of word_encoder: product of distinct words"
STEP = "**whole training step**"
PREDICTION = "**whole prediction, public method**"


def cpu_milliseconds(
    pieces: dict[str, list[Work | None]], rounds: int, seconds: float
) -> dict[str, list[float | None]]:
    """Median CPU milliseconds of each piece; the pieces take turns in each round."""
    works = [(name, k, w) for name, ws in pieces.items() for k, w in enumerate(ws) if w]
    for _, _, work in works:
        work()
        work()
    times: dict[tuple[str, int], list[float]] = {}
    for _ in tqdm(range(rounds), "rounds", leave=False):
        for name, kind, work in works:
            times.setdefault((name, kind), []).append(one_time(work, seconds))
    return {
        name: [
            statistics.median(times[name, k]) if (name, k) in times else None
            for k in range(2)
        ]
        for name in pieces
    }


def one_time(work: Work, seconds: float) -> float:
    """CPU milliseconds of a call, over as many calls as fill the seconds."""
    begun = cpu_seconds()
    calls, used = 0, 0.0
    while not calls or used < seconds:
        work()
        calls, used = calls + 1, cpu_seconds() - begun
    return 1e3 * used / calls


def cpu_seconds() -> float:
    """CPU time of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
