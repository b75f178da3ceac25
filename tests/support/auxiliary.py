"""A small network that reads letters, margins, side features and n-grams, too."""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from han.batching.network_inputs import AuxiliaryInputs
from han.text.subwords import Subwords
from han.text.vocabulary import FIRST_WORD_ID
from support.networks import DOCUMENTS, PARENTS, make_network
from support.networks import encode as encode_words

VOCABULARY = ("pan", "leche", "vende", "niño", "panes", "taller", "sin", "ropa")
BUCKETS, BAG_ROWS = 40, 11
UNKNOWN = ("panadero", "x", "xyz")
# Words below 0 are unknown; the last of the three is in no document.
TEXTS = [*DOCUMENTS, [(0, [-1, 3, -2]), (1, [-1])], [(1, [-2])]]
TEXTS = [[(f, [w if w != 1 else -1 for w in words]) for f, words in d] for d in TEXTS]
SIDE = np.random.default_rng(5).normal(size=(len(TEXTS), 3)).astype("float32")


def margins(texts):
    """Some numbers that depend on the document and on nothing else."""
    words = texts.document_words[:, None] + texts.side.sum(axis=1, keepdims=True)
    return np.sin(words + np.arange(len(PARENTS))).astype(np.float32)


def bag(texts):
    """Some n-grams of each document, by its number of words; the blank has none."""
    counts = texts.document_words
    ends = np.append(0, np.cumsum(counts))
    columns = (np.arange(ends[-1]) - np.repeat(ends[:-1], counts)) * 7 % BAG_ROWS
    values = np.sin(1.0 + np.repeat(counts, counts)).astype(np.float32)
    return csr_array((values, columns, ends), (len(texts), BAG_ROWS))


READING = AuxiliaryInputs(Subwords(VOCABULARY, BUCKETS), margins)
WITH_BAG = AuxiliaryInputs(Subwords(VOCABULARY, BUCKETS), margins, bag)


def encode(documents=TEXTS, side=SIDE):
    """Documents with the spelling of their unknown words and their side features."""
    return replace(encode_words(documents), unknown=UNKNOWN, side=side)


def make(computation="packed", **changes):
    """A network that looks into words and has margins and side features."""
    settings = dict(subword_buckets=BUCKETS, wide=True, side_features=3)
    network = make_network(computation=computation, **{**settings, **changes})
    network.auxiliary = READING
    return network


def letters(word):
    """Rows of the letters of a word, by its id."""
    spelled = UNKNOWN[-1 - word] if word < 0 else VOCABULARY[word - FIRST_WORD_ID]
    rows = READING.subwords.rows(np.array([READING.subwords.num_ids]), (spelled,))
    return rows.values
