"""Runs whose network and linear model read pretrained vectors of sentences."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.edited_runs import edit_arrays
from support.experiments import ROOT, write_experiment
from support.networks import make_network
from support.pretrained import LetterEncoder, write_known_experiment
from support.stopped_runs import assert_same_run, stopped_at
from support.training import eager

import han
from han import combine, train
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.linear import added_means
from han.linear.added_means import with_class_means
from han.linear.class_means import document_vectors
from han.linear.vector_student import VectorStudent
from han.pretrained import sentence_vectors as memory
from han.pretrained.encoder_choice import open_encoder, save_encoder
from han.pretrained.sentence_vectors import SentenceVectors
from han.runs.manifest import write_manifest
from han.runs.run_files import STUDENT_FILE
from han.runs.run_folder import RunFolder
from han.training.auxiliary_inputs import auxiliary_inputs, fit_linear
from han.training.network_building import make_batches
from han.training.pretrained_knowledge import (
    SPREAD,
    add_class_means,
    finish_encoding,
    principal_components,
    sentence_knowledge,
    sentence_vectors,
    set_pretrained_words,
)

pytestmark = pytest.mark.tensorflow

SMALL = {
    "training": "{epochs: 2, batch_size: 32, early_stopping_patience: 1}",
    "model": "{word_units: 4, sentence_units: 4, bag_units: 4}",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a trained run, of its data and vectors."""
    made = tmp_path_factory.mktemp("known")
    with eager():
        assert train.main([str(write_known_experiment(made, **SMALL))]) == 0
    return made


@pytest.fixture
def copied(folder, tmp_path):
    """A copy of the run, which knows where its vectors lie."""
    shutil.copytree(folder / "run", tmp_path / "run")
    return tmp_path / "run"


def own_texts(folder):
    """Test records whose words no other record has, and their codes."""
    table = pd.read_csv(folder / "data.csv", dtype=str)
    own = table[table["id"].str.startswith("own-")]
    return own["text"].tolist(), own["level_2"].tolist()


# A run


def test_texts_that_only_the_vectors_know_get_their_codes(folder):
    texts, codes = own_texts(folder)
    found = han.load(folder / "run").predict(texts)["code"]
    assert (found == codes).mean() > 0.9
    factors = means_factors(folder / "run")
    assert (factors > 0).all() and len(factors) == 6


def means_factors(run):
    with np.load(run / "linear.npz") as stored:
        return stored["means_factors"]


def test_both_engines_and_a_fresh_process_say_the_same(folder):
    texts = [*own_texts(folder)[0][:3], "pan de queso", ""]
    tables = [
        han.load(folder / "run", engine=engine).predict(texts)
        for engine in ("numpy", "tensorflow")
    ]
    pd.testing.assert_frame_equal(*tables, rtol=0, atol=1e-5)
    code = (
        "import sys, han, json\n"
        "found = han.load(sys.argv[1]).predict(sys.argv[2:])\n"
        "print(json.dumps(found['probability'].tolist()))"
    )
    arguments = [sys.executable, "-c", code, str(folder / "run"), *texts[:4]]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT)
    expected = tables[0]["probability"][:4].tolist()
    assert json.loads(done.stdout) == pytest.approx(expected, abs=1e-6)


def test_a_run_without_its_vectors_is_one_mistake(folder, copied):
    vectors = folder / "vectors.csv"
    hidden = vectors.rename(folder / "hidden.csv")
    try:
        with pytest.raises(InputError, match=r"needed to code.*no such file"):
            han.load(copied)
        shutil.copy(hidden, copied / "vectors.csv")  # beside what remembers it
        assert han.load(copied).predict(["pan"])["code"][0]
    finally:
        hidden.rename(vectors)


def test_a_file_that_says_which_is_bound_and_needed(folder, copied):
    file = copied / "pretrained.json"
    content = file.read_text()
    file.unlink()
    with pytest.raises(
        InputError, match=r"pretrained\.json is missing: the run had it"
    ):
        han.load(copied)
    write_manifest(copied)
    with pytest.raises(
        InputError, match=r"vectors of 5 numbers, and .* gives 0: it is"
    ):
        han.load(copied)
    file.write_text(content)
    with pytest.raises(InputError, match=r"pretrained\.json"):
        han.load(copied)  # a file that the manifest does not know


