"""`python -m han.embed`, from the command line to the file."""

import re

import pytest
from support.experiments import write_experiment

from han import embed
from han.errors import InputError
from han.text.word_vectors import WordVectors

pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    """A folder with an experiment and vectors learnt for it."""
    folder = tmp_path_factory.mktemp("embed")
    command = [write_experiment(folder), "-o", folder / "v.vec.gz", "--epochs", 2]
    assert embed.main(list(map(str, command))) == 0
    return folder


def test_what_is_said_at_the_end(learnt, capsys, tmp_path):
    (tmp_path / "more.csv").write_text("oficio\nvende pan\nns\n", encoding="utf-8")
    command = [learnt / "experiment.yaml", tmp_path / "more.csv"]
    command += ["embeddings.dimension=6", "-o", tmp_path / "v.vec", "--min-count", 1]
    command += ["--columns", "text=oficio", "--method", "fasttext", "--window", 2]
    assert embed.main(list(map(str, [*command, "--epochs", 1, "--seed", 5]))) == 0
    said = capsys.readouterr().out
    assert re.search(r"1 rows of \S*more\.csv; left out: 1 without words", said)
    assert "(100.0% of all running words); 0 other words left out" in said
    assert "fasttext, 6 numbers each, 1 passes, window 2, seed 5" in said
    assert f"embeddings.file={tmp_path}/v.vec embeddings.dimension=6" in said
    assert WordVectors.load(tmp_path / "v.vec").vectors.shape[1] == 6


def test_the_same_command_writes_the_same_bytes(learnt, tmp_path):
    command = [learnt / "experiment.yaml", "-o", tmp_path / "v.vec.gz", "--epochs", 2]
    assert embed.main(list(map(str, command))) == 0
    here, there = tmp_path / "v.vec.gz", learnt / "v.vec.gz"
    assert here.read_bytes() == there.read_bytes()


def test_words_and_projector_of_a_file(learnt, capsys, tmp_path):
    command = [learnt / "v.vec.gz", "--nearest", "pan", "acero"]
    command += ["--projector", tmp_path / "words"]
    assert embed.main(list(map(str, command))) == 0
    said = capsys.readouterr().out
    assert re.search(r"\npan\n  \w+ +-?0\.\d{3}\n", said) and "\nacero\n" in said
    assert f"tensorboard --logdir {tmp_path}/words" in said
    words = (tmp_path / "words" / "metadata.tsv").read_text("utf-8").split()
    assert words == list(WordVectors.load(learnt / "v.vec.gz").words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{e}", "say where to write"),
        ("{v}", "Say what to do"),
        ("{v} --nearest pan -o x.vec", "-output is for learning"),
        ("{v} more.csv --nearest pan", "more.csv is for learning"),
        ("{e} -o x.csv", r"ending in \.vec"),
        ("{e} -o {f}/x.vec --epochs 0", "--epochs must be at least 1"),
        ("{e} -o {f}/x.vec --min-count 0", "--min-count must be at least 1"),
        ("{e} -o {f}/x.vec --seed -1", "--seed must be from 0"),
        ("{e} -o {f}/x.vec --columns text=a", "--columns is for FILES"),
        ("{e} {f}/data.csv -o {f}/x.vec --columns text", "expected FIELD=COLUMN"),
        ("{e} {f}/data.csv -o {f}/x.vec --columns a=b", "names 'a'"),
        ("{e} text.colour=1 -o {f}/x.vec", "text.colour"),
        ("{v} --nearest zzzz", "no vector for 'zzzz'"),
        ("{f}/no.vec --nearest pan", "no such file of vectors"),
    ],
)
def test_mistakes_are_one_line(learnt, words, said):
    names = {"e": learnt / "experiment.yaml", "v": learnt / "v.vec.gz", "f": learnt}
    with pytest.raises(InputError, match=said) as raised:
        embed.main([word.format(**names) for word in words.split()])
    assert "\n" not in str(raised.value)
    assert not (learnt / "x.vec").exists()


@pytest.mark.tensorflow
def test_a_network_begins_with_them(learnt, tmp_path):
    from han import train
    from han.network.model import load_network
    from han.text.text_encoder import TextEncoder

    file = learnt / "v.vec.gz"
    experiment = write_experiment(
        tmp_path,
        embeddings=f"{{dimension: 8, file: {file}, trainable: false}}",
        training="{epochs: 1, batch_size: 32}",
    )
    assert train.main([str(experiment)]) == 0
    run, vectors = tmp_path / "run", WordVectors.load(file)
    words = TextEncoder.load(run / "text.json").vocabulary.words
    layer = load_network(run / "model.keras").get_layer("word_embedding")
    row = layer.get_weights()[0][words.index("pan") + 2]
    assert row.tolist() == vectors.vectors[vectors.place("pan")].tolist()
