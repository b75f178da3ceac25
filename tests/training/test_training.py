"""A run: killed, stopped, resumed, reloaded; what it writes and what it shows."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from support.event_files import read_events
from support.experiments import ROOT, write_experiment
from support.stopped_runs import (
    STOPS_ITSELF,
    Killed,
    assert_same_run,
    interrupted_before,
    kill,
    quiet_metrics,
    stopped_at,
)

import han
from han import train
from han.cli import INTERRUPTED, STOPPED_BY_SIGNAL
from han.runs.run_files import LINEAR_FILE
from han.runs.run_folder import RunFolder

pytestmark = pytest.mark.tensorflow

# Linear model, bag, letters and schedule are as by default; titles train, too.
CODES = """code,parent,title
1,,Alimentos
11,1,Panes y bolillos
12,1,Quesos y cremas
2,,Ferretería
21,2,Martillos
22,2,Clavos y tachuelas
"""
RECIPE = "{epochs: 4, batch_size: 16, learning_rate: 0.02, early_stopping_patience: 2}"


def with_titles(folder):
    """An experiment that uses all that is on by default."""
    (folder / "codes.csv").write_text(CODES, encoding="utf-8")
    taxonomy = f"{{file: {folder}/codes.csv}}"
    return write_experiment(folder, repeat=20, training=RECIPE, taxonomy=taxonomy)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run left alone, and what it printed."""
    folder = tmp_path_factory.mktemp("finished")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert train.main([str(with_titles(folder))]) == 0
    return folder, out.getvalue()


def test_run_writes_what_it_promises(finished):
    folder, out = finished
    names = {file.name for file in (folder / "run").iterdir()}
    assert {"model.keras", "history.csv", "tensorboard", "metrics.json"} <= names
    assert not (folder / "run" / "backup").exists()
    assert not [name for name in names if name.startswith(".")]
    assert "train beside the rows: 6 titles" in out
    assert LINEAR_FILE in names
    assert "python -m han.predict" in out and "; validation: hF " in out
    assert (
        f"python -m han.evaluate {folder}/run  writes {folder}/run/report.html" in out
    )
    epochs = [line for line in out.splitlines() if line.startswith("epoch ")]
    assert epochs and max(map(len, epochs)) < 80
    times = [line for line in out.splitlines() if line.startswith("Time: ")]
    assert len(times) == 1 and "peak memory" in times[0] and "parts" not in times[0]
    history = pd.read_csv(folder / "run" / "history.csv")
    wanted = ["loss", "val_loss", "val_hierarchical_f1", "val_level_2_accuracy"]
    wanted += [
        "learning_rate",
        "documents_per_second",
        "words_per_second",
        "waiting_share",
    ]
    assert set(wanted) <= set(history.columns)
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))


def test_network_learns_the_small_task(finished):
    folder, _ = finished
    metrics = json.loads((folder / "run" / "metrics.json").read_text())
    assert metrics["test"]["hierarchical"]["f1"] > 0.8


def test_best_epoch_is_what_is_kept(finished):
    folder, _ = finished
    history = pd.read_csv(folder / "run" / "history.csv")
    metrics = json.loads((folder / "run" / "metrics.json").read_text())
    assert metrics["validation"]["hierarchical"]["f1"] == pytest.approx(
        history["val_hierarchical_f1"].max(), abs=1e-6
    )


