"""Words and vectors by themselves: files, neighbours, and what is left out of them."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.experiments import write_experiment

from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.exploration.own_vectors import VectorSettings, learn_vectors
from han.exploration.word_pictures import topic_picture, word_map
from han.text.vector_files import SkipGram, trained_vectors, word_vectors
from han.text.word_vectors import WordVectors

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

NAMES = ("pan", "bolillo", "clavo", "año", "<number>", "d'or")
NUMBERS = np.array(
    [[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, -1, 0.5], [0, 0, -2], [1, 1, 1]],
    np.float32,
)
VECTORS = WordVectors(NAMES, NUMBERS)


@pytest.mark.parametrize("name", ["v.vec", "v.vec.gz"])
def test_a_saved_file_is_one_that_experiments_read(tmp_path, name):
    VECTORS.save(tmp_path / name)
    matrix, found = word_vectors(tmp_path / name, [*NAMES[::-1], "queso"], 3)
    assert found.tolist() == [True] * 6 + [False]
    np.testing.assert_allclose(matrix[:6], NUMBERS[::-1], atol=1e-5)
    again = WordVectors.load(tmp_path / name)
    assert again.words == NAMES
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_equal_vectors_are_equal_bytes(tmp_path):
    files = [tmp_path / "a.vec.gz", tmp_path / "b.vec.gz"]
    for file in files:
        VECTORS.save(file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert gzip.decompress(files[0].read_bytes()).startswith(b"6 3\npan 1.00000 ")


@pytest.mark.parametrize(
    ("name", "said"),
    [("v.txt", r"ending in \.vec or \.vec\.gz"), ("no/v.vec", "there is no folder")],
)
def test_a_file_that_cannot_be_written_is_said(tmp_path, name, said):
    with pytest.raises(InputError, match=said):
        VECTORS.save(tmp_path / name)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError, match="there is no such file of vectors"):
        WordVectors.load(tmp_path / "v.vec")


def test_nearest_words_by_angle():
    found = VECTORS.nearest("pan", 2)
    assert [word for word, _ in found] == ["bolillo", "d'or"]
    assert found[1][1] == pytest.approx(1 / np.sqrt(3))


@given(st.integers(0, 5), st.integers(1, 9))
def test_neighbours_are_as_numpy_finds_them(place, number):
    units = NUMBERS / np.linalg.norm(NUMBERS, axis=1, keepdims=True)
    expected = sorted((units @ units[place]).tolist(), reverse=True)[1 : number + 1]
    found = VECTORS.nearest(NAMES[place], number)
    assert NAMES[place] not in dict(found)
    np.testing.assert_allclose([cosine for _, cosine in found], expected, atol=1e-6)


def test_a_word_without_a_vector_is_said_and_what_is_like_it():
    with pytest.raises(InputError, match=r"no vector for 'bolilla'.*like it: bolillo"):
        VECTORS.nearest("bolilla")


def test_a_word_of_zeros_has_neighbours_too():
    vectors = WordVectors(("a", "b"), np.zeros((2, 2), np.float32))
    assert vectors.nearest("a") == [("b", 0.0)]


def test_the_plane_keeps_what_differs():
    flat = WordVectors(tuple("abcd"), np.eye(4, dtype=np.float32)[[0, 0, 1, 1]])
    found = flat.plane(list("abcd"))
    np.testing.assert_allclose(found[0], found[1], atol=1e-6)
    assert np.linalg.norm(found[0] - found[2]) == pytest.approx(np.sqrt(2))
    assert flat.plane(["a"]).tolist() == [[0, 0]]


def test_what_the_projector_opens(tmp_path):
    WordVectors(("a\tb", "año"), NUMBERS[:2]).export(tmp_path / "new" / "words")
    folder = tmp_path / "new" / "words"
    assert (folder / "metadata.tsv").read_text("utf-8") == "a b\naño\n"
    np.testing.assert_allclose(np.loadtxt(folder / "tensors.tsv"), NUMBERS[:2])


def test_tensorboard_understands_the_export(tmp_path):
    """Its own reader of the configuration, and of the files that it names."""
    text_format = pytest.importorskip("google.protobuf.text_format")
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    VECTORS.export(tmp_path)
    config = ProjectorConfig()
    text_format.Parse((tmp_path / "projector_config.pbtxt").read_text(), config)
    [info] = config.embeddings
    assert len((tmp_path / info.metadata_path).read_text("utf-8").splitlines()) == 6
    assert len((tmp_path / info.tensor_path).read_text("utf-8").splitlines()) == 6


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="cannot be the folder of the vectors"):
        VECTORS.export(tmp_path / "taken" / "words")


# Learnt from the texts of an experiment, and of other files


def experiment_of(folder, **sections):
    """`write_experiment` with a column that says what each row is for."""
    data = (
        f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
        "label_columns: [level_1, level_2], split: {column: id}}"
    )
    file = write_experiment(folder, data=data, **sections)
    rows = (folder / "data.csv").read_text("utf-8").splitlines()
    rows = [f"train,{row.split(',', 1)[1]}" for row in rows[1:]]
    rows += ["validation,pan de muerto,1,11", "test,calavera de azúcar,1,11"]
    rows += ["train,torta de muerto,,", "train,,1,11"]
    lines = ["id,text,level_1,level_2", *rows]
    (folder / "data.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_config(file)


SMALL = VectorSettings(dimension=4, epochs=2, min_count=1)


def test_they_are_those_that_training_would_learn(tmp_path):
    config = experiment_of(
        tmp_path,
        embeddings="{dimension: 4, pretrain: word2vec, pretrain_epochs: 2}",
        text="{min_count: 1}",
    )
    found = learn_vectors(config)
    corpus = read_corpus(config)
    words = corpus.encoder.vocabulary.words
    assert set(words) < set(found.vectors.words)  # texts without a code count, too
    expected = trained_vectors(
        corpus.sentences, found.vectors.words, 4, SkipGram(epochs=2, seed=config.seed)
    )
    np.testing.assert_array_equal(found.vectors.vectors, expected)
    [taught] = found.files
    assert taught.rows == 73 and not taught.held_out


@pytest.mark.parametrize("method", ["word2vec", "fasttext"])
def test_the_same_command_gives_the_same_vectors(tmp_path, method):
    config = experiment_of(tmp_path)
    settings = VectorSettings(method, dimension=4, epochs=2)
    one, same = (learn_vectors(config, settings=settings) for _ in "ab")
    np.testing.assert_array_equal(one.vectors.vectors, same.vectors.vectors)
    assert one.vectors.words == same.vectors.words


def test_other_files_teach_but_for_texts_of_validation_and_test(tmp_path):
    config = experiment_of(tmp_path)
    other = tmp_path / "other.tsv"
    rows = ["tarea", "horno nuevo", "Calavera, de AZÚCAR.", "", "pan de muerto", "ns"]
    other.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = learn_vectors(config, [other], SMALL, columns={"text": "tarea"})
    assert {"horno", "nuevo", "torta"} <= set(found.vectors.words)
    assert "calavera" not in found.vectors.words
    taught = found.files[1]
    assert (taught.rows, taught.held_out, taught.blank) == (1, 2, 2)


def test_a_word_needs_so_many_different_texts(tmp_path):
    """One record in two files, or given twice, is one."""
    config = experiment_of(tmp_path)
    other = tmp_path / "other.csv"
    rows = ["text", "Juan vende miel", "juan vende miel", "vende miel", "vende sal"]
    other.write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = VectorSettings(dimension=4, epochs=1, min_count=2)
    found = learn_vectors(config, [other, other], settings)
    assert {"vende", "miel"} <= set(found.vectors.words)
    assert not {"juan", "sal"} & set(found.vectors.words)
    assert found.rare >= 2 and 0 < found.covered < 1
    everything = learn_vectors(config, [other], SMALL)
    assert everything.covered == 1 and not everything.rare
    assert len(everything.vectors) == len(found.vectors) + found.rare


def test_the_window_counts(tmp_path):
    config = experiment_of(tmp_path)
    one, two = (
        learn_vectors(config, settings=VectorSettings(dimension=4, window=size))
        for size in (1, 5)
    )
    assert not np.allclose(one.vectors.vectors, two.vectors.vectors)


def test_mistakes_are_said(tmp_path):
    config = experiment_of(tmp_path)
    with pytest.raises(InputError, match=r"names 'name', which is no field.*text"):
        learn_vectors(config, columns={"name": "x"})
    with pytest.raises(InputError, match=r"held by 999 different texts.*--min-count"):
        learn_vectors(config, settings=VectorSettings(min_count=999))
    with pytest.raises(InputError, match="no such data file"):
        learn_vectors(config, [tmp_path / "nowhere.csv"])


def test_pictures_name_all_words_and_codes():
    import pandas as pd

    figure = word_map(VECTORS, {"food": ["pan", "bolillo"], "other": ["clavo", "año"]})
    assert [t.get_text() for t in figure.axes[0].texts] == [
        "pan", "bolillo", "clavo", "año",
    ]  # fmt: skip
    table = pd.DataFrame([[0.1, 0.9], [1.0, 0.0]], ["1 Food", "2 $x$"], [1, 2])
    words = pd.DataFrame({"words": ["acero fino azul", "pan"]})
    figure = topic_picture(table, words)
    axes = figure.axes[0]
    assert [t.get_text() for t in axes.get_yticklabels()] == [r"2 \$x\$", "1 Food"]
    assert [t.get_text() for t in axes.get_xticklabels()] == ["1 acero fino", "2 pan"]
