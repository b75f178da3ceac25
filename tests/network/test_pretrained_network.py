"""Pretrained vectors of sentences in a network: in all its forms, the same numbers."""

from dataclasses import replace

import numpy as np
import pytest
from support import references
from support.auxiliary import (
    BAG_ROWS,
    READING,
    SIDE,
    TEXTS,
    UNKNOWN,
    VOCABULARY,
    WITH_BAG,
    encode,
    letters,
    make,
    margins,
)
from support.pretrained import LetterEncoder

from han.batching.network_inputs import AuxiliaryInputs, InputSpecs
from han.network.model import load_network
from han.network.network_views import in_form
from han.network.numpy_network import NumpyNetwork
from han.pretrained.sentence_vectors import SentenceVectors
from han.text.vocabulary import FIRST_WORD_ID

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("eager_steps")]

WIDTH = LetterEncoder.width
NO_SIDE = np.zeros((len(TEXTS), 0), np.float32)
FORMS = [
    *[(e, c, "shared") for e in ("gru", "cnn", "mean") for c in ("packed", "padded")],
    ("lstm", "padded", "shared"),
    ("gru", "packed", "per_level"),
    ("gru", "padded", "per_level"),
    ("cnn", "packed", "per_level"),
    ("lstm", "padded", "per_level"),
]
PER_LEVEL = {"attention": "per_level"}
OTHERS = {
    "shared": {},
    "bag": {"bag_units": 2},
    "one field": {"num_fields": 1, "head": "leaf"},
    "bag per level": {"bag_units": 2, **PER_LEVEL},
    "levels per level": {"head": "levels", "encoder": "cnn", **PER_LEVEL},
}


def knowing(auxiliary=READING):
    """What a network reads, with pretrained vectors of sentences."""
    vectors = SentenceVectors(LetterEncoder(), VOCABULARY)
    return replace(auxiliary, knowledge=vectors.distinct)


def network_of(computation="packed", auxiliary=READING, **changes):
    network = make(computation, pretrained_width=WIDTH, **changes)
    network.auxiliary = knowing(auxiliary)
    return network


def plain(**changes):
    """A network that reads words and pretrained vectors, and nothing else."""
    alone = dict(wide=False, side_features=0, subword_buckets=0)
    return network_of(auxiliary=AuxiliaryInputs(), **{**alone, **changes})


def spelled(word):
    return UNKNOWN[-1 - word] if word < 0 else VOCABULARY[word - FIRST_WORD_ID]


def known_of(document):
    """Pretrained vectors of the sentences of a document, as they are rounded."""
    sentences = [" ".join(map(spelled, words)) for _, words in document]
    found = LetterEncoder().plain(sentences) if sentences else np.zeros((0, WIDTH))
    return found.astype(np.float16).astype(float)


def texts_of(fields=2):
    return [[(f * (fields > 1), w) for f, w in text] for text in TEXTS]


# Against plain NumPy


@pytest.mark.parametrize(("encoder", "computation", "attention"), FORMS)
def test_network_equals_plain_loops_alone_and_among_others(
    encoder, computation, attention
):
    network = network_of(computation, encoder=encoder, attention=attention)
    found = np.exp(network.log_probabilities(encode()))
    for row, document in enumerate(TEXTS):
        alone = encode([document], SIDE[[row]])
        beside = (letters, SIDE[row], margins(alone)[0], known_of(document))
        expected = references.network_probabilities(network, document, *beside)
        np.testing.assert_allclose(found[row], expected, atol=1e-5)
        (by_itself,) = np.exp(network.log_probabilities(alone))
        np.testing.assert_allclose(by_itself, found[row], atol=1e-5)


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_forms_engines_and_files_agree(tmp_path, changes):
    auxiliary = WITH_BAG if "bag_units" in changes else READING
    network = network_of(auxiliary=auxiliary, bag_rows=BAG_ROWS, **changes)
    texts = encode(texts_of(changes.get("num_fields", 2)))
    expected = network.log_probabilities(texts)
    padded = in_form(network, "padded").log_probabilities(texts)
    np.testing.assert_allclose(padded, expected, atol=1e-5)
    network.save(tmp_path / "model.keras")
    engine = NumpyNetwork.load(tmp_path / "model.keras")
    again = load_network(tmp_path / "model.keras")
    engine.auxiliary = again.auxiliary = knowing(auxiliary)
    np.testing.assert_allclose(engine.log_probabilities(texts), expected, atol=1e-5)
    np.testing.assert_array_equal(again.log_probabilities(texts), expected)
    for row, document in enumerate(texts_of(changes.get("num_fields", 2))):
        alone = engine.log_probabilities(encode([document], SIDE[[row]]))
        np.testing.assert_allclose(alone[0], expected[row], atol=1e-5)


