"""The network of an experiment, its optimizer, and its batches."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from han.batching.network_inputs import AuxiliaryInputs
from han.config import Config
from han.devices.stage_clock import stage
from han.experiment.corpus import Corpus, Examples
from han.training.objective import Draw
from han.training.pretrained_knowledge import set_pretrained_words, takes_words
from han.training.starting_vectors import learn_word_vectors, set_word_vectors

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from han.batching.batches import Batches
    from han.linear.cross_fitting import CrossFitted
    from han.network.model import HierarchicalAttentionNetwork
    from han.pretrained.sentence_vectors import SentenceVectors
    from han.text.text_encoder import EncodedTexts
    from han.text.topics import Topics


def build_network(
    config: Config,
    corpus: Corpus,
    bag_rows: int = 1,
    topics: Topics | None = None,
    pretrained_width: int = 0,
    teacher: SentenceVectors | None = None,
) -> HierarchicalAttentionNetwork:
    """The network and its optimizer, with variables made.

    Where several devices train, within the scope of their strategy.
    """
    from han.callbacks.gradient_norms import watch_gradients

    network = new_network(config, corpus, bag_rows, topics, pretrained_width)
    set_vectors(network, config, corpus, teacher)
    optimizer = new_optimizer(network, config, corpus)
    optimizer.build(network.trainable_variables)
    # XLA does not compile the recurrent kernels of a GPU.
    network.compile(optimizer=optimizer, jit_compile=False)
    if config.logging.gradient_norms:
        watch_gradients(network)
    return network


def new_network(
    config: Config,
    corpus: Corpus,
    bag_rows: int,
    topics: Topics | None,
    pretrained_width: int,
    beside: HierarchicalAttentionNetwork | None = None,
    own_attention: tuple[int, int] = (0, 1),
) -> HierarchicalAttentionNetwork:
    """The network, its variables random; with the encoder of `beside`, if given.

    Of several attentions of that encoder it reads one: see `own_attention` there.
    """
    from han.network.model import HierarchicalAttentionNetwork

    same = "word_units sentence_units encoder head dropout wide attention".split()
    return HierarchicalAttentionNetwork(
        vocabulary_size=len(corpus.encoder.vocabulary),
        parents=corpus.tree.parents.tolist(),
        num_fields=len(corpus.encoder.fields),
        embedding_dimension=config.embeddings.dimension,
        subword_buckets=config.embeddings.subword_buckets,
        side_features=corpus.side_features.width + (topics.width if topics else 0),
        bag_units=config.model.bag_units if config.model.wide else 0,
        bag_rows=bag_rows,
        pretrained_width=pretrained_width,
        computation=computation(config),
        beside=beside,
        own_attention=own_attention,
        **{name: getattr(config.model, name) for name in same},
    )


@stage("vectors")
def set_vectors(
    network: HierarchicalAttentionNetwork,
    config: Config,
    corpus: Corpus,
    teacher: SentenceVectors | None,
) -> None:
    """Word vectors from a file, from the texts, or from a pretrained encoder."""
    if config.embeddings.file:
        set_word_vectors(network, Path(config.embeddings.file), corpus.encoder)
    elif takes_words(config) and teacher is not None:
        set_pretrained_words(network, teacher)
    if config.embeddings.pretrain != "none" and corpus.sentences is not None:
        learn_word_vectors(network, config, corpus.sentences, corpus.encoder)
    network.get_layer("word_embedding").trainable = config.embeddings.trainable


def new_optimizer(
    network: Any, config: Config, corpus: Corpus
) -> keras.optimizers.Optimizer:
    """The optimizer of what learns from the training examples, not yet built."""
    from han.optimizers.optimizer_choice import make_optimizer
    from han.optimizers.schedules import make_schedule

    recipe = config.training
    per_epoch = num_steps(config, corpus.examples["train"])
    rate = make_schedule(
        recipe.schedule,
        recipe.learning_rate,
        warm_up_steps=round(recipe.warm_up_epochs * per_epoch),
        num_steps=recipe.epochs * per_epoch,
        slows_down=recipe.restarts > 0,
    )
    return make_optimizer(
        recipe.optimizer,
        learning_rate=rate,
        clip_norm=recipe.gradient_clip_norm,
        num_steps=recipe.epochs * per_epoch,
        sparse=[variable.name for variable in network.sparse_variables],
        scaled=config.distribution.precision == "mixed_float16",
    )


def computation(config: Config) -> Literal["packed", "padded"]:
    """The kind of computation: what the config says, else what suits the device."""
    chosen = config.model.computation
    if chosen != "auto":
        return chosen
    import tensorflow as tf

    # cuDNN reads rectangles; on a CPU padding is the greater part of the work.
    on_gpu = bool(tf.config.list_physical_devices("GPU"))
    return "padded" if on_gpu or config.model.encoder == "lstm" else "packed"


def num_steps(config: Config, examples: Examples) -> int:
    """Number of batches of an epoch."""
    return math.ceil(len(examples) / config.training.batch_size)


def make_batches(
    config: Config,
    examples: Examples,
    auxiliary: AuxiliaryInputs,
    linear: CrossFitted | None = None,
    *,
    shuffle: bool = True,
    augment: Callable[[int], EncodedTexts] | None = None,
    draw: Draw | None = None,
) -> Batches:
    """Batches of examples as the config asks; larger where nothing is learnt.

    Args:
        config: The experiment.
        examples: The examples.
        auxiliary: What the network reads besides word ids.
        linear: The linear model, if these are the examples that it learnt from.
        shuffle: Whether they are for training.
        augment: Documents of each epoch, where they are not always the same.
        draw: Which documents each epoch has, where it has not all.
    """
    from han.batching.batches import Batches
    from han.batching.epoch_orders import EpochDocuments
    from han.batching.network_inputs import InputMaker
    from han.linear.kept_margins import KeptMargins

    margins = KeptMargins(linear, examples.texts) if linear else None
    clean = examples.texts if augment else None
    size = config.training.batch_size
    return Batches(
        examples.texts,
        examples.truth,
        examples.weights,
        batch_size=size if shuffle else max(size, 256),
        inputs=InputMaker(computation(config), auxiliary, margins, clean),
        epochs=EpochDocuments(config.seed, shuffle, augment, draw),
    )
