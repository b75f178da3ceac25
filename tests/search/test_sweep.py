"""Sweeps: what a file may say, who trains what, and what comes of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from support.experiments import ROOT, write_experiment
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from han import sweep as sweep_command
from han import train as train_door
from han.errors import InputError
from han.runs.run_folder import RunFolder
from han.runs.stop_signals import StoppedBySignal, StopSignal
from han.search import sweep_worker
from han.search.hparams_board import FILE, write_board
from han.search.study import values_of
from han.search.sweep_file import read_sweep
from han.search.sweep_pictures import draw
from han.search.sweep_results import best_trial, seeds_table, spread, table
from han.search.sweep_worker import open_study, work
from han.search.trials import TrialTraining, scores, train


def write_sweep(folder, space, experiment=None, **settings):
    file = experiment or write_experiment(folder, model="{kind: tfidf_linear}")
    lines = {"experiment": file, "folder": folder / "sweep", **settings}
    lines["space"] = space
    target = folder / "sweep.yaml"
    target.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
    return target


def finish_run(folder, validation, test=0.5):
    """What a training leaves behind, without the training."""
    run = RunFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    run.write_json("environment.json", {"finished": True})
    of = lambda f1: {"hierarchical": {"f1": f1}, "leaf_accuracy": f1 / 2}  # noqa: E731
    run.write_json("metrics.json", {"validation": of(validation), "test": of(test)})


@pytest.fixture
def played(monkeypatch):
    """Trainings that are over at once; gives what was trained."""
    trained = []

    def play(training, on_epoch, asked):
        trained.append(dict(o.split("=", 1) for o in training.overrides))
        settings = trained[-1]
        on_epoch(1, 0.25)
        rate = float(settings.get("training.learning_rate", 0.01))
        seed = int(settings.get("seed", 17))
        finish_run(training.run.folder, 0.5 + rate * seed / 100, 0.4)
        return "finished"

    monkeypatch.setattr(sweep_worker, "train", play)
    return trained


def run_all(file):
    sweep = read_sweep(file)
    study = open_study(sweep)
    with StopSignal() as stop:
        work(sweep, study, stop, lambda line: None)
    return study


RATES = "{training.learning_rate: {low: 1e-4, high: 0.1, log: true}}"


@pytest.mark.parametrize(
    ("space", "settings", "message"),
    [
        ("{training.epoch: [1]}", {}, "`space.training.epoch`: .*Did you mean"),
        ("{training.epochs: [1, x]}", {}, "a whole number. Received: 'x'"),
        ("{training.epochs: {low: 0, high: 3}}", {}, "must be at least 1"),
        ("{training.epochs: {low: 1.5, high: 3}}", {}, "must be a whole number"),
        ("{model.dropout: {low: 0.5, high: 1}}", {}, "must be below 1"),
        ("{model.encoder: [gru, gro]}", {}, "must be one of .*Did you mean gru"),
        ("{model.encoder: [gru, gru]}", {}, "has a value twice"),
        ("{model.encoder: []}", {}, "is empty. Expected a list"),
        ("{model.encoder: 3}", {}, "is a section"),
        ("{}", {}, "`space` needs at least one key"),
        ("{model.dropout: {low: 0.5, high: 0.1}}", {}, "`low` must be below `high`"),
        ("{model.dropout: {low: 0, high: 0.1, log: yes}}", {}, "needs `low` above 0"),
        ("{model.dropout: {low: 0, high: 0.5, step: 0.2}}", {}, "does not lead from"),
        ("{training.epochs: {low: 1, high: 3, step: 0.5}}", {}, "so must `step` be"),
        ("{model.dropout: {low: 0, high: 0.5}}", {"sampler": "grid"}, "needs a `step`"),
        ("{seed: [1, 2]}", {}, "needs `sampler: grid`"),
        ("{seed: [1, 2]}", {"sampler": "grid", "pruning": "median"}, "out of the mea"),
        ("{seed: [1, 2]}", {"sampler": "grid", "trials": 3}, "not used with `sampler"),
        ("{seed: {low: 1, high: 20000}}", {"sampler": "grid"}, "20,000 combinations"),
        ("{name: [a, b]}", {}, "`name` cannot be set in a sweep"),
        (RATES, {"overrides": "[logging.run_folder=x]"}, "has a run folder of its own"),
        (RATES, {"overrides": "[training.learning_rate=1]"}, "Keep one of them"),
        (RATES, {"overrides": "[training.epochs=x]"}, "`experiment`: .*whole number"),
        (RATES, {"overrides": "[data.split.validation=0]"}, "no validation records"),
        (
            RATES,
            {"overrides": "[training.refit_of=runs/a]"},
            "nothing to validate with",
        ),
        (RATES, {"sampler": "best"}, "must be one of tpe, random, grid"),
        (RATES, {"trials": "0"}, "`trials` must be at least 1"),
        (RATES, {"trial": "3"}, "unknown key `trial`. Did you mean `trials`"),
    ],
)
def test_mistakes_are_said_before_anything_is_trained(
    tmp_path, space, settings, message
):
    with pytest.raises(InputError, match=message):
        read_sweep(write_sweep(tmp_path, space, **settings))
    assert not (tmp_path / "sweep").exists()


def test_a_missing_file_and_an_experiment_of_several_nodes_are_said(tmp_path):
    with pytest.raises(InputError, match="no such sweep file"):
        sweep_command.main([str(tmp_path / "gone.yaml")])
    nodes = write_experiment(tmp_path, distribution="{strategy: multi_worker}")
    with pytest.raises(InputError, match="each trial is one process"):
        read_sweep(write_sweep(tmp_path, RATES, experiment=nodes))


def test_a_key_says_which_numbers_it_takes(tmp_path):
    space = "{model.dropout: {low: 0, high: 0.5}, training.epochs: {low: 1, high: 9}, "
    space += "training.learning_rate: {low: 1, high: 9}}"
    found = read_sweep(write_sweep(tmp_path, space)).parameters
    assert [parameter.whole for parameter in found] == [False, True, False]


def test_values_that_suit_only_each_other_are_taken(tmp_path):
    space = "{training.loss: [generalised], training.loss_q: [0.3, 0.7]}"
    assert len(read_sweep(write_sweep(tmp_path, space)).parameters) == 2


def test_a_grid_takes_every_combination_once(tmp_path, played):
    space = "{model.dropout: {low: 0, high: 0.4, step: 0.2}, "
    space += "training.gradient_clip_norm: [null, 5]}"
    study = run_all(write_sweep(tmp_path, space, sampler="grid"))
    points = [(s["model.dropout"], s["training.gradient_clip_norm"]) for s in played]
    assert points == [(d, c) for d in ("0.0", "0.2", "0.4") for c in ("null", "5")]
    assert list(table(study)["state"]) == ["finished"] * 6
    assert run_all(tmp_path / "sweep.yaml").trials and len(played) == 6


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_equal_sweeps_draw_equal_values(tmp_path, played, sampler):
    settings = {"sampler": sampler, "trials": 12, "pruning": "none"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    run_all(write_sweep(tmp_path / "one", RATES, **settings))
    run_all(write_sweep(tmp_path / "two", RATES, **settings))
    rates = [settings["training.learning_rate"] for settings in played]
    assert rates[:12] == rates[12:] and len(set(rates[:12])) == 12
    assert all(1e-4 <= float(rate) <= 0.1 for rate in rates)


def test_processes_share_the_trials(tmp_path):
    sweep = read_sweep(write_sweep(tmp_path, RATES, trials=3))
    first, second = open_study(sweep), open_study(sweep)
    with contextlib.ExitStack() as one, contextlib.ExitStack() as two:
        taken = [first.take(one), second.take(two), first.take(one)]
        assert [trial.number for trial in taken] == [0, 1, 2]
        assert len({trial.params["training.learning_rate"] for trial in taken}) == 3
        assert first.take(one) is None and second.take(two) is None
        second.finish(taken[0], 0.5)
    # The process that had the others is gone.
    with contextlib.ExitStack() as one:
        again = [second.take(one), second.take(one)]
        assert [(t.number, t.params) for t in again] == [
            (t.number, t.params) for t in taken[1:]
        ]
        assert second.take(one) is None


def test_a_process_that_was_killed_between_two_steps_costs_no_values(tmp_path):
    space = "{model.encoder: [gru, cnn]}"
    sweep = read_sweep(write_sweep(tmp_path, space, sampler="grid"))
    study = open_study(sweep)
    study.optuna.ask()  # has taken the first values, and not yet noted them
    with contextlib.ExitStack() as held:
        taken = [study.take(held), study.take(held)]
        assert study.take(held) is None
    assert sorted(t.params["model.encoder"] for t in taken) == ["cnn", "gru"]
    assert len(table(study)) == 2


def test_more_trials_may_be_asked_for_and_nothing_else(tmp_path, played):
    run_all(write_sweep(tmp_path, RATES, trials=2))
    run_all(write_sweep(tmp_path, RATES, trials=3))
    assert len(played) == 3
    with pytest.raises(InputError, match=r"other settings here: sweep\.sampler"):
        run_all(write_sweep(tmp_path, RATES, trials=3, sampler="random"))
    with pytest.raises(InputError, match=r"settings here: .*experiment\.training\.ep"):
        file = write_experiment(tmp_path, training="{epochs: 9}")
        run_all(write_sweep(tmp_path, RATES, experiment=file, trials=3))


@pytest.mark.parametrize(
    ("overrides", "cache"), [("[]", None), ("[data.cache=mine]", "mine")]
)
def test_trials_share_a_cache(tmp_path, played, overrides, cache):
    file = write_sweep(tmp_path, RATES, trials=2, overrides=overrides)
    run_all(file)
    cache = cache or str(tmp_path / "sweep" / "cache")
    assert [trained["data.cache"] for trained in played] == [cache, cache]
    (tmp_path / "sweep" / "cache").mkdir(exist_ok=True)
    assert open_study(read_sweep(file))  # the folder is still known as a sweep's


def test_a_folder_with_other_files_is_not_touched(tmp_path):
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "thesis.txt").touch()
    with pytest.raises(InputError, match="holds other files, not a sweep"):
        run_all(write_sweep(tmp_path, RATES))
    assert os.listdir(tmp_path / "sweep") == ["thesis.txt"]


def test_trials_that_are_behind_end_early(tmp_path, monkeypatch):
    ends = []

    def play(training, on_epoch, asked):
        number = int(training.run.folder.name[-1])
        for epoch in range(1, 6):
            if on_epoch(epoch, 0.9 - number / 10 if epoch > 1 else 0.0):
                ends.append((number, epoch))
                return "pruned"
        finish_run(training.run.folder, 0.9 - number / 10)
        return "finished"

    monkeypatch.setattr(sweep_worker, "train", play)
    settings = {"trials": 4, "warm_up_trials": 2, "warm_up_epochs": 2}
    study = run_all(write_sweep(tmp_path, RATES, **settings))
    assert ends == [(2, 3), (3, 3)]  # not before the warm-up, and not the first two
    found = table(study)
    assert list(found["state"]) == ["finished", "finished", "pruned", "pruned"]
    assert list(found["epochs"]) == [5, 5, 3, 3]
    assert best_trial(study).number == 0


def test_pruning_can_be_turned_off(tmp_path):
    def prunes(space, **settings):
        return read_sweep(write_sweep(tmp_path, space, **settings)).prunes

    assert prunes(RATES) and not prunes(RATES, pruning="none")
    assert not prunes("{seed: [1, 2]}", sampler="grid")


def test_values_that_contradict_each_other_fail_alone(tmp_path, played):
    space = "{training.class_weights: [none, sqrt], training.sampling: [none, sqrt]}"
    study = run_all(write_sweep(tmp_path, space, sampler="grid"))
    found = table(study)
    assert list(found["state"]) == ["finished"] * 3 + ["failed"]
    assert "choose one of them" in found["note"][3] and len(played) == 3


def test_a_mistake_in_the_data_stops_the_sweep(tmp_path, monkeypatch):
    def refuse(training, on_epoch, asked):
        training.log.parent.mkdir(exist_ok=True)
        training.log.write_text("han: data.csv: no column `x`.\n\n")
        return "mistake"

    monkeypatch.setattr(sweep_worker, "train", refuse)
    with pytest.raises(InputError, match=r"refuses: han: data.csv: no column `x`"):
        run_all(write_sweep(tmp_path, RATES))


def test_a_signal_leaves_the_trial_to_whoever_comes_next(tmp_path, monkeypatch, played):
    file = write_sweep(tmp_path, RATES, trials=2)
    play = sweep_worker.train
    monkeypatch.setattr(sweep_worker, "train", lambda *given: "stopped")
    with pytest.raises(StoppedBySignal):
        run_all(file)
    assert sweep_command.main([str(file)]) == 75
    monkeypatch.setattr(sweep_worker, "train", play)
    study = run_all(file)
    assert [trial.number for trial in study.trials] == [0, 1] and len(played) == 2


def stand_in(monkeypatch, folder, code):
    """A training that runs a piece of Python in the run folder instead."""
    folder.mkdir(exist_ok=True)
    start = "import os, signal, sys\nfolder = sys.argv[1]\n"
    start += (
        "def write(rows):\n"
        "    with open(folder + '/new', 'w') as f:\n"
        "        f.write('epoch,val_hierarchical_f1\\n' + rows)\n"
        "    os.replace(folder + '/new', folder + '/history.csv')\n"
    )
    command = [sys.executable, "-c", start + code, str(folder)]
    monkeypatch.setattr(TrialTraining, "command", property(lambda self: command))
    return TrialTraining("", (), RunFolder(folder), folder.with_suffix(".log"))


FINISH = """
with open(folder + '/environment.json', 'w') as f:
    f.write('{"finished": true}')
