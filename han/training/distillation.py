"""Distillation: the network learns to say what a pretrained encoder says.

Before it learns codes, a network learns to give sentences, words and groups of words
the vectors that a pretrained encoder gives them. What the encoder knows of words is
then in the network's own weights, and nobody needs the encoder to code.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tqdm import tqdm

from han.batching.batches import input_specs
from han.batching.network_inputs import AuxiliaryInputs, InputSpecs
from han.config import Config
from han.config.training_config import TrainingConfig
from han.devices.device_group import DeviceGroup
from han.experiment.corpus import Corpus
from han.kernels.ragged_ranges import ranges, starts
from han.kernels.ragged_sequences import distinct
from han.network.model import HierarchicalAttentionNetwork
from han.network.network_views import in_form
from han.optimizers.optimizer_choice import make_optimizer
from han.optimizers.schedules import make_schedule
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

logger = logging.getLogger(__name__)

MOST_SENTENCES = 60_000  # that are learnt from; more teach the same words again
GROUPS = 0.5  # groups of words for each sentence
GROUP_SIZES = (2, 3)
WINDOW = 50  # batches among which sentences of like length are put together


def distil(
    config: Config,
    corpus: Corpus,
    network: HierarchicalAttentionNetwork,
    known: SentenceVectors,
    device_group: DeviceGroup,
) -> None:
    """Teaches a network, before it learns codes, what a pretrained encoder says.

    It learns from the training texts, from those of rows without a code, and from the
    texts of the code list. Where several processes train, each does this by itself, and
    goes on with what the first one has found.
    """
    plain = in_form(network, network.computation)  # outside any strategy
    plain.get_layer("word_embedding").trainable = config.embeddings.trainable
    texts = corpus.examples["train"].texts
    if corpus.sentences is not None:
        texts = corpus.encoder.look_up(corpus.sentences)
    logger.info("Distilling %s into the network", known.encoder.name)
    epochs = config.pretrained.distill_epochs
    Distillation(plain, known, config.training, epochs=epochs, seed=config.seed).learn(
        texts
    )
    network.set_weights([device_group.of_first(w) for w in plain.get_weights()])


def lessons(texts: EncodedTexts, num_words: int, seed: int) -> EncodedTexts:
    """What a network learns to say: each a document of one sentence.

    Distinct sentences of the texts, each word of the vocabulary alone, and groups of
    two or three words that stand in one sentence, in their order.

    Args:
        texts: Documents.
        num_words: Number of word ids of the vocabulary, the first two included.
        seed: Seed of the draws.
    """
    generator = np.random.default_rng(seed)
    alone = _sentences(texts)
    if len(alone) > MOST_SENTENCES:
        drawn = generator.choice(len(alone), MOST_SENTENCES, replace=False)
        alone = alone.take(np.sort(drawn))
    words = np.arange(FIRST_WORD_ID, num_words, dtype=np.int32)
    places, sizes = _groups(alone.sentence_lengths, generator)
    ids = np.concatenate([alone.word_ids, words, alone.word_ids[places]])
    lengths = np.concatenate([alone.sentence_lengths, np.ones(len(words), int), sizes])
    return _of_sentences(ids, lengths, texts.unknown)


def _sentences(texts: EncodedTexts) -> EncodedTexts:
    """The distinct sentences of documents."""
    ids = texts.spelled_ids(int(texts.word_ids.max(initial=0)) + 1)
    lengths = texts.sentence_lengths
    first, _ = distinct(ids, lengths, np.zeros(len(lengths), np.int32))
    words = ranges(starts(lengths)[first], lengths[first])
    return _of_sentences(texts.word_ids[words], lengths[first], texts.unknown)


def _of_sentences(
    ids: npt.NDArray[np.integer],
    lengths: npt.NDArray[np.integer],
    unknown: tuple[str, ...],
) -> EncodedTexts:
    one = np.ones(len(lengths), np.int32)
    counts = lengths.astype(np.int32)
    return EncodedTexts(
        ids.astype(np.int32), counts, 0 * one, one, np.zeros(len(one), bool), unknown
    )


def _groups(
    lengths: npt.NDArray[np.integer], generator: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places of the words of groups, one after the other, and sizes of the groups."""
    long = np.flatnonzero(lengths > max(GROUP_SIZES))
    if not len(long):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    drawn = generator.choice(long, int(GROUPS * len(lengths)))
    sizes = generator.integers(GROUP_SIZES[0], GROUP_SIZES[-1] + 1, len(drawn))
    first = starts(lengths)
    found = [
        first[sentence]
        + np.sort(generator.choice(int(lengths[sentence]), size, replace=False))
        for sentence, size in zip(drawn.tolist(), sizes.tolist(), strict=True)
    ]
    return np.concatenate([np.empty(0, np.int64), *found]), sizes


