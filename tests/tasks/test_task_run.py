"""A run of two tasks: its folder, its predictions, what is said of mistakes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.stopped_runs import interrupted_before
from support.task_runs import TASKS, write_tasks

import han
from han import evaluate, plan, predict, train
from han.errors import InputError
from han.network.numpy_network import NumpyNetwork
from han.network.stored_weights import open_weights, stored_layers
from han.runs.loading import load_classifier
from han.runs.run_folder import RunFolder
from han.tasks.task_classifiers import TaskClassifiers, prefixed

pytestmark = pytest.mark.tensorflow

OWN = TASKS.replace("weight: 0.5", "weight: 0.5, attention: own")
PAIRS = "product,place,verdict,note\n1,9,impossible,not made here\n22,81,suspicious,\n"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """The folder of a run of two tasks with pairs; who changes it takes a copy."""
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "pairs.csv").write_text(PAIRS, "utf-8")
    file = write_tasks(folder, tasks=OWN, pairs=f"{folder}/pairs.csv")
    assert train.main([str(file)]) == 0
    return folder


@pytest.fixture(scope="module")
def texts(trained) -> list[str]:
    table = pd.read_csv(trained / "data.csv", dtype=str)
    return [*table["text"], "", "ns", "palabra nunca vista"]


def test_each_task_has_an_ordinary_run(trained):
    for name in ("product", "place"):
        run = RunFolder(trained / "run" / name)
        assert run.is_finished and not run.config().tasks
        assert run.results()["test"]["rows"] > 0
    folders = [trained / "run/product/text.json", trained / "run/place/text.json"]
    assert len({file.read_bytes() for file in folders}) == 1


def test_the_encoders_of_all_tasks_are_one(trained):
    layers = []
    for name in ("product", "place"):
        with open_weights(trained / "run" / name / "model.keras") as (tree, memory):
            layers.append(stored_layers(tree, memory))
    one, two = layers
    assert {"word_embedding", "word_encoder", "sentence_attention"} <= one.keys()
    for layer in one.keys() - {"ngram_bag", "tree_softmax"}:
        for number, pair in enumerate(zip(one[layer], two[layer], strict=True)):
            is_own = layer.endswith("_attention") and number == 2
            assert np.array_equal(*pair) != is_own  # the question that a task asks


def test_all_tasks_at_once_say_what_each_says_alone(trained, texts, monkeypatch):
    alone = prefixed(
        {
            name: load_classifier(trained / "run" / name).predict(texts)
            for name in ("product", "place")
        }
    )
    calls, encode = [], NumpyNetwork._encode
    monkeypatch.setattr(
        NumpyNetwork, "_encode", lambda *given: calls.append(1) or encode(*given)
    )
    together = han.load(trained / "run")
    assert isinstance(together, TaskClassifiers)
    table = together.predict(texts)
    assert len(calls) == 1  # the encoder has read the texts once
    found = table[list(alone.columns)]
    pd.testing.assert_frame_equal(found, alone, check_exact=True)
    assert not together._work._known and not together._work._made


def test_evidence_of_a_task_is_by_its_own_attention(trained, texts):
    found = {}
    for name, classifier in han.load(trained / "run").items():
        file = trained / "run" / name / "model.keras"
        words, _ = NumpyNetwork.attention(classifier.model, classifier.encode(texts))
        with open_weights(file) as (tree, memory):
            stored = stored_layers(tree, memory)["word_attention"][2]
        kept = classifier.model.words.attention.context
        np.testing.assert_array_equal(kept, stored)
        found[name] = words
        shown = classifier.attend(texts[:1])[0].to_frame()
        alone = load_classifier(file.parent).attend(texts[:1])[0].to_frame()
        pd.testing.assert_frame_equal(shown, alone)
    assert np.abs(found["product"] - found["place"]).max() > 1e-4


def test_a_fresh_process_gives_the_same_codes(trained, texts):
    code = (
        "import json, sys, han; texts = json.load(sys.stdin); "
        "print(han.load(sys.argv[1]).predict(texts).to_json())"
    )
    command = [sys.executable, "-c", code, str(trained / "run")]
    given = json.dumps(texts)
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    here = han.load(trained / "run").predict(texts).to_json()
    assert json.loads(done.stdout) == json.loads(here)


def test_both_engines_agree(trained, texts):
    folder = trained / "run"
    fast, slow = han.load(folder), han.load(folder, engine="tensorflow")
    one, two = fast.predict(texts), slow.predict(texts)
    pd.testing.assert_frame_equal(one, two, atol=1e-5, rtol=0)


def test_the_command_writes_the_same_in_any_number_of_processes(trained, tmp_path):
    run, data = str(trained / "run"), str(trained / "data.csv")
    predict.main([run, data, "-o", str(tmp_path / "one.csv")])
    predict.main([run, data, "-o", str(tmp_path / "two.csv"), "--processes", "2"])
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    table = pd.read_csv(tmp_path / "one.csv", dtype=str)
    assert list(table.columns[:2]) == ["id", "product_code"]
    flagged = table[table["pair"].notna()]
    assert set(flagged["pair"]) <= {"impossible", "suspicious"}
    assert table.loc[table["pair"].isna(), "pair_place_code"].isna().all()


def test_the_screen_shows_the_codes_of_all_tasks(trained, capsys):
    predict.main([str(trained / "run"), "--text", "", "--lang", "en"])
    said = capsys.readouterr()
    shown = said.out
    assert "product_code" in shown and "place_code" in shown and "pair" in shown
    assert "pairs of codes: 0 impossible, 0 suspicious" in said.err


def test_evaluate_and_plan_do_all_tasks(trained, tmp_path, capsys):
    shutil.copytree(trained / "run", tmp_path / "run")
    run = str(tmp_path / "run")
    assert evaluate.main([run, "--no-report"]) == 0
    said = capsys.readouterr().out
    assert "product\n=======" in said and "place\n=====" in said
    assert "pairs of codes:" in said
    assert "test" in json.loads((tmp_path / "run/metrics.json").read_text())["pairs"]
    assert plan.main([run, "--target", "leaf=0.5"]) == 0
    assert "product\n=======" in capsys.readouterr().out
    assert (tmp_path / "run/place/plan/plan.json").is_file()


def test_who_wants_one_task_is_told_where_it_is(trained):
    with pytest.raises(InputError, match=r"Give the folder of one: .*run/product, "):
        load_classifier(trained / "run")
    with pytest.raises(InputError, match=r"one at a time"):
        RunFolder(trained / "run").config()
    with pytest.raises(InputError, match=r"no task 'nothing'"):
        han.load(trained / "run")["nothing"]


def test_a_task_of_another_training_is_refused(trained, tmp_path):
    shutil.copytree(trained / "run", tmp_path / "run")
    shutil.rmtree(tmp_path / "run/place")
    shutil.copytree(trained / "run/product", tmp_path / "run/place")
    with pytest.raises(
        InputError, match=r"not the run that was trained with the other"
    ):
        han.load(tmp_path / "run")


@pytest.mark.parametrize("drop", [True, False])
def test_a_task_without_labels_in_a_file_is_passed_over(
    trained, tmp_path, capsys, drop
):
    shutil.copytree(trained / "run", tmp_path / "run")
    table = pd.read_csv(trained / "data.csv", dtype=str)
    columns = RunFolder(trained / "run/product").config().data.label_columns
    table[[*columns]] = None
    table = table.drop(columns=[*columns]) if drop else table
    table.to_csv(tmp_path / "new.csv", index=False)
    given = [str(tmp_path / "run"), str(tmp_path / "new.csv")]
    assert evaluate.main([*given, "--no-report", "--lang", "es"]) == 0
    said = capsys.readouterr().out
    assert "no se evaluó" in said and "pares de códigos: 96 registros" in said
    results = {
        name: json.loads((tmp_path / "run" / name / "metrics.json").read_text())
        for name in ("product", "place")
    }
    assert "new.csv" in results["place"] and "new.csv" not in results["product"]
    table.assign(act_1=None, act_2=None).to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(InputError, match="no record has a label of any task"):
        evaluate.main(given)


def test_a_code_outside_the_list_is_a_wrong_one(trained, tmp_path):
    shutil.copytree(trained / "run", tmp_path / "run")
    table = pd.read_csv(trained / "data.csv", dtype=str)
    place = RunFolder(trained / "run/place").config().data.label_columns
    table.loc[0, [*place]] = [f"7{'7' * k}" for k in range(len(place))]
    table.to_csv(tmp_path / "new.csv", index=False)
    given = [str(tmp_path / "run"), str(tmp_path / "new.csv"), "--no-report"]
    assert evaluate.main(given) == 0
    found = json.loads((tmp_path / "run" / "metrics.json").read_text())["pairs"]
    assert found["new.csv"]["rows"] == len(table)


def test_nobody_plans_with_a_task_of_another_training(trained, tmp_path):
    shutil.copytree(trained / "run", tmp_path / "run")
    shutil.rmtree(tmp_path / "run/place")
    shutil.copytree(trained / "run/product", tmp_path / "run/place")
    for command in (plan.main, evaluate.main):
        more = ["--target", "leaf=0.5", "--apply"] if command is plan.main else []
        with pytest.raises(InputError, match="not the run that was trained with"):
            command([str(tmp_path / "run"), *more])
    assert not (tmp_path / "run/place/plan").exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda run: (run / "pairs.json").unlink(), "pairs.json is missing"),
        (lambda run: _edit(run / "pairs.json", "suspicious", "impossible"), "changed"),
        (lambda run: _edit(run / "tasks.json", "1.0", "3.0"), "tasks.json is damaged"),
        (lambda run: shutil.rmtree(run / "place"), "of this task is missing"),
    ],
)
def test_a_damaged_folder_is_refused(trained, tmp_path, damage, said):
    shutil.copytree(trained / "run", tmp_path / "run")
    damage(tmp_path / "run")
    with pytest.raises(InputError, match=said):
        han.load(tmp_path / "run")


def _edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_finished_run_is_left_alone_and_another_one_takes_its_place(
    trained, tmp_path, capsys
):
    shutil.copytree(trained, tmp_path / "again")
    folder = tmp_path / "again"
    text = (folder / "experiment.yaml").read_text("utf-8")
    text = text.replace(str(trained), str(folder))
    (folder / "experiment.yaml").write_text(text, "utf-8")
    shutil.rmtree(folder / "run")
    linear = ["model={kind: tfidf_svm}", "tasks.place.attention=shared"]
    linear += ["logging.run_folder=" + str(folder / "svm")]
    command = [str(folder / "experiment.yaml"), *linear]
    assert train.main(command) == 0
    before = (folder / "svm/tasks.json").read_bytes()
    capsys.readouterr()
    assert train.main(command) == 0
    assert "finished" in capsys.readouterr().out
    assert train.main([*command, "seed=3", "--overwrite"]) == 0
    assert (folder / "svm/tasks.json").read_bytes() != before
    assert len(han.load(folder / "svm").predict(["pan"])) == 1


def test_a_stopped_training_goes_on_to_the_same_codes(
    trained, texts, tmp_path, monkeypatch
):
    file = str(write_tasks(tmp_path, tasks=OWN))
    with monkeypatch.context() as patch:
        interrupted_before(patch, 1)
        assert train.main([file]) == 130
    assert (tmp_path / "run/place/model.keras").is_file()
    with pytest.raises(InputError, match=r"not finished"):
        han.load(tmp_path / "run")
    assert train.main([file]) == 0
    whole = han.load(trained / "run").predict(texts)
    found = han.load(tmp_path / "run").predict(texts)
    expected = whole[list(found.columns)]
    pd.testing.assert_frame_equal(found, expected, rtol=0, atol=1e-6)
    for folder in ("run", "run/place"):  # as if killed while the tasks are evaluated
        run = RunFolder(tmp_path / folder)
        known = run.read_json("environment.json")
        unfinished = {**known, "finished": False, "manifest": False}
        run.write_json("environment.json", unfinished)
        (tmp_path / folder / "manifest.json").unlink()
    model = (tmp_path / "run/place/model.keras").read_bytes()
    assert train.main([file]) == 0
    assert (tmp_path / "run/place/model.keras").read_bytes() == model
    again = han.load(tmp_path / "run").predict(texts)
    pd.testing.assert_frame_equal(again, found)


@pytest.mark.slow
def test_two_devices_learn_what_one_learns(tmp_path):
    """Each in a process of its own: devices cannot be changed once it has begun."""
    model = "{word_units: 4, sentence_units: 4, bag_units: 8, dropout: 0.0}"
    devices = {"one": "{}", "two": "{strategy: mirrored, devices: 2}"}
    codes = {}
    for name, asked in devices.items():
        (tmp_path / name).mkdir()
        file = write_tasks(
            tmp_path / name, tasks=OWN, model=model, distribution=asked, seed="3"
        )
        command = [sys.executable, "-m", "han.train", str(file)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert ("cut into 2 parts" in done.stderr) == (name == "two")
        texts = pd.read_csv(tmp_path / name / "data.csv", dtype=str)["text"].tolist()
        codes[name] = han.load(tmp_path / name / "run").predict(texts)
    history = [pd.read_csv(tmp_path / n / "run/history.csv") for n in devices]
    losses = [table.filter(regex="loss").to_numpy() for table in history]
    np.testing.assert_allclose(*losses, rtol=1e-4)
    pd.testing.assert_frame_equal(*codes.values(), rtol=0, atol=1e-4)
