"""TF-IDF of words and pairs as scikit-learn has it, and statistics by hand."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import chi2

from han.feature_table.term_table import TermTable
from han.feature_table.text_statistics import text_flags, text_statistics
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vocabulary import Vocabulary

TEXTS = [
    "pan dulce y pan blanco",
    "queso fresco. pan blanco",
    "clavo de acero",
    "",
    "martillo de acero y clavo",
    "pan dulce",
]
LABELS = np.array([0, 0, 1, -1, 1, 0])


def encoder(min_count=1):
    known = TextEncoder(
        {"text": FieldLimits(20, 5)}, Splitter(), Cleaner(), Vocabulary([])
    )
    documents = known.tokenise({"text": TEXTS})
    return known.with_vocabulary(documents, min_count=min_count, size=99)


def learnt(is_pairs, most=99, min_count=1):
    known = encoder(min_count)
    texts = known.encode({"text": TEXTS})
    table = TermTable.learn(
        texts,
        LABELS,
        len(known.vocabulary),
        is_pairs=is_pairs,
        min_count=min_count,
        most=most,
    )
    return known, texts, table


@pytest.mark.parametrize("min_count", [1, 2])
def test_words_are_as_scikit_learn_has_them(min_count):
    known, texts, table = learnt(False, min_count=min_count)
    oracle = TfidfVectorizer(token_pattern=r"\w+", min_df=min_count)
    expected = oracle.fit_transform(TEXTS).toarray()
    names = table.names(known.vocabulary.words, "tfidf")
    order = [oracle.vocabulary_[name.removeprefix("tfidf_")] for name in names]
    assert sorted(order) == list(range(len(oracle.vocabulary_)))
    np.testing.assert_allclose(table.columns(texts), expected[:, order], atol=1e-6)


def test_pairs_stand_in_one_sentence():
    known, texts, table = learnt(True)
    names = table.names(known.vocabulary.words, "bigram")
    assert "bigram_pan_dulce" in names and "bigram_fresco_pan" not in names
    oracle = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(2, 2))
    one_sentence = [text for text in TEXTS if "." not in text]
    counts = oracle.fit(one_sentence).vocabulary_
    assert {n.removeprefix("bigram_").replace("_", " ") for n in names} == {
        *counts,
        "queso fresco",
    }
    rows = np.linalg.norm(table.matrix(texts).toarray(), axis=1)
    np.testing.assert_allclose(rows, [1, 1, 1, 0, 1, 1], atol=1e-9)


def test_the_words_that_tell_most_are_columns():
    known, texts, table = learnt(False, most=3)
    _, _, whole = learnt(False)
    coded = LABELS >= 0
    scores = chi2(whole.matrix(texts)[coded], LABELS[coded])[0]
    names = whole.names(known.vocabulary.words, "w")
    best = {names[k] for k in np.argsort(-scores, kind="stable")[:3]}
    assert set(table.names(known.vocabulary.words, "w")) == best


def test_statistics_by_hand():
    known = encoder(min_count=2)
    columns = {"text": ["Pan Pan 12. Queso", "", "zzz"]}
    documents = known.tokenise(columns)
    found = text_statistics(columns, documents, ["text"])
    assert {name: round(float(v[0]), 4) for name, v in found.items()} == {
        "character_count": 17,
        "word_count": 4,
        "sentence_count": 2,
        "avg_sentence_length": 2,
        "avg_word_length": 3.25,
        "unique_word_ratio": 0.75,
        "digit_ratio": round(2 / 17, 4),
        "capital_ratio": round(3 / 11, 4),
    }
    assert all(values[1] == 0 for values in found.values())
    flags = text_flags(columns, documents, known)
    assert flags["unknown_word_ratio"].tolist() == [0.5, 0.0, 1.0]
    assert flags["is_blank"].tolist() == [0, 1, 0]
    assert flags["is_unknown_words"].tolist() == [0, 0, 1]
