"""Margins that are kept are those that would be computed, with noise or without."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.linear_corpus import TREE, WORDS, corpus, encode, encoder

from han.linear import kept_margins
from han.linear.cross_fitting import cross_fit
from han.linear.kept_margins import KeptMargins

DOCUMENTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "nada", "mucho"]), max_size=4),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def fitted():
    texts, nodes = corpus()
    words = encoder().vocabulary.words
    return cross_fit(texts, nodes, np.ones(len(nodes)), TREE, words), texts


class Counting:
    """Gives margins and counts how many."""

    def __init__(self, linear):
        self.linear, self.model, self.computed = linear, linear.model, 0

    def margins(self, texts, records, chosen=None):
        found = self.linear.margins(texts, records, chosen)
        self.computed += len(found)
        return found


@pytest.mark.parametrize("most", [1 << 27, 0])
def test_margins_are_those_that_would_be_computed(fitted, most, monkeypatch):
    monkeypatch.setattr(kept_margins, "MAX_NUMBERS", most)
    monkeypatch.setattr(kept_margins, "BLOCK", 40)
    linear, texts = fitted
    kept = KeptMargins(Counting(linear), texts)
    noisy = encode([["lche"], ["pan", "nada"], ["nada", "pan"]])
    rows = np.array([3, 60, 149])
    for batch in (texts.take(rows), noisy, texts.take(rows)):
        assert np.array_equal(kept(batch, rows), linear.margins(batch, rows))
    # Where all are kept, only the three with noise are computed again.
    assert kept.linear.computed == (len(texts) + 3 if most else 9)


def test_what_was_given_may_be_written_on(fitted):
    linear, texts = fitted
    kept, rows = KeptMargins(linear, texts), np.array([1, 2])
    kept(texts.take(rows), rows)[:] = 0
    assert kept(texts.take(rows), rows).any()


@given(DOCUMENTS, DOCUMENTS, st.randoms())
@settings(deadline=None)
def test_same_words_are_the_same_words_in_the_same_sentences(one, other, random):
    one = one[: len(other)]
    other = [random.choice((a, b)) for a, b in zip(one, other, strict=False)]
    found = encode(one).same_words(encode(other))
    assert found.tolist() == [a == b for a, b in zip(one, other, strict=True)]


def test_sentences_and_fields_tell_documents_apart():
    from dataclasses import replace

    texts = encode([["pan", "leche"], ["pan", "leche"]])
    parted = replace(
        texts,
        sentence_lengths=np.array([1, 1, 2], np.int32),
        sentence_fields=np.zeros(3, np.int32),
        document_sentences=np.array([2, 1], np.int32),
    )
    assert texts.same_words(parted).tolist() == [False, True]
    moved = replace(texts, sentence_fields=np.array([0, 1], np.int32))
    assert texts.same_words(moved).tolist() == [True, False]