@pytest.mark.slow
def test_killed_run_ends_as_one_left_alone(finished, tmp_path, caplog):
    """SIGKILL in the middle of an epoch, then the same command again."""
    experiment, run = str(with_titles(tmp_path)), tmp_path / "run"
    command = [sys.executable, "-c", STOPS_ITSELF, str(int(signal.SIGKILL)), "2", "5"]
    killed = subprocess.run([*command, experiment], capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert not (run / "metrics.json").exists()
    with caplog.at_level("INFO"):
        assert train.main([experiment]) == 0
    assert "Taking up the run after epoch 2" in caplog.text
    assert_same_run(finished[0] / "run", run)
    time = json.loads((run / "metrics.json").read_text())["time"]
    assert time["parts"] == 2 and "start" in time["stages"]  # of the killed process


def test_ctrl_c_keeps_the_best_and_the_next_call_goes_on(
    finished, tmp_path, capsys, monkeypatch
):
    experiment = with_titles(tmp_path)
    with monkeypatch.context() as patch:
        interrupted_before(patch, 2)
        assert train.main([str(experiment)]) == INTERRUPTED
    assert "give the same command again" in capsys.readouterr().out
    assert han.load(tmp_path / "run").predict(["queso"])["code"].tolist() == ["12"]
    assert not (tmp_path / "run" / "metrics.json").exists()
    assert train.main([str(experiment)]) == 0
    assert_same_run(finished[0] / "run", tmp_path / "run")


def assert_bit_equal_run(one, two):
    assert_same_run(one, two)
    histories = [quiet_metrics(run)[1] for run in (one, two)]
    pd.testing.assert_frame_equal(*histories, check_exact=True)


def test_a_signal_saves_within_an_epoch_and_the_next_call_goes_on(
    finished, tmp_path, capsys, caplog, monkeypatch
):
    experiment, run = with_titles(tmp_path), tmp_path / "run"
    with monkeypatch.context() as patch:
        stopped_at(patch, 1, 5, lambda: os.kill(os.getpid(), signal.SIGUSR1))
        assert train.main([str(experiment)]) == STOPPED_BY_SIGNAL
    assert "the same command goes on" in capsys.readouterr().out
    assert (run / "REQUEUE").is_file() and not (run / "training.lock").exists()
    with monkeypatch.context() as patch:  # several processes: the marker alone says it
        patch.setenv("SLURM_JOB_ID", "7")
        patch.setenv("SLURM_NTASKS", "2")
        stopped_at(patch, 2, 7, lambda: os.kill(os.getpid(), signal.SIGTERM))
        assert train.main([str(experiment)]) == 0
    assert (run / "REQUEUE").is_file() and not (run / "metrics.json").exists()
    with caplog.at_level("INFO"):
        assert train.main([str(experiment)]) == 0
    assert "Taking up the run after batch 8 of epoch 3" in caplog.text
    assert not (run / "REQUEUE").exists()
    assert_bit_equal_run(finished[0] / "run", run)


@pytest.mark.slow
def test_a_kill_loses_no_more_than_what_was_not_saved(
    finished, tmp_path, caplog, monkeypatch
):
    """As by a kill, but in this process."""
    command = [str(with_titles(tmp_path)), "training.save_minutes=0.000001"]
    with monkeypatch.context() as patch:
        stopped_at(patch, 1, 4, kill)
        with pytest.raises(Killed):
            train.main(command)
    with caplog.at_level("INFO"):
        assert train.main(command[:1]) == 0  # how often it saves is no part of a run
    assert "Taking up the run after batch 4 of epoch 2" in caplog.text
    assert_bit_equal_run(finished[0] / "run", tmp_path / "run")


def test_tensorboard_has_curves_config_and_hparams_but_no_text(finished):
    folder = finished[0] / "run" / "tensorboard"
    events = {part: read_events(folder / part) for part in ("train", "validation")}
    tags = {part: set(found.Tags()["tensors"]) for part, found in events.items()}
    assert {"epoch/loss", "epoch/hierarchical_f1", "speed/learning_rate"} <= tags[
        "train"
    ]
    assert {"config", "speed/words_per_second", "speed/waiting_share"} <= tags["train"]
    assert {"epoch/level_2_accuracy", "epoch/loss"} <= tags["validation"]
    hparams = events["validation"].SummaryMetadata("_hparams_/session_start_info")
    assert hparams.plugin_data.plugin_name == "hparams"
    for file in folder.rglob("events*"):
        assert b"martillo" not in file.read_bytes()


@pytest.mark.parametrize(
    "settings",
    [
        {
            "model": "{head: leaf, encoder: lstm, word_units: 4, sentence_units: 4}",
            "training": "{epochs: 1, batch_size: 32, optimizer: sgd, "
            "gradient_clip_norm: null}",
            "logging": "{run_folder: %s/run, tensorboard: false}",
        },
        {
            "model": "{head: levels, word_units: 4, sentence_units: 4}",
            "training": "{epochs: 1, batch_size: 32, optimizer: adamw, "
            "deterministic: false}",
            "text": "{sentences: punkt, word_form: stem, remove_stop_words: true}",
        },
    ],
    ids=["leaf", "levels"],
)
def test_other_settings_train_and_reload(tmp_path, settings):
    settings = {k: v.replace("%s", str(tmp_path)) for k, v in settings.items()}
    experiment = write_experiment(tmp_path, **settings)
    assert train.main([str(experiment)]) == 0
    table = han.load(tmp_path / "run").predict(["queso de vaca"])
    assert table["p_level_2"].between(0, 1).all()
    wants_tensorboard = "logging" not in settings
    assert (tmp_path / "run" / "tensorboard").exists() == wants_tensorboard


def test_loss_that_is_no_number_is_said(experiment, monkeypatch, eager_steps):
    from han.network.model import HierarchicalAttentionNetwork

    def broken(self, nodes, log_probabilities):
        return log_probabilities[:, 0] * float("nan")

    monkeypatch.setattr(HierarchicalAttentionNetwork, "document_losses", broken)
    with pytest.raises(han.errors.InputError, match="no longer a number in epoch 1"):
        train.main([str(experiment), "training.batch_size=64"])


def test_a_last_step_that_runs_away_is_said(experiment):
    """The loss of the one batch is a number: what it does to the weights is not."""
    wild = ["training.epochs=1", "training.batch_size=64", "model.wide=false"]
    with pytest.raises(han.errors.InputError, match="no longer a number in epoch 1"):
        train.main([str(experiment), *wild, "training.learning_rate=1e38"])
    run = RunFolder(experiment.parent / "run")
    assert not run.is_finished and not (run / "model.keras").exists()


def test_weights_that_are_no_numbers_are_not_written(experiment, monkeypatch):
    """As after the last step of a training that nothing validates."""
    from han.callbacks.epoch_callbacks import EarlyStopping
    from han.training.loop import TrainingLoop

    def run_away(self, callbacks, **_):
        (stopping,) = (c for c in callbacks if isinstance(c, EarlyStopping))
        stopping.best_weights = [np.array([1.0, np.inf])]

    monkeypatch.setattr(TrainingLoop, "run", run_away)
    with pytest.raises(han.errors.InputError, match="weights of the network are no"):
        train.main([str(experiment)])
    run = RunFolder(experiment.parent / "run")
    assert not run.is_finished and not (run / "model.keras").exists()


@pytest.mark.slow
def test_demo_beats_majority_by_far(tmp_path, monkeypatch):
    """What is on by default on the shipped data, a short run."""
    monkeypatch.chdir(ROOT)
    train.main(
        [
            "experiments/demo.yaml",
            f"logging.run_folder={tmp_path}/run",
            "training.epochs=1",
            "model.wide_records=1500",
        ]
    )
    result = json.loads((tmp_path / "run" / "metrics.json").read_text())["test"]
    assert result["leaf_accuracy"] > 0.1  # the commonest code has 0.002
    assert result["hierarchical"]["f1"] > 0.25


def test_two_records_that_share_nothing_train_and_code(
    tmp_path, monkeypatch, eager_steps
):
    monkeypatch.chdir(tmp_path)
    rows = ["pan,1,train", "xyz,2,train", "pan,1,validation", "xyz,2,test"]
    (tmp_path / "t.csv").write_text(
        "\n".join(["text,code,role", *rows]), encoding="utf-8"
    )
    (tmp_path / "t.yaml").write_text(
        "name: tiny\n"
        "data: {train: t.csv, fields: {text: {}}, label_columns: [code],\n"
        "       split: {column: role}}\n"
        "training: {epochs: 1}\n"
        "logging: {tensorboard: false}\n",
        encoding="utf-8",
    )
    assert train.main(["t.yaml"]) == 0
    codes = han.load("runs/tiny").predict(["pan", "", "otra"])["code"].tolist()
    assert codes[1] == "" and set(codes) <= {"1", "2", ""}
    (tmp_path / "runs" / "tiny" / "linear.npz").unlink()
    with pytest.raises(han.errors.InputError, match=r"linear\.npz is missing"):
        han.load("runs/tiny")
