"""Word vectors from files in the forms that people have, or learnt from the texts."""

import contextlib
import gzip

import numpy as np
import pytest
from support.experiments import write_experiment

from han.errors import InputError
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.vector_files import (
    SPREAD,
    SkipGram,
    read_vectors,
    trained_vectors,
    word_vectors,
)
from han.text.vocabulary import Vocabulary

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
    from han.network.model import load_network

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


# Learnt from the texts at hand

ALGORITHMS = ["word2vec", "fasttext"]
FOOD, TOOLS = ["pan", "queso", "leche"], ["clavo", "martillo", "sierra"]


def tokens(texts):
    limits = {"text": FieldLimits(20, 5)}
    encoder = TextEncoder(limits, Splitter(), Cleaner(), Vocabulary([]))
    return encoder.tokenise({"text": texts})


def two_topics(count=300):
    """Sentences on food or on tools, never on both."""
    random = np.random.default_rng(1)
    return tokens(
        [" ".join(random.choice((FOOD, TOOLS)[i % 2], 6)) for i in range(count)]
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_seed_gives_the_same_vectors(algorithm):
    documents, words = two_topics(60), [*FOOD, *TOOLS]
    one, same, other = (
        trained_vectors(documents, words, 5, SkipGram(algorithm, 2, seed=seed))
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.allclose(one, other)
    assert one.std() == pytest.approx(SPREAD, rel=1e-5)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_words_that_stand_nowhere_have_zeros(algorithm):
    words = ["pan", "lechería", "clavo"]
    found = trained_vectors(two_topics(20), words, 4, SkipGram(algorithm, 1))
    assert found.any(axis=1).tolist() == [True, False, True]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("words", [[], ["horno"]])
def test_texts_without_any_of_the_words_teach_nothing(algorithm, words):
    found = trained_vectors(two_topics(4), words, 4, SkipGram(algorithm))
    assert found.shape == (len(words), 4) and not found.any()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_words_of_the_same_sentences_are_alike(algorithm):
    found = trained_vectors(two_topics(), [*FOOD, *TOOLS], 8, SkipGram(algorithm, 20))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    alike = found @ found.T
    assert alike[:3, :3].min() > alike[:3, 3:].max()
    assert alike[3:, 3:].min() > alike[:3, 3:].max()


def test_words_outside_the_vocabulary_are_left_out():
    with_others = tokens(["pan otro queso", "zzz leche pan", "otro zzz"] * 20)
    without = tokens(["pan queso", "leche pan"] * 20)
    one, two = (
        trained_vectors(d, FOOD, 4, SkipGram(epochs=2)) for d in (with_others, without)
    )
    # The empty sentence changes nothing but the pace of the learning rate.
    np.testing.assert_allclose(one, two, atol=0.05)


@pytest.mark.tensorflow
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_run_begins_with_vectors_of_its_own_texts(tmp_path, algorithm):
    """Those of rows without a code among them, and no others."""
    from han import train
    from han.config import read_config
    from han.experiment.corpus import read_corpus
    from han.network.model import load_network

    experiment = write_experiment(
        tmp_path,
        data=(
            f"{{train: {tmp_path}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], split: {column: id}}"
        ),
        embeddings=(
            f"{{dimension: 4, trainable: false, pretrain: {algorithm}, "
            "pretrain_epochs: 2}"
        ),
        training="{epochs: 1, batch_size: 32}",
    )
    rows = (tmp_path / "data.csv").read_text("utf-8").splitlines()
    rows = [f"train,{row.split(',', 1)[1]}" for row in rows[1:]]
    rows += ["validation,queso de oveja,1,12", "train,leche de vaca,,"]
    lines = ["id,text,level_1,level_2", *rows]
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert train.main([str(experiment)]) == 0
    network = load_network(tmp_path / "run" / "model.keras")
    table = network.get_layer("word_embedding").get_weights()[0]
    words = TextEncoder.load(tmp_path / "run" / "text.json").vocabulary.words
    texts = [row.split(",")[1] for row in rows if row.startswith("train")]
    expected = trained_vectors(tokens(texts), words, 4, SkipGram(algorithm, 2, seed=17))
    np.testing.assert_allclose(table[2:], expected, atol=1e-6)
    config = read_config(experiment, [])
    assert config.seed == 17
    assert len(read_corpus(config).sentences) == len(texts)


def place_of(form, line):
    if form == "bin":
        return f"vector {line}"
    return f"line {line + (form != 'glove')}"


@pytest.mark.parametrize("form", ["vec", "bin", "glove", "gz"])
@pytest.mark.parametrize("value", ["nan", "-inf", "1e39"])
def test_a_vector_that_is_no_number_is_said_with_its_line(tmp_path, form, value):
    file = write(tmp_path, form)
    with np.errstate(over="ignore"):
        bits = np.array(float(value)).astype(np.float32).tobytes()
    number = bits if form == "bin" else value.encode()
    old = np.float32(0.25).tobytes() if form == "bin" else b"0.25"
    content = file.read_bytes()
    packed = form == "gz"
    content = (gzip.decompress(content) if packed else content).replace(old, number)
    file.write_bytes(gzip.compress(content) if packed else content)
    for read in (lambda: word_vectors(file, ["pan"], 3), lambda: read_vectors(file)):
        with pytest.raises(InputError, match=f"{place_of(form, 2)}: a vector holds"):
            read()


def test_the_line_is_right_where_words_repeat(tmp_path):
    file = tmp_path / "v.vec"
    lines = [*LINES[:1] * 3, *LINES[1:], "sal 1 nan 1", "ron inf 1 1"]
    file.write_text("\n".join([f"{len(lines)} 3", *lines, ""]), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 7: .*\(2 such vectors\)"):
        read_vectors(file)


@pytest.mark.parametrize("form", ["vec", "bin", "glove", "gz"])
def test_vectors_that_know_no_word_of_the_texts(tmp_path, form):
    with pytest.raises(InputError, match=r"none of the 2 words of the training texts"):
        word_vectors(write(tmp_path, form), ["bread", "salt"], 3)
    assert word_vectors(write(tmp_path, form), [], 3)[0].shape == (0, 3)


@pytest.mark.parametrize("name", ["v.vec.gz", "v.bin.gz"])
def test_a_packed_file_that_is_damaged_anywhere(tmp_path, name):
    file = tmp_path / name
    content = gzip.compress(("3 3\n" + "\n".join(LINES) + "\n").encode())
    for place in range(0, len(content), 3):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        for damaged in (content[:place], bytes(changed)):
            file.write_bytes(damaged)
            with contextlib.suppress(InputError):  # and nothing else
                word_vectors(file, ["pan"], 3)