class Distillation:
    """Teaches the encoder of a network the vectors of a pretrained one.

    The loss of a sentence is 1 minus the cosine between the pretrained vector, centred,
    and a linear image of the network's document vector for the sentence alone.

    Args:
        network: The network, which reads no pretrained vectors itself.
        known: The pretrained vectors.
        recipe: Batch size, rate and clipping.
        epochs: Epochs.
        seed: Seed of all draws.

    Reference:
        Hinton, Vinyals and Dean 2015, Distilling the Knowledge in a Neural Network;
        Reimers and Gurevych 2020, Making Monolingual Sentence Embeddings Multilingual.
    """

    def __init__(
        self,
        network: HierarchicalAttentionNetwork,
        known: SentenceVectors,
        recipe: TrainingConfig,
        *,
        epochs: int,
        seed: int,
    ) -> None:
        self.network, self.known, self.recipe = network, known, recipe
        self.epochs, self.seed = epochs, seed
        self.inputs = AuxiliaryInputs(network.auxiliary.subwords)
        self.form = InputSpecs(network.computation, network.subword_buckets > 0)
        wanted = {t.name: t for t in network.inputs if t.name in self.form.shapes}
        output = network.get_layer("document_dropout").output
        self.encoder = keras.Model(wanted, output)
        self.image = keras.layers.Dense(known.encoder.width, dtype="float32")

    def learn(self, texts: EncodedTexts) -> float:
        """Learns from all sentences and words of documents; the loss at the end."""
        given = lessons(texts, self.network.vocabulary_size, self.seed)
        targets, places = self.known.distinct(given)
        targets = targets - targets[places].mean(axis=0)
        targets /= np.maximum(np.linalg.norm(targets, axis=1, keepdims=True), 1e-12)
        steps = self.epochs * -(-len(given) // self.recipe.batch_size)
        step = self._step(steps)
        loss = 0.0
        bar = tqdm(total=steps, desc="distillation", delay=3, disable=None)
        with bar:
            for epoch in range(self.epochs):
                total = 0.0
                for rows in self._batches(given, epoch):
                    part = given.take(rows).compact()
                    inputs = self.inputs.inputs(part, self.network.computation)
                    total += float(step(inputs, targets[places[rows]])) * len(rows)
                    bar.update()
                loss = total / len(given)
                logger.info(
                    "Distillation, epoch %d/%d: 1 - cosine %.3f",
                    epoch + 1,
                    self.epochs,
                    loss,
                )
        self._flush()
        return loss

    def _batches(
        self, texts: EncodedTexts, epoch: int
    ) -> Iterator[npt.NDArray[np.int64]]:
        """Rows of the batches of an epoch, of like lengths each."""
        generator = np.random.default_rng([self.seed, epoch])
        order, size = generator.permutation(len(texts)), self.recipe.batch_size
        for first in range(0, len(order), WINDOW * size):
            near = order[first : first + WINDOW * size]
            near = near[np.argsort(texts.sentence_lengths[near], kind="stable")]
            batches = np.split(near, range(size, len(near), size))
            yield from (batches[i] for i in generator.permutation(len(batches)))

    def _step(self, steps: int) -> Any:
        self.image.build((None, self.encoder.output.shape[-1]))
        variables = self.encoder.trainable_variables + self.image.trainable_variables
        optimizer = self._optimizer(steps, variables)
        self._flush = getattr(optimizer, "flush", lambda: None)
        specs = [
            input_specs(self.form),
            tf.TensorSpec((None, self.image.units), tf.float32),
        ]

        @tf.function(autograph=False, input_signature=specs)
        def step(inputs: Any, targets: Any) -> Any:
            for name, variable in self._tables().items():
                if hasattr(optimizer, "catch_up") and variable.trainable:
                    optimizer.catch_up(variable, inputs[name])
            with tf.GradientTape() as tape:
                documents = tf.cast(self.encoder(inputs, training=True), tf.float32)
                if len(documents.shape) > 2:  # one for each level
                    documents = tf.reduce_mean(documents, axis=1)
                said = tf.math.l2_normalize(self.image(documents), axis=1)
                loss = 1 - tf.reduce_mean(tf.reduce_sum(said * targets, axis=1))
            optimizer.apply(tape.gradient(loss, variables), variables)
            return loss

        return step

    def _tables(self) -> dict[str, Any]:
        """Tables of which a step reads some rows, by the input that names these."""
        tables = {"words": self.network.get_layer("word_embedding").embeddings}
        if self.network.subword_buckets:
            tables["subwords"] = self.network.get_layer("subword_embedding").rows
        return tables

    def _optimizer(self, steps: int, variables: list[Any]) -> Any:
        rate = make_schedule(
            self.recipe.schedule,
            self.recipe.learning_rate,
            warm_up_steps=round(self.recipe.warm_up_epochs * steps / self.epochs),
            num_steps=steps,
            slows_down=False,
        )
        optimizer = make_optimizer(
            "adam",
            learning_rate=rate,
            clip_norm=self.recipe.gradient_clip_norm,
            num_steps=steps,
            sparse=[variable.name for variable in self._tables().values()],
            scaled=False,
        )
        optimizer.build(variables)
        return optimizer
