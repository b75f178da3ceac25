"""Synthetic corpora of the length and word frequencies of real ones, made in memory.

`long` is like a report: about 216 words in 10.5 sentences, at most 30 x 50. `short` is
like an answer in a survey: about 2 fields of 4.2 words, at most 3 x 8, of which 60 %
are phrases that many people write. The words mean nothing; speed does not depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from han.code_list.taxonomy import IntArray, Taxonomy
from han.kernels.ragged_ranges import ranges, starts
from han.text.text_encoder import EncodedTexts
from han.text.vocabulary import FIRST_WORD_ID

CLASS_WORDS = 20  # of each leaf
CLASS_SHARE = 0.1  # of all words
POOL = 20_000  # phrases
POOL_SHARE = 0.6  # of the fields
TOP_CODES, LEAF_CODES = 7, 134


@dataclass(frozen=True)
class Kind:
    """Means and limits of a corpus.

    Attributes:
        sentences: Mean number of sentences (fields) of a document.
        words: Mean number of words of a sentence.
        max_sentences: Sentences of a document at most.
        max_words: Words of a sentence at most.
        documents: Number of documents unless asked otherwise.
        pooled: Share of the sentences that are phrases of a pool.
    """

    sentences: float
    words: float
    max_sentences: int
    max_words: int
    documents: int
    pooled: float = 0.0


KINDS = {
    "long": Kind(10.5, 20.5, 30, 50, 6_000),
    "short": Kind(2.0, 4.2, 3, 8, 40_000, POOL_SHARE),
}


@dataclass(frozen=True)
class Corpus:
    """Documents with their true nodes.

    Attributes:
        texts: The documents, `(n,)`.
        nodes: Node of each, `(n,)`: a leaf.
        tree: The codes.
        max_sentences: Sentences of a document at most.
        max_words: Words of a sentence at most.
    """

    texts: EncodedTexts
    nodes: IntArray
    tree: Taxonomy
    max_sentences: int
    max_words: int

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def words_per_document(self) -> float:
        """Mean number of words of a document."""
        return len(self.texts.word_ids) / len(self)

    @property
    def sentences_per_document(self) -> float:
        """Mean number of sentences of a document."""
        return len(self.texts.sentence_lengths) / len(self)

    @property
    def top_codes(self) -> IntArray:
        """Number among the top codes of each document's code, `(n,)`."""
        return self.tree.paths[self.nodes, 0]

    @property
    def leaf_codes(self) -> IntArray:
        """Number among the leaves of each document's code, `(n,)`."""
        return np.searchsorted(self.tree.leaves, self.nodes).astype(np.int32)


def make_corpus(
    name: str, documents: int = 0, vocabulary: int = 50_000, seed: int = 1
) -> Corpus:
    """A corpus of `KINDS`; equal arguments give equal corpora.

    Args:
        name: `long` or `short`.
        documents: Their number; 0 for the kind's own.
        vocabulary: Number of word ids, padding and unknown included.
        seed: Seed of everything.

    Example:
        >>> corpus = make_corpus("short", documents=3, vocabulary=100)
        >>> len(corpus), corpus.tree.num_nodes
        (3, 141)
    """
    kind = KINDS[name]
    generator = np.random.default_rng(seed)
    tree = code_tree([TOP_CODES, LEAF_CODES])
    count = documents or kind.documents
    nodes = generator.choice(tree.leaves, count).astype(np.int32)
    sentences = lengths(generator, count, kind.sentences, kind.max_sentences)
    words = lengths(generator, int(sentences.sum()), kind.words, kind.max_words)
    ids = class_words(generator, nodes, sentences, words, vocabulary)
    if kind.pooled:
        ids, words = with_phrases(generator, kind, ids, words, vocabulary)
    return Corpus(
        texts_of(ids, words, sentences),
        nodes,
        tree,
        kind.max_sentences,
        kind.max_words,
    )


