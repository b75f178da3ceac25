"""The training documents of an epoch, as section `augmentation` asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from han.config import Config
from han.data.augmentation import Augmentation, Recipe
from han.text.encoding import EncodedTexts, TextEncoder
from han.text.synonyms import read_synonyms
from han.text.tokens import TokenisedTexts


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

    Args:
        config: The experiment.
        encoder: Text encoder with the vocabulary of the training documents.
        documents: The training documents.
        synonyms: Sets of words that may stand for each other.
    """
    given = config.augmentation
    recipe = Recipe(**{f.name: getattr(given, f.name) for f in fields(Recipe)})
    if recipe.is_idle:
        return None
    source = Augmentation(documents, recipe, seed=config.seed, synonyms=synonyms)
    return lambda epoch: encoder.look_up(source.epoch(epoch))
