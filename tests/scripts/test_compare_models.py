"""The script that compares models: what it refuses, and what stands in its table."""

import sys
from typing import get_args, get_type_hints

import pytest
from support.scripts import load_script

from han.config import ModelConfig
from han.errors import InputError

EXPERIMENT = """\
data:
  train: train.csv
  fields: {text: {}}
  label_columns: [level_1]
"""


@pytest.fixture
def script():
    return load_script("compare_models")


def called(monkeypatch, folder, *words):
    file = folder / "exp.yaml"
    file.write_text(EXPERIMENT, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["compare_models.py", str(file), *words])


def test_what_an_encoder_cannot_do_is_said_before_any_is_trained(
    script, monkeypatch, tmp_path
):
    called(monkeypatch, tmp_path, "model.computation=packed", "--encoders")
    monkeypatch.setattr(script, "train", lambda *_: pytest.fail("trained"))
    with pytest.raises(InputError, match=r"not there for `model\.encoder: lstm`"):
        script.main()


def test_models_are_chosen_by_kind_or_by_encoder(script, monkeypatch, tmp_path):
    called(monkeypatch, tmp_path, "--kinds", "han", "--encoders", "gru")
    with pytest.raises(SystemExit):
        script.main()


def test_every_encoder_of_the_config_is_compared(script):
    assert set(script.ENCODERS) == set(get_args(get_type_hints(ModelConfig)["encoder"]))


def test_every_kind_of_the_config_is_compared(script):
    assert set(script.KINDS) == set(get_args(get_type_hints(ModelConfig)["kind"]))


def test_table_of_encoders(script, monkeypatch, tmp_path, capsys):
    scores = {"gru": (0.5, 0.75), "cnn": (0.25, 0.5)}
    rounds = {"gru": [100.0, 10.0, 50.0], "cnn": [300.0, 20.0, 50.0]}
    trained = []

    def train(_, overrides, folder):
        trained.append((overrides, str(folder)))
        leaf, hf = scores[folder.name]
        intervals = {"leaf_accuracy": [leaf - 0.125, leaf + 0.125]}
        result = {"rows": 7, "leaf_accuracy": leaf, "hierarchical": {"f1": hf}}
        return {**result, "intervals": intervals}

    monkeypatch.setattr(script, "train", train)
    monkeypatch.setattr(script, "read_corpus", lambda config: None)
    monkeypatch.setattr(script, "tasks", lambda config, *_: config.model.encoder)
    monkeypatch.setattr(
        script,
        "measure",
        lambda work, _: {
            (task, encoder): rounds[config]
            for encoder, config in work.items()
            for task in ("train", "predict")
        },
    )
    called(monkeypatch, tmp_path, "seed=3", "--encoders", "gru", "cnn")
    assert script.main() == 0
    settings = ["seed=3", "model.kind=han"]
    assert trained == [
        ([*settings, f"model.encoder={name}"], f"runs/compare/experiment/{name}")
        for name in ("gru", "cnn")
    ]
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].endswith("| 0.500 [0.375, 0.625] | 0.750 | 50 (1.00) | 50 (1.00) |")
    assert lines[3].endswith("| 0.250 [0.125, 0.375] | 0.500 | 50 (2.00) | 50 (2.00) |")
    assert "(`cnn`)" in lines[3] and lines[5].startswith("7 test records")
