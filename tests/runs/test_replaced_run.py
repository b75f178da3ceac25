"""A run that is overwritten stays until the new one has come to something."""

import pytest
from support.experiments import write_experiment
from support.runs import baseline, copied_run

import han
from han import train
from han.config import read_config
from han.errors import InputError
from han.runs.folder_lock import locked
from han.runs.replaced_run import ASIDE, DROPPED, set_aside, settle
from han.runs.run_folder import RunFolder

DATA = {"data.csv": "1" * 64}


@pytest.fixture
def run(baseline_run, tmp_path):
    """A finished run that a test may change."""
    return copied_run(baseline_run, tmp_path)


def content(run):
    return {f.name: f.read_bytes() for f in run.rglob("*") if f.is_file()}


def test_a_mistake_found_in_training_leaves_the_old_run(run, monkeypatch, caplog):
    def fail(*_):
        raise InputError("found late")

    before = content(run)
    file = baseline(run.parent)
    monkeypatch.setattr("han.training.fit.fit_baseline", fail)
    with pytest.raises(InputError, match="found late"):
        train.main([str(file), "--overwrite"])
    assert content(run) == before
    assert "the run that was here before stays as it was" in caplog.text


@pytest.mark.tensorflow
def test_a_mistake_about_devices_leaves_the_old_run(run):
    before = content(run)
    sections = {
        "distribution": "{strategy: mirrored, devices: 2}",
        "training": "{batch_size: 1}",
    }
    with pytest.raises(InputError, match=r"batch_size|already begun"):
        train.main([str(write_experiment(run.parent, **sections)), "--overwrite"])
    assert content(run) == before


def test_a_new_run_that_is_finished_replaces_the_old_one(run):
    file = baseline(run.parent)
    assert train.main([str(file), "model.kind=majority", "--overwrite"]) == 0
    assert not (run / ASIDE).exists()
    assert RunFolder(run).config().model.kind == "majority"
    assert han.load(run).predict(["queso"])["code"][0]


def test_a_new_run_that_can_be_taken_up_replaces_the_old_one(run):
    config = read_config(write_experiment(run.parent))
    with locked(run):
        assert RunFolder(run).open(config, DATA, overwrite=True)
        (run / "backup").mkdir()
        (run / "backup" / "state.npz").touch()
    assert not (run / ASIDE).exists() and (run / "backup").exists()
    assert RunFolder(run).fingerprints() == DATA


def killed_at(number, monkeypatch):
    """Files are moved until so many were, as if the process had been killed then."""
    from pathlib import Path

    moved = []

    def counted(method):
        def move(path, target):
            if len(moved) == number:
                raise KeyboardInterrupt
            moved.append(path)
            return method(path, target)

        return move

    monkeypatch.setattr(Path, "rename", counted(Path.rename))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))


@pytest.mark.parametrize("number", range(12))
def test_a_kill_at_any_point_loses_no_run(run, monkeypatch, number):
    (run / "notes.txt").write_text("mine")
    before = content(run)
    with monkeypatch.context() as patched:
        killed_at(number, patched)
        with pytest.raises(KeyboardInterrupt):
            while True:
                set_aside(run)
                (run / "config.yaml").write_text("new")
                settle(run)
    settle(run)
    assert content(run) == before and not (run / ASIDE).exists()


def test_a_dropped_run_never_comes_back(run):
    before = content(run)
    (run / DROPPED).mkdir()
    (run / DROPPED / "text.json").write_text("half of a run")
    settle(run)
    assert content(run) == before and not (run / DROPPED).exists()
