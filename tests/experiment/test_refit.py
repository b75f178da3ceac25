"""Validation records train, too: what a second training takes over and refuses."""

import json
import os
import shutil
import signal

import numpy as np
import pandas as pd
import pytest
from support.experiments import write_experiment
from support.stopped_runs import assert_same_run, stopped_at

import han
from han import combine, compare, evaluate, train
from han.config import read_config
from han.errors import InputError
from han.evaluation.seen_records import roles_of_rows
from han.experiment.corpus import read_corpus
from han.runs.manifest import write_manifest
from han.runs.run_files import NETWORK_FILE
from han.runs.run_folder import RunFolder

pytestmark = pytest.mark.tensorflow

RECIPE = "{epochs: 3, batch_size: 8, learning_rate: 0.01, early_stopping_patience: 1}"

LINEAR = "{kind: tfidf_linear}"


def first_and_refit(folder, **sections):
    """The overrides of a refit of an experiment that has been trained."""
    experiment = write_experiment(folder, **{"training": RECIPE, **sections})
    assert train.main([str(experiment)]) == 0
    return experiment, refit_of(folder)


def refit_of(folder, to="refit"):
    return [f"training.refit_of={folder}/run", f"logging.run_folder={folder}/{to}"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run and its refit."""
    folder = tmp_path_factory.mktemp("trained")
    experiment, overrides = first_and_refit(folder, repeat=12)
    assert train.main([str(experiment), *overrides]) == 0
    return folder


def shares(run):
    from han.network.model import load_network

    layer = load_network(run / NETWORK_FILE).get_layer("tree_softmax")
    return np.asarray(layer.shares)


def test_validation_records_train_for_as_many_epochs_as_were_best(trained):
    run, refit = trained / "run", trained / "refit"
    before, after = (read_corpus(RunFolder(one).config()) for one in (run, refit))
    sizes = {role: len(part) for role, part in before.examples.items()}
    assert len(after.examples["train"]) == sizes["train"] + sizes["validation"]
    assert "validation" not in after.examples
    assert len(after.examples["test"]) == sizes["test"]
    history = pd.read_csv(run / "history.csv")["val_hierarchical_f1"]
    again = pd.read_csv(refit / "history.csv")
    assert len(again) == history.argmax() + 1
    assert not [name for name in again.columns if name.startswith("val_")]
    assert list(json.loads((refit / "metrics.json").read_text())) == ["test", "time"]
    assert sizes["validation"] > 0
    assert "its validation records train" in (refit / "data_report.txt").read_text()
    np.testing.assert_array_equal(shares(run), shares(refit))
    assert (shares(run)[:2] != 1).any()  # else nobody would have had to keep them
    assert han.load(refit).predict(["queso"])["code"].tolist() == ["12"]


def test_what_validates_elsewhere_is_refused_here(trained, tmp_path, capsys):
    run, refit = map(str, (trained / "run", trained / "refit"))
    with pytest.raises(InputError, match="its validation records trained it, too"):
        evaluate.main([refit, "--split", "validation"])
    with pytest.raises(InputError, match="cannot choose weights"):
        combine.main([run, refit, "-o", str(tmp_path / "both")])
    (roles,) = roles_of_rows(RunFolder(trained / "refit"), trained / "data.csv")
    assert set(roles) == {"train", "test"}
    assert evaluate.main([refit]) == 0
    assert compare.main([run, refit, "-o", str(tmp_path / "compared.md")]) == 0


@pytest.mark.slow
def test_a_stopped_refit_ends_as_one_left_alone(trained, monkeypatch):
    experiment = trained / "experiment.yaml"
    overrides = refit_of(trained, to="stopped")
    with monkeypatch.context() as patch:
        stopped_at(patch, 0, 3, lambda: os.kill(os.getpid(), signal.SIGTERM))
        assert train.main([str(experiment), *overrides]) != 0
    assert not (trained / "stopped" / "metrics.json").exists()
    assert train.main([str(experiment), *overrides]) == 0
    assert_same_run(trained / "refit", trained / "stopped")


def test_another_head_and_the_mean_of_epochs_are_trained_again(tmp_path, eager_steps):
    settings = {
        "model": "{head: leaf, word_units: 4, sentence_units: 4}",
        "training": "{epochs: 2, batch_size: 32, average_epochs: 2}",
    }
    experiment, overrides = first_and_refit(tmp_path, **settings)
    assert train.main([str(experiment), *overrides]) == 0
    assert han.load(tmp_path / "refit").predict(["queso"])["code"][0]


def test_validation_records_of_a_file_train(tmp_path):
    experiment = write_experiment(tmp_path, model=LINEAR)
    shutil.copy(tmp_path / "data.csv", tmp_path / "more.csv")
    data = f"data.validation={tmp_path}/more.csv"
    none = "data.split.validation=0"
    assert train.main([str(experiment), data, none]) == 0
    again = [str(experiment), data, none, *refit_of(tmp_path)]
    assert train.main(again) == 0
    rows = len(pd.read_csv(tmp_path / "more.csv"))
    first = read_corpus(read_config(experiment, [data, none]))
    both = read_corpus(read_config(experiment, again[1:]))
    assert len(both.examples["train"]) == len(first.examples["train"]) + rows
    more = str(tmp_path / "more.csv")
    with pytest.raises(InputError, match="its validation records trained it, too"):
        evaluate.main([str(tmp_path / "refit"), more])


def test_a_baseline_keeps_what_was_chosen_and_learns_from_all(tmp_path):
    experiment, overrides = first_and_refit(tmp_path, model=LINEAR, repeat=12)
    assert train.main([str(experiment), *overrides]) == 0
    first, again = (han.load(tmp_path / run).model for run in ("run", "refit"))
    assert (first.scope, first.cost, first.temperature) == (
        again.scope,
        again.cost,
        again.temperature,
    )
    counts = [
        json.loads((tmp_path / run / "training_counts.json").read_text())
        for run in ("run", "refit")
    ]
    assert counts[0] != counts[1]


def test_what_cannot_be_trained_again_is_said_first(trained, tmp_path):
    experiment = str(trained / "experiment.yaml")
    run, there = f"training.refit_of={trained}/run", f"logging.run_folder={tmp_path}/r"

    def says(message, *overrides, of=run):
        with pytest.raises(InputError, match=message):
            train.main([experiment, there, of, *overrides])
        assert not (tmp_path / "r" / "config.yaml").exists()

    same = f"logging.run_folder={trained}/run"
    with pytest.raises(InputError, match="the first run is needed"):
        train.main([experiment, run, same, "--overwrite"])
    assert (trained / "run" / NETWORK_FILE).is_file()
    says("there is no such folder", of=f"training.refit_of={trained}/none")
    says(
        "validated nothing: it is a second training",
        of=f"training.refit_of={trained}/refit",
    )
    says("other settings: training.batch_size", "training.batch_size=4")
    says("other settings: seed", "seed=5")
    says("training.restarts", "training.restarts=1")
    says("attention_records", "logging.attention_records=3")
    unfinished = tmp_path / "unfinished"
    shutil.copytree(trained / "run", unfinished)
    environment = unfinished / "environment.json"
    environment.write_text("{}")
    says("not finished", of=f"training.refit_of={unfinished}")
    environment.write_text((trained / "run" / "environment.json").read_text())
    for damage in ("epoch\n1\n", ""):
        (unfinished / "history.csv").write_text(damage)
        write_manifest(unfinished)
        says("missing or damaged", of=f"training.refit_of={unfinished}")
    (unfinished / "history.csv").unlink()
    says("history.csv is missing: the run had it", of=f"training.refit_of={unfinished}")
    write_manifest(unfinished)
    says("missing or damaged", of=f"training.refit_of={unfinished}")


def test_changed_data_are_no_refit(tmp_path):
    experiment, overrides = first_and_refit(tmp_path, model=LINEAR)
    with (tmp_path / "data.csv").open("a", encoding="utf-8") as file:
        file.write("new,queso de cabra,1,12\n")
    with pytest.raises(InputError, match="data has changed since"):
        train.main([str(experiment), *overrides])