"""


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (FINISH, "finished"),
        ("", "stopped"),  # one of several tasks of Slurm
        ("sys.exit(75)", "stopped"),
        ("os.kill(os.getpid(), signal.SIGTERM); signal.pause()", "stopped"),
        ("os.kill(os.getpid(), signal.SIGUSR1); sys.exit(1)", "failed"),  # deaf to it
        ("sys.exit(130)", "interrupted"),
        ("print('han: no'); sys.exit(2)", "mistake"),
        ("sys.exit(1)", "failed"),
        ("os.kill(os.getpid(), signal.SIGKILL); signal.pause()", "failed"),
    ],
)
def test_how_a_training_ended(tmp_path, monkeypatch, code, end):
    training = stand_in(monkeypatch, tmp_path / "run", code)
    assert train(training, lambda *given: False, lambda: False) == end
    if end == "mistake":
        assert training.last_words() == "han: no"


def test_a_training_is_watched_epoch_by_epoch(tmp_path, monkeypatch):
    # The second epoch waits until the first one has been seen.
    pipe, seen = tmp_path / "pipe", []
    os.mkfifo(pipe)
    code = f"write('1,0.25\\n'); open({str(pipe)!r}).read()\n"
    code += "write('1,0.25\\n2,0.5\\n')" + FINISH
    training = stand_in(monkeypatch, tmp_path / "run", code)

    def on_epoch(*epoch):
        seen.append(epoch)
        if len(seen) == 1:
            pipe.write_text("go on")
        return False

    train(training, on_epoch, lambda: False)
    assert seen == [(1, 0.25), (2, 0.5)]
    assert scores(tmp_path / "gone.csv") == []


@pytest.mark.parametrize(("behind", "end"), [(True, "pruned"), (False, "stopped")])
def test_a_training_is_asked_to_end(tmp_path, monkeypatch, behind, end):
    code = "signal.signal(15, lambda *_: sys.exit(75)); write('1,0.25\\n')\n"
    training = stand_in(monkeypatch, tmp_path / "run", code + "signal.pause()")
    begun = (tmp_path / "run" / "history.csv").exists
    assert train(training, lambda *_: behind, lambda: not behind and begun()) == end


def test_means_over_seeds(tmp_path, played):
    space = "{seed: [1, 2, 3], training.learning_rate: [0.01, 0.1]}"
    study = run_all(write_sweep(tmp_path, space, sampler="grid"))
    means = seeds_table(study)
    assert list(means["training.learning_rate"]) == ["0.1", "0.01"]
    assert list(means["seeds"]) == [3, 3]
    best = means.iloc[0]
    assert best["validation_hierarchical_f1_mean"] == pytest.approx(0.502)
    assert best["validation_hierarchical_f1_std"] == pytest.approx(0.001)
    # Student's t for two degrees of freedom is 4.303.
    low = 0.502 - 4.302653 * 0.001 / 3**0.5
    assert best["validation_hierarchical_f1_low"] == pytest.approx(low, abs=1e-8)
    assert best["test_leaf_accuracy_mean"] == pytest.approx(0.2)
    assert values_of(best_trial(study)) == {
        "seed": "1",
        "training.learning_rate": "0.1",
    }
    assert (tmp_path / "sweep" / "seeds.csv").is_file()


def test_one_seed_has_no_interval():
    assert spread([0.5])["mean"] == 0.5
    assert all(pd.isna(spread([0.5])[name]) for name in ("std", "low", "high"))


def events(file):
    reader = PyRecordReader_New(str(file))
    found = []
    with contextlib.suppress(Exception):  # the end of the file
        while True:
            reader.GetNext()
            found.append(Event.FromString(reader.record()))
    return found


def test_tensorboard_gets_one_session_for_each_trial(tmp_path, played):
    space = "{training.learning_rate: [0.01, 0.1], training.epochs: {low: 1, high: 4}}"
    study = run_all(write_sweep(tmp_path, space, trials=3))
    write_board(study)
    board = tmp_path / "sweep" / "tensorboard"

    def data(event):
        content = event.summary.value[0].metadata.plugin_data.content
        return HParamsPluginData.FromString(content)

    experiment = data(events(board / FILE)[1]).experiment
    names = [info.name for info in experiment.hparam_infos]
    assert names == ["training.learning_rate", "training.epochs"]
    _, begun, epoch, last = events(board / "trial-0000" / FILE)
    values = data(begun).session_start_info.hparams
    trial = study.trials[0].params
    assert values["training.epochs"].number_value == trial["training.epochs"]
    assert epoch.step == 1 and epoch.summary.value[0].simple_value == 0.25
    assert last.summary.value[0].tag == "validation_hierarchical_f1"
    assert len(list(board.iterdir())) == 4


def test_pictures_are_drawn_where_there_is_something_to_see(tmp_path, played):
    study = run_all(write_sweep(tmp_path, RATES, trials=1))
    assert draw(study) == []
    study = run_all(write_sweep(tmp_path, RATES, trials=4))
    assert draw(study) == ["parallel.svg", "importance.svg"]
    for name in ("parallel.svg", "importance.svg"):
        drawn = ET.parse(tmp_path / "sweep" / name).getroot()
        assert drawn.tag.endswith("svg")


def test_check_trains_nothing(tmp_path, capsys):
    space = "{model.encoder: [gru, cnn], training.epochs: {low: 1, high: 4}}"
    assert sweep_command.main([str(write_sweep(tmp_path, space)), "--check"]) == 0
    out = capsys.readouterr().out
    assert "20, tpe" in out and "whole numbers from 1 to 4" in out
    assert not (tmp_path / "sweep").exists()


@pytest.mark.parametrize(
    "file", sorted((ROOT / "experiments" / "sweeps").glob("*.yaml"))
)
def test_the_sweeps_that_are_shipped_can_begin(file, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert read_sweep(file).num_trials >= 10


@pytest.fixture
def kinds(tmp_path):
    """A sweep of two baselines, one of which knows nothing."""
    space = "{model.kind: [majority, tfidf_linear], text.min_count: [1, 2]}"
    return write_sweep(tmp_path, space, sampler="grid")


def command(file):
    return [sys.executable, "-m", "han.sweep", str(file)]


@pytest.mark.slow
def test_a_sweep_killed_in_the_middle_goes_on(kinds, capsys):
    folder = kinds.parent / "sweep"
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command(kinds), env=known, stdout=subprocess.PIPE, text=True
    )
    assert any("trial-0001 of 4" in line for line in process.stdout)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert sweep_command.main([str(kinds)]) == 0
    out = capsys.readouterr().out
    assert "trial-0000 of" not in out and "trial-0001 of 4" in out
    found = pd.read_csv(folder / "results.csv")
    assert list(found["state"]) == ["finished"] * 4
    assert list(found["model.kind"]) == ["tfidf_linear"] * 2 + ["majority"] * 2
    score = found["validation_hierarchical_f1"]
    assert score[0] > 0.9 > score[3]
    best = json.loads((folder / "trial-0002" / "metrics.json").read_text())
    assert score[0] == best["validation"]["hierarchical"]["f1"]
    # The best settings train by themselves, and give what the trial gave.
    assert train_door.main([str(folder / "best.yaml")]) == 0
    again = json.loads((folder / "best" / "metrics.json").read_text())
    assert again["validation"]["hierarchical"] == best["validation"]["hierarchical"]


@pytest.mark.parametrize("text", ["epoch,loss\n1,0.5\n", "val_hierarchical_f1\nx\n"])
def test_a_damaged_history_is_said(tmp_path, text):
    file = tmp_path / "history.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=r"history\.csv is damaged"):
        scores(file)
