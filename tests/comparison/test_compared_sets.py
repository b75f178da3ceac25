"""Two runs with sets of codes, compared on the same records."""

import json

import pandas as pd
import pytest
from support.experiments import write_experiment
from support.set_runs import train_set_run, write_sets
from support.slow_starts import slow_first_calls

from han import compare, train
from han.comparison import compared_records
from han.errors import InputError
from han.evaluation import set_coding


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    good = train_set_run(folder, rows=700)
    poor = f"logging.run_folder={folder}/poor", "model.C=0.0001"
    train_set_run(folder, *poor, rows=700)
    return [str(good), str(folder / "poor")]


def result_of(file, *arguments):
    assert compare.main([*map(str, arguments), "-o", str(file)]) == 0
    return json.loads(file.read_text(encoding="utf-8"))


def test_scores_are_those_of_evaluate(runs, tmp_path, capsys):
    found = result_of(tmp_path / "found.json", *runs, "--lang", "en")
    said = capsys.readouterr().out
    assert "hF, mean over records" in said and "F1 of codes, level 2" in said
    for run, one in zip(runs, found["runs"], strict=True):
        with open(f"{run}/metrics.json", encoding="utf-8") as file:
            test = json.load(file)["test"]
        own = {name: score["value"] for name, score in one["scores"].items()}
        for average in ("instance", "micro"):
            wanted = test["hierarchical"][average]["f1"]
            assert own[f"hierarchical.{average}.f1"] == pytest.approx(wanted)
        assert own["subset_accuracy"] == pytest.approx(test["subset_accuracy"])
        assert own["levels.1.f1"] == pytest.approx(test["levels"]["1"]["f1"])
    worse = found["runs"][1]["scores"]["hierarchical.instance.f1"]
    assert worse["difference_high"] < 0 and worse["difference"] < -0.05
    same = found["runs"][0]["scores"]["subset_accuracy"]
    assert same["difference"] == same["difference_low"] == 0


def test_speed_is_of_a_warm_model(runs, tmp_path, monkeypatch):
    slow_first_calls(monkeypatch, set_coding)
    monkeypatch.setattr(compared_records, "FEWEST_TIMED", 1)
    found = result_of(tmp_path / "found.json", *runs)
    speeds = [one["documents_per_second"] for one in found["runs"]]
    assert speeds == [found["records"]] * 2


def test_other_records_and_what_does_not_work(runs, tmp_path):
    write_sets(tmp_path / "new.csv", 90, seed=3)
    file = tmp_path / "found.csv"
    given = [*runs, "--on", str(tmp_path / "new.csv"), "--cluster", "house"]
    assert compare.main([*given, "-o", str(file)]) == 0
    assert "hierarchical.micro.f1" in set(pd.read_csv(file)["score"])
    with pytest.raises(InputError, match="--must-not-regress does not work with sets"):
        compare.main([*runs, "--must-not-regress", "11"])
    single = write_experiment(tmp_path, model="{kind: majority}")
    assert train.main([str(single)]) == 0
    with pytest.raises(InputError, match="Compare runs of one kind"):
        compare.main([runs[0], str(tmp_path / "run")])
