"""Class means beside the linear model: who weighs them, and what they have seen."""

from functools import partial

import numpy as np
import pytest
from support.linear_corpus import TREE, corpus, encode, encoder
from support.pretrained import LetterEncoder

from han.code_list.taxonomy import Taxonomy
from han.linear.added_means import factors_by_records, with_class_means
from han.linear.class_means import ClassMeans, document_vectors
from han.linear.cross_fitting import FOLDS, LEFT_OUT, cross_fit
from han.linear.linear_model import LinearModel
from han.linear.linear_tree import SHARPNESS
from han.linear.part_factors import part_factors
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.text_encoder import EncodedTexts

WORDS = encoder().vocabulary.words
ONES = np.ones(TREE.num_nodes, np.float32)


class OracleEncoder(LetterEncoder):
    """Knows the code of a text by its first word, all but for some noise."""

    width = len(ONES)

    def __init__(self, first_words):
        super().__init__()
        self.place = {word: node for node, word in first_words.items()}

    def plain(self, sentences):
        places = [self.place[sentence.split()[0]] for sentence in sentences]
        noise = [(hash_of(sentence) % 97) / 97 for sentence in sentences]
        vectors = np.eye(self.width)[places] + 0.2 * np.array(noise)[:, None]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def hash_of(sentence):
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(sentence))


def knowledge(encoder=None):
    return SentenceVectors(encoder or LetterEncoder(), WORDS).distinct


@pytest.fixture(scope="module")
def fitted():
    texts, nodes = corpus()
    weights = np.ones(len(nodes))
    return (
        texts,
        nodes,
        weights,
        cross_fit(texts, nodes, weights, TREE, WORDS, limit=140),
    )


def joined(fitted, factors=lambda model, means: ONES, known=None):
    texts, nodes, weights, linear = fitted
    known = known or knowledge()
    return with_class_means(linear, texts, nodes, weights, TREE, known, factors)


def test_margins_of_training_records_are_of_means_without_them(fitted):
    texts, nodes, weights, linear = fitted
    both, rows = joined(fitted), np.arange(len(nodes))
    vectors = document_vectors(*knowledge()(texts), texts)
    found = both.margins(texts, rows) - linear.margins(texts, rows)
    for number in (*range(FOLDS), LEFT_OUT):
        here = np.flatnonzero(linear.fold == number)
        others = np.flatnonzero((linear.fold != number) & (linear.fold != LEFT_OUT))
        means = ClassMeans.fit(vectors[others], nodes[others], weights[others], TREE)
        expected = means.scores(vectors[here])
        assert len(here) and np.abs(expected).max() > 0.01
        np.testing.assert_allclose(found[here], expected, atol=1e-4)
    whole = both.model.margins(texts) - linear.model.margins(texts)
    learnt = np.flatnonzero(linear.fold != LEFT_OUT)
    means = ClassMeans.fit(vectors[learnt], nodes[learnt], weights[learnt], TREE)
    np.testing.assert_allclose(whole, means.scores(vectors), atol=1e-4)


def test_planes_stay_and_factors_count(fitted):
    asked = []

    def halves(model, means):
        asked.append((model, means))
        return ONES / 2

    both = joined(fitted, halves)
    assert len(asked) == 1 and asked[0][0] is fitted[3].model
    assert both.model.evidence.planes is fitted[3].model.evidence.planes
    for one in (both.model.evidence, *both.folds):
        np.testing.assert_array_equal(one.means.factors, ONES / 2)


def test_means_that_are_not_to_count_are_left_out(fitted):
    assert joined(fitted, lambda model, means: None) is fitted[3]


def test_no_document_changes_those_beside_it(fitted):
    texts = fitted[0]
    both = joined(fitted).model
    rows = [3, 9, 3]
    expected = both.margins(texts)[rows]
    np.testing.assert_allclose(both.margins(texts.take(rows)), expected, atol=1e-5)
    blank = both.margins(encode([[]]))
    np.testing.assert_array_equal(blank, fitted[3].model.margins(encode([[]])))


def test_they_are_kept_in_the_file_as_numbers_alone(fitted, tmp_path):
    both = joined(fitted).model
    both.save(tmp_path / "linear.npz")
    again = LinearModel.load(tmp_path / "linear.npz", WORDS, knowledge())
    texts = fitted[0]
    np.testing.assert_array_equal(again.margins(texts), both.margins(texts))
    with np.load(tmp_path / "linear.npz") as stored:
        kept = {name: stored[name] for name in stored.files}
    assert {"means_weights", "means_biases", "means_factors"} <= set(kept)
    assert all(array.dtype.kind in "fiub" for array in kept.values())