def test_vectors_of_another_run_are_refused(folder, copied):
    other = copied.parent / "other.csv"
    other.write_text("text,v_0,v_1\npan,3,4\n", encoding="utf-8")
    encoder = han.load(folder / "run").encoder
    opened = open_encoder(str(other), encoder.cleaner, encoder.splitter)
    save_encoder(copied / "pretrained.json", opened)
    write_manifest(copied)
    with pytest.raises(InputError, match=r"vectors of 5 numbers, and .* gives 2"):
        han.load(copied)


def test_class_means_of_other_vectors_are_refused(copied):
    edit_arrays(copied / "linear.npz", means_weights=lambda array: array[:-1])
    write_manifest(copied)
    with pytest.raises(InputError, match=r"class means of 4 numbers, .* reads .* of 5"):
        han.load(copied)


def test_a_mixture_with_a_run_that_reads_no_vectors(folder, tmp_path):
    plain = ["model.kind=tfidf_linear", "pretrained.encoder=none"]
    linear = f"logging.run_folder={tmp_path}/linear"
    experiment = str(folder / "experiment.yaml")
    assert train.main([experiment, *plain, linear]) == 0
    assert not (tmp_path / "linear" / "pretrained.json").exists()
    runs = [str(folder / "run"), str(tmp_path / "linear")]
    assert combine.main([*runs, "-o", str(tmp_path / "both")]) == 0
    texts, codes = own_texts(folder)
    found = han.load(tmp_path / "both").predict(texts)["code"]
    alone = han.load(folder / "run").predict(texts)["code"]
    assert (found == codes).sum() >= (alone == codes).sum() - 1


# Training again, and going on


def test_a_stopped_run_ends_as_one_left_alone(folder, tmp_path, monkeypatch):
    overrides = [f"logging.run_folder={tmp_path}/run"]
    command = [str(folder / "experiment.yaml"), *overrides]
    with eager():
        with monkeypatch.context() as patch:
            stopped_at(patch, 1, 0, lambda: os.kill(os.getpid(), signal.SIGTERM))
            assert train.main(command) != 0
        assert train.main(command) == 0
    assert_same_run(folder / "run", tmp_path / "run")
    np.testing.assert_array_equal(
        *map(means_factors, (folder / "run", tmp_path / "run"))
    )


def test_a_refit_takes_the_factors_of_the_first_run(folder, tmp_path, monkeypatch):
    overrides = [
        f"training.refit_of={folder}/run",
        f"logging.run_folder={tmp_path}/run",
    ]
    config = read_config(folder / "experiment.yaml", overrides)
    corpus = read_corpus(config)
    known = sentence_vectors(config, corpus)

    def asked(*_):
        raise AssertionError("there are no validation records")

    monkeypatch.setattr(added_means, "factors_by_records", asked)
    linear = add_class_means(config, corpus, fit_linear(config, corpus), known)
    found = linear.model.evidence.means.factors
    np.testing.assert_array_equal(found, means_factors(folder / "run"))
    assert "validation" not in corpus.examples


def test_the_vectors_are_part_of_what_was_read(tmp_path):
    experiment = write_known_experiment(tmp_path)

    def fingerprints(*overrides):
        return read_corpus(read_config(experiment, overrides)).fingerprints

    before, vectors = fingerprints(), tmp_path / "vectors.csv"
    vectors.write_text(vectors.read_text().replace("0.", "0.1", 1))
    after = fingerprints()
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["pretrained.encoder"]
    none = fingerprints("pretrained.encoder=none")
    assert set(none) == set(before) - set(changed)


def test_a_run_with_other_vectors_is_not_gone_on_with(folder):
    vectors = folder / "vectors.csv"
    content = vectors.read_text()
    refit = [f"training.refit_of={folder}/run", f"logging.run_folder={folder}/refit"]
    vectors.write_text(content.replace("0.", "0.1", 1))
    try:
        for overrides in ([], refit):
            with pytest.raises(InputError, match=r"changed since.*pretrained\.encoder"):
                train.main([str(folder / "experiment.yaml"), *overrides])
    finally:
        vectors.write_text(content)


# What is said before training


def test_a_check_says_what_is_wrong_with_the_vectors(tmp_path, capsys):
    experiment = str(write_known_experiment(tmp_path))
    assert train.main([experiment, "--check"]) == 0
    vectors = tmp_path / "vectors.csv"
    lines = vectors.read_text().splitlines()
    vectors.write_text("\n".join([*lines, "pan,1,2,3,inf,5"]) + "\n")
    for check in (["--check"], []):
        with pytest.raises(InputError, match=rf"row {len(lines)}: a vector holds NaN"):
            train.main([experiment, *check])
    vectors.unlink()
    with pytest.raises(InputError, match="there is no such file of vectors"):
        train.main([experiment, "--check"])
    assert not (tmp_path / "run").exists()


