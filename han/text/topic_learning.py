"""Topics of texts, learnt by gensim from the texts alone; see `han.text.topics`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from han.errors import InputError
from han.text.encoded_texts import EncodedTexts
from han.text.outliers import LANGUAGES, language_table
from han.text.text_encoder import TextEncoder
from han.text.topics import Floats, Method, Topics
from han.text.vocabulary import FIRST_WORD_ID

PASSES = 10  # of LDA over the texts


def learn_topics(
    encoder: TextEncoder,
    texts: EncodedTexts,
    method: Method,
    number: int,
    *,
    seed: int = 0,
) -> Topics:
    """Learns topics from texts, coded or not.

    Function words of the encoder's language have no part in them, nor have words
    outside its vocabulary.

    Args:
        encoder: What encoded the texts.
        texts: The texts.
        method: `lsa` or `lda`.
        number: Number of topics; of `lsa` there are fewer where the texts have fewer
            dimensions.
        seed: Seed of all draws.

    Raises:
        InputError: If no text holds a word that counts.
    """
    blank = _without_topics(method, _telling_words(encoder))
    counts = blank.counts(texts)
    held = np.bincount(counts.indices, minlength=len(blank.weights))
    weights = held > 0
    if method == "lsa":  # a word of every text tells nothing, too
        weights = weights * np.log(len(texts) / np.maximum(held, 1))
    blank = _without_topics(method, weights)
    counts = blank.counts(texts)
    counts = counts[np.diff(counts.indptr) > 0]
    if not counts.shape[0]:
        raise InputError(
            "`topics`: no training text holds a word of the vocabulary that is more "
            "than a function word and not in every text, so there are no topics to "
            "find. Set `topics.method` to none."
        )
    find = _singular_vectors if method == "lsa" else _word_distributions
    table = find(blank, counts, number, seed)
    return _standardised(replace(blank, table=table), counts)


def _telling_words(encoder: TextEncoder) -> Floats:
    """1 for each word id but padding, the unknown word and function words, `(ids,)`."""
    language = LANGUAGES.index(encoder.cleaner.language)
    known = language_table(encoder.vocabulary.words, encoder.cleaner)[:, language]
    return np.append(np.zeros(FIRST_WORD_ID), known == 0).astype(np.float32)


def _without_topics(method: Method, weights: npt.ArrayLike) -> Topics:
    given = np.asarray(weights, np.float32)
    none = np.zeros((len(given), 0), np.float32)
    return Topics(method, given, none, none[0], none[0])


def _standardised(topics: Topics, counts: csr_array) -> Topics:
    """The same with mean and spread of the documents that have words."""
    placed = topics.placed(counts).astype(np.float64)
    spread = placed.std(axis=0)
    return replace(
        topics,
        mean=placed.mean(axis=0).astype(np.float32),
        deviation=np.where(spread > 1e-6, spread, 1.0).astype(np.float32),
    )


def _singular_vectors(
    blank: Topics, counts: csr_array, number: int, seed: int
) -> Floats:
    """Right singular vectors of the largest singular values, `(ids, K)`.

    Their sign is free: the largest number of each is made positive.
    """
    from gensim.models import LsiModel

    model = LsiModel(
        _Rows(blank.tfidf(counts)),
        num_topics=number,
        id2word=_names(counts),
        random_seed=seed,
    )
    vectors = model.projection.u
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.sign(vectors[largest, np.arange(vectors.shape[1])])
    found: Floats = (vectors * signs).astype(np.float32)
    return found


def _word_distributions(
    blank: Topics, counts: csr_array, number: int, seed: int
) -> Floats:
    """Parameters of each topic's distribution over words, `(ids, K)`."""
    from gensim.models import LdaModel

    model = LdaModel(
        _Rows(counts),
        num_topics=number,
        id2word=_names(counts),
        passes=PASSES,
        random_state=seed,
        eval_every=None,
    )
    found: Floats = model.state.get_lambda().T.astype(np.float32)
    return found


def _names(matrix: csr_array) -> dict[int, str]:
    """Names of columns: gensim takes their number from them."""
    return {column: str(column) for column in range(matrix.shape[1])}


class _Rows:
    """Rows of a matrix as gensim reads them: pairs of a column and a value."""

    def __init__(self, matrix: csr_array) -> None:
        self.matrix = matrix

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    def __iter__(self) -> Iterator[list[tuple[int, float]]]:
        ends, columns = self.matrix.indptr.tolist(), self.matrix.indices
        for first, last in pairwise(ends):
            here = columns[first:last].tolist(), self.matrix.data[first:last].tolist()
            yield list(zip(*here, strict=True))
