"""Augmentation: noise in training documents, drawn anew in each epoch.

Typing errors and spelling by ear (Belinkov and Bisk 2018), words that are left out
(Iyyer et al. 2015), synonyms (Zhang et al. 2015); fields that are missing or stand in
another order, answers that break off. No document changes its code, and none is added:
the documents of an epoch are those of the training set, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from random import Random

import numpy as np
import numpy.typing as npt

from han.data.omissions import (
    addresses,
    drop_fields,
    drop_words,
    shorten,
    shuffle_fields,
)
from han.data.random_draws import Draws
from han.text.cleaning import NUMBER
from han.text.encoded_texts import EncodedTexts
from han.text.tokenised_texts import TokenisedTexts
from han.text.typos import misspelling, typo, without_accents

# Mistakes that an epoch makes of one word: frequent words are corrupted once for all
# their places, and are still written in more ways than a network can learn by heart.
VARIANTS = 64

_BITS = {
    "synonyms": 1,
    "phonetic": 2,
    "typos": 4,
    "accent_loss": 8,
}  # made in this order
_KINDS = 2 ** len(_BITS)


@dataclass(frozen=True)
class AugmentationRates:
    """How much of each ingredient, as probabilities.

    Attributes:
        share: Of a document to be touched at all; all others are of touched ones.
        typos: Of a word to be mistyped.
        phonetic: Of a word to be spelt by ear (Spanish).
        accent_loss: Of a word to lose its accents.
        synonyms: Of a word that has synonyms to be replaced by one of them.
        word_dropout: Of a word to be left out; at least one word stays.
        field_dropout: Of a field with words to be blank; at least one of them stays.
        field_shuffle: Of a document to have its fields in another order.
        shorter: Of a document of several words to be only a part of itself: its first
            sentence, its first words, or words from its middle.
    """

    share: float = 1.0
    typos: float = 0.0
    phonetic: float = 0.0
    accent_loss: float = 0.0
    synonyms: float = 0.0
    word_dropout: float = 0.0
    field_dropout: float = 0.0
    field_shuffle: float = 0.0
    shorter: float = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether no document is ever touched."""
        ingredients = (getattr(self, f.name) for f in fields(self) if f.name != "share")
        return not (self.share and any(ingredients))