def fixed_corpus(
    words: int, sentence: int, documents: int, vocabulary: int = 50_000, seed: int = 1
) -> Corpus:
    """Documents that all have `words` words, in sentences of `sentence` words."""
    generator = np.random.default_rng(seed)
    tree = code_tree([TOP_CODES, LEAF_CODES])
    sentences = -(-words // sentence)
    each = np.full(sentences, sentence, np.int32)
    each[-1] = words - sentence * (sentences - 1)
    return Corpus(
        texts_of(
            zipf_words(generator, words * documents, vocabulary),
            np.tile(each, documents),
            np.full(documents, sentences, np.int32),
        ),
        generator.choice(tree.leaves, documents).astype(np.int32),
        tree,
        sentences,
        sentence,
    )


def texts_of(ids: IntArray, words: IntArray, sentences: IntArray) -> EncodedTexts:
    """Documents of one field, none of them cut."""
    fields = np.zeros(len(words), np.int32)
    return EncodedTexts(ids, words, fields, sentences, np.zeros(len(sentences), bool))


def code_tree(level_sizes: list[int]) -> Taxonomy:
    """A tree with so many nodes on each level, children spread evenly over parents."""
    codes, parents, above, first = [], [], 1, -1
    for level, size in enumerate(level_sizes):
        codes += [f"{level}-{number}" for number in range(size)]
        parents += [first + number * above // size for number in range(size)]
        first, above = first + above, size
    return Taxonomy(codes, parents)


def lengths(
    generator: np.random.Generator, count: int, mean: float, limit: int
) -> IntArray:
    """Whole numbers from 1 to `limit` about a mean, skewed like lengths of texts."""
    drawn = generator.gamma(3.0, size=count)
    low, high = 0.0, float(limit)
    for _ in range(40):  # the scale whose cut numbers have the mean
        scale = (low + high) / 2
        cut = np.clip(np.rint(drawn * scale), 1, limit)
        low, high = (scale, high) if cut.mean() < mean else (low, scale)
    return np.clip(np.rint(drawn * scale), 1, limit).astype(np.int32)


def zipf_words(generator: np.random.Generator, count: int, vocabulary: int) -> IntArray:
    """Word ids with frequencies that fall with the rank, as in texts, `(count,)`."""
    size = vocabulary - FIRST_WORD_ID
    return zipf(generator, count, size, 1.0) + np.int32(FIRST_WORD_ID)


def zipf(
    generator: np.random.Generator, count: int, size: int, exponent: float
) -> IntArray:
    """Numbers from 0 to `size - 1`, the k-th in proportion to `k ** -exponent`."""
    total = np.cumsum(np.arange(1, size + 1) ** -exponent)
    drawn = np.searchsorted(total, generator.random(count) * total[-1])
    return drawn.astype(np.int32)


def class_words(
    generator: np.random.Generator,
    nodes: IntArray,
    sentences: IntArray,
    words: IntArray,
    vocabulary: int,
) -> IntArray:
    """Ids of all words, a tenth of them from words of the document's own leaf."""
    ids = zipf_words(generator, int(words.sum()), vocabulary)
    leaf = np.repeat(np.repeat(nodes, sentences), words).astype(np.int64)
    own = leaf * CLASS_WORDS + generator.integers(CLASS_WORDS, size=len(ids))
    chosen = generator.random(len(ids)) < CLASS_SHARE
    own = FIRST_WORD_ID + own % (vocabulary - FIRST_WORD_ID)
    return np.where(chosen, own, ids).astype(np.int32)


def with_phrases(
    generator: np.random.Generator,
    kind: Kind,
    ids: IntArray,
    words: IntArray,
    vocabulary: int,
) -> tuple[IntArray, IntArray]:
    """The same sentences with some of them replaced by phrases of a pool."""
    sizes = lengths(generator, POOL, kind.words, kind.max_words)
    pool = zipf_words(generator, int(sizes.sum()), vocabulary)
    chosen = np.flatnonzero(generator.random(len(words)) < kind.pooled)
    # Sentences first, phrases after them: each sentence then names its own run.
    run = np.arange(len(words))
    run[chosen] = len(words) + zipf(generator, len(chosen), POOL, 1.0)
    all_ids, all_sizes = np.concatenate([ids, pool]), np.concatenate([words, sizes])
    new = all_sizes[run].astype(np.int32)
    return all_ids[ranges(starts(all_sizes)[run], new)], new


def rectangle(corpus: Corpus, rows: npt.NDArray[np.int64]) -> IntArray:
    """Documents as rivals read them: word ids `(n, sentences, words)`, 0 where empty.

    All are as large as the corpus's limits allow.
    """
    texts = corpus.texts.take(rows)
    shape = (len(texts), corpus.max_sentences, corpus.max_words)
    padded = np.zeros(shape, np.int32)
    counts = texts.document_sentences
    place = np.arange(len(texts.sentence_lengths)) - np.repeat(starts(counts), counts)
    view = np.zeros((len(place), corpus.max_words), np.int32)
    real = np.arange(corpus.max_words) < texts.sentence_lengths[:, None]
    view[real] = texts.vocabulary_ids
    padded[texts.sentence_documents, place] = view
    return padded
