"""The script that says what pretrained knowledge brings and costs."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from support.scripts import load_script

from accuracy.comparison import NETWORKS
from accuracy.runs import Scores
from han.errors import InputError


@pytest.fixture(scope="module")
def script():
    return load_script("benchmark_trade")


@pytest.mark.slow
def test_coding_is_measured_in_a_process_of_its_own(script, baseline_run):
    speed, peak = script.coding_cost(SimpleNamespace(folder=baseline_run))
    assert speed > 0 and 20 < peak < 5000
    done = subprocess.run(
        [sys.executable, str(script.CODING), str(baseline_run)],
        capture_output=True,
        text=True,
    )
    metrics = json.loads((baseline_run / "metrics.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout)["records"] == metrics["test"]["rows"]


def test_a_training_is_measured_once_and_whole(script, tmp_path):
    work = "sum(i * i for i in range(1_000_000))"
    trained = []

    def train():
        trained.append(1)
        subprocess.run([sys.executable, "-c", work], check=True)
        folder.mkdir()

    folder = tmp_path / "one"
    run = SimpleNamespace(folder=folder, train=train)
    seconds = script.training_seconds(run)
    assert seconds > 0
    assert script.training_seconds(run) == seconds and len(trained) == 1
    (tmp_path / "one.cpu_seconds").unlink()
    with pytest.raises(InputError, match="begun without being measured"):
        script.training_seconds(run)


def test_a_row_for_each_network(script, tmp_path, monkeypatch, capsys):
    asked = []

    def make(data, model, overrides, seed):
        asked.append((model, overrides, seed))
        right = np.array([1.0, 0.0])
        return SimpleNamespace(scores=lambda role: Scores(right, right / 2))

    monkeypatch.setattr(script, "Run", make)
    monkeypatch.setattr(script, "training_seconds", lambda run: 1234.5)
    monkeypatch.setattr(script, "coding_cost", lambda run: (999.9, 321.0))
    data = SimpleNamespace(name="tiny")
    monkeypatch.setattr(script, "find_sets", lambda folders: [data])
    monkeypatch.setattr(sys, "argv", ["benchmark_trade.py", "tiny", "--seed", "2"])
    assert script.main() == 0
    _, _, *rows = capsys.readouterr().out.strip().split("\n")
    assert [row.split(" | ")[1] for row in rows] == list(NETWORKS)
    assert rows[0] == "| tiny | plain | 0.500 / 0.250 | 1,234 | 1,000 | 321 |"
    for (model, overrides, seed), name in zip(asked, NETWORKS, strict=True):
        assert model == f"{name} without cache" and seed == 2
        assert overrides == (*NETWORKS[name], "data.cache=null")
