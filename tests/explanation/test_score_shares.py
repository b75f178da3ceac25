"""Evidence by parts: it adds up, and each part is what it says."""

import json

import numpy as np
import pytest
from scipy.sparse import csr_array
from support import small_networks
from support.explained_networks import (
    ROWS,
    TOLERANCE,
    choices,
    linear_model,
    network,
    sums,
    texts_of,
)
from support.small_networks import TREE, text_encoder

from han.batching.network_inputs import AuxiliaryInputs
from han.errors import InputError
from han.explanation.attention_map import AttentionMap
from han.explanation.deletion import predicted_paths
from han.explanation.encoder_shares import EncoderWay
from han.explanation.ngram_shares import SpreadFeatures
from han.explanation.score_shares import score_shares
from han.runs.classifier import Classifier


@pytest.mark.parametrize(
    ("head", "kind", "asked"),
    [
        ("tree", "gru", 1),
        ("leaf", "gru", 1),
        ("levels", "gru", 1),
        ("tree", "cnn", 1),
        ("tree", "mean", 1),
        ("tree", "gru", 2),
        ("leaf", "cnn", 2),
    ],
)
def test_words_and_rest_add_up_to_the_log_probability(head, kind, asked):
    made, texts = network(head=head, kind=kind, asked=asked), texts_of()
    nodes = predicted_paths(made.log_probabilities, texts, TREE)
    found = score_shares(made, texts, nodes)
    whole = choices(made, texts, nodes)
    np.testing.assert_allclose(
        sums(texts, found.words) + found.rest, whole, atol=TOLERANCE
    )
    assert np.abs(found.words).max() > 0.1
    if head != "levels":  # whose codes are made coherent after the choices
        logs = made.log_probabilities(texts)[np.arange(len(texts)), nodes[:, -1]]
        np.testing.assert_allclose(whole.sum(axis=1), logs, atol=1e-4)
    scores = np.take_along_axis(made.score_parts(texts), nodes[None], axis=2)
    np.testing.assert_allclose(found.parts, scores, atol=1e-4)


def test_documents_in_batches_get_the_same(monkeypatch):
    made, texts = network(), texts_of()
    nodes = predicted_paths(made.log_probabilities, texts, TREE)
    expected = score_shares(made, texts, nodes)
    monkeypatch.setattr("han.explanation.score_shares.BATCH", 2)
    found = score_shares(made, texts, nodes)
    np.testing.assert_allclose(found.words, expected.words, atol=1e-5)
    np.testing.assert_allclose(found.rest, expected.rest, atol=1e-5)


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(("bayes", "stems"), [(False, True), (True, False)])
def test_the_share_of_the_linear_model_is_exact(flat, bayes, stems):
    model, texts = linear_model(flat=flat, bayes=bayes, stems=stems), texts_of()
    generator = np.random.default_rng(1)
    chosen = generator.normal(size=(len(texts), TREE.num_nodes)).astype(np.float32)
    spread = SpreadFeatures(model, texts)
    found = spread.of_margins(chosen, np.zeros(TREE.num_nodes, int))
    blank = texts_of({"name": [""] * len(texts)})
    change = (model.margins(texts) - model.margins(blank)) * chosen
    np.testing.assert_allclose(
        sums(texts, found)[:, 0], change.sum(axis=1), atol=1e-3 if flat else 1e-5
    )


def test_a_pair_is_half_of_each_of_its_words_and_copies_share_alike():
    model, texts = linear_model(), texts_of({"name": ["pan dulce pan"]})
    spread = SpreadFeatures(model, texts)
    # Planes of two siblings are each other's opposite: equal weights would cancel them.
    chosen = np.arange(1, TREE.num_nodes + 1, dtype=np.float32)[None]
    first, middle, last = spread.of_margins(chosen, np.zeros(TREE.num_nodes, int))
    columns = model.matrix(texts).indices
    pair = model.features.matrix(texts_of({"name": ["pan dulce"]}))
    alone = [model.features.matrix(texts_of({"name": [w]})) for w in ("pan", "dulce")]
    pairs = set(pair.indices) - set(alone[0].indices) - set(alone[1].indices)
    assert pairs and pairs <= set(columns)
    planes = model.evidence.planes
    said = chosen * (planes.margins(model.matrix(texts)) - planes.biases)
    assert first + middle + last == pytest.approx(said.sum(), abs=1e-5)
    # "dulce pan" is not known: the pair before it is what the first has more.
    entry = list(columns).index(*pairs)
    unit = csr_array(
        (model.matrix(texts).data[[entry]], [columns[entry]], [0, 1]),
        shape=(1, len(model.features)),
    )
    weight = (chosen * (planes.margins(unit) - planes.biases)).sum()
    assert abs(weight) > 1e-3
    assert first - last == pytest.approx(weight / 2, abs=1e-5)


