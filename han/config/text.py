"""Sections `text` and `embeddings`: how text becomes words, and words vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.limits import at_least


@dataclass(frozen=True)
class TextConfig:
    """Sentences, words, and what is done to a word. See `han.text`."""

    language: Literal[
        "spanish", "english", "portuguese", "french", "italian", "german"
    ] = "spanish"
    sentences: Literal["rule", "punkt", "whole"] = "rule"
    lowercase: bool = True
    fold_accents: bool = False
    numbers: Literal["keep", "token", "drop"] = "keep"
    remove_stop_words: bool = False
    word_form: Literal["surface", "stem", "lemma"] = "surface"
    min_count: int = at_least(1, 2)
    vocabulary_size: int = at_least(1, 50_000)


@dataclass(frozen=True)
class EmbeddingsConfig:
    """Word vectors: their width, a file to begin with, whether they learn.

    `file` is in word2vec, fastText (.vec) or GloVe form; words that it lacks begin at
    random.
    """

    dimension: int = at_least(1, 100)
    file: str | None = None
    trainable: bool = True