# What is made, and when


@pytest.fixture(scope="module")
def known_corpus(tmp_path_factory):
    made = tmp_path_factory.mktemp("corpus")
    config = read_config(write_known_experiment(made, **SMALL))
    return config, read_corpus(config)


def lettered(corpus, encoder=None):
    return replace(corpus, pretrained=encoder or LetterEncoder())


@pytest.mark.parametrize("is_cached", [False, True])
def test_each_sentence_is_encoded_once(known_corpus, tmp_path, monkeypatch, is_cached):
    """However little memory there is: else each epoch would encode all of them anew."""
    config, corpus = known_corpus
    if is_cached:
        config = replace(config, data=replace(config.data, cache=str(tmp_path)))
    monkeypatch.setattr(memory, "MEMORY", 9)
    monkeypatch.setattr("han.training.pretrained_knowledge.MEMORY", 9)
    encoder = LetterEncoder()
    known = sentence_vectors(config, lettered(corpus, encoder))
    asked = len(encoder.asked)
    assert len(set(encoder.asked)) == asked > 20
    for role in ("train", "validation"):
        texts = corpus.examples[role].texts
        for row in range(0, len(texts), 7):
            found = known(texts.take(np.arange(row, min(row + 7, len(texts)))))
            assert found.any(axis=1).all()
    assert len(encoder.asked) == asked
    assert len(list(tmp_path.iterdir())) == (2 if is_cached else 0)
    test = corpus.examples["test"].texts
    known(test)
    assert len(encoder.asked) > asked  # nothing is made that may not be needed


def test_an_encoder_that_has_said_all_rests(known_corpus):
    config, corpus = known_corpus
    encoder = LetterEncoder()
    known = sentence_vectors(config, lettered(corpus, encoder))
    finish_encoding(config, known, is_new=False)  # its word vectors have learnt by now
    asked = len(encoder.asked)
    assert encoder.rests == 1
    finish_encoding(config, known, is_new=True)
    assert len(encoder.asked) > asked and encoder.rests == 2
    asked = len(encoder.asked)
    known.of_words(known.words)
    assert len(encoder.asked) == asked
    of_file = replace(config, embeddings=replace(config.embeddings, file="words.vec"))
    fresh = SentenceVectors(LetterEncoder(), known.words)
    finish_encoding(of_file, fresh, is_new=True)
    assert not fresh.encoder.asked


def test_noise_is_read_with_the_vectors_of_what_was_written(known_corpus):
    """By the network and by the class means; its words are those of the noise."""
    config, corpus = known_corpus
    encoder = LetterEncoder()
    corpus = lettered(corpus, encoder)
    train, tree = corpus.examples["train"], corpus.tree
    known = sentence_vectors(config, corpus)
    asked = list(encoder.asked)
    linear = with_class_means(
        fit_linear(config, corpus),
        *(train.texts, train.nodes, train.weights, tree),
        known.distinct,
        lambda model, means: np.ones(tree.num_nodes, np.float32),
    )
    ids = np.full_like(train.texts.word_ids, -1)
    noise = replace(train.texts, word_ids=ids, unknown=("zzz",))
    auxiliary = auxiliary_inputs(config, corpus, linear, known=known)
    batches = make_batches(config, train, auxiliary, linear, augment=lambda _: noise)
    for rows in batches._order():
        arrays = batches.batch(rows)[0]
        clean = train.texts.take(rows)
        np.testing.assert_array_equal(arrays["pretrained"][:-1], known(clean))
        vectors = document_vectors(*known.distinct(clean), clean)
        features = linear.model.matrix(noise.take(rows))
        for place, fold in enumerate(linear.fold[rows]):
            own = linear.folds[fold]
            expected = replace(own, means=None).of(features[[place]])
            expected += own.means.scores(vectors[[place]])
            np.testing.assert_allclose(arrays["margins"][place], expected[0], atol=1e-4)
    assert encoder.asked == asked