def test_a_file_with_means_of_another_code_list_is_refused(fitted, tmp_path):
    joined(fitted).model.save(tmp_path / "linear.npz")
    with np.load(tmp_path / "linear.npz") as stored:
        kept = {name: stored[name] for name in stored.files}
    kept["means_factors"] = kept["means_factors"][:-1]
    np.savez(tmp_path / "other.npz", **kept)
    with pytest.raises(ValueError, match="another code list"):
        LinearModel.load(tmp_path / "other.npz", WORDS, knowledge())
    kept["means_factors"] = np.full(TREE.num_nodes, np.nan)
    np.savez(tmp_path / "nan.npz", **kept)
    with pytest.raises(ValueError, match="holds NaN"):
        LinearModel.load(tmp_path / "nan.npz", WORDS, knowledge())


def test_a_file_with_means_needs_vectors_to_be_read(fitted, tmp_path):
    """Else the first text would say so, in the middle of a prediction."""
    joined(fitted).model.save(tmp_path / "linear.npz")
    with pytest.raises(ValueError, match="vectors"):
        LinearModel.load(tmp_path / "linear.npz", WORDS)


# Factors


def test_factors_are_of_records_that_neither_has_seen(fitted):
    """Where the linear model knows no word, all that is right comes from the means."""
    linear = fitted[3]
    signs = {3: "sin", 4: "niño", 5: "vende", 6: "local", 7: "leche"}
    known = knowledge(OracleEncoder(signs))
    generator = np.random.default_rng(0)

    def written(nodes):
        noise = generator.choice(["y", "pan"], (len(nodes), 2))
        return encode([[signs[n], *more] for n, more in zip(nodes, noise, strict=True)])

    truth = np.resize(np.array([3, 4, 5, 6, 7], np.int32), 60)
    vectors = document_vectors(*known(written(truth)), written(truth))
    means = ClassMeans.fit(vectors, truth, np.ones(60), TREE)
    unseen = written(truth)
    of = partial(factors_by_records, linear.model, means, knowledge=known, tree=TREE)
    factors = of(texts=unseen, nodes=truth, weights=np.ones(60))
    level = (TREE.paths >= 0).sum(axis=1) - 1
    for depth in range(TREE.num_levels):  # one for each level
        assert len(set(factors[level == depth].tolist())) == 1
    alone = SHARPNESS * linear.model.margins(unseen)
    expected = part_factors(alone, means.scores(vectors), truth, np.ones(60), TREE)
    np.testing.assert_allclose(factors, expected / SHARPNESS, rtol=1e-5)
    wrong = np.roll(truth, 1)
    assert of(texts=unseen, nodes=wrong, weights=np.ones(60)) is None


def test_many_records_are_drawn_and_not_cut_off(fitted, monkeypatch):
    texts, nodes, weights, linear = fitted
    asked: list[EncodedTexts] = []

    def known(texts):
        asked.append(texts)
        return knowledge()(texts)

    monkeypatch.setattr("han.linear.added_means.MAX_SCORES", 10 * TREE.num_nodes)
    vectors = document_vectors(*knowledge()(texts), texts)
    means = ClassMeans.fit(vectors, nodes, weights, TREE)
    factors_by_records(linear.model, means, texts, nodes, weights, TREE, known)
    assert {len(one) for one in asked} == {10}


@pytest.mark.parametrize("sharp", [0.2, 1.0, 5.0])
def test_the_scale_of_a_part_does_not_matter(sharp):
    """Its factor undoes it, but for a slight ridge."""
    generator = np.random.default_rng(3)
    tree = Taxonomy([*"123"], [-1] * 3)
    nodes = generator.integers(0, 3, 300).astype(np.int32)
    part = np.eye(3)[nodes] + 0.8 * generator.normal(size=(300, 3))
    alone = 0.3 * np.eye(3)[nodes] + generator.normal(size=(300, 3))
    one, other = (
        part_factors(alone, scale * part, nodes, np.ones(300), tree)
        for scale in (1.0, sharp)
    )
    np.testing.assert_allclose(other * sharp, one, rtol=0.1)


def test_a_part_that_puts_nothing_right_is_none():
    tree = Taxonomy([*"12"], [-1] * 2)
    right = np.array([[2.0, -2.0], [-2.0, 2.0]] * 5)
    nodes = np.array([0, 1] * 5, np.int32)
    zeros = np.zeros_like(right)
    assert part_factors(right, zeros, nodes, np.ones(10), tree) is None
    assert part_factors(zeros, right, nodes, np.ones(10), tree) is not None
    # All that it puts right is half of the weight.
    gained = partial(part_factors, zeros, right, nodes, np.ones(10), tree)
    assert gained(gain=0.49) is not None and gained(gain=0.5) is None