class Augmentation:
    """Makes the training documents of an epoch.

    What happens to a document depends on the seed, the epoch and its number, and on
    nothing that happened before: a run that goes on sees what it would have seen.

    Args:
        documents: The training documents.
        recipe: How much of each ingredient.
        seed: Seed of the run.
        synonyms: Sets of words that may stand for each other, as `documents` has them.

    Example:
        >>> texts = EncodedTexts(*np.array([[0, 1], [1, 1], [0, 1], [2, 0], [0, 0]]))
        >>> documents = TokenisedTexts(["venta", "pan"], texts, np.array([2, 0]))
        >>> rates = AugmentationRates(typos=0.5)
        >>> noisy = Augmentation(documents, rates, seed=3).epoch(1)
        >>> [noisy.words[word] for word in noisy.texts.word_ids]
        ['vehta', 'pa']
    """

    def __init__(
        self,
        documents: TokenisedTexts,
        recipe: AugmentationRates,
        *,
        seed: int,
        synonyms: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self.documents = documents
        self.recipe = recipe
        self.seed = seed
        self._number_of = {word: i for i, word in enumerate(documents.words)}
        self._synonyms = _alternatives(synonyms)
        # Which words each kind can change, so that none is worked on in vain.
        self._able = {
            name: np.fromiter(map(test, documents.words), bool, len(documents.words))
            for name, test in (
                ("synonyms", self._synonyms.__contains__),
                ("phonetic", _has_letters),
                ("typos", _has_letters),
                ("accent_loss", _has_accents),
            )
            if getattr(recipe, name)
        }

    def epoch(self, epoch: int) -> TokenisedTexts:
        """The documents of an epoch, as many and in the same order.

        Its words are those of the training documents, and then the new ones.
        """
        recipe = self.recipe
        if recipe.is_idle:
            return self.documents
        texts = before = self.documents.texts
        draws = Draws(self.seed, epoch, len(texts))
        touched = draws.of_documents("share") < recipe.share
        steps = (
            (recipe.field_dropout, drop_fields),
            (recipe.shorter, shorten),
            (recipe.word_dropout, drop_words),
            (recipe.field_shuffle, shuffle_fields),
        )
        for chance, step in steps:
            if chance:
                texts = step(texts, np.where(touched, chance, 0.0), draws)
        words, texts = self._misspelt(texts, touched, draws)
        lost = before.document_words - texts.document_words
        return TokenisedTexts(words, texts, self.documents.num_words - lost)

    def _misspelt(
        self, texts: EncodedTexts, touched: npt.NDArray[np.bool_], draws: Draws
    ) -> tuple[list[str], EncodedTexts]:
        """Words and texts with some of the words replaced."""
        documents, places = addresses(texts)
        ids = texts.word_ids
        kinds = np.zeros(len(ids), np.int64)  # a bit for each kind
        for name, able in self._able.items():
            hit = draws.within(name, documents, places) < getattr(self.recipe, name)
            hit &= touched[documents] & able[ids]
            kinds += hit * _BITS[name]
        chosen = np.flatnonzero(kinds)
        kinds = kinds[chosen]
        variants = draws.integers("variant", documents[chosen], places[chosen])
        variants = (variants % VARIANTS).astype(np.int64)
        variants[kinds == _BITS["accent_loss"]] = 0  # accents go in one way only
        works = (ids[chosen].astype(np.int64) * _KINDS + kinds) * VARIANTS + variants
        distinct, place_of = np.unique(works, return_inverse=True)
        words, numbers = self._numbered(distinct, draws)
        replaced = ids.copy()
        replaced[chosen] = numbers[place_of]
        return words, replace(texts, word_ids=replaced)

    def _numbered(
        self, works: npt.NDArray[np.int64], draws: Draws
    ) -> tuple[list[str], npt.NDArray[np.int32]]:
        """All words of the epoch, and the number of what each work gives.

        Args:
            works: Distinct ones: number of a word, kinds of change, variant.
            draws: The epoch.
        """
        new: dict[str, int] = {}
        numbers = np.empty(len(works), np.int32)
        first = len(self.documents.words)
        seed = (draws.seed << 64 | draws.epoch) * VARIANTS
        rest, variants = np.divmod(works, VARIANTS)
        olds, kinds = np.divmod(rest, _KINDS)
        parts = zip(olds.tolist(), kinds.tolist(), variants.tolist(), strict=True)
        for place, (old, kind, variant) in enumerate(parts):
            word = self._replacement(old, kind, Random(seed + variant))
            number = self._number_of.get(word)
            if number is None:
                number = new.setdefault(word, first + len(new))
            numbers[place] = number
        return [*self.documents.words, *new], numbers

    def _replacement(self, number: int, kinds: int, random: Random) -> str:
        word = self.documents.words[number]
        if kinds & _BITS["synonyms"]:
            word = random.choice(self._synonyms[word])
        if kinds & _BITS["phonetic"]:
            word = misspelling(word, random)
        if kinds & _BITS["typos"]:
            word = typo(word, random)
        if kinds & _BITS["accent_loss"]:
            word = without_accents(word)
        return word


def _alternatives(sets: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    """What may stand for each word, by all sets that it is in."""
    found: dict[str, dict[str, None]] = {}
    for words in sets:
        for word in words:
            others = dict.fromkeys(other for other in words if other != word)
            found.setdefault(word, {}).update(others)
    return {word: list(others) for word, others in found.items()}


def _has_letters(word: str) -> bool:
    return word != NUMBER and word.lower() != word.upper()


def _has_accents(word: str) -> bool:
    return word != without_accents(word)