@pytest.mark.parametrize("kind", ["gru", "cnn", "mean"])
def test_gradients_of_sentences_are_those_of_small_steps(kind):
    way = EncoderWay(network(kind=kind), texts_of())
    generator = np.random.default_rng(2)
    direction = generator.normal(size=way.documents.shape).astype(np.float32)
    found = way.gradients(direction[None], 0, np.ones(1), np.ones(1))[0]
    step, sentences = 1e-2, way.sentences[0].copy()
    for row, column in ((0, 0), (1, 3), (len(sentences) - 1, 5)):
        values = []
        for sign in (1, -1):
            way.sentences[0] = sentences.copy()
            way.sentences[0][row, column] += sign * step
            vars(way).pop("_tables")
            values.append((way._at(1.0) * direction).sum())
        slope = (values[0] - values[1]) / (2 * step)
        assert found[row, column] == pytest.approx(slope, abs=5e-3)
    assert np.abs(found).max() > 0.05


def test_what_is_no_sum_over_words_is_shared_out_by_deletion():
    tables = np.random.default_rng(4).normal(size=(2, 12, TREE.num_nodes))

    def margins(texts):  # words speak alone, and with the number of the others
        count = np.minimum(texts.document_words, 11)
        return (count[:, None] * tables[0][0] + tables[1][0] * count[:, None] ** 2) / 9

    def bag(texts):
        return csr_array(np.outer(texts.document_words, np.ones(7)) / 9)

    auxiliary = AuxiliaryInputs(margins=margins, bag=bag)
    made, texts = network(auxiliary), texts_of()
    nodes = predicted_paths(made.log_probabilities, texts, TREE)
    found = score_shares(made, texts, nodes)
    whole = choices(made, texts, nodes)
    # Words interact in pairs, so that their shares are whole.
    np.testing.assert_allclose(
        sums(texts, found.words) + found.rest, whole, atol=TOLERANCE
    )


def test_maps_by_parts_are_sums_of_their_levels():
    plain = small_networks.classifier()
    found = plain.attend(ROWS, by="parts")
    for one in found:
        total = sum(level.word_weights for level in one.levels)
        np.testing.assert_allclose(one.word_weights, total, atol=1e-9)
        assert one.rest == pytest.approx(sum(level.rest for level in one.levels))
        assert one.sentence_weights.sum() == pytest.approx(one.word_weights.sum())
        assert [level.code for level in one.levels][-1] == one.code
        again = AttentionMap.from_json(one.to_json())
        assert json.loads(again.to_json()) == json.loads(one.to_json())
        assert again.to_html() == one.to_html()
    logs = plain.model.log_probabilities(plain.encode(ROWS))
    best = [TREE.codes.index(one.code) for one in found]
    sums_ = [one.word_weights.sum() + one.rest for one in found]
    np.testing.assert_allclose(sums_, logs[np.arange(5), best], atol=TOLERANCE)
    assert found[0].to_html().count("<details>") == TREE.num_levels
    assert plain.attend([], by="parts") == []


def test_models_without_parts_say_what_to_do():
    with pytest.raises(InputError, match="deletion"):
        small_networks.baseline().attend(["pan"], by="parts")


@pytest.mark.tensorflow
def test_an_encoder_that_numpy_cannot_compute_says_what_to_do():
    from support.networks import make_network

    network = make_network(
        encoder="lstm",
        computation="padded",
        parents=TREE.parents.tolist(),
        vocabulary_size=10,
    )
    with pytest.raises(InputError, match="by deletion"):
        Classifier(network, TREE, text_encoder()).attend(["pan"], by="parts")
