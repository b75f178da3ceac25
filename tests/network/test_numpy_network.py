"""The network in NumPy gives the numbers of the network in Keras."""

import os
import subprocess
import sys
from dataclasses import fields
from zipfile import ZipFile

import h5py
import numpy as np
import pytest
from support.networks import DOCUMENTS, PARENTS, encode, make_network

from han.code_list.taxonomy import Taxonomy
from han.errors import InputError
from han.layers import sequence_pooling_numpy, word_embedding_numpy
from han.network import numpy_network
from han.network.model import HierarchicalAttentionNetwork
from han.network.network_views import in_form
from han.network.numpy_network import NumpyNetwork
from han.network.stored_weights import UnknownEncoder, stored_layers
from han.runs.loading import load_model
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import TextEncoder
from han.text.vocabulary import Vocabulary

pytestmark = pytest.mark.tensorflow

TREE = Taxonomy([str(node) for node in range(len(PARENTS))], PARENTS)
# Equal sentences of one field and of two, a long document, blank ones at both ends.
TEXTS = [[], *DOCUMENTS, [(0, [2, 3, 4]), (1, [2, 3, 4])], [(0, [7])] * 9, []]


def blank_encoder():
    return TextEncoder({}, Splitter(), Cleaner(), Vocabulary([]))


def in_numpy(network, folder):
    network.save(folder / "model.keras")
    return NumpyNetwork.load(folder / "model.keras")


@pytest.mark.parametrize("encoder", ["gru", "cnn", "mean"])
@pytest.mark.parametrize("head", ["tree", "leaf", "levels"])
@pytest.mark.parametrize("fields", [1, 2])
def test_numbers_are_those_of_keras(tmp_path, encoder, head, fields):
    network = make_network(encoder=encoder, head=head, num_fields=fields)
    texts = encode([[(f * (fields > 1), w) for f, w in text] for text in TEXTS])
    found = in_numpy(network, tmp_path).log_probabilities(texts)
    expected = network.log_probabilities(texts)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("computation", ["packed", "padded"])
def test_weights_of_both_forms_are_read(tmp_path, computation):
    network = in_form(make_network(), computation)
    found = in_numpy(network, tmp_path).log_probabilities(encode(TEXTS))
    expected = network.log_probabilities(encode(TEXTS))
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_chunks_blocks_and_batch_mates_change_nothing(tmp_path, monkeypatch, size):
    network = in_numpy(make_network(), tmp_path)
    expected = [network.log_probabilities(encode([text]))[0] for text in TEXTS]
    monkeypatch.setattr(numpy_network, "CHUNK", size)
    monkeypatch.setattr(sequence_pooling_numpy, "BLOCK", size)
    again = NumpyNetwork.load(tmp_path / "model.keras")  # nothing is projected yet
    found = again.log_probabilities(encode(TEXTS))
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_no_documents_give_no_rows(tmp_path):
    network = in_numpy(make_network(), tmp_path)
    assert network.log_probabilities(encode([])).shape == (0, 9)
    assert np.isfinite(network.log_probabilities(encode([[]]))).all()


def test_an_encoder_that_numpy_does_not_know_is_said(tmp_path):
    network = make_network(encoder="lstm", computation="padded")
    with pytest.raises(InputError, match="this network has lstm"):
        in_numpy(network, tmp_path)


def test_an_attention_that_numpy_does_not_know_is_said():
    network = make_network()
    known = {layer.name: layer.get_weights() for layer in network.layers}
    NumpyNetwork(network.get_config(), known)
    config = network.get_config() | {"attention": "two_heads"}
    with pytest.raises(UnknownEncoder, match="this network has two_heads"):
        NumpyNetwork(config, known)
    with pytest.raises(UnknownEncoder, match="word_attention has 0 weights"):
        NumpyNetwork(network.get_config(), known | {"word_attention": []})


def test_a_head_that_numpy_does_not_know_is_said():
    network = make_network()
    known = {layer.name: layer.get_weights() for layer in network.layers}
    with pytest.raises(UnknownEncoder, match="this network has sigmoid"):
        NumpyNetwork(network.get_config() | {"head": "sigmoid"}, known)


def test_a_layer_that_numpy_does_not_know_is_said():
    network = make_network()
    known = {layer.name: layer.get_weights() for layer in network.layers}
    with pytest.raises(UnknownEncoder, match="this network has highway"):
        NumpyNetwork(network.get_config(), known | {"highway": [np.ones(3)]})


