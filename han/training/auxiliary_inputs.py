"""Fits what stands beside word ids: letters, linear model, n-grams, topics."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from han.batching.network_inputs import AuxiliaryInputs
from han.config import Config
from han.devices.stage_clock import stage
from han.experiment.config_inputs import cache_folder
from han.experiment.corpus import Corpus
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.subwords import Subwords
from han.text.topics import Topics

if TYPE_CHECKING:
    from han.linear.cross_fitting import CrossFitted
    from han.training.pretrained_knowledge import Knowledge

BAG_ROWS = 1 << 16
logger = logging.getLogger(__name__)


@stage("linear")
def fit_linear(config: Config, corpus: Corpus) -> CrossFitted:
    """Fits the linear model beside the network, or finds it in `data.cache`.

    A run that goes on fits it again, to the same numbers: that takes seconds.
    """
    from han.experiment.linear_cache import fit_cached
    from han.linear.cross_fitting import cross_fit

    train, words = corpus.examples["train"], corpus.encoder.vocabulary.words
    data = (train.texts, train.truth, train.weights, corpus.tree, words)
    settings: dict[str, Any] = {
        "num_code_texts": train.num_code_texts,
        "limit": config.model.wide_records,
        "seed": config.seed,
    }

    def fit() -> CrossFitted:
        logger.info("Fitting the linear model beside the network")
        return cross_fit(*data, **settings)

    cache = cache_folder(config)
    found = fit_cached(fit, cache, train, corpus.tree, words, settings)
    planes = found.model.evidence.planes
    kind = "each full code" if planes.is_flat else "each code among its siblings"
    logger.info("Linear model: planes for %s, cost of an error %g", kind, planes.cost)
    return found


@stage("vectors")
def fit_topics(config: Config, corpus: Corpus) -> Topics | None:
    """Learns the topics of the training records, if there shall be any.

    A run that goes on learns them again, to the same numbers.

    Raises:
        InputError: If the texts have none.
    """
    method = config.topics.method
    if method == "none":
        return None
    from han.text.topic_learning import learn_topics

    logger.info("Learning %d topics by %s", config.topics.number, method)
    texts = corpus.examples["train"].records.texts
    number = config.topics.number
    return learn_topics(corpus.encoder, texts, method, number, seed=config.seed)


def auxiliary_inputs(
    config: Config,
    corpus: Corpus,
    linear: CrossFitted | None,
    topics: Topics | None = None,
    known: Knowledge | None = None,
) -> AuxiliaryInputs:
    """What the network reads besides word ids."""
    # A student is quick enough to say what it makes of noise.
    stand_in = known.stand_in if isinstance(known, SentenceVectors) else None
    vectors = (known.distinct if known else None, stand_in)
    words, buckets = corpus.encoder.vocabulary.words, config.embeddings.subword_buckets
    subwords = Subwords(words, buckets) if buckets else None
    if linear is None:
        return AuxiliaryInputs(subwords, None, None, topics, *vectors)
    has_bag = config.model.bag_units > 0
    bag = partial(linear.model.bag, rows=bag_rows(linear)) if has_bag else None
    return AuxiliaryInputs(subwords, linear.model.margins, bag, topics, *vectors)


def bag_rows(linear: CrossFitted | None) -> int:
    """Rows of the table of n-grams: one for each, as long as there are not too many."""
    # Few records may share no n-gram at all; a table still has a row.
    return max(min(len(linear.model.features), BAG_ROWS), 1) if linear else 1
