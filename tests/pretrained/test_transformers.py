"""Transformers in a folder or an ONNX file: pooled rightly, never from the network."""

import base64
import importlib.machinery
import json
import os
import sys
import types

import numpy as np
import pytest

from han.errors import InputError
from han.pretrained import onnx_encoder
from han.pretrained.onnx_encoder import OnnxEncoder
from han.pretrained.transformer_folder import TransformerFolder

# Two networks whose states are the rows (0, 0), (3, 0), (0, 4), (0, 0) of a table, by
# token: one with the inputs of a transformer, and one that also wants `pixels`.
NETWORK = base64.b64decode(
    "CAg6yAEKLwoFdGFibGUKCWlucHV0X2lkcxIGc3RhdGVzIgZHYXRoZXIqCwoEYXhpcxgAoAECEgFnKi8I"
    "BAgCEAFCBXRhYmxlSiAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAgEAAAAAAAAAAAFodCglpbnB1dF9pZHMS"
    "EAoOCAcSCgoDEgFiCgMSAXRaIgoOYXR0ZW50aW9uX21hc2sSEAoOCAcSCgoDEgFiCgMSAXRiHgoGc3Rh"
    "dGVzEhQKEggBEg4KAxIBYgoDEgF0CgIIAkIECgAQEQ=="
)
OF_PICTURES = base64.b64decode(
    "CAg6wAEKLwoFdGFibGUKCWlucHV0X2lkcxIGc3RhdGVzIgZHYXRoZXIqCwoEYXhpcxgAoAECEgFnKi8I"
    "BAgCEAFCBXRhYmxlSiAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAgEAAAAAAAAAAAFodCglpbnB1dF9pZHMS"
    "EAoOCAcSCgoDEgFiCgMSAXRaGgoGcGl4ZWxzEhAKDggHEgoKAxIBYgoDEgF0Yh4KBnN0YXRlcxIUChII"
    "ARIOCgMSAWIKAxIBdAoCCAJCBAoAEBE="
)
TOKENIZER = {
    "version": "1.0",
    "pre_tokenizer": {"type": "Whitespace"},
    "model": {
        "type": "WordLevel",
        "vocab": {"x": 0, "pan": 1, "sal": 2, "?": 3},
        "unk_token": "?",
    },
}


@pytest.fixture
def network(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    (tmp_path / "model.onnx").write_bytes(NETWORK)
    return tmp_path / "model.onnx"


def test_states_are_averaged_over_tokens(network, monkeypatch):
    monkeypatch.setattr(onnx_encoder, "BATCH", 2)
    encoder = OnnxEncoder(network)
    vectors = encoder.encode(["pan", "pan sal", "sal", "nada", "sal sal pan", "pan"])
    expected = [[1, 0], [0.6, 0.8], [0, 1], [0, 0], [3 / 73**0.5, 8 / 73**0.5], [1, 0]]
    assert vectors.dtype == np.float32 and encoder.width == 2
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    assert encoder.encode([]).shape == (0, 2)


def test_long_sentences_are_cut(network, monkeypatch):
    monkeypatch.setattr(onnx_encoder, "MOST_TOKENS", 3)
    vectors = OnnxEncoder(network).encode(["pan pan pan" + " sal" * 9])
    np.testing.assert_allclose(vectors, [[1, 0]])


def test_networks_of_something_else_are_refused(network):
    network.write_bytes(OF_PICTURES)
    with pytest.raises(InputError, match=r"its inputs are input_ids, pixels\. Exp"):
        OnnxEncoder(network).encode(["pan"])
    network.write_bytes(b"no network")
    with pytest.raises(InputError, match=r"model\.onnx: cannot be read as an ONNX"):
        OnnxEncoder(network).encode(["pan"])
    network.write_bytes(NETWORK)
    (network.parent / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match=r"tokenizer\.json: cannot be read as a token"):
        OnnxEncoder(network).encode(["pan"])


def test_the_identity_is_that_of_network_and_tokenizer(network):
    known = OnnxEncoder(network).identity
    assert OnnxEncoder(network).identity == known
    (network.parent / "tokenizer.json").write_text(json.dumps({**TOKENIZER, "a": 1}))
    assert OnnxEncoder(network).identity != known


def test_a_tokenizer_is_needed(tmp_path):
    (tmp_path / "model.onnx").write_bytes(NETWORK)
    with pytest.raises(InputError, match=r"no such tokenizer\. model\.onnx needs it"):
        OnnxEncoder(tmp_path / "model.onnx")


@pytest.fixture
def package(monkeypatch):
    """A `sentence_transformers` that writes down what it is asked for."""
    asked = []

    class SentenceTransformer:
        def __init__(self, name, **options):
            asked.append((name, options, os.environ["HF_HUB_OFFLINE"]))

        def encode(self, sentences, show_progress_bar):
            return np.array([[3.0 * len(s), 4.0 * len(s)] for s in sentences])

    module = types.ModuleType("sentence_transformers")
    module.__spec__ = importlib.machinery.ModuleSpec("sentence_transformers", None)
    module.SentenceTransformer = SentenceTransformer
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
    return asked


@pytest.fixture
def folder(tmp_path):
    for name in ("modules.json", "model.safetensors"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_a_folder_is_loaded_once_offline_and_runs_no_code(folder, package, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    encoder = TransformerFolder(folder)
    assert not package  # not before the first sentence
    np.testing.assert_allclose(encoder.encode(["a", "abc"]), [[0.6, 0.8]] * 2)
    assert encoder.width == 2 and encoder.encode([]).shape == (0, 2)
    ((name, options, offline),) = package
    assert name == str(folder) and offline == "1"
    assert options["local_files_only"] is True
    assert options["trust_remote_code"] is False
    assert options["model_kwargs"] == {"use_safetensors": True}


def test_another_weight_is_another_encoder(folder, package):
    known = TransformerFolder(folder).identity
    (folder / "model.safetensors").write_text("others")
    assert TransformerFolder(folder).identity != known


def test_a_folder_of_pickles_is_refused(folder, package):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"Expected modules\.json and model\.safeten"):
        TransformerFolder(folder)
