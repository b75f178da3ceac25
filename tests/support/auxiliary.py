"""Letters, margins and n-grams that stand beside the words of a small network."""

import numpy as np
from scipy.sparse import csr_array

from han.batching.network_inputs import AuxiliaryInputs
from han.text.subwords import Subwords
from support.networks import PARENTS

VOCABULARY = ("pan", "leche", "vende", "niño", "panes", "taller", "sin", "ropa")


BUCKETS, BAG_ROWS = 40, 11


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
