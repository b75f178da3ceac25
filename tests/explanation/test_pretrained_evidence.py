"""Evidence of networks that read pretrained vectors, by all its kinds."""

from dataclasses import replace

import numpy as np
import pytest
from support.explained_networks import (
    ROWS,
    TOLERANCE,
    choices,
    linear_model,
    network,
    sums,
    texts_of,
)
from support.pretrained import LetterEncoder
from support.small_networks import TREE, VOCABULARY, text_encoder

from han.batching.network_inputs import AuxiliaryInputs, pretrained_scale
from han.explanation.attention_weights import _in_tensorflow, attention_weights
from han.explanation.deleted_shares import deleted_shares
from han.explanation.deletion import ShortenedDocuments, predicted_paths
from han.explanation.encoder_shares import EncoderWay
from han.explanation.integrated_gradients import integrated_gradients
from han.explanation.score_shares import score_shares
from han.explanation.shuffled_attention import shuffled_attention
from han.linear.class_means import ClassMeans
from han.linear.linear_model import LinearModel
from han.linear.vector_student import VectorStudent
from han.network.numpy_network import NumpyNetwork
from han.pretrained.sentence_vectors import SentenceVectors
from han.runs.classifier import Classifier

WIDTH = LetterEncoder.width


def knowledge():
    return SentenceVectors(LetterEncoder(), VOCABULARY).distinct


def class_means():
    """Means of random vectors, which say much."""
    generator = np.random.default_rng(5)
    nodes = np.repeat(TREE.leaves, 5)
    vectors = generator.normal(size=(len(nodes), WIDTH)) + nodes[:, None]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return ClassMeans.fit(vectors, nodes, np.ones(len(nodes)), TREE)


def student():
    """What has learnt from the encoder; it needs no other."""
    texts = text_encoder().encode(ROWS)
    return VectorStudent.learn(texts, tuple(VOCABULARY), knowledge()).distinct


def knowing(means=None, known=None, **changes):
    """A small network with pretrained vectors in the encoder and the linear model."""
    known, model = known or knowledge(), linear_model(stems=True)
    model = LinearModel(model.features, replace(model.evidence, means=means), known)
    beside = AuxiliaryInputs(
        margins=model.margins, bag=lambda t: model.bag(t, 7), knowledge=known
    )
    return network(beside, known=WIDTH, **changes)


@pytest.mark.parametrize(
    ("head", "kind", "asked", "with_means"),
    [
        ("tree", "gru", 1, True),
        ("tree", "gru", 1, False),
        ("leaf", "gru", 1, True),
        ("levels", "cnn", 1, True),
        ("tree", "mean", 1, False),
        ("tree", "gru", 2, True),
        ("leaf", "cnn", 2, False),
    ],
)
def test_words_and_rest_add_up_to_the_log_probability(head, kind, asked, with_means):
    means = class_means() if with_means else None
    check(knowing(means, head=head, kind=kind, asked=asked))


def test_vectors_of_a_student_are_shared_out_like_those_of_its_teacher():
    check(knowing(known=student()))


def check(made):
    texts = texts_of()
    nodes = predicted_paths(made.log_probabilities, texts, TREE)
    found = score_shares(made, texts, nodes)
    np.testing.assert_allclose(
        sums(texts, found.words) + found.rest,
        choices(made, texts, nodes),
        atol=2 * TOLERANCE,
    )
    scores = np.take_along_axis(made.score_parts(texts), nodes[None], axis=2)
    np.testing.assert_allclose(found.parts, scores, atol=1e-4)


@pytest.mark.parametrize("kind", ["gru", "cnn", "mean"])
def test_gradients_of_sentences_are_those_of_small_steps(kind):
    way = EncoderWay(knowing(kind=kind), texts_of())
    generator = np.random.default_rng(2)
    direction = generator.normal(size=way.documents.shape).astype(np.float32)
    found = way.gradients(direction[None], 0, np.ones(1), np.ones(1))[0]
    step, sentences = 1e-2, way.sentences[0].copy()
    for row, column in ((0, 0), (1, 3), (0, 7), (len(sentences) - 1, 8)):
        values = []
        for sign in (1, -1):
            way.sentences[0] = sentences.copy()
            way.sentences[0][row, column] += sign * step
            vars(way).pop("_tables")
            values.append((way._at(1.0) * direction).sum())
        slope = (values[0] - values[1]) / (2 * step)
        assert found[row, column] == pytest.approx(slope, abs=5e-3)


