"""The recipe: from a corpus to a trained model in its run folder."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Literal

from han.baselines import Majority, TfidfSvm
from han.classifier import BASELINE_FILE, NETWORK_FILE
from han.config import Config
from han.training.corpus import Corpus, Examples
from han.training.run_folder import RunFolder
from han.training.runtime import configure_runtime

if TYPE_CHECKING:
    import keras

    from han.data.batches import Batches
    from han.model import HierarchicalAttentionNetwork

logger = logging.getLogger(__name__)


def fit(config: Config, corpus: Corpus, run: RunFolder) -> bool:
    """Trains the model that `model.kind` names and saves it in the run folder.

    Returns:
        Whether training came to its end; False if the user stopped it. Then the best
        weights so far are saved, and the next call goes on.
    """
    if config.model.kind == "han":
        return fit_network(config, corpus, run)
    fit_baseline(config, corpus, run)
    return True


def fit_baseline(config: Config, corpus: Corpus, run: RunFolder) -> None:
    """Trains `majority` or `tfidf_svm`."""
    train = corpus.examples["train"]
    model: Majority | TfidfSvm = Majority()
    if config.model.kind == "tfidf_svm":
        model = TfidfSvm(config.model.tfidf_features, config.seed)
    logger.info("Training %s on %d records", config.model.kind, len(train))
    model.fit(train.texts, train.nodes, train.weights, corpus.tree)
    run.write(BASELINE_FILE, model.save)


def fit_network(config: Config, corpus: Corpus, run: RunFolder) -> bool:
    """Trains the network by `model.fit`, from the backup if there is one."""
    configure_runtime(seed=config.seed, deterministic=config.training.deterministic)
    from han.training.callbacks import Backup, EarlyStopping, EpochClock
    from han.training.tensorboard import TensorBoard

    network = build_network(config, corpus)
    train = make_batches(config, corpus.examples["train"])
    validation = make_batches(config, corpus.examples["validation"], shuffle=False)
    stopping = EarlyStopping(config.training.early_stopping_patience)
    backup = Backup(run, stopping)
    # The order matters: the clock adds to the logs, the backup saves what all did.
    callbacks: list[keras.callbacks.Callback] = [EpochClock(train), stopping]
    if config.logging.tensorboard:
        callbacks.append(TensorBoard(run / "tensorboard", config))
    callbacks.append(backup)
    for callback in callbacks:
        callback.set_model(network)
    done, ended = backup.resume()
    if done:
        logger.info("Taking up the run after epoch %d", done)
    try:
        if not ended and done < config.training.epochs:
            network.fit(
                train.dataset(),
                validation_data=validation.dataset(),
                epochs=config.training.epochs,
                initial_epoch=done,
                callbacks=callbacks,
                shuffle=False,  # the batches are shuffled already
                verbose=1 if sys.stdout.isatty() else 2,
            )
        ended = True
    except KeyboardInterrupt:
        ended = False
    if stopping.best_weights is not None:
        network.set_weights(stopping.best_weights)
        run.write(NETWORK_FILE, network.save)
    return ended


def build_network(config: Config, corpus: Corpus) -> HierarchicalAttentionNetwork:
    """The network and its optimizer, with variables made."""
    import keras

    from han.model import HierarchicalAttentionNetwork

    network = HierarchicalAttentionNetwork(
        vocabulary_size=len(corpus.encoder.vocabulary),
        parents=corpus.tree.parents.tolist(),
        num_fields=len(corpus.encoder.fields),
        embedding_dimension=config.embeddings.dimension,
        word_units=config.model.word_units,
        sentence_units=config.model.sentence_units,
        encoder=config.model.encoder,
        head=config.model.head,
        dropout=config.model.dropout,
        computation=computation(config),
    )
    recipe = config.training
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "sgd": lambda **kwargs: keras.optimizers.SGD(momentum=0.9, **kwargs),
    }
    optimizer = kinds[recipe.optimizer](
        learning_rate=recipe.learning_rate, global_clipnorm=recipe.gradient_clip_norm
    )
    optimizer.build(network.trainable_variables)
    # XLA does not compile the recurrent kernels of a GPU.
    network.compile(optimizer=optimizer, jit_compile=False)
    return network


def computation(config: Config) -> Literal["packed", "padded"]:
    """The kind of computation: what the config says, else what suits the device."""
    chosen = config.model.computation
    if chosen != "auto":
        return chosen
    import tensorflow as tf

    # cuDNN reads rectangles; on a CPU padding is the greater part of the work.
    on_gpu = bool(tf.config.list_physical_devices("GPU"))
    return "padded" if on_gpu or config.model.encoder != "gru" else "packed"


def make_batches(
    config: Config, examples: Examples, *, shuffle: bool = True
) -> Batches:
    """Batches of examples as the config asks; larger where nothing is learnt."""
    from han.data.batches import Batches

    size = config.training.batch_size
    return Batches(
        examples.texts,
        examples.nodes,
        examples.weights,
        batch_size=size if shuffle else max(size, 256),
        computation=computation(config),
        seed=config.seed,
        shuffle=shuffle,
    )
