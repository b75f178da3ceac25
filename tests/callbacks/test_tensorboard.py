"""What TensorBoard gets of a run: all that is asked for, once, and nobody's words."""

import re
import stat

import numpy as np
import pandas as pd
import pytest
from support.event_files import curves, read_events
from support.experiments import ROWS, write_experiment
from support.stopped_runs import Killed, kill, stopped_at
from tensorboard.backend.event_processing.event_accumulator import (
    EventAccumulator,
)
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_ndarray

from han import train
from han.callbacks.event_files import GRAPH, cut_back
from han.code_list.taxonomy import Taxonomy
from han.config import LoggingConfig, read_config
from han.devices.process_memory import memory
from han.errors import InputError
from han.experiment.corpus import read_corpus
from han.explanation.map_markdown import escaped, markdown
from han.text.text_encoder import EncodedTexts

RECIPE = "{epochs: 3, batch_size: 8, learning_rate: 0.01, early_stopping_patience: 3}"
ALL = (
    "every_batches: 2, gradient_norms: true, graph: true, profile_steps: [2, 3], "
    "projector: true, projector_min_records: 8, attention_records: 2"
)
LOSS = "batch/loss"
STEPS = 10  # batches of an epoch
# All words of the texts but those that are short enough to be anywhere.
WORDS = {w.encode() for text, _, _ in ROWS for w in text.split() if len(w) > 4}


def with_all(folder, more=ALL, **sections):
    """An experiment that asks for all there is."""
    return write_experiment(
        folder,
        repeat=10,
        training=RECIPE,
        logging=f"{{run_folder: {folder}/run, {more}}}",
        **sections,
    )


def steps_of(trace):
    """Numbers of the steps in a trace."""
    from tensorflow.tsl.profiler.protobuf.xplane_pb2 import XSpace

    return {
        stat.int64_value or stat.uint64_value
        for plane in XSpace.FromString(trace.read_bytes()).planes
        for line in plane.lines
        for event in line.events
        if plane.event_metadata[event.metadata_id].name.startswith("train")
        for stat in event.stats
        if plane.stat_metadata[stat.metadata_id].name == "step_num"
    }


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """The event files of a run with all there is."""
    folder = tmp_path_factory.mktemp("board")
    assert train.main([str(with_all(folder))]) == 0
    return folder / "run" / "tensorboard"


# Curves


@pytest.mark.tensorflow
def test_each_epoch_has_a_point_of_each_curve(board):
    found = curves(board / "train")
    epochs = list(range(1, 4))
    wanted = ["epoch/loss", "epoch/level_1_accuracy", "epoch/level_2_accuracy"]
    wanted += ["speed/learning_rate", "speed/documents_per_second"]
    wanted += ["memory_gb/process", "memory_gb/process_peak"]
    wanted += [f"gradient_norm/{n}" for n in ("all", "word_encoder", "tree_softmax")]
    for tag in wanted:
        steps, values = found[tag]
        assert steps == epochs and np.isfinite(values).all(), tag
    assert curves(board / "validation")["epoch/hierarchical_f1"][0] == epochs


@pytest.mark.tensorflow
def test_points_within_epochs_add_up_to_those_of_epochs(board):
    found = curves(board / "train")
    inside = list(range(2, 3 * STEPS + 1, 2))
    for tag in (LOSS, "batch/documents_per_second", "batch_gradient_norm/all"):
        assert found[tag][0] == inside
    losses = np.reshape(found[LOSS][1], (3, 5)).mean(axis=1)
    # The last batch of all is smaller, and weighs less in the loss of the epoch.
    np.testing.assert_allclose(losses, found["epoch/loss"][1], rtol=0.1)
    norms = np.reshape(found["batch_gradient_norm/all"][1], (3, 5)).mean(axis=1)
    np.testing.assert_allclose(norms, found["gradient_norm/all"][1], rtol=1e-4)
    rates = found["batch/learning_rate"][1]
    assert rates[-1] < rates[4] and rates[0] < rates[3]  # it rises, then falls


@pytest.mark.tensorflow
def test_there_are_graph_hparams_and_trace(board):
    found = read_events(board / "train")
    names = {node.name for node in found.Graph().node}
    assert {"words", "word_segments"} <= names  # what the network reads
    assert {"word_encoder", "sentence_attention", "tree_softmax"} <= {
        name.split("/")[0] for name in names
    }
    assert not any(name.startswith("hierarchical") for name in names)
    inputs = {i.lstrip("^").split(":")[0] for n in found.Graph().node for i in n.input}
    assert inputs <= names
    validation = read_events(board / "validation")
    session = validation.SummaryMetadata("_hparams_/session_start_info").plugin_data
    # Runs of one experiment are rows of their own.
    assert str(board.parent).encode() in session.content
    tags = validation.Tags()["tensors"]
    assert {f"_hparams_/session_{e}_info" for e in ("start", "end")} <= set(tags)
    (trace,) = (board / "train" / "plugins" / "profile").glob("*/*.xplane.pb")
    assert steps_of(trace) == {2, 3}


