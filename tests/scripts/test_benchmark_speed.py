"""The benchmarks measure what they say: equal outputs, real work, right arithmetic."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import benchmark_distribution
import benchmark_kernels
from han.devices.runtime import prepare_environment
from han.errors import InputError
from speed import corpora, entries, growth, rounds, runs, targets, work
from speed.roofline import bounds, document_flops, level_flops
from speed.rooms import Sizes
from speed.tables import number, run_table

ROOT = Path(__file__).parents[2]
TINY = Sizes("short", 200, 500, 8, 4, 16)
OPTIONS = (
    "--corpus short --documents 200 --vocabulary 500 --embedding 8 --units 4 "
    "--batch 16 --rounds 1 --seconds 0"
).split()


@pytest.fixture
def any_threads(monkeypatch):
    """TensorFlow's threads are fixed once it has worked, as it has in other tests."""
    monkeypatch.setattr("speed.ours.use_threads", lambda threads: None)
    pytest.importorskip("tensorflow")
    monkeypatch.setattr("speed.keras_padded.use_threads", lambda threads: None)


def tensorflow(test):
    return pytest.mark.tensorflow(pytest.mark.usefixtures("any_threads")(test))


# === Corpora ===


@pytest.mark.parametrize(
    "name, words, padded", [("long", 216, 6.95), ("short", 8.5, 2.83)]
)
def test_corpora_have_the_lengths_they_say(name, words, padded):
    corpus, kind = corpora.make_corpus(name, 4_000), corpora.KINDS[name]
    assert corpus.words_per_document == pytest.approx(words, rel=0.05)
    assert corpus.sentences_per_document == pytest.approx(kind.sentences, rel=0.03)
    places = kind.max_sentences * kind.max_words
    assert places / corpus.words_per_document == pytest.approx(padded, rel=0.05)
    assert corpus.texts.sentence_lengths.max() <= kind.max_words
    assert corpus.texts.document_sentences.max() <= kind.max_sentences
    assert corpus.texts.word_ids.min() >= 2
    assert corpus.texts.word_ids.max() < 50_000


def test_short_answers_repeat_and_words_are_as_frequent_as_in_texts():
    corpus = corpora.make_corpus("short")
    ids = corpora.rectangle(corpus, np.arange(len(corpus)))
    fields = ids.reshape(-1, ids.shape[2])
    fields = fields[fields.any(axis=1)]
    assert 0.45 < len(np.unique(fields, axis=0)) / len(fields) < 0.55
    long = corpora.make_corpus("long").texts.take(np.arange(64))
    share = len(np.unique(long.word_ids)) / len(long.word_ids)
    assert share == pytest.approx(0.36, abs=0.02)


def test_a_corpus_is_repeatable_and_its_rectangle_holds_its_words():
    corpus, again = (corpora.make_corpus("short", 50, 300) for _ in range(2))
    assert (corpus.texts.word_ids == again.texts.word_ids).all()
    rows = np.array([7, 3])
    ids = corpora.rectangle(corpus, rows)
    taken = corpus.texts.take(rows)
    assert ids.shape == (2, 3, 8)
    assert (ids[ids > 0] == taken.word_ids).all()
    assert ((ids > 0).any(axis=2).sum(axis=1) == taken.document_sentences).all()
    assert (corpus.tree.leaves[corpus.leaf_codes] == corpus.nodes).all()
    assert corpus.top_codes.max() < corpora.TOP_CODES


def test_documents_of_a_fixed_length():
    corpus = corpora.fixed_corpus(words=45, sentence=20, documents=3, vocabulary=100)
    assert corpus.texts.document_words.tolist() == [45] * 3
    assert corpus.texts.sentence_lengths[:3].tolist() == [20, 20, 5]


# === Arithmetic ===


def test_operations_of_a_document():
    # By hand: two GRUs of 2 features and 1 unit, attention over 2 features.
    assert level_flops(2, 1) == 2 * (2 * 2 * 3 + 2 * 3) + 2 * 2 * 2 + 4 + 4
    corpus = corpora.make_corpus("long", 4_000)
    for units, expected in ((50, 37.95e6), (128, 144.85e6)):
        flops = document_flops(Sizes("long", units=units), corpus)
        assert flops == pytest.approx(expected, rel=0.03)


def test_the_bound_is_of_the_scarcer_of_arithmetic_and_memory():
    corpus = corpora.make_corpus("short", 100)
    flops = document_flops(TINY, corpus)
    fast = bounds(TINY, corpus, {"product": 1.0, "triad": 1e9})
    assert fast["predict"] == pytest.approx(1e9 / flops)
    assert fast["train"] == pytest.approx(1e9 / flops / 3)
    slow = bounds(TINY, corpus, {"product": 1e9, "triad": 1.0})
    assert slow["predict"] < 1e9


