"""Builds the augmentation that section `augmentation` asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from han.config import AugmentationConfig, Config
from han.data.augmentation import Augmentation, AugmentationRates
from han.text.synonyms import read_synonyms
from han.text.text_encoder import EncodedTexts, TextEncoder
from han.text.tokenised_texts import TokenisedTexts

SHARE = 0.3  # of documents to touch where the experiment does not say
SHORT = 7  # words on average, below which an answer does without noise
logger = logging.getLogger(__name__)


def synonym_sets(config: Config, encoder: TextEncoder) -> list[tuple[str, ...]]:
    """The sets of `augmentation.synonyms_file`; none without it.

    Raises:
        InputError: If the list cannot be read.
    """
    file = config.augmentation.synonyms_file
    if not file:
        return []

    def words_of(text: str) -> list[str]:
        return [w for words in encoder.splitter(text) for w in encoder.cleaner(words)]

    return read_synonyms(Path(file), words_of)


def augmented_epochs(
    config: Config,
    encoder: TextEncoder,
    documents: TokenisedTexts,
    synonyms: Sequence[tuple[str, ...]],
) -> Callable[[int], EncodedTexts] | None:
    """Makes the documents of each epoch; None if all are as they were written.

    Baselines learn from those alone.

    Args:
        config: The experiment.
        encoder: Text encoder with the vocabulary of the training documents.
        documents: The training documents.
        synonyms: Sets of words that may stand for each other.
    """
    given = config.augmentation
    chances = {f.name: getattr(given, f.name) for f in fields(AugmentationRates)}
    recipe = AugmentationRates(**chances | {"share": share_of(given, documents)})
    if recipe.is_idle or config.model.kind != "han":
        return None
    logger.info(
        "Noise in %.0f %% of the training documents of each epoch "
        "(`augmentation.share`)",
        100 * recipe.share,
    )
    source = Augmentation(documents, recipe, seed=config.seed, synonyms=synonyms)
    return lambda epoch: encoder.look_up(source.epoch(epoch))


def share_of(given: AugmentationConfig, documents: TokenisedTexts) -> float:
    """Share of the documents to touch: as given, or by how long they are.

    A short answer that loses a word may lose its code: on sets with texts of two to
    five words noise gained nothing, and on those of eight and more it gained much
    where texts were worse than in training, and lost nothing elsewhere.

    Args:
        given: The section of the experiment.
        documents: The training documents.
    """
    if given.share is not None:
        return given.share
    words = documents.texts.document_words
    is_long = bool(len(words)) and float(words.mean()) >= SHORT
    return SHARE if is_long or given != AugmentationConfig() else 0.0