def test_what_a_pretrained_vector_is_owed_goes_to_words_by_what_they_change():
    def summed(texts):  # each word has a vector of its own, and they are added up
        vectors = np.stack([texts.word_ids, texts.word_ids**2, texts.word_ids > 5], 1)
        ends = np.cumsum(texts.sentence_lengths)
        totals = np.concatenate([np.zeros((1, 3)), np.cumsum(vectors, axis=0)])
        found = totals[ends] - totals[ends - texts.sentence_lengths]
        return found.astype(np.float32), np.arange(len(ends))

    made, texts = knowing(), texts_of()
    made.auxiliary = replace(made.auxiliary, knowledge=summed)
    way = EncoderWay(made, texts)
    generator = np.random.default_rng(6)
    directions = generator.normal(size=(2, len(texts.sentence_lengths), 3))
    own = np.stack([texts.word_ids, texts.word_ids**2, texts.word_ids > 5], 1)
    at = np.repeat(directions, texts.sentence_lengths, axis=1)
    expected = (at * own * pretrained_scale(3)).sum(axis=2).T
    found = way._of_knowledge(directions.astype(np.float32))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_what_more_than_two_words_say_together_is_theirs_alike():
    texts = text_encoder().encode({"name": ["pan de leche", "pan de", "pan", ""]})

    def value(part, rows):  # worth something if all three words are there
        return np.stack([part.document_words == 3, part.document_words], axis=1)

    found = deleted_shares(value, texts)
    np.testing.assert_allclose(found[:3], [[1 / 3, 1]] * 3, atol=1e-12)
    np.testing.assert_allclose(found[3:], [[0, 1]] * 3, atol=1e-12)


def test_attention_of_shuffled_networks_is_another():
    made, encoder = knowing(), text_encoder()
    texts = texts_of()
    shortened = ShortenedDocuments(made.log_probabilities, encoder, ROWS, texts)
    found = shuffled_attention(made, shortened, np.random.default_rng(0))
    whole = [found[i].sum() for i in range(len(ROWS["name"]))]
    np.testing.assert_allclose(whole, [1, 1, 1, 0, 1], atol=1e-6)


@pytest.mark.parametrize("asked", [1, 2])
@pytest.mark.parametrize("by", ["attention", "deletion", "parts"])
def test_all_evidence_of_the_numpy_engine(by, asked):
    plain = Classifier(knowing(class_means(), asked=asked), TREE, text_encoder())
    plain.encode_columns = lambda columns, side: texts_of(columns)
    found = plain.attend(ROWS, by=by)
    assert [len(one.word_weights) for one in found] == [10, 3, 1, 0, 8]
    if by == "attention":
        np.testing.assert_allclose(found[0].shares.sum(), 1, atol=1e-6)
    assert all(np.isfinite(one.word_weights).all() for one in found)
    assert np.ptp(found[0].word_weights) > 0


def in_keras(**changes):
    from support.networks import make_network

    settings = dict(parents=TREE.parents.tolist(), vocabulary_size=10)
    made = make_network(pretrained_width=WIDTH, **settings, **changes)
    made.auxiliary = AuxiliaryInputs(knowledge=knowledge())
    return made


@pytest.mark.tensorflow
@pytest.mark.parametrize("attention", ["shared", "per_level"])
def test_evidence_of_the_engines_is_the_same(attention):
    made = in_keras(attention=attention)
    one, two = (
        Classifier(model, TREE, text_encoder())
        for model in (made, NumpyNetwork.of(made))
    )
    for by in ("attention", "deletion", "parts"):
        for here, there in zip(
            one.attend(ROWS, by=by), two.attend(ROWS, by=by), strict=True
        ):
            np.testing.assert_allclose(
                here.level_shares, there.level_shares, atol=1e-4, err_msg=by
            )


@pytest.mark.tensorflow
def test_attention_in_tensorflow_is_that_of_numpy():
    made, texts = in_keras(), text_encoder().encode(ROWS)
    for one, two in zip(
        _in_tensorflow(made, texts), attention_weights(made, texts), strict=True
    ):
        np.testing.assert_allclose(one, two, atol=1e-5)


@pytest.mark.tensorflow
def test_integrated_gradients_are_those_of_words_beside_pretrained_vectors(monkeypatch):
    monkeypatch.setattr("han.explanation.integrated_gradients.POINTS", 8)
    made, texts = in_keras(encoder="cnn"), text_encoder().encode(ROWS)
    nodes = np.array([2, 3, 4, 5, 2], np.int32)
    found = integrated_gradients(made, texts, nodes)
    whole = made.log_probabilities(texts)[np.arange(5), nodes]
    table = made.get_layer("word_embedding")
    table.set_weights([0 * w for w in table.get_weights()])
    without = made.log_probabilities(texts)[np.arange(5), nodes]
    np.testing.assert_allclose(
        sums(texts, found[:, None])[:, 0], whole - without, atol=5e-3
    )
    assert np.abs(found).max() > 0.01