def measured(train, predict=(1.0,)):
    found = rounds.Measured({"first_train": 2.0, "train_peak_mb": 1500.0})
    for task, values in (("train", train), ("predict", predict)):
        for documents in values:
            answer = {"documents": documents, "cpu": 1.0, "wall": 2.0}
            found.add(task, [{**answer, "peak_mb": 10.0, "traces": 1}])
    return found


def test_ratios_are_of_the_same_round():
    both = {"a": measured([10.0, 40.0, 90.0]), "b": measured([5.0, 10.0, 10.0])}
    assert rounds.ratio(both, "a", "b", "train") == 4.0
    assert both["a"].speed("train") == 40.0
    assert both["a"].speed("train", "wall") == 20.0


def test_two_processes_add_up():
    found = rounds.Measured()
    answer = {"documents": 10.0, "cpu": 1.0, "peak_mb": 5.0, "traces": 1}
    found.add("predict", [{**answer, "wall": 1.0}, {**answer, "wall": 2.0}])
    assert found.speed("predict", "wall") == 10.0
    assert found.speed("predict") == 10.0


def test_targets_say_what_is_reached():
    ours, rival = measured([50.0]), measured([10.0])
    run = runs.Run(
        targets.LONG,
        200.0,
        4e7,
        {"train": 100.0, "predict": 100.0},
        {"ours": ours, "torch": rival},
    )
    rows = {(row[0], row[1]): row[2:] for row in targets.target_rows([run])}
    assert rows["train, long", targets.PUBLISHED] == [">= 4x", "5x", "yes"]
    assert rows["roofline of the real words, long, train", "machine"][2] == "yes"
    assert rows["peak memory of training", ""][1:] == ["1,500 MB", "**no**"]
    assert ("train, long", targets.TUNED) not in rows


def test_work_on_several_cores_stands_in_a_table_of_wall_clock():
    measures = {"ours": measured([50.0]), "ours-2-threads": measured([80.0])}
    run = runs.Run(TINY, 8.0, 1e6, {"train": 100.0, "predict": 100.0}, measures)
    first, second = run_table(run).split("documents a second by wall clock")
    assert "| **han**, packed | 50 |" in first and "2 threads" not in first
    assert "| han, 2 threads | 40 |" in second


def test_numbers_keep_the_digits_that_count():
    assert [number(v) for v in (0.1234, 1.234, 12.34, 1234.5)] == [
        "0.123",
        "1.23",
        "12.3",
        "1,234",
    ]


# === Contestants ===


def test_unknown_contestants_and_missing_packages_are_said(monkeypatch):
    with pytest.raises(InputError, match="--only does not know fastest"):
        entries.chosen("ours,fastest")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    able, lines = entries.installed([entries.ENTRIES["torch"]])
    assert not able
    assert "han-coder[benchmark]" in lines[0] and "`torch`" in lines[0]


def test_a_contestant_that_fails_is_reported_with_its_last_lines():
    order = rounds.order_of(entries.ENTRIES["svm"], TINY)
    order["module"] = "nowhere"
    with pytest.raises(InputError, match=r"svm ended[\s\S]*speed\.nowhere"):
        rounds.take_turns([order], [1], 1, 0)


def test_rivals_get_their_own_settings(monkeypatch):
    for name in rounds.OUR_SETTINGS:
        monkeypatch.setenv(name, "")  # so that what it is now comes back
        monkeypatch.delenv(name)
    prepare_environment()
    assert set(rounds.OUR_SETTINGS) <= set(os.environ)
    settings = rounds.environment(3)
    assert not set(rounds.OUR_SETTINGS) & set(settings)
    assert settings["OMP_NUM_THREADS"] == "3"


@pytest.mark.slow
@tensorflow
@pytest.mark.parametrize("name", ["loop", "keras", "torch", "torch-tuned", "fasttext"])
def test_contestants_learn_and_predict(name):
    entry = entries.ENTRIES[name]
    pytest.importorskip(entry.needs, reason="needs pip install '.[benchmark]'")
    contestant, built = work.build(rounds.order_of(entry, TINY))
    assert set(contestant.tasks) == {"train", "predict"}
    assert ("first_train" in built) == contestant.stepwise
    done = work.run(contestant, "train", 0)
    assert done["documents"] > 0 and done["traces"] <= 2


@tensorflow
def test_rivals_compute_the_same_document_vectors():
    from speed.same import LARGEST, largest_differences

    found = largest_differences(TINY)
    assert {"padded Keras", "TimeDistributed Keras"} <= set(found)
    assert max(found.values()) <= LARGEST


