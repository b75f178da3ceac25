"""Vectors of sentences: of the right words, encoded once, the same from every place."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from support.pretrained import LetterEncoder

from han.pretrained import sentence_vectors
from han.pretrained.sentence_texts import (
    as_sentence,
    distinct_sentences,
    nearest_sentences,
)
from han.pretrained.sentence_vectors import SentenceVectors
from han.pretrained.vector_memory import LatestVectors
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

WORDS = ["pan", "dulce", "venta", "de"]
TEXTS = ["Venta de pan. Pan dulce", "Bolillo, pan", "", "PAN DULCE", "Pan. Telera"]


def encoded(texts=TEXTS, max_words=9):
    limits = {"text": FieldLimits(max_words, 9)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(WORDS))
    return encoder.encode({"text": texts})


def test_sentences_are_their_cleaned_words_unknown_ones_too():
    sentences, places = distinct_sentences(encoded(), WORDS)
    written = [sentences[place] for place in places]
    assert written == [
        *("venta de pan", "pan dulce", "bolillo pan", "pan dulce", "pan", "telera")
    ]
    assert len(sentences) == len(set(sentences)) == 5


def test_a_word_that_is_known_twice_is_one_sentence():
    """Noise may write a known word that it calls unknown."""
    texts = encoded(["pan", "bolillo"])
    same = type(texts)(**{**vars(texts), "unknown": ("pan",)})
    sentences, places = distinct_sentences(same, WORDS)
    assert sentences == ["pan"] and places.tolist() == [0, 0]


def test_words_that_nobody_can_spell_are_refused():
    texts = encoded(["bolillo"])
    lost = type(texts)(**{**vars(texts), "word_ids": texts.vocabulary_ids})
    with pytest.raises(ValueError, match="which words are unknown"):
        distinct_sentences(lost, WORDS)


def test_each_sentence_has_the_vector_of_its_text():
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, WORDS)(encoded())
    expected = encoder.plain(
        ["venta de pan", "pan dulce", "bolillo pan", "pan dulce", "pan", "telera"]
    )
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, atol=5e-4)


def test_documents_without_words_have_no_vectors():
    vectors = SentenceVectors(LetterEncoder(), WORDS)
    assert vectors(encoded(["", ""])).shape == (0, 3)
    assert vectors.of_words(["", "pan"])[0].tolist() == [0, 0, 0]


def test_sentences_are_encoded_once():
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, WORDS)
    first = vectors(encoded())
    np.testing.assert_array_equal(vectors(encoded()), first)
    np.testing.assert_array_equal(vectors.of_words(["telera"])[0], first[5])
    assert sorted(encoder.asked) == sorted(set(encoder.asked)) and encoder.asked


def test_blocks_are_put_together_in_order(monkeypatch):
    whole = SentenceVectors(LetterEncoder(), WORDS)(encoded())
    monkeypatch.setattr(sentence_vectors, "BLOCK", 2)
    parts = SentenceVectors(LetterEncoder(), WORDS)(encoded())
    np.testing.assert_array_equal(parts, whole)


def test_a_full_memory_forgets_the_oldest_alone():
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, WORDS, memory=9)  # three of three numbers
    for word in ["a", "b", "c", "d", "d", "b", "a"]:
        np.testing.assert_allclose(
            vectors.of_words([word]), encoder.plain([word]), atol=5e-4
        )
    assert encoder.asked == ["a", "b", "c", "d", "a"]
    many = [f"{letter}x" for letter in "abcdefg"]  # more at once than there is room
    np.testing.assert_allclose(vectors.of_words(many), encoder.plain(many), atol=5e-4)


def test_memory_that_grows_keeps_what_it_has():
    latest = LatestVectors(1, most=10)
    for number in range(7):
        latest.keep([str(number)], np.array([[number]], np.float16))
    into = np.zeros((7, 1), np.float16)
    assert latest.fill([str(n) for n in range(7)], into, np.arange(7)).all()
    assert into.ravel().tolist() == list(range(7))


# The cache


def test_what_is_stored_is_not_encoded_again(tmp_path):
    first = SentenceVectors(LetterEncoder(), WORDS, tmp_path)(encoded(TEXTS[:2]))
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, WORDS, tmp_path)
    np.testing.assert_array_equal(vectors(encoded())[: len(first)], first)
    assert sorted(encoder.asked) == ["pan", "telera"]  # the new ones alone
    third = LetterEncoder()
    SentenceVectors(third, WORDS, tmp_path)(encoded())
    assert not third.asked


def test_another_encoder_finds_nothing(tmp_path):
    SentenceVectors(LetterEncoder(), WORDS, tmp_path)(encoded())
    other = LetterEncoder(identity="another")
    SentenceVectors(other, WORDS, tmp_path)(encoded())
    assert len(other.asked) == 5


def test_no_word_is_written_and_nobody_else_can_read(tmp_path):
    SentenceVectors(LetterEncoder(), WORDS, tmp_path / "cache")(encoded())
    files = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert not file.stat().st_mode & 0o077
        assert b"telera" not in file.read_bytes()
    assert not (tmp_path / "cache").stat().st_mode & 0o077


def test_a_damaged_entry_is_made_anew(tmp_path):
    SentenceVectors(LetterEncoder(), WORDS, tmp_path)(encoded())
    (vectors,) = tmp_path.rglob("vectors.npy")
    content = vectors.read_bytes()
    vectors.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    encoder = LetterEncoder()
    again = SentenceVectors(encoder, WORDS, tmp_path)(encoded())
    assert len(encoder.asked) == 5
    np.testing.assert_array_equal(
        SentenceVectors(LetterEncoder(), WORDS)(encoded()), again
    )


def test_the_log_of_a_training_counts_sentences_and_tells_none(caplog):
    with caplog.at_level("INFO"):
        SentenceVectors(LetterEncoder(), WORDS)(encoded())
        assert not caplog.text  # a prediction has many blocks
        SentenceVectors(LetterEncoder(), WORDS, progress="vectors")(encoded())
    assert "5 distinct sentences to encode" in caplog.text
    assert "telera" not in caplog.text


def test_a_text_is_written_as_its_sentences_are():
    text = "Venta  de PAN; (dulce)."
    (sentence,), _ = distinct_sentences(encoded([text]), WORDS)
    assert as_sentence(text, Splitter(), Cleaner()) == sentence


def test_two_threads_encode_nothing_twice():
    encoder, second = LetterEncoder(), Event()

    def slowly(sentences):
        second.wait(0.2)  # as long as another thread could come in between
        encoder.asked += sentences
        return encoder.plain(sentences)

    encoder.encode = slowly
    vectors = SentenceVectors(encoder, WORDS)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(vectors.of_words, [["pan"], ["pan"]]))
    np.testing.assert_array_equal(*found)
    assert encoder.asked == ["pan"]


# Noise


def noisy(texts, *changes):
    """Documents of which sentence after sentence has other words, or is gone."""
    sentences = np.split(texts.word_ids, np.cumsum(texts.sentence_lengths)[:-1])
    assert len(changes) == len(sentences)
    kept = [
        s if c is None else np.array(c, np.int32)
        for s, c in zip(sentences, changes, strict=True)
    ]
    lengths = np.array([len(s) for s in kept], np.int32)
    filled = lengths > 0
    documents = np.bincount(texts.sentence_documents[filled], minlength=len(texts))
    return replace(
        texts,
        word_ids=np.concatenate(kept),
        sentence_lengths=lengths[filled],
        sentence_fields=texts.sentence_fields[filled],
        document_sentences=documents.astype(np.int32),
        unknown=("vneta", "lacteos"),
    )


def test_documents_without_noise_are_their_own():
    """Of whatever words: twice the same, all of them unknown, of other fields."""
    texts = encoded([*TEXTS, "Telera. Concha. Telera", "pan pan pan. pan de. de pan"])
    places = nearest_sentences(texts, texts)
    assert places.tolist() == list(range(len(texts.sentence_lengths)))
    empty = texts.take([])
    assert nearest_sentences(empty, empty).tolist() == []
    assert nearest_sentences(texts.take([2]), texts.take([2])).tolist() == []


def test_noise_is_told_from_the_words_that_are_left():
    texts = encoded(["venta de pan. dulce", "pan. venta dulce. de pan dulce"])
    # ids: pan 2, dulce 3, venta 4, de 5
    some = noisy(texts, [4, -2], [-1], [], [4], [5, 3])
    assert nearest_sentences(some, texts).tolist() == [0, 1, 3, 4]
    moved = noisy(texts, [], [5, 2], [-1], None, None)  # the first sentence is gone
    assert nearest_sentences(moved, texts).tolist() == [0, 2, 3, 4]


def test_noise_is_not_encoded():
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, WORDS)
    texts = encoded(["venta de pan. dulce", "pan"])
    expected = vectors(texts)
    asked = list(encoder.asked)
    some = noisy(texts, [4, -1], [], [-2])
    vectors.stand_in(some, texts)
    np.testing.assert_array_equal(vectors(some), expected[[0, 2]])
    assert encoder.asked == asked
    vectors(texts)
    np.testing.assert_allclose(  # others have been asked for
        vectors(some), encoder.plain(["venta vneta", "lacteos"]), atol=5e-4
    )
