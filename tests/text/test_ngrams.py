"""Hashes of words and letters against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from han.text.ngrams import letter_ngrams, pair_hashes, word_hashes
from han.text.subwords import LONGEST, SHORTEST, Subwords
from han.text.vocabulary import FIRST_WORD_ID, UNKNOWN_ID

WORDS = st.lists(st.text("aábnñz9ß😀", min_size=1, max_size=9), max_size=8)


def spelled(word, shortest, longest):
    """Letter sequences of a word in the order in which they are hashed."""
    edged = f" {word} "
    return [
        edged[i : i + size]
        for size in range(shortest, longest + 1)
        for i in range(len(edged) - size + 1)
    ]


@given(WORDS, st.integers(1, 3), st.integers(3, 6))
def test_equal_letters_have_equal_hashes_and_others_do_not(words, shortest, longest):
    found = letter_ngrams(words, shortest, longest)
    plain = [ngram for word in words for ngram in spelled(word, shortest, longest)]
    lengths = [len(spelled(word, shortest, longest)) for word in words]
    assert found.lengths.tolist() == lengths
    assert len(found.values) == len(plain)
    of_text = dict(zip(plain, found.values.tolist(), strict=True))
    assert found.values.tolist() == [of_text[ngram] for ngram in plain]
    assert len(set(of_text.values())) == len(of_text)


@given(WORDS)
def test_words_have_hashes_of_their_own(words):
    found = word_hashes(words).tolist()
    assert len(set(found)) == len(set(words))
    assert dict(zip(words, found, strict=True)) == {
        word: int(word_hashes([word])[0]) for word in words
    }


def test_the_order_of_a_pair_matters():
    one, two = word_hashes(["sin", "local"])
    there, back = pair_hashes(np.array([one, two]), np.array([two, one]))
    assert there != back


def test_hashes_are_the_same_on_every_machine():
    # Saved models hold such numbers: they must never change.
    assert word_hashes(["niño"]).tolist() == [2970088720279167734]
    assert letter_ngrams(["ñ"], 3, 3).values.tolist() == [15070035361998737380]


def test_every_word_has_a_sequence():
    with pytest.raises(ValueError, match="shortest"):
        letter_ngrams(["a"], 4, 5)


@given(WORDS, WORDS, st.integers(1, 50))
def test_rows_follow_the_letters_known_or_not(known, unknown, buckets):
    table = Subwords(known, buckets)
    ids = np.arange(table.num_ids + len(unknown))[::-1]
    rows = table.rows(ids, tuple(unknown))
    ends = np.cumsum(rows.lengths)
    for number, end, length in zip(ids, ends, rows.lengths, strict=True):
        here = rows.values[end - length : end].tolist()
        if number <= UNKNOWN_ID:
            assert here == [0]
            continue
        word = [*known, *unknown][number - FIRST_WORD_ID]
        hashes = letter_ngrams([word], SHORTEST, LONGEST).values
        assert here == (hashes % np.uint64(buckets)).tolist()
