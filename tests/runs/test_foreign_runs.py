"""Run folders from somebody else: nothing in them is executed when they are read."""

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from support.edited_runs import Marker
from support.experiments import write_experiment
from support.runs import copied_run
from support.small_networks import save_baseline, save_run

import han
from han import combine, compare, evaluate, explain, plan, predict, train
from han.errors import InputError
from han.runs.manifest import write_manifest
from han.runs.run_files import MANIFEST_FILE, RUN_FILES

COMMANDS = {
    "predict": lambda run, _: predict.main([run, "--text", "pan"]),
    "evaluate": lambda run, _: evaluate.main([run]),
    "explain": lambda run, _: explain.main(
        [run, f"{run}/../data.csv", "-o", f"{run}.html", "--by", "deletion"]
    ),
    "plan": lambda run, _: plan.main([run, "--target", "leaf=0.8"]),
    "compare": lambda run, other: compare.main([other, run]),
    "combine": lambda run, other: combine.main([other, run, "-o", run + "-mixed"]),
    "load": lambda run, _: han.load(run).predict(["pan"]),
}


@pytest.fixture
def hostile(tmp_path):
    """The bytes of a pickle that writes a file when it is read, and that file."""
    marker = tmp_path / "marker"
    content = pickle.dumps(Marker(marker))
    pickle.loads(content)
    assert marker.is_file()
    marker.unlink()
    return content, marker


def tried(work, *arguments):
    """Whether a command was refused; any code but 0 is an error."""
    try:
        found = work(*arguments)
    except InputError as error:
        return str(error)
    assert not isinstance(found, int) or found == 0
    return ""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["baseline.npz", "model.joblib"])
def test_a_pickle_in_place_of_a_baseline(
    baseline_run, tmp_path, hostile, command, name
):
    content, marker = hostile
    run = copied_run(baseline_run, tmp_path)
    (run / "baseline.npz").unlink()
    (run / name).write_bytes(content)
    write_manifest(run)  # who means harm does that, too
    said = tried(COMMANDS[command], str(run), str(baseline_run))
    assert not marker.exists()
    expected = "is damaged" if name == "baseline.npz" else "Train anew with --overwrite"
    assert f"{run / name}" in said and expected in said


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["baseline.npz", "model.joblib"])
def test_a_pickle_beside_a_network(tmp_path, hostile, command, name):
    """A second model is refused; a file that is not read any more does nothing."""
    content, marker = hostile
    experiment = write_experiment(tmp_path)
    run, other = save_run(experiment), save_run(experiment, "other", seed=4)
    (run / name).write_bytes(content)
    write_manifest(run)
    said = tried(COMMANDS[command], str(run), str(other))
    assert not marker.exists()
    if name == "baseline.npz":
        assert "there are two models" in said


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_a_pickle_under_any_name_of_a_run(tmp_path, hostile, engine):
    content, marker = hostile
    for file in RUN_FILES:
        folder = tmp_path / file.name.replace("*", "x").replace("?", "x")
        folder.mkdir()
        run = save_baseline(write_experiment(folder))
        (run / file.name.replace("*", "x").replace("?", "x")).write_bytes(content)
        if file.name != MANIFEST_FILE:
            write_manifest(run)
        tried(lambda run: han.load(run, engine=engine).predict(["pan"]), run)
    assert not marker.exists()


def test_objects_in_arrays_are_not_read(tmp_path, hostile):
    """NumPy's own form of a pickle, in the file of the baseline."""
    _, marker = hostile
    run = save_baseline(write_experiment(tmp_path))
    with (run / "baseline.npz").open("wb") as stream:
        np.savez(stream, form=np.array([Marker(marker)], object))
    write_manifest(run)
    with pytest.raises(InputError, match=r"baseline\.npz is damaged"):
        han.load(run)
    assert not marker.exists()


def test_a_run_is_trained_anew_over_an_old_baseline(tmp_path, hostile):
    content, marker = hostile
    experiment = write_experiment(tmp_path, model="{kind: majority}")
    assert train.main([str(experiment)]) == 0
    run = tmp_path / "run"
    (run / "baseline.npz").rename(run / "model.joblib")
    (run / "model.joblib").write_bytes(content)
    assert train.main([str(experiment), "--overwrite"]) == 0
    assert not (run / "model.joblib").exists() and not marker.exists()
    assert len(han.load(run).predict(["pan"])) == 1


TENSORFLOW = """
import sys, json
from pathlib import Path
from zipfile import ZipFile
sys.path[:0] = sys.argv[2:]
import keras
from support.edited_runs import edit_network
from support.networks import make_network
from han.errors import InputError
from han.runs.loading import load_in_tensorflow

file, marker = Path(sys.argv[1]) / "model.keras", Path(sys.argv[1]) / "marker"
keras.config.enable_unsafe_deserialization()  # as another package may have done
network = make_network()
code = keras.saving.serialize_keras_object(
    keras.layers.Lambda(lambda x: x, name="evil")
)
call = {"module": "pathlib", "class_name": "Path", "config": {}, "registered_name": "x"}
for changed in (
    lambda form: code,
    lambda form: {**form, "module": "evil_module", "class_name": "Evil"},
    lambda form: {**form, "config": {**form["config"], "dtype": call, "evil": code}},
    lambda form: {**form, "build_config": code, "compile_config": code},
):
    network.save(file)
    edit_network(file, change_config=changed)
    try:
        found = load_in_tensorflow(file)
        assert type(found) is type(network), found
    except InputError as error:
        assert "model.keras is damaged" in str(error), error
    assert not marker.exists()
"""


@pytest.mark.tensorflow
def test_a_network_file_makes_no_object_but_the_network(tmp_path):
    (tmp_path / "evil_module.py").write_text(
        f"open({str(tmp_path / 'marker')!r}, 'w').close()\nclass Evil: pass\n"
    )
    tests = os.path.dirname(os.path.dirname(__file__))
    command = [sys.executable, "-c", TENSORFLOW, str(tmp_path), tests, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