def test_a_student_takes_the_place_of_the_encoder(known_corpus, tmp_path):
    """Which is asked once, and which no file of the run names."""
    config, corpus = known_corpus
    distils = replace(config, pretrained=replace(config.pretrained, mode="distill"))
    encoder = LetterEncoder()
    corpus = lettered(corpus, encoder)
    run = RunFolder(tmp_path)
    teacher = sentence_vectors(distils, corpus)
    assert encoder.asked == []
    student = sentence_knowledge(distils, corpus, teacher, run)
    asked = list(encoder.asked)
    texts = corpus.examples["test"].texts
    found, places = student.distinct(texts)
    assert encoder.asked == asked
    lengths = np.linalg.norm(found[places], axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-3)
    assert [file.name for file in tmp_path.iterdir()] == [STUDENT_FILE]
    again = VectorStudent.load(tmp_path / STUDENT_FILE, corpus.encoder.vocabulary.words)
    np.testing.assert_array_equal(again.distinct(texts)[0], found)
    # Of several processes only the first writes, and nobody waits for its file.
    second = RunFolder(tmp_path / "none", writes=False)
    other = sentence_knowledge(distils, corpus, teacher, second)
    np.testing.assert_array_equal(other.distinct(texts)[0], found)
    assert auxiliary_inputs(distils, corpus, None, known=student).stand_in is None
    nothing = replace(corpus, pretrained=None)
    assert sentence_vectors(config, nothing) is None
    assert sentence_knowledge(config, nothing, None, run) is None


def test_the_cached_linear_model_has_no_class_means(known_corpus, tmp_path):
    """They are added to what the cache holds: with other vectors they are others."""
    config, corpus = known_corpus
    config = replace(config, data=replace(config.data, cache=str(tmp_path)))
    texts = corpus.examples["validation"].texts
    margins = []
    for encoder in (None, None, LetterEncoder()):
        some = corpus if encoder is None else lettered(corpus, encoder)
        linear = fit_linear(config, some)
        assert linear.model.evidence.means is None
        assert all(fold.means is None for fold in linear.folds)
        both = add_class_means(config, some, linear, sentence_vectors(config, some))
        margins.append(both.model.margins(texts))
    np.testing.assert_array_equal(margins[0], margins[1])
    assert not np.allclose(margins[0], margins[2], atol=0.01)


# Word vectors


def test_word_vectors_begin_as_principal_components():
    words = ("pan", "casa", "a", "xyz", "masa", "b", "aaa", "ab")
    network = make_network(embedding_dimension=2)
    before = network.get_layer("word_embedding").get_weights()[0]
    known = SentenceVectors(LetterEncoder(), words)
    set_pretrained_words(network, known)
    (after,) = network.get_layer("word_embedding").get_weights()
    vectors = known.of_words(words).astype(float)
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred)
    expected = centred @ directions[:2].T
    expected *= SPREAD / expected.std()
    np.testing.assert_allclose(np.abs(after[2:]), np.abs(expected), atol=1e-3)
    np.testing.assert_array_equal(after[:2], before[:2])  # padding and unknown
    assert after[2:].std() == pytest.approx(SPREAD, rel=0.01)


def test_words_without_a_vector_and_further_numbers_stay_random():
    class Half(LetterEncoder):
        def encode(self, sentences):
            return self.plain(sentences) * [["a" in s] for s in sentences]

    words = ("pan", "casa", "xyz", "masa", "b", "aaa", "ab", "c")
    network = make_network(embedding_dimension=5)
    before = network.get_layer("word_embedding").get_weights()[0]
    set_pretrained_words(network, SentenceVectors(Half(), words))
    (after,) = network.get_layer("word_embedding").get_weights()
    known = np.array(["a" in word for word in words])
    np.testing.assert_array_equal(after[2:][~known], before[2:][~known])
    np.testing.assert_array_equal(after[:, 3:], before[:, 3:])
    assert (after[2:][known, :2] != before[2:][known, :2]).all()


def test_a_file_of_sentences_alone_changes_no_word():
    class One(LetterEncoder):
        def encode(self, sentences):
            return self.plain(sentences) * [[s == "pan"] for s in sentences]

    network = make_network()
    before = network.get_layer("word_embedding").get_weights()[0]
    set_pretrained_words(network, SentenceVectors(One(), ("pan", *"abcdefg")))
    np.testing.assert_array_equal(
        network.get_layer("word_embedding").get_weights()[0], before
    )


def test_components_of_words_that_are_all_alike():
    assert np.isfinite(principal_components(np.ones((3, 4)), 2)).all()


def test_small_experiments_of_tests_load_no_weights(tmp_path):
    assert read_config(write_experiment(tmp_path)).pretrained.encoder == "none"