@pytest.mark.parametrize("place", ["question/vars/0", "heads/first/vars/0"])
def test_weights_in_a_layer_within_a_layer_are_not_left_out(tmp_path, place):
    nothing = memoryview(b"")
    with h5py.File(tmp_path / "weights.h5", "w") as tree:
        layer = tree.create_group("layers/gated_pooling")
        layer.create_group("vars").attrs["name"] = "word_attention"
        layer["dropout/seed_generator/vars/0"] = np.ones(2)
        assert stored_layers(tree, nothing) == {"word_attention": []}
        layer[place] = np.ones(3)
        with pytest.raises(UnknownEncoder, match="in the layer word_attention"):
            stored_layers(tree, nothing)


def test_weights_are_read_as_they_lie_or_unpacked(tmp_path):
    """One that is packed, or lies across the borders of numbers, is copied."""
    expected = np.arange(6, dtype=np.float32).reshape(2, 3)
    with h5py.File(tmp_path / "weights.h5", "w") as tree:
        layer = tree.create_group("layers/pooling/vars")
        layer.attrs["name"] = "word_attention"
        layer.create_dataset("0", data=expected)
        layer.create_dataset("1", data=expected, compression="gzip")
    content = (tmp_path / "weights.h5").read_bytes()
    memory = np.frombuffer(b"." + content, np.uint8).copy()
    with h5py.File(tmp_path / "weights.h5") as tree:
        for place in (memory[1:].copy(), memory[1:]):
            found = stored_layers(tree, memoryview(place))["word_attention"]
            np.testing.assert_array_equal(found, [expected, expected])
            assert all(weight.flags.aligned for weight in found)


@pytest.mark.parametrize("engine", ["auto", "numpy"])
def test_what_numpy_does_not_know_is_computed_by_tensorflow(
    tmp_path, monkeypatch, engine
):
    monkeypatch.setattr(numpy_network, "ATTENTIONS", ("per_level",))
    make_network().save(tmp_path / "model.keras")
    if engine == "numpy":
        with pytest.raises(UnknownEncoder, match="this network has shared"):
            load_model(tmp_path, engine, blank_encoder(), TREE)
    else:
        found = load_model(tmp_path, engine, blank_encoder(), TREE)
        assert isinstance(found, HierarchicalAttentionNetwork)


def test_a_network_of_another_version_is_said_once(tmp_path, recwarn):
    make_network().save(tmp_path / "other.keras")
    with (
        ZipFile(tmp_path / "other.keras") as old,
        ZipFile(tmp_path / "model.keras", "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b'"parents": [-1, -1, ', b'"parents": [-1, ')
            )
    recwarn.clear()
    with pytest.raises(InputError, match="of another version"):
        load_model(tmp_path, "auto", blank_encoder(), TREE)
    assert not recwarn.list


def test_a_fresh_process_needs_no_tensorflow(tmp_path):
    network = make_network()
    network.save(tmp_path / "model.keras")
    code = (
        "import sys, numpy as np; from pathlib import Path;"
        "sys.modules['tensorflow'] = sys.modules['keras'] = None;"
        "from han.network.numpy_network import NumpyNetwork;"
        "from han.text.text_encoder import EncodedTexts;"
        f"texts = EncodedTexts(**np.load(r'{tmp_path}/texts.npz'));"
        f"network = NumpyNetwork.load(Path(r'{tmp_path}/model.keras'));"
        f"np.save(r'{tmp_path}/got.npy', network.log_probabilities(texts))"
    )
    texts = encode(TEXTS)
    arrays = {f.name: getattr(texts, f.name) for f in fields(texts)}
    np.savez(tmp_path / "texts.npz", **arrays)
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    found = np.load(tmp_path / "got.npy")
    np.testing.assert_allclose(found, network.log_probabilities(texts), atol=1e-5)


def test_what_was_asked_before_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(word_embedding_numpy, "GROUP", 3)
    network = in_numpy(make_network(), tmp_path)
    fresh = NumpyNetwork.load(tmp_path / "model.keras")
    sizes = []
    encoder = network.words.encoder
    project = type(encoder).project

    def spy(self, rows):
        if self is encoder:
            sizes.append(len(rows))
        return project(self, rows)

    monkeypatch.setattr(type(encoder), "project", spy)
    for text in reversed(TEXTS):
        network.log_probabilities(encode([text]))
    before = list(sizes)
    found = network.log_probabilities(encode(TEXTS))
    assert sizes == before  # every word is known by now
    # Always whole groups: the sum of a row does not depend on the words beside it.
    assert set(sizes[1:-1]) == {3} and max(sizes) == 3
    np.testing.assert_array_equal(found, fresh.log_probabilities(encode(TEXTS)))
