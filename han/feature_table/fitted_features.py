"""`FittedFeatures`: what was learnt from training texts, and the table of any texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.decomposition import TruncatedSVD

from han.feature_table.term_table import TermTable
from han.feature_table.text_statistics import (
    FLAGS,
    STATISTICS,
    Columns,
    text_flags,
    text_statistics,
)
from han.text.cleaning import Cleaner
from han.text.encoded_texts import EncodedTexts
from han.text.text_encoder import TextEncoder
from han.text.tokenised_texts import TokenisedTexts
from han.text.topic_learning import learn_topics
from han.text.topics import Topics
from han.text.vector_files import SkipGram, trained_vectors
from han.text.vocabulary import FIRST_WORD_ID

Group = Literal[
    "statistics",
    "flags",
    "tfidf",
    "bigrams",
    "lemmas",
    "topics",
    "vectors",
    "svd",
]
GROUPS: tuple[Group, ...] = get_args(Group)
USUAL: tuple[Group, ...] = tuple(group for group in GROUPS if group != "lemmas")


@dataclass(frozen=True)
class FeatureSettings:
    """Which features, and how many columns of each kind at most.

    Attributes:
        groups: The groups, of `GROUPS`.
        words: Words with a TF-IDF of their own, and lemmas.
        pairs: Pairs of words.
        topics: Topics, by latent semantic analysis.
        dimensions: Width of word vectors.
        components: Components of TF-IDF.
        min_count: Training texts that must hold a word or a pair.
        seed: Of all draws.
    """

    groups: tuple[Group, ...] = USUAL
    words: int = 200
    pairs: int = 100
    topics: int = 20
    dimensions: int = 100
    components: int = 50
    min_count: int = 2
    seed: int = 17


@dataclass(frozen=True)
class FittedFeatures:
    """What was learnt; equal texts give equal rows, whatever stands beside them.

    Attributes:
        settings: The settings.
        encoder: With the vocabulary of the training texts.
        terms: Tables of `tfidf`, `bigrams` and `lemmas`, as far as they are asked for.
        lemmas: The encoder of `lemmas`; None without them.
        topics: Of `topics`; None without them.
        vectors: Of `vectors`, `(ids, dimensions)`; None without them.
        components: Of `svd`, `(terms, components)`; None without them.
    """

    settings: FeatureSettings
    encoder: TextEncoder
    terms: dict[str, TermTable] = field(default_factory=dict)
    lemmas: TextEncoder | None = None
    topics: Topics | None = None
    vectors: npt.NDArray[np.float32] | None = None
    components: npt.NDArray[np.float64] | None = None

    def table(self, columns: Columns) -> pd.DataFrame:
        """The features of texts, `n` rows, in the order of `GROUPS`.

        Args:
            columns: Texts by field name, `n` each.
        """
        documents = self.encoder.tokenise(columns)
        texts = self.encoder.look_up(documents)
        asked = self.settings.groups
        found: dict[str, npt.NDArray[Any]] = {}
        if "statistics" in asked:
            found |= text_statistics(columns, documents, list(self.encoder.fields))
        if "flags" in asked:
            found |= text_flags(columns, documents, self.encoder)
        for name in ("tfidf", "bigrams", "lemmas"):
            if name in asked:
                found |= self._term_columns(name, texts, columns)
        if self.topics is not None:
            found |= _numbered("topic", self.topics.shares(texts))
        if self.vectors is not None:
            name = f"word2vec_embedding_dim{self.vectors.shape[1]}"
            found |= _numbered(name, self._mean_vectors(texts))
        if self.components is not None:
            matrix = self.terms["tfidf"].matrix(texts)
            found |= _numbered("svd", matrix @ self.components)
        return pd.DataFrame({k: v.astype(np.float32) for k, v in found.items()})

    def dictionary(self) -> pd.DataFrame:
        """What each column means: `column`, `group`, `meaning`, `learnt_from`."""
        blank = {name: [""] for name in self.encoder.fields}
        rows = [(name, *self._meaning(name)) for name in self.table(blank).columns]
        return pd.DataFrame(rows, columns=["column", "group", "meaning", "learnt_from"])

    def _term_columns(
        self, name: str, texts: EncodedTexts, columns: Columns
    ) -> dict[str, npt.NDArray[np.float32]]:
        table, encoder = self.terms[name], self.encoder
        if name == "lemmas" and self.lemmas is not None:
            encoder = self.lemmas
            texts = encoder.encode(columns)
        names = table.names(encoder.vocabulary.words, _PREFIXES[name])
        return dict(zip(names, table.columns(texts).T, strict=True))

    def _mean_vectors(self, texts: EncodedTexts) -> npt.NDArray[np.float32]:
        """Mean of the vectors of known words; zeros without any."""
        table = self.vectors
        if table is None:
            return np.zeros((len(texts), 0), np.float32)
        ids = texts.vocabulary_ids
        rows = np.repeat(np.arange(len(texts)), texts.document_words)
        known = ids >= FIRST_WORD_ID
        sums = np.zeros((len(texts), table.shape[1]))
        np.add.at(sums, rows[known], table[ids[known]])
        counts = np.bincount(rows[known], minlength=len(texts))
        return (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)

    def _meaning(self, name: str) -> tuple[str, str, str]:
        nothing, train = "nothing", "training texts"
        if name in STATISTICS:
            return "statistics", STATISTICS[name], nothing
        if name == "unknown_word_ratio":
            return "flags", "words outside the vocabulary by word", train
        if name.startswith("is_"):
            return "flags", f"1 where {FLAGS[name.removeprefix('is_')]}", train
        for prefix, (group, meaning) in _MEANINGS.items():
            if name.startswith(prefix):
                return group, meaning, train
        return "", "", ""


_PREFIXES = {"tfidf": "tfidf", "bigrams": "bigram", "lemmas": "lemma"}
_MEANINGS = {
    "tfidf_": ("tfidf", "TF-IDF of a word; a row has length 1 over all words"),
    "bigram_": ("bigrams", "TF-IDF of two words next to each other"),
    "lemma_": ("lemmas", "TF-IDF of a lemma"),
    "topic_": ("topics", "share of a topic, by latent semantic analysis"),
    "word2vec_": ("vectors", "a component of the mean of the vectors of the words"),
    "svd_": ("svd", "a component of the TF-IDF of all words"),
}


def learn_features(
    encoder: TextEncoder,
    columns: Columns,
    labels: npt.NDArray[np.int64],
    settings: FeatureSettings,
) -> FittedFeatures:
    """Learns from training texts alone.

    Args:
        encoder: Splits and cleans; its vocabulary is not looked at.
        columns: The training texts by field name, `n` each.
        labels: Code of the first level of each, `(n,)`; -1 without one.
        settings: The settings.

    Raises:
        InputError: If no training text has a word that is not rare.
    """
    asked, seed = settings.groups, settings.seed
    documents = encoder.tokenise(columns)
    encoder = encoder.with_vocabulary(
        documents, min_count=settings.min_count, size=10**6
    )
    texts = encoder.look_up(documents)
    encoder = encoder.with_outliers(columns, texts)
    terms: dict[str, TermTable] = {}
    if {"tfidf", "svd"} & {*asked}:
        terms["tfidf"] = _term_table(encoder, texts, labels, settings, is_pairs=False)
    if "bigrams" in asked:
        terms["bigrams"] = _term_table(encoder, texts, labels, settings, is_pairs=True)
    lemmas = None
    if "lemmas" in asked:
        lemmas = _lemma_encoder(encoder, columns, settings)
        given = lemmas, lemmas.encode(columns), labels, settings
        terms["lemmas"] = _term_table(*given, is_pairs=False)
    topics = vectors = components = None
    if "topics" in asked:
        topics = learn_topics(encoder, texts, "lsa", settings.topics, seed=seed)
    if "vectors" in asked:
        vectors = _vectors(encoder, documents, settings)
    if "svd" in asked:
        matrix = terms["tfidf"].matrix(texts)
        number = min(settings.components, min(matrix.shape) - 1)
        components = TruncatedSVD(number, random_state=seed).fit(matrix).components_.T
    return FittedFeatures(settings, encoder, terms, lemmas, topics, vectors, components)


def _term_table(
    encoder: TextEncoder,
    texts: EncodedTexts,
    labels: npt.NDArray[np.int64],
    settings: FeatureSettings,
    *,
    is_pairs: bool,
) -> TermTable:
    return TermTable.learn(
        texts,
        labels,
        len(encoder.vocabulary),
        is_pairs=is_pairs,
        min_count=settings.min_count,
        most=settings.pairs if is_pairs else settings.words,
    )


def _lemma_encoder(
    encoder: TextEncoder, columns: Columns, settings: FeatureSettings
) -> TextEncoder:
    known = encoder.cleaner
    cleaner = Cleaner(
        known.language,
        known.lowercase,
        known.fold_accents,
        known.numbers,
        known.remove_stop_words,
        "lemma",
    )
    given = encoder.fields, encoder.splitter, cleaner, encoder.vocabulary
    bare = TextEncoder(*given, encoder.non_answers)
    return bare.with_vocabulary(
        bare.tokenise(columns), min_count=settings.min_count, size=10**6
    )


def _vectors(
    encoder: TextEncoder, documents: TokenisedTexts, settings: FeatureSettings
) -> npt.NDArray[np.float32]:
    """A row for each id; zeros for padding and the unknown word."""
    words = encoder.vocabulary.words
    learnt = trained_vectors(
        documents, words, settings.dimensions, SkipGram(seed=settings.seed)
    )
    none = np.zeros((FIRST_WORD_ID, settings.dimensions), np.float32)
    return np.concatenate([none, learnt]).astype(np.float32)


def _numbered(
    name: str, values: npt.NDArray[np.floating]
) -> dict[str, npt.NDArray[np.floating]]:
    width = len(str(max(values.shape[1] - 1, 0)))
    return {f"{name}_{k:0{width}d}": column for k, column in enumerate(values.T)}
