"""Sections `text` and `embeddings`: how text becomes words, and words vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.value_limits import at_least


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
    """Word vectors: their width, where they come from, whether they learn.

    `file` is in word2vec, fastText (.vec) or GloVe form; words that it lacks begin at
    random. `pretrain` learns vectors from the texts of the training rows, those without
    a code included, before training. The vectors learn with the network unless
    `trainable` is false, from the start or after `frozen_epochs`.

    With `subword_buckets` the letters of a word are part of its vector, so that
    an unknown or misspelt word is not a blank: letter sequences share that many rows of
    a table; 0 turns it off.
    """

    dimension: int = at_least(1, 100)
    file: str | None = None
    pretrain: Literal["none", "word2vec", "fasttext"] = "none"
    pretrain_epochs: int = at_least(1, 10)
    trainable: bool = True
    frozen_epochs: int = at_least(0, 0)
    subword_buckets: int = at_least(0, 65_536)
