"""The script that measures what a pretrained encoder costs."""

import sys

import pytest
from support.experiments import write_experiment
from support.scripts import load_script

from han.errors import InputError


@pytest.fixture(scope="module")
def script():
    return load_script("benchmark_pretrained")


def test_the_row_has_all_that_was_measured(script, tmp_path, monkeypatch, capsys):
    (tmp_path / "vectors.csv").write_text("text,v_0\npan,1\n", encoding="utf-8")
    experiment = write_experiment(tmp_path)
    arguments = ["--encoder", str(tmp_path / "vectors.csv"), "--most", "7"]
    command = ["benchmark_pretrained.py", str(experiment), *arguments]
    monkeypatch.setattr(sys, "argv", command)
    assert script.main() == 0
    head, _, row = capsys.readouterr().out.strip().splitlines()
    cells = row.strip("| ").split(" | ")
    assert len(cells) == len(script.HEAD) == head.count("|") - 1
    assert cells[0].endswith("vectors.csv") and cells[3] == "7"


def test_no_encoder_has_no_costs(script, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["benchmark_pretrained.py", "--encoder", "none"])
    with pytest.raises(InputError, match="there is none to measure"):
        script.main()