@tensorflow
def test_the_comparison_sees_other_weights():
    from speed import keras_padded
    from speed.ours import make_network
    from speed.same import LARGEST, our_vectors

    corpus = corpora.make_corpus("short", 8, 500)
    network = make_network(TINY, corpus.tree.parents.tolist())
    expected = our_vectors(network, corpus)
    layer = network.get_layer("word_attention")
    layer.set_weights([weight + 0.01 for weight in layer.get_weights()])
    model = keras_padded.make_model(TINY, corpus, False)
    ids = corpora.rectangle(corpus, np.arange(8))
    found = keras_padded.document_vectors(model, network, ids)
    assert np.abs(found - expected).max() > LARGEST


def test_pytorch_computes_the_same():
    pytest.importorskip("torch", reason="needs pip install '.[benchmark]'")
    # The comparison itself is in test_rivals_compute_the_same_document_vectors; here
    # that padding changes nothing.
    from speed import torch_packed

    corpus = corpora.make_corpus("short", 8, 500)
    model = torch_packed.Network(TINY, sparse=False)
    rows = np.arange(8)
    whole, cut = (
        model(*torch_packed.inputs(corpus, rows, trim))[1].detach().numpy()
        for trim in (False, True)
    )
    assert np.allclose(whole, cut, atol=1e-6)


# === Growth and kernels ===


@pytest.fixture
def one_process(monkeypatch):
    """Contestants work in this process, one after the other."""

    def take_turns(orders, copies, rounds_, seconds):
        found = []
        for order in orders:
            contestant, built = work.build(order)
            found.append(rounds.Measured(built))
            for task in built["tasks"]:
                answer = work.run(contestant, task, seconds)
                found[-1].add(task, [{**answer, "peak_mb": 1.0}])
        return found

    monkeypatch.setattr(growth, "take_turns", take_turns)


@pytest.mark.slow
@tensorflow
@pytest.mark.usefixtures("one_process")
@pytest.mark.parametrize("by", growth.ALL)
def test_growth_tables(by):
    scale = growth.Scale((40,), (50, 300), (500,), (27,))
    found = by(TINY, scale, runs.Effort(1, 0))
    assert found.text.count("|") > 6 and found.measures
    assert bool(found.targets) == (by in growth.TARGETS)
    json.dumps(found.to_dict())


@tensorflow
def test_spread_words_are_the_same_words():
    from speed.growing import spread

    corpus = corpora.make_corpus("short", 20, 100)
    wide = spread(corpus, 10)
    assert len(set(wide.texts.word_ids)) == len(set(corpus.texts.word_ids))
    assert wide.texts.word_ids.max() < 1_000


@tensorflow
def test_kernels_script(monkeypatch, capsys):
    options = "--corpus short --units 4 --batch 8 --chunk 16 --embedding 8"
    options += " --vocabulary 500 --rounds 1 --seconds 0"
    layers = ("word_embedding", "word_encoder", "tree_softmax")
    monkeypatch.setattr("speed.pieces.LAYERS", layers)
    monkeypatch.setattr(sys, "argv", ["benchmark_kernels.py", *options.split()])
    assert benchmark_kernels.main() == 0
    printed = capsys.readouterr().out
    for piece in ("packing", "word_encoder", "optimizer", "whole training step"):
        assert piece in printed
    assert "whole prediction" in printed


# === The script ===


def run_script(*options):
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "benchmark_speed.py", *options],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.tensorflow
@pytest.mark.slow
def test_speed_script(tmp_path):
    file = tmp_path / "all.json"
    done = run_script(*OPTIONS, "--only", "ours,svm", "--json", str(file))
    assert done.returncode == 0, done.stderr
    assert "are the same" in done.stdout
    assert "| **han**, packed |" in done.stdout
    assert "| TF-IDF + LinearSVC |" in done.stdout
    content = json.loads(file.read_text(encoding="utf-8"))
    ours = content["runs"][0]["measures"]["ours"]
    assert len(ours["cpu"]["train"]) == 1 and ours["peak_mb"] > 100


@pytest.mark.parametrize(
    "options, message",
    [
        (["--rounds", "0"], "--rounds must be 1 or more, not 0."),
        (["--seconds", "-1"], "--seconds must not be negative"),
        (["--targets", "--units", "9"], "leave out --units"),
        (["--targets", "--growth"], "ask for one of them"),
        (["--only", "ours,x"], "--only does not know x"),
    ],
)
def test_bad_options_of_the_speed_script(options, message):
    done = run_script(*options)
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr


def test_bytes_on_paper():
    traffic = benchmark_distribution.Traffic(table=800.0, rows=10.0, rest=200.0)
    assert traffic.dense(1) == traffic.sparse(1) == 0
    assert traffic.dense(4) == 1500  # each sends its share of the ring twice, but one
    assert traffic.sparse(4) == 300 + 30
    given = benchmark_distribution.parser().parse_args(
        ["--records", "7200", "--gpu-batch", "1", "--gpu-speed", "1"]
    )
    row = benchmark_distribution.paper_row(given, traffic, 1)
    assert row == ["1", "1", "7,200", "0.0", "0.0", "2.00", "2.00"]
