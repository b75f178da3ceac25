"""Word vectors from files in the forms that people have."""

import gzip

import numpy as np
import pytest
from conftest import write_experiment

from han.errors import InputError
from han.text.embeddings import word_vectors

# gensim 4.4 leaves a GloVe file open, and Python says so when it clears up.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

VECTORS = {"pan": [1.0, 2.0, 3.0], "año": [-1.0, 0.5, 0.25], "queso": [0.0, 0.0, 1.0]}
LINES = [f"{word} {' '.join(map(str, v))}" for word, v in VECTORS.items()]


def write(folder, form):
    text = "\n".join(LINES) + "\n"
    file = folder / {"glove": "g.txt", "gz": "v.vec.gz"}.get(form, f"v.{form}")
    if form == "bin":
        body = b"".join(
            word.encode() + b" " + np.array(v, np.float32).tobytes() + b"\n"
            for word, v in VECTORS.items()
        )
        file.write_bytes(b"3 3\n" + body)
    elif form == "gz":
        file.write_bytes(gzip.compress(("3 3\n" + text).encode()))
    else:
        file.write_text(("" if form == "glove" else "3 3\n") + text, encoding="utf-8")
    return file


@pytest.mark.parametrize("form", ["vec", "bin", "glove", "gz"])
def test_forms(tmp_path, form):
    words = ["queso", "leche", "año"]
    matrix, found = word_vectors(write(tmp_path, form), words, 3)
    assert found.tolist() == [True, False, True]
    assert matrix.tolist() == [VECTORS["queso"], [0.0] * 3, VECTORS["año"]]


def test_another_width_is_said(tmp_path):
    with pytest.raises(InputError, match=r"3 numbers each.*Set it to 3"):
        word_vectors(write(tmp_path, "vec"), ["pan"], 100)


def test_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match=r"no such file.*embeddings.file"):
        word_vectors(tmp_path / "nowhere.vec", ["pan"], 3)


@pytest.mark.parametrize("content", ["", "no vectors here x\n", "3 3\npan 1 2\n"])
def test_other_files_are_refused(tmp_path, content):
    file = tmp_path / "v.vec"
    file.write_text(content)
    with pytest.raises(InputError, match="not word vectors"):
        word_vectors(file, ["pan"], 3)


@pytest.mark.tensorflow
@pytest.mark.parametrize("trainable", ["true", "false"])
def test_network_begins_with_them(tmp_path, trainable):
    from han import train
    from han.model import load_network
    from han.text.encoding import TextEncoder

    file = write(tmp_path, "vec")
    experiment = write_experiment(
        tmp_path,
        embeddings=f"{{dimension: 3, file: {file}, trainable: {trainable}}}",
        training="{epochs: 1, batch_size: 32}",
    )
    assert train.main([str(experiment)]) == 0
    run = tmp_path / "run"
    words = TextEncoder.load(run / "text.json").vocabulary.words
    weights = (
        load_network(run / "model.keras").get_layer("word_embedding").get_weights()
    )
    for word in ("pan", "queso"):
        row = weights[0][words.index(word) + 2]
        assert (row.tolist() == VECTORS[word]) == (trainable == "false")
        assert np.abs(row - VECTORS[word]).max() < 0.5