@pytest.mark.tensorflow
def test_nothing_more_is_written_or_at_work_unless_asked_for(tmp_path, eager_steps):
    from han.training.network_building import build_network

    experiment = with_all(tmp_path, "tensorboard: true")
    assert train.main([str(experiment), "training.epochs=1"]) == 0
    folder = tmp_path / "run" / "tensorboard"
    assert {f.name for f in folder.iterdir()} == {"train", "validation"}
    assert len(list(folder.rglob("*.*"))) == 2  # the files of events
    tags = set(curves(folder / "train"))
    assert {tag.split("/")[0] for tag in tags} == {"epoch", "speed", "memory_gb"}
    assert "graph" not in str(read_events(folder / "train").Tags()["graph"]).lower()
    config = read_config(experiment)
    network = build_network(config, read_corpus(config))
    assert network.watch is None and not hasattr(network, "gradient_norms")


# Runs that are taken up


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_run_taken_up_has_the_curves_of_one_left_alone(board, tmp_path, monkeypatch):
    """Killed in the second epoch, just saved, and in the third, well after that."""
    experiment = str(with_all(tmp_path))
    for (epoch, batch), *more in [
        [(1, 5), "training.save_minutes=0.000001"],
        [(2, 5)],  # the points after the second epoch come anew
    ]:
        with monkeypatch.context() as patch, pytest.raises(Killed):
            stopped_at(patch, epoch, batch, kill)
            train.main([experiment, *more])
        before = curves(tmp_path / "run" / "tensorboard" / "train")
        assert before[LOSS][0][-1] == epoch * STEPS + batch - 1
    assert train.main([experiment]) == 0
    for part in ("train", "validation"):
        alone = curves(board / part)
        taken_up = curves(tmp_path / "run" / "tensorboard" / part)
        assert alone.keys() == taken_up.keys()
        for tag, (steps, values) in alone.items():
            taken_up_steps, found = taken_up[tag]
            assert taken_up_steps == steps, tag
            if "per_second" in tag or "memory" in tag or "wait" in tag:
                continue
            if tag.startswith("batch"):
                # The first point after the save is the mean of one batch, not of two.
                odd = steps.index(STEPS + 6)
                found, values = (np.delete(v, odd) for v in (found, values))
            np.testing.assert_allclose(found, values, rtol=1e-4, err_msg=tag)
    images = read_events(tmp_path / "run" / "tensorboard" / "records")
    for tag in images.Tags()["tensors"]:
        assert [event.step for event in images.Tensors(tag)] == [1, 2, 3]


def write_points(file, points, half=False):
    """An event file of `(tag, step, value)`; its last event may be cut in half."""
    with open(file, "wb") as stream:
        writer = RecordWriter(stream)
        writer.write(Event(file_version="brain.Event:2").SerializeToString())
        for tag, step, value in points:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            writer.write(Event(step=step, summary=summary).SerializeToString())
        writer.write(Event(step=0, graph_def=b"graph").SerializeToString())
    if half:
        file.write_bytes(file.read_bytes()[:-3])


def points_of(folder):
    found = EventAccumulator(str(folder)).Reload()
    return {
        tag: [(e.step, e.value) for e in found.Scalars(tag)]
        for tag in found.Tags()["scalars"]
    }


def test_event_files_are_cut_back_to_one(tmp_path):
    one, two = (tmp_path / f"events.out.tfevents.{i}.host" for i in (1, 2))
    write_points(one, [("a", 1, 1.0), ("a", 2, 2.0), ("b", 1, 5.0)])
    write_points(two, [("a", 2, 2.0), ("a", 3, 3.0)], half=True)
    kept = cut_back(tmp_path, lambda tag, step: step <= (2 if tag == "a" else 0))
    assert kept == {"a", GRAPH}
    assert [file.name for file in tmp_path.iterdir()] == [one.name]
    assert points_of(tmp_path) == {"a": [(1, 1.0), (2, 2.0)]}
    content = one.read_bytes()
    assert content.count(b"graph") == 1 and content.count(b"brain.Event") == 1
    assert cut_back(tmp_path, lambda tag, step: True) == {"a", GRAPH}
    assert one.read_bytes() == content


# Gradient norms


