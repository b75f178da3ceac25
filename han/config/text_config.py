"""Sections `text` and `embeddings`: how text becomes words, and words vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from han.config.value_limits import at_least

Language = Literal["spanish", "english", "portuguese", "french", "italian", "german"]
Numbers = Literal["keep", "token", "drop"]
WordForm = Literal["surface", "stem", "lemma"]
SentenceRule = Literal["rule", "punkt", "whole"]
VectorMethod = Literal["word2vec", "fasttext"]


@dataclass(frozen=True)
class TextConfig:
    """How a text becomes sentences and words. See `han.text`.

    Attributes:
        language: Language of the texts: for sentences, stop words, stems and lemmas.
            Its own name and its two letters do as well: `español`, `es`.
        sentences: `rule` splits at marks that end a sentence, `punkt` with NLTK's
            Punkt, `whole` not at all.
        lowercase: Whether capitals are lost.
        fold_accents: Whether accents are lost; ñ stays.
        numbers: `keep` them, replace each by one `token`, or `drop` them.
        remove_stop_words: Leave out words such as "the"; never `no` and `sin`.
        word_form: The word as it stands (`surface`), its `stem`, or its `lemma` (`pip
            install -e '.[lemmas]'`).
        min_count: A word has a number of its own if so many training records hold it.
        vocabulary_size: Words of the vocabulary at most.
    """

    language: Language = "spanish"
    sentences: SentenceRule = "rule"
    lowercase: bool = True
    fold_accents: bool = False
    numbers: Numbers = "keep"
    remove_stop_words: bool = False
    word_form: WordForm = "surface"
    min_count: int = at_least(1, 2)
    vocabulary_size: int = at_least(1, 50_000)


@dataclass(frozen=True)
class EmbeddingsConfig:
    """Word vectors: their width, where they come from, whether they learn.

    Attributes:
        dimension: Components of a word vector.
        file: Vectors to begin with, in word2vec, fastText (`.vec`) or GloVe form, plain
            or `.gz`. Words that it lacks begin at random.
        pretrain: Learn vectors first, from the texts of the training rows, coded or
            not.
        pretrain_epochs: Epochs of that.
        trainable: Whether the vectors learn with the network.
        frozen_epochs: The vectors learn only after so many epochs.
        subword_buckets: Rows of a table for letter sequences, which are a part of the
            vector of a word, so that an unknown or misspelt word is no blank; 0 for
            none.
    """

    dimension: int = at_least(1, 200)
    file: str | None = None
    pretrain: Literal["none", "word2vec", "fasttext"] = "none"
    pretrain_epochs: int = at_least(1, 10)
    trainable: bool = True
    frozen_epochs: int = at_least(0, 0)
    subword_buckets: int = at_least(0, 65_536)