@pytest.mark.parametrize("engine", ["tensorflow", "numpy"])
def test_unknown_words_are_told_apart_by_pretrained_vectors_alone(engine):
    """Without letters all unknown words are one, but for what the encoder knows."""
    network = plain()
    model = network if engine == "tensorflow" else NumpyNetwork.of(network)
    # `panadero` and `xyz`: the letter encoder sees an a in one of them.
    both = [[(0, [-1, 3])], [(0, [-3, 3])]]
    one, two = model.log_probabilities(encode(both, NO_SIDE[:2]))
    assert np.abs(one - two).max() > 0.01
    for document, found in zip(both, (one, two), strict=True):
        expected = references.network_probabilities(
            network,
            [(field, [max(w, 1) for w in words]) for field, words in document],
            known=known_of(document),
        )
        np.testing.assert_allclose(np.exp(found), expected, atol=1e-5)
    deaf = make(wide=False, side_features=0, subword_buckets=0)
    deaf.auxiliary = AuxiliaryInputs()
    same = deaf.log_probabilities(encode(both, NO_SIDE[:2]))
    np.testing.assert_array_equal(*same)


@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_blank_documents_and_none_at_all(computation):
    network = plain(computation=computation)
    engine = NumpyNetwork.of(network)
    blank = encode([[], []], NO_SIDE[:2])
    for model in (network, engine):
        logs = model.log_probabilities(blank)
        assert np.isfinite(logs).all()
        np.testing.assert_array_equal(*logs)
        assert model.log_probabilities(encode([], NO_SIDE[:0])).shape == (0, 9)


def test_a_sentence_without_a_vector_has_zeros():
    """As those have that a file of vectors lacks."""
    network = plain()

    class Deaf(LetterEncoder):
        def encode(self, sentences):
            return np.zeros((len(sentences), WIDTH), np.float32)

    vectors = SentenceVectors(Deaf(), VOCABULARY)
    network.auxiliary = AuxiliaryInputs(knowledge=vectors.distinct)
    document = [(0, [2, 3]), (1, [4])]
    (found,) = np.exp(network.log_probabilities(encode([document], NO_SIDE[:1])))
    zeros = np.zeros((2, WIDTH))
    expected = references.network_probabilities(network, document, known=zeros)
    np.testing.assert_allclose(found, expected, atol=1e-5)


# What it reads


def test_the_batch_has_a_vector_for_each_sentence_and_zeros_for_its_own():
    arrays = knowing().inputs(encode(), "packed")
    expected = np.concatenate([known_of(document) for document in TEXTS])
    np.testing.assert_allclose(arrays["pretrained"][:-1], expected, atol=1e-6)
    assert not arrays["pretrained"][-1].any()
    assert arrays["pretrained"].dtype == np.float32
    padded = knowing().inputs(encode(), "padded")["pretrained"]
    np.testing.assert_array_equal(padded, arrays["pretrained"])


@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_the_form_of_the_inputs_is_what_the_network_asks_for(computation):
    form = InputSpecs(computation, True, 9, 3, pretrained=WIDTH)
    arrays = knowing().inputs(encode(), computation)
    assert list(arrays) == list(form.shapes)
    for name, shape in form.shapes.items():
        assert arrays[name].dtype == form.dtype(name)
        assert all(
            s in (None, n) for s, n in zip(shape, arrays[name].shape, strict=True)
        )


def test_linear_model_and_network_ask_for_a_sentence_once():
    encoder = LetterEncoder()
    vectors = SentenceVectors(encoder, VOCABULARY)
    model = NumpyNetwork.of(plain())
    model.auxiliary = AuxiliaryInputs(knowledge=vectors.distinct)
    model.log_probabilities(encode(side=NO_SIDE))
    model.log_probabilities(encode(side=NO_SIDE))
    assert len(encoder.asked) == len(set(encoder.asked)) > 5


def test_a_network_that_reads_them_says_what_it_lacks():
    engine = NumpyNetwork.of(plain())
    engine.auxiliary = AuxiliaryInputs()
    with pytest.raises(ValueError, match="reads pretrained vectors"):
        engine.log_probabilities(encode(side=NO_SIDE))


def test_a_network_of_before_has_none(tmp_path):
    network = make(wide=False, side_features=0)
    config = network.get_config()
    assert config.pop("pretrained_width") == 0
    weights = {layer.name: layer.get_weights() for layer in network.layers}
    assert NumpyNetwork(config, weights).pretrained_width == 0


# What it learns


@pytest.mark.parametrize("encoder", ["gru", "cnn"])
@pytest.mark.parametrize("attention", ["shared", "per_level"])
def test_both_computations_have_the_same_gradients(encoder, attention):
    import tensorflow as tf

    results = []
    for computation in ("packed", "padded"):
        network = plain(computation=computation, encoder=encoder, attention=attention)
        inputs = network.auxiliary.inputs(encode(side=NO_SIDE), computation)
        with tf.GradientTape() as tape:
            logs = network(inputs, training=False)
            losses = network.document_losses(np.array([2, 0, 4, 8, 7, 6]), logs)
        gradients = tape.gradient(losses, network.trainable_variables)
        results.append([tf.convert_to_tensor(g).numpy() for g in gradients])
    for one, two in zip(*results, strict=True):
        np.testing.assert_allclose(one, two, atol=1e-6 + 1e-4 * np.abs(two).max())


def test_half_precision_changes_little():
    import keras

    whole = plain(computation="padded")
    expected = whole.log_probabilities(encode(side=NO_SIDE))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        half = in_form(whole, "padded")
    finally:
        keras.config.set_dtype_policy("float32")
    found = half.log_probabilities(encode(side=NO_SIDE))
    assert 0 < np.abs(np.exp(found) - np.exp(expected)).max() < 0.05