@pytest.mark.tensorflow
def test_norms_are_those_of_the_step_that_is_taken():
    """By plain descent, weights move by the rate times the gradient."""
    import keras

    from han.batching.batches import Batches
    from han.callbacks.gradient_norms import watch_gradients
    from han.network.model import HierarchicalAttentionNetwork

    counts = np.array([2, 1], np.int32)
    texts = EncodedTexts(
        *(np.array([2, 3, 3, 4, 5], np.int32), np.array([2, 2, 1], np.int32)),
        *(np.zeros(3, np.int32), counts, counts < 0),
    )
    network = HierarchicalAttentionNetwork(8, [-1, -1, 0, 0], dropout=0.0)
    network.compile(optimizer=keras.optimizers.SGD(0.5), jit_compile=False)
    network.optimizer.build(network.trainable_variables)
    watch_gradients(network)
    norms = network.gradient_norms
    batches = Batches(texts, np.array([2, 3], np.int32), np.ones(2), batch_size=2)
    moved = []
    for _ in range(2):
        before = [np.array(v) for v in network.trainable_variables]
        for part in batches:
            network.train_step(part)
        now = [np.array(v) for v in network.trainable_variables]
        moved.append([(b - a) / 0.5 for a, b in zip(before, now, strict=True)])
    layers = [v.path.split("/")[0] for v in network.trainable_variables]
    for name, found in zip(norms.names, norms.result().numpy(), strict=True):
        wanted = [
            np.sqrt(
                sum(
                    np.square(part).sum()
                    for part, layer in zip(step, layers, strict=True)
                    if name in {layer, "all"}
                )
            )
            for step in moved
        ]
        assert found == pytest.approx(np.mean(wanted), rel=1e-3), name
    assert norms.names[0] == "all" and set(norms.names[1:]) == set(layers)


def test_memory_is_that_of_a_process():
    before = memory()
    block = np.ones(30_000_000)  # 240 MB
    after = memory()
    assert after["process"] - before["process"] == pytest.approx(0.24, abs=0.05)
    assert after["process_peak"] >= after["process"] - 0.05
    assert block[0] == 1


# Nobody's words, unless asked for


@pytest.mark.tensorflow
def test_respondents_words_are_nowhere_but_where_they_were_asked_for(board):
    asked_for = {board / "train" / "words.tsv"}
    others = [f for f in board.rglob("*") if f.is_file() and f not in asked_for]
    others = [file for file in others if file.parent.name != "records"]
    assert len(others) >= 5
    for file in others:
        content = file.read_bytes()
        assert not {word for word in WORDS if word in content}, file.name


@pytest.mark.tensorflow
def test_projector_has_the_words_of_enough_records_and_their_vectors(board, tmp_path):
    folder = board / "train"
    words = pd.read_csv(folder / "words.tsv", sep="\t", dtype={"code": str})
    vectors = np.loadtxt(folder / "word_vectors.tsv", delimiter="\t")
    assert vectors.shape == (len(words), 8)
    assert (words.records >= 8).all() and words.records.is_monotonic_decreasing
    corpus = read_corpus(read_config(board.parent / "config.yaml"))
    known, texts = corpus.encoder.vocabulary.words, corpus.examples["train"].texts
    held = {
        word: sum(
            word_id in texts.take([i]).word_ids.tolist() for i in range(len(texts))
        )
        for word_id, word in enumerate(known, start=2)
    }
    assert dict(zip(words.word, words.records, strict=True)) == {
        word: count for word, count in held.items() if count >= 8
    }
    assert min(held.values()) < 8  # or it would tell nothing
    table = words.set_index("word")
    assert table.code["queso"] == "1" and table.code["martillo"] == "2"
    config = (folder / "projector_config.pbtxt").read_text()
    assert "word_vectors.tsv" in config and "words.tsv" in config


@pytest.mark.tensorflow
def test_projector_vectors_are_those_of_the_kept_network(board):
    from han.callbacks.projector import word_vectors
    from han.runs.loading import load_classifier

    classifier = load_classifier(board.parent, "tensorflow")
    words = pd.read_csv(board / "train" / "words.tsv", sep="\t").word
    ids = np.array(classifier.encoder.vocabulary.ids(words))
    found = np.loadtxt(board / "train" / "word_vectors.tsv", delimiter="\t")
    network = classifier.model
    np.testing.assert_allclose(found, word_vectors(network, ids), rtol=1e-3, atol=1e-5)
    rows = network.get_layer("word_embedding").get_weights()[0][ids]
    assert np.abs(rows - found).max() > 1e-3  # letters are part of a vector


