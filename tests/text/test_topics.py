"""Topics of texts: what they are, and that a document gets the same numbers always."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma
from support.experiments import write_experiment

import han
from han.batching.network_inputs import AuxiliaryInputs
from han.config import read_config
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.exploration.corpus_topics import explore_topics, topic_words
from han.runs.loading import load_classifier
from han.runs.manifest import write_manifest
from han.text.cleaning import Cleaner
from han.text.splitting import Splitter
from han.text.text_encoder import FieldLimits, TextEncoder
from han.text.topic_learning import learn_topics
from han.text.topics import ROUNDS, Topics
from han.text.vocabulary import Vocabulary
from han.training.auxiliary_inputs import fit_topics

FOOD, TOOLS = ["pan", "queso", "leche"], ["clavo", "martillo", "sierra"]
METHODS = ["lsa", "lda"]


def encoder(*words):
    limits = {"text": FieldLimits(20, 5)}
    return TextEncoder(limits, Splitter(), Cleaner(), Vocabulary(words))


WORDS = encoder(*FOOD, *TOOLS, "de", "venta")


def sentences(count=120, seed=1):
    """On food or on tools, never on both; `venta` is in all of them."""
    random = np.random.default_rng(seed)
    return [
        "venta de " + " ".join(random.choice((FOOD, TOOLS)[i % 2], 4))
        for i in range(count)
    ]


TEXTS = WORDS.encode({"text": sentences()})
FOUND = {method: learn_topics(WORDS, TEXTS, method, 2, seed=3) for method in METHODS}


def one(text):
    return WORDS.encode({"text": [text]})


def test_lsa_is_the_projection_of_the_tfidf_matrix_on_its_singular_vectors():
    counts = np.zeros((len(TEXTS), len(WORDS.vocabulary)))
    ends = np.cumsum(TEXTS.document_words)
    for row, ids in enumerate(np.split(TEXTS.vocabulary_ids, ends[:-1])):
        np.add.at(counts[row], ids, 1)
    held = (counts > 0).sum(axis=0)
    idf = np.where(held > 0, np.log(len(TEXTS) / np.maximum(held, 1)), 0)
    idf[WORDS.vocabulary.ids(["de"])] = 0
    tfidf = counts * idf
    tfidf /= np.linalg.norm(tfidf, axis=1, keepdims=True)
    expected = tfidf @ np.linalg.svd(tfidf)[2][:2].T
    found = FOUND["lsa"].shares(TEXTS)
    signs = np.sign((expected * found).sum(axis=0))
    np.testing.assert_allclose(found, expected * signs, atol=1e-5)


@pytest.mark.parametrize(("rounds", "tolerance"), [(ROUNDS, 1e-5), (1000, 0.02)])
def test_lda_is_the_fixed_point_of_its_equations(rounds, tolerance):
    """Of one document, word by word, as the paper writes them."""
    topics = FOUND["lda"]
    words = [*FOOD, "pan", "clavo", "venta"]
    table = topics.table.astype(float)
    log_words = digamma(table) - digamma(table.sum(axis=0))
    gamma = np.full(2, 1 / 2 + len(words) / 2)
    for _ in range(rounds):
        theta = np.exp(digamma(gamma) - digamma(gamma.sum()))
        new = np.full(2, 1 / 2)
        for word in words:
            phi = theta * np.exp(log_words[WORDS.vocabulary.ids([word])[0]])
            new += phi / phi.sum()
        gamma = new
    found = topics.shares(one("de " + " ".join(words)))[0]
    np.testing.assert_allclose(found, gamma / gamma.sum(), atol=tolerance)


@pytest.mark.parametrize("method", METHODS)
def test_topics_part_what_is_never_said_together(method):
    shares = FOUND[method].shares(TEXTS)
    strongest = np.abs(shares).argmax(axis=1)
    assert (strongest[::2] == strongest[0]).all()
    assert (strongest[1::2] == 1 - strongest[0]).all()


@pytest.mark.parametrize("method", METHODS)
def test_numbers_are_standardised_on_what_taught_them(method):
    found = FOUND[method].encode(TEXTS)
    assert found.shape == (len(TEXTS), 3) and found.dtype == np.float32
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(found.std(axis=0), [1, 1, 0], atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", ["", "de", "horno", "de horno nuevo"])
def test_a_document_without_words_that_count_says_so(method, text):
    assert FOUND[method].encode(one(text)).tolist() == [[0, 0, 1]]


def test_a_word_of_every_text_tells_lsa_nothing():
    topics = FOUND["lsa"]
    with_it, without = (topics.encode(one(text)) for text in ("venta pan", "pan"))
    assert (with_it == without).all()


@pytest.mark.parametrize("method", METHODS)
@given(chosen=st.lists(st.integers(0, 119), min_size=1, max_size=9))
def test_neighbours_change_nothing(method, chosen):
    topics = FOUND[method]
    whole = topics.encode(TEXTS)
    assert (topics.encode(TEXTS.take(chosen)) == whole[chosen]).all()


@pytest.mark.parametrize("method", METHODS)
def test_no_documents(method):
    assert FOUND[method].encode(TEXTS.take([])).shape == (0, 3)


def test_blocks_do_not_show(monkeypatch):
    whole = {method: FOUND[method].encode(TEXTS) for method in METHODS}
    monkeypatch.setattr("han.text.topics.BLOCK", 7)
    for method in METHODS:
        assert (FOUND[method].encode(TEXTS) == whole[method]).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_seed_gives_the_same_topics(method):
    again = learn_topics(WORDS, TEXTS, method, 2, seed=3)
    assert (again.table == FOUND[method].table).all()
    assert (again.mean == FOUND[method].mean).all()


def test_another_seed_gives_other_topics():
    assert (
        learn_topics(WORDS, TEXTS, "lda", 2, seed=4).table != FOUND["lda"].table
    ).any()


def test_lsa_has_no_more_topics_than_the_texts_have_dimensions():
    topics = learn_topics(WORDS, TEXTS, "lsa", 50)
    assert 2 <= len(topics) <= 6
    assert np.isfinite(topics.encode(TEXTS)).all()


@pytest.mark.parametrize("method", METHODS)
def test_texts_without_words_have_no_topics(method):
    with pytest.raises(InputError, match=r"no topics to find.*`topics.method` to none"):
        learn_topics(WORDS, WORDS.encode({"text": ["de", "horno"]}), method, 2)


@pytest.mark.parametrize("method", METHODS)
def test_saved_topics_are_the_same_in_another_process(tmp_path, method):
    """And need no gensim there."""
    topics = FOUND[method]
    topics.save(tmp_path / "topics.npz")
    WORDS.save(tmp_path / "text.json")
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from han.text.text_encoder import TextEncoder\n"
        "from han.text.topics import Topics\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "encoder = TextEncoder.load(folder / 'text.json')\n"
        "topics = Topics.load(folder / 'topics.npz', len(encoder.vocabulary))\n"
        f"texts = encoder.encode({{'text': {sentences(9, seed=5)!r}}})\n"
        "np.save(folder / 'found.npy', topics.encode(texts))\n"
        "assert 'gensim' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    texts = WORDS.encode({"text": sentences(9, seed=5)})
    assert (np.load(tmp_path / "found.npy") == topics.encode(texts)).all()


def test_topics_of_other_words_are_refused(tmp_path):
    FOUND["lsa"].save(tmp_path / "topics.npz")
    with pytest.raises(ValueError, match="another vocabulary"):
        Topics.load(tmp_path / "topics.npz", 3)


def test_they_stand_after_the_side_features():
    side = np.array([[5.0], [6.0]], np.float32)
    texts = replace(TEXTS.take([0, 1]), side=side)
    found = AuxiliaryInputs(topics=FOUND["lsa"]).inputs(texts, "packed")["side"]
    assert (found[:, :1] == side).all() and found.shape == (2, 4)
    assert (found[:, 1:] == FOUND["lsa"].encode(texts)).all()


# What an experiment makes of them


def test_topics_are_learnt_from_the_training_rows_alone(tmp_path):
    experiment = write_experiment(
        tmp_path,
        data=(
            f"{{train: {tmp_path}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], split: {column: id}}"
        ),
        topics="{method: lsa, number: 3}",
    )
    rows = (tmp_path / "data.csv").read_text("utf-8").splitlines()[1:]
    rows = [f"train,{row.split(',', 1)[1]}" for row in rows]
    found = []
    for text in ("pan dulce", "clavo clavo martillo de acero"):
        held_out = [f"validation,{text},1,11", f"test,{text},1,11"]
        lines = ["id,text,level_1,level_2", *rows, *held_out]
        (tmp_path / "data.csv").write_text("\n".join(lines) + "\n", "utf-8")
        config = read_config(experiment)
        found.append(fit_topics(config, read_corpus(config)))
    assert len(found[0]) == 3
    assert (found[0].table == found[1].table).all()
    assert (found[0].weights == found[1].weights).all()


def test_none_are_asked_for_by_default(experiment):
    config = read_config(experiment)
    assert config.topics.method == "none" and fit_topics(config, None) is None


def test_bad_settings_are_said(experiment):
    with pytest.raises(InputError, match=r"topics\.number"):
        read_config(experiment, ["topics.number=0"])
    with pytest.raises(InputError, match=r"topics\.method.*lsa"):
        read_config(experiment, ["topics.method=nmf"])


@pytest.fixture(scope="module", params=METHODS)
def run(request, tmp_path_factory):
    """A trained run with topics and a side feature."""
    from han import train

    folder = tmp_path_factory.mktemp(request.param)
    experiment = write_experiment(
        folder,
        data=(
            f"{{train: {folder}/data.csv, fields: {{text: {{}}}}, "
            "label_columns: [level_1, level_2], "
            "split: {validation: 0.2, calibration: 0.0, test: 0.2}, "
            "side_features: {who: {kind: categorical, column: id, min_count: 1}}}"
        ),
        topics=f"{{method: {request.param}, number: 3}}",
        augmentation="{word_dropout: 0.3}",
        training="{epochs: 1, batch_size: 16}",
    )
    assert train.main([str(experiment)]) == 0
    return folder / "run"


RECORDS = ["pan de queso", "martillo", "xyz", ""]


@pytest.mark.tensorflow
def test_both_engines_read_them(run):
    engines = [load_classifier(run, engine) for engine in ("numpy", "tensorflow")]
    width = engines[0].side_features.width + 4
    logs = []
    for classifier in engines:
        assert classifier.model.side_features == width
        logs.append(classifier.log_probabilities(classifier.encode(RECORDS)))
    np.testing.assert_allclose(*logs, atol=1e-5)


@pytest.mark.tensorflow
def test_they_count(run):
    """Without them the same network says something else."""
    classifier = han.load(run)
    texts = classifier.encode(RECORDS)
    before = classifier.log_probabilities(texts)
    shares = classifier.model.auxiliary.topics.encode(texts)
    assert shares[0].any() and shares[2:].tolist() == [[0, 0, 0, 1]] * 2
    auxiliary = classifier.model.auxiliary
    moved = replace(auxiliary.topics, mean=auxiliary.topics.mean + 1)
    classifier.model.auxiliary = replace(auxiliary, topics=moved)
    assert np.abs(classifier.log_probabilities(texts) - before)[0].max() > 1e-4


@pytest.mark.tensorflow
def test_a_word_taken_away_is_gone_from_the_topics_too(run):
    classifier = han.load(run)
    [whole] = classifier.attend(["pan martillo"], by="deletion")
    logs = [
        classifier.log_probabilities(classifier.encode([text]))[0]
        for text in ("pan martillo", "martillo")
    ]
    node = classifier.taxonomy.leaves[logs[0][classifier.taxonomy.leaves].argmax()]
    expected = logs[0][node] - logs[1][node]
    assert whole.combined[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.tensorflow
def test_a_fresh_process_gives_the_same_numbers(run):
    here = han.load(run).predict(RECORDS)
    command = [sys.executable, "-m", "han.predict", str(run), "-", "-o"]
    output = run.parent / "coded.csv"
    lines = "\n".join(RECORDS).encode() + b"\n"
    subprocess.run([*command, str(output)], input=lines, check=True)
    there = pd.read_csv(output)
    np.testing.assert_allclose(there.p_level_2, here.p_level_2, atol=1e-6)


@pytest.mark.tensorflow
def test_a_run_without_its_topics_is_refused(run, tmp_path):
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    (copy / "topics.npz").write_bytes(b"no topics")
    write_manifest(copy)
    with pytest.raises(InputError, match=r"topics.npz is damaged"):
        han.load(copy)
    (copy / "topics.npz").unlink()
    write_manifest(copy)
    with pytest.raises(
        InputError, match=r"topics.npz give \d+: one of them is missing"
    ):
        han.load(copy)


# To look at


@pytest.mark.parametrize("method", METHODS)
def test_a_view_of_a_corpus(experiment, method):
    corpus = read_corpus(read_config(experiment, ["topics.method=none"]))
    view = explore_topics(corpus, method, 2, least_records=3)
    assert view.words.topic.tolist() == [1, 2]
    assert view.words.share.sum() == pytest.approx(1)
    assert view.by_code.index.tolist() == ["1", "2"]
    np.testing.assert_allclose(view.by_code.sum(axis=1), 1)
    assert ("opposite" in view.words) == (method == "lsa")
    shown = {word for text in view.words.words for word in text.split()}
    assert shown <= set(corpus.encoder.vocabulary.words) and "de" not in shown
    records = len(corpus.examples["train"])
    few = explore_topics(corpus, method, 2, least_records=records)
    assert not len(few.by_code)


def test_words_of_a_topic_are_its_strongest():
    table = np.zeros((len(WORDS.vocabulary), 2), np.float32)
    ids = WORDS.vocabulary.ids(["pan", "queso", "clavo"])
    table[ids] = [[3, -1], [5, 0], [0, 2]]
    ones = np.ones(len(table), np.float32)
    topics = Topics("lsa", ones, table, ones[:2], ones[:2])
    found = topic_words(topics, WORDS.vocabulary.words)
    assert found.words.tolist() == ["queso pan", "clavo"]
    assert found.opposite.tolist() == ["", "pan"]
