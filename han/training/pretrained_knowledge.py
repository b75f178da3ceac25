"""What a pretrained encoder brings to a network that learns."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from han.config import Config
from han.devices.stage_clock import stage
from han.experiment.config_inputs import cache_folder
from han.experiment.corpus import Corpus
from han.experiment.refit import first_run
from han.pretrained.encoder_choice import save_encoder
from han.pretrained.sentence_vectors import MEMORY, SentenceVectors
from han.runs.run_files import PRETRAINED_FILE, STUDENT_FILE
from han.runs.run_folder import RunFolder
from han.text.vocabulary import FIRST_WORD_ID

if TYPE_CHECKING:
    from han.linear.class_means import ClassMeans
    from han.linear.cross_fitting import CrossFitted
    from han.linear.linear_model import LinearModel
    from han.linear.ngram_features import Floats
    from han.linear.vector_student import VectorStudent
    from han.network.model import HierarchicalAttentionNetwork

    Knowledge = SentenceVectors | VectorStudent

logger = logging.getLogger(__name__)
ALL = 1 << 60  # numbers in memory: all of them, where there is no cache to ask
SPREAD = 0.5  # of the numbers of word vectors, as that of random ones


@stage("vectors")
def sentence_vectors(config: Config, corpus: Corpus) -> SentenceVectors | None:
    """Pretrained vectors of sentences and words; None without an encoder.

    Those of all records that the network is going to read are made now, once: each
    epoch asks for them again, batch by batch.
    """
    encoder = corpus.pretrained
    if encoder is None:
        return None
    words, cache = corpus.encoder.vocabulary.words, cache_folder(config)
    known = SentenceVectors(
        encoder,
        words,
        cache,
        progress="pretrained vectors",
        memory=MEMORY if cache else ALL,
    )
    if config.pretrained.mode == "join":
        for role in corpus.examples.keys() & {"train", "validation"}:
            known.prepare(corpus.examples[role].texts)
    return known


@stage("vectors")
def finish_encoding(config: Config, teacher: SentenceVectors, is_new: bool) -> None:
    """Encodes what a network will ask for besides, and frees the encoder before that.

    Args:
        config: The experiment.
        teacher: Its encoder, with the vectors of all records.
        is_new: Whether word vectors begin anew.
    """
    if is_new and takes_words(config):
        teacher.of_words(teacher.words)
    teacher.rest()


def takes_words(config: Config) -> bool:
    """Whether word vectors begin as those of a pretrained encoder, if there is one."""
    return not config.embeddings.file and config.embeddings.pretrain == "none"


@stage("vectors")
def sentence_knowledge(
    config: Config, corpus: Corpus, teacher: SentenceVectors | None, run: RunFolder
) -> Knowledge | None:
    """What says the vectors of sentences whenever the run codes; None without any.

    That is the pretrained encoder, or a student that has learnt from it; the run folder
    then says which, or has the student.
    """
    if teacher is None:
        return None
    if config.pretrained.mode == "join":
        run.write(PRETRAINED_FILE, partial(save_encoder, encoder=teacher.encoder))
        return teacher
    from han.linear.vector_student import VectorStudent

    logger.info("A student learns from %s", teacher.encoder.name)
    texts = corpus.examples["train"].texts
    if corpus.sentences is not None:  # those of rows without a code are there, too
        texts = corpus.encoder.look_up(corpus.sentences)
    words = corpus.encoder.vocabulary.words
    student = VectorStudent.learn(texts, words, teacher.distinct, config.seed)
    run.write(STUDENT_FILE, student.save)
    return student


@stage("linear")
def add_class_means(
    config: Config, corpus: Corpus, linear: CrossFitted, known: Knowledge
) -> CrossFitted:
    """The linear model with class means, weighed by the validation records."""
    from han.linear.added_means import factors_by_records, with_class_means

    train, tree = corpus.examples["train"], corpus.tree
    first = first_run(config)

    def factors(model: LinearModel, means: ClassMeans) -> Floats | None:
        if first is not None:
            return first.means_factors
        of = corpus.examples["validation"]
        records = (of.texts, of.nodes, of.weights, tree)
        return factors_by_records(model, means, *records, known.distinct)

    records = (train.texts, train.nodes, train.weights, tree)
    found = with_class_means(linear, *records, known.distinct, factors)
    means = found.model.evidence.means
    logger.info("Class means of pretrained vectors: %s", "kept" if means else "no gain")
    return found


def set_pretrained_words(
    network: HierarchicalAttentionNetwork, known: SentenceVectors
) -> None:
    """Word vectors begin as what the encoder says of each word alone.

    They are its principal components, centred, with the spread of random vectors; where
    it has fewer numbers than a word vector of the network, the rest stays random.
    """
    layer = network.get_layer("word_embedding")
    table = layer.get_weights()[0]
    vectors = known.of_words(known.words)
    found = np.asarray(vectors.any(axis=1))
    if found.sum() < 2:  # a file of vectors may know sentences alone
        return
    logger.info("%s has %d of %d words", known.encoder.name, found.sum(), len(found))
    components = principal_components(vectors[found], table.shape[1])
    rows = np.flatnonzero(found) + FIRST_WORD_ID
    table[rows, : components.shape[1]] = components
    layer.set_weights([table])


def principal_components(vectors: np.ndarray, width: int) -> np.ndarray:
    """Centred vectors on their principal components, `(n, at most width)`.

    Args:
        vectors: `(n, D)`, at least two.
        width: Most components to keep.

    Example:
        >>> found = principal_components(np.array([[1.0, 2.0], [3.0, 2.0]]), 1)
        >>> np.abs(found).round(3).tolist()
        [[0.5], [0.5]]
    """
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, ::-1][:, :width]
    return np.asarray(found * (SPREAD / max(found.std(), 1e-12)), np.float32)