@pytest.mark.tensorflow
def test_attention_is_that_of_the_network_after_each_epoch(board):
    import han

    folder = board / "records"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    found = read_events(folder)
    corpus = read_corpus(read_config(board.parent / "config.yaml"))
    attention_records = corpus.attention_records
    assert len(attention_records.rows) == 2
    classifier = han.load(board.parent)
    history = pd.read_csv(board.parent / "history.csv")
    best = int(history.val_hierarchical_f1.argmax())
    for i, row in enumerate(attention_records.rows):
        tag = f"attention/row_{row}"
        image = make_ndarray(found.Tensors(f"{tag}/map")[best].tensor_proto)
        assert image[2].startswith(b"\x89PNG") and int(image[0]) > 100
        text = make_ndarray(found.Tensors(f"{tag}/text")[best].tensor_proto).item()
        document = {name: cells[i] for name, cells in attention_records.columns.items()}
        (attended,) = classifier.attend([document])
        strongest = attended.words[int(attended.combined.argmax())].text
        share = f"{100 * attended.shares.max():.0f} %"
        assert f"| {strongest} | {share} | █████ |" in text.decode()
        assert f"**{strongest}**" in text.decode()


def test_records_are_chosen_by_number_or_by_row(tmp_path):
    experiment = with_all(tmp_path)
    first = read_corpus(read_config(experiment)).attention_records
    rows = first.rows[::-1].tolist()
    chosen = [f"logging.attention_records={rows}"]
    found = read_corpus(read_config(experiment, chosen)).attention_records
    assert found.rows.tolist() == rows
    assert found.columns["text"] == first.columns["text"][::-1]
    table = pd.read_csv(tmp_path / "data.csv")
    assert found.columns["text"] == table.text[[r - 1 for r in rows]].tolist()
    ids = first.texts.take([1, 0]).word_ids
    np.testing.assert_array_equal(found.texts.word_ids, ids)
    none = read_config(experiment, ["logging.attention_records=0"])
    assert read_corpus(none).attention_records is None
    wrong = read_config(experiment, ["logging.attention_records=[100000]"])
    with pytest.raises(InputError, match="no validation records with a code: 100000"):
        read_corpus(wrong)


def test_text_of_a_record_means_nothing_to_markdown_and_html():
    text = escaped("<script>alert('a')</script> | **b** _c_ [d](e)\n# f")
    assert not set(text) & set("<>|*_[]()'\n") and "script" in text
    assert not re.search(r"#(?!\d+;)", text)


def test_a_blank_record_has_a_text():
    from han.explanation.attention_map import AttentionMap

    blank = AttentionMap((), np.zeros(0), np.zeros(0), {}, {})
    found = markdown(blank, [("1", "1", 0.5)], "1")
    assert found.startswith("**1**, right") and "| 1 |  | 0.50 |" in found


# What is refused


@pytest.mark.parametrize(
    "section, message",
    [
        ("{profile_steps: [5]}", "first and the last step"),
        ("{profile_steps: [5, 4]}", "first and the last step"),
        ("{profile_steps: [0, 4]}", "first and the last step"),
        ("{attention_records: -1}", "number of records, 0 for none"),
        ("{attention_records: [0]}", "number of records, 0 for none"),
        ("{attention_records: [4, 4]}", "number of records, 0 for none"),
        ("{attention_records: many}", "must be a whole number"),
        ("{every_batches: 0}", "at least 1"),
        ("{projector_min_records: 1}", "at least 2"),
        (
            "{tensorboard: false, graph: true, projector: true}",
            "`logging.graph`, `logging.projector` would go nowhere",
        ),
    ],
)
def test_wrong_sections_are_said(tmp_path, section, message):
    with pytest.raises(InputError, match=message):
        read_config(write_experiment(tmp_path, logging=section))


def test_all_keys_are_read_and_said():
    assert LoggingConfig().attention_records == 0
    for name in vars(LoggingConfig()):
        if name != "run_folder":
            assert f" {name}: " in LoggingConfig.__doc__


@pytest.mark.tensorflow
def test_steps_that_never_come_are_said(tmp_path):
    experiment = with_all(tmp_path, "profile_steps: [31, 40]")
    with pytest.raises(InputError, match="this training has 30 steps at most"):
        train.main([str(experiment)])


@pytest.mark.tensorflow
def test_words_are_counted_once_for_each_record():

    from han.callbacks.projector import projector_words

    ids = np.array([2, 2, 3, 1, 3, -1], np.int32)
    lengths = np.array([2, 1, 3], np.int32)
    ones = np.ones(3, np.int32)
    texts = EncodedTexts(ids, lengths, 0 * ones, ones, ones < 0, ("rara",))
    tree = Taxonomy(["1", "2", "11"], [-1, -1, 0])
    nodes = np.array([2, 1, 1], np.int32)
    found = projector_words(texts, nodes, ["pan", "sal"], tree, 2)
    assert found.to_numpy().tolist() == [["sal", 2, "2", "2"]]
    assert found.index.tolist() == [3]
