"""What all layers do alike, and what their files may import."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.layers import random
from support.networks import PARENTS

import han.layers
from han.kernels.packed_rows import packed_rows
from han.layers import (
    AttentionPooling,
    ConvolutionalEncoder,
    DistinctWords,
    DropLast,
    FieldEmbedding,
    PackedAttentionPooling,
    PackedConvolutionalEncoder,
    PackedRecurrentEncoder,
    RecurrentEncoder,
    TreeSoftmax,
    UnfoldSentences,
)

pytestmark = pytest.mark.tensorflow

FILES = sorted(Path(han.layers.__path__[0]).glob("[!_]*.py"))
# What a file may import beside the standard library, by the last word of its name.
ALLOWED = {
    "numpy": {"numpy", "han.late_packages", "han.kernels", "han.layers.*_numpy"},
    "packed": {"keras", "numpy", "tensorflow", "han.kernels", "han.layers"},
    "padded": {"keras", "numpy", "han.layers.padded", "han.layers.*_numpy"},
}


# Plain NumPy that all forms share.
SHARED = {"tree_groups"}


def form_of(stem):
    if stem in SHARED:
        return "numpy"
    last = stem.rpartition("_")[2]
    return last if last in ("numpy", "packed") else "padded"


def family(module):
    """What a module counts as in `ALLOWED`."""
    if not module.startswith("han.layers."):
        return ".".join(module.split(".")[: 2 if module.startswith("han.") else 1])
    form = form_of(module.split(".")[2])
    return {"numpy": "han.layers.*_numpy", "padded": "han.layers.padded"}.get(
        form, "han.layers"
    )


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_a_form_imports_what_it_may():
    """Padded layers run under any backend, NumPy forms without Keras."""
    wrong = []
    for file in FILES:
        allowed = ALLOWED[form_of(file.stem)]
        if "han.layers" in allowed:
            allowed = allowed | {"han.layers.padded", "han.layers.*_numpy"}
        for module in imported(file):
            found = family(module)
            if found not in allowed | sys.stdlib_module_names:
                wrong.append(f"{file.stem} imports {module}")
    assert not wrong


def test_numpy_forms_load_neither_keras_nor_tensorflow():
    names = [f"han.layers.{f.stem}" for f in FILES if form_of(f.stem) == "numpy"]
    code = (
        "import importlib, sys\n"
        f"for name in {names}: importlib.import_module(name)\n"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_public_name_is_there():
    assert dir(han.layers) == sorted(han.layers.__all__)
    for name in han.layers.__all__:
        assert getattr(han.layers, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Attention'"):
        han.layers.Attention  # noqa: B018


@pytest.mark.skipif(not importlib.util.find_spec("jax"), reason="no JAX")
def test_padded_layers_are_the_same_under_jax(tmp_path):
    script = Path(__file__).parents[1] / "support" / "padded_layers.py"
    found = {}
    for backend in ("tensorflow", "jax"):
        out = tmp_path / f"{backend}.npz"
        environment = {**os.environ, "KERAS_BACKEND": backend}
        command = [sys.executable, str(script), str(out)]
        subprocess.run(command, check=True, env=environment)
        found[backend] = dict(np.load(out))
    assert found["jax"].keys() == found["tensorflow"].keys()
    for name, expected in found["tensorflow"].items():
        np.testing.assert_allclose(found["jax"][name], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: AttentionPooling(0), "`units` must be a positive whole number"),
        (lambda: RecurrentEncoder(2.5), "`units` must be a positive whole number"),
        (lambda: RecurrentEncoder(2, "rnn"), "`cell` must be gru or lstm"),
        (lambda: ConvolutionalEncoder(2, 4), "`width` must be odd"),
        (lambda: ConvolutionalEncoder(2, -1), "`width` must be a positive"),
        (lambda: FieldEmbedding(True), "`num_fields` must be"),
        (lambda: TreeSoftmax([-1], "flat"), "`head` must be one of"),
        (lambda: TreeSoftmax([1, -1]), "each parent before its children"),
        (lambda: TreeSoftmax([-1, 0, -1]), "level by level"),
        (lambda: TreeSoftmax([]), "at least one node"),
    ],
)
def test_wrong_arguments_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (AttentionPooling(3), (random(2, 4, 5), np.ones((2, 4), bool))),
        (AttentionPooling(None), (random(2, 4, 5), np.ones((2, 4), bool))),
        (RecurrentEncoder(3, "lstm"), (random(2, 4, 5), np.ones((2, 4), bool))),
        (ConvolutionalEncoder(3, 1), (random(2, 4, 5), np.ones((2, 4), bool))),
        (FieldEmbedding(2), (random(3, 4), np.array([0, 1, 1]))),
        (UnfoldSentences(), (random(3, 4), np.array([[0, 1], [2, -1]]))),
        (DistinctWords(), (random(3, 4), np.array([[2, 0], [1, -1]]))),
        (DropLast(), (random(3, 4), np.zeros(2))),
        (PackedAttentionPooling(3), (random(4, 5), np.array([0, 0, 2, 2]))),
        (PackedConvolutionalEncoder(2), (random(4, 5), np.array([0, 0, 2, 2]))),
        (
            PackedRecurrentEncoder(2),
            (random(3, 4), *packed_rows(np.array([1, 2], np.int32))),
        ),
        (TreeSoftmax(PARENTS, "leaf"), (random(2, 4),)),
    ],
)
def test_layer_reloads_from_its_config(layer, inputs):
    expected = layer(*inputs)
    copy = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(layer)
    )
    got = copy(*inputs)
    copy.set_weights(layer.get_weights())
    got = copy(*inputs)
    for a, b in zip(tf.nest.flatten(expected), tf.nest.flatten(got), strict=True):
        np.testing.assert_array_equal(a, b)
