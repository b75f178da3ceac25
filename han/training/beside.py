"""What stands beside the words that a network reads: letters, and a linear model."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from han.config import Config
from han.data.inputs import Reading
from han.text.subwords import Subwords
from han.training.corpus import Corpus

if TYPE_CHECKING:
    from han.linear.model import CrossFitted

logger = logging.getLogger(__name__)


def fit_linear(config: Config, corpus: Corpus) -> CrossFitted:
    """Fits the linear model beside the network.

    A run that goes on fits it again, to the same numbers: that takes seconds.
    """
    from han.linear.model import cross_fit

    train = corpus.examples["train"]
    logger.info("Fitting the linear model beside the network")
    return cross_fit(
        train.texts,
        train.nodes,
        train.weights,
        corpus.tree,
        corpus.encoder.vocabulary.words,
        limit=config.model.wide_records,
        seed=config.seed,
    )


def reading(config: Config, corpus: Corpus, linear: CrossFitted | None) -> Reading:
    """What the network reads besides word ids."""
    words, buckets = corpus.encoder.vocabulary.words, config.embeddings.subword_buckets
    return Reading(
        Subwords(words, buckets) if buckets else None,
        linear.model.margins if linear else None,
    )
